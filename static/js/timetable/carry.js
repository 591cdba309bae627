// What is picked up, by pointer or by keys: where it would be, what speaks against that, and putting it down.
import { samePlace } from "./state.js";

const PATIENCE = 150;

export class Carry {
  /** `ids` move together with `id`, by the same time and as many rooms. */
  constructor(app, id, ids) {
    const { store } = app;
    this.app = app;
    this.id = id;
    this.event = store.events.get(id);
    this.ids = ids.filter((one) => one === id || (store.events.get(one).place?.start ?? null) !== null);
    this.base = store.edit;
    this.from = new Map(this.ids.map((one) => [one, store.events.get(one).place]));
    this.place = this.event.place?.start === undefined || this.event.place?.start === null ? null : this.event.place;
    this.verdict = { state: "asking", words: [] };
    this.known = null;
    this.ready = app.options.of(id).then((answer) => {
      this.known = answer;
      if (app.carry === this && this.place) this.judge();
      return answer;
    });
  }

  /** Where all that is carried would be, when the first one is at `place`. */
  places(place = this.place) {
    const { store } = this.app;
    const from = this.from.get(this.id);
    if (!place || this.ids.length === 1 || !from) return [{ event: this.event, place }];
    const order = store.rooms.map((room) => room.id);
    const rooms = order.indexOf(place.room) - order.indexOf(from.room);
    const time = place.start - from.start;
    const days = store.days.findIndex((day) => day.id === place.day) - store.days.findIndex((day) => day.id === from.day);
    return this.ids.map((id) => {
      const event = store.events.get(id);
      const was = this.from.get(id);
      if (id === this.id) return { event, place };
      const room = order[Math.min(Math.max(order.indexOf(was.room) + rooms, 0), order.length - 1)] ?? was.room;
      const day = store.days[Math.min(Math.max(store.days.findIndex((one) => one.id === was.day) + days, 0), store.days.length - 1)];
      return { event, place: { ...was, room, day: day.id, start: was.start + time, end: was.end === null ? null : was.end + time } };
    });
  }

  /** Take it to a place; null is the tray. */
  aim(place) {
    if (samePlace(place, this.place) && this.aimed) return;
    this.aimed = true;
    this.place = place;
    this.judge();
  }

  judge() {
    clearTimeout(this.timer);
    const place = this.place;
    const found = place && this.known?.at(place);
    if (!place) this.verdict = { state: "out", words: [] };
    else if (found) this.verdict = { state: found.allowed ? (found.words.length ? "rather" : "allowed") : "no", words: found.words };
    else {
      this.verdict = { state: "asking", words: [] };
      if (this.known) {
        this.timer = setTimeout(async () => {
          const violations = await this.app.options.check(this.id, place);
          if (this.app.carry !== this || !samePlace(place, this.place) || !violations) return;
          const hard = violations.some((one) => one.severity === "hard");
          this.verdict = { state: hard ? "no" : violations.length ? "rather" : "allowed", words: violations.map((one) => one.text) };
          this.app.carried();
        }, PATIENCE);
      }
    }
    this.app.carried();
  }

  /** Put it down where it is. */
  drop() {
    clearTimeout(this.timer);
    const moves = this.places().filter(({ event, place }) => !samePlace(place, this.from.get(event.id)))
      .map(({ event, place }) => ({ id: event.id, place }));
    this.app.carry = null;
    this.app.carried();
    return moves.length ? this.app.changes.commit(moves, { base: this.base }) : Promise.resolve([]);
  }

  cancel() {
    clearTimeout(this.timer);
    this.app.carry = null;
    this.app.carried();
  }
}
