// "Where can this go?": the server's answer for one event, asked for once at each state of the timetable.
import { placeFrom } from "./state.js";
import { iso } from "./time.js";

const key = (place) => `${place.room}|${place.start}`;

export class Options {
  constructor(api, store) {
    this.api = api;
    this.store = store;
    this.kept = new Map();
  }

  /** Places of an event, best first: { list, at(place) }, or null when the server did not answer. */
  of(id) {
    const kept = this.kept.get(id);
    if (kept?.edit === this.store.edit) return kept.answer;
    const answer = this.api.get("options", { event: id }).then(({ status, content }) => {
      if (status !== 200) {
        this.kept.delete(id);
        return null;
      }
      let rank = 0;
      const list = content.places.map((one) => ({ place: placeFrom(one.place), allowed: one.allowed, penalty: one.penalty,
        words: one.words.map((n) => content.words[n]), rank: one.allowed ? (rank += 1) : null }));
      const known = new Map(list.map((one) => [key(one.place), one]));
      return { list, at: (place) => {
        const found = known.get(key(place));
        return found && found.place.end === place.end && place.endDay === null ? found : null;
      } };
    });
    if (this.kept.size > 20) this.kept.clear();
    this.kept.set(id, { edit: this.store.edit, answer });
    return answer;
  }

  /** What speaks against any place; [] when nothing does, null when the server did not answer. */
  async check(id, place) {
    const { status, content } = await this.api.get("check", { event: id, room: place.room, day: place.day, end_day: place.endDay,
      starts_at: iso(place.start), ends_at: iso(place.end) });
    if (status === 422) return [{ severity: "hard", text: content.error.detail }];
    return status === 200 ? content.violations : null;
  }
}
