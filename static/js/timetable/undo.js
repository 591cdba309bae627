// Undo and redo: new moves back along, kept while the tab is open; refused when somebody else changed the event meanwhile.
import { samePlace } from "./state.js";

const MOST = 100;

export class Undo {
  constructor(app, conference) {
    this.app = app;
    this.key = `timetable:${conference}`;
    this.done = [];
    this.undone = [];
    try {
      Object.assign(this, JSON.parse(sessionStorage.getItem(this.key)) ?? {});
    } catch {
      // Nothing was kept.
    }
  }

  keep() {
    try {
      sessionStorage.setItem(this.key, JSON.stringify({ done: this.done, undone: this.undone }));
    } catch {
      // For as long as this page is open.
    }
    this.app.store.changed();
  }

  push(group) {
    this.done = [...this.done.slice(1 - MOST), group];
    this.undone = [];
    this.keep();
  }

  undo() {
    return this.go("done", "undone", "after", "before", "nothingUndo", "undone");
  }

  redo() {
    return this.go("undone", "done", "before", "after", "nothingRedo", "redone");
  }

  async go(from, to, now, then, nothing, word) {
    const { store, voice, t, changes } = this.app;
    await changes.queue;
    const group = this[from].pop();
    if (!group) {
      voice.say(t(nothing));
      return;
    }
    const other = group.find(({ id, [now]: is }) => {
      const event = store.events.get(id);
      return !event || !samePlace(event.place, is.place) || event.pinned !== is.pinned;
    });
    if (other) {
      this.keep();
      const code = store.events.get(other.id)?.code ?? "";
      voice.notice("warning", t("undoRefused", { code }));
      return;
    }
    const made = await changes.commit(group.map((one) => ({ id: one.id, ...one[then] })), { keep: false });
    if (!made) return;
    this[to].push(group);
    this.keep();
    const first = store.events.get(group[0].id);
    if (first.place?.day && first.place.start !== null) this.app.show(first.place.day);
    await this.app.backTo(first.id);
    voice.say(t(word, { what: group.map(({ id }) => this.app.sentence(store.events.get(id))).join(" ") }));
  }
}
