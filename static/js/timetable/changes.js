// Sending moves: one request after the other, shown at once, taken back when they are refused.
import { placeTo, samePlace } from "./state.js";

export class Changes {
  constructor(app) {
    this.app = app;
    this.queue = Promise.resolve();
    this.busy = 0;
  }

  /**
   * Move events: [{ id, place, pinned? }]. `base` is the edit that was newest when the person began.
   * Resolves to the edits that were made, or null when it was refused.
   */
  commit(moves, { base = this.app.store.edit, keep = true } = {}) {
    const { store, voice } = this.app;
    const outdated = moves.map((move) => store.foreign.get(move.id)).find((edit) => edit && edit.number > base);
    if (outdated) {
      voice.notice("bad", outdated.said);
      store.changed();
      return Promise.resolve(null);
    }
    const before = new Map(moves.map((move) => {
      const event = store.events.get(move.id);
      return [move.id, { place: event.place, pinned: event.pinned }];
    }));
    for (const move of moves) {
      const event = store.events.get(move.id);
      event.place = move.place;
      event.pinned = Boolean(move.place) && (move.pinned ?? event.pinned);
      store.saving.add(move.id);
    }
    store.changed();
    this.busy += 1;
    const sent = this.queue.then(() => this.send(moves, before, keep)).finally(() => {
      this.busy -= 1;
      for (const move of moves) store.saving.delete(move.id);
      store.changed();
    });
    this.queue = sent.catch(() => {});
    return sent;
  }

  async send(moves, before, keep) {
    const { store, api, voice, t, undo } = this.app;
    const { status, content } = await api.post(api.addresses.moves, { base: store.edit,
      moves: moves.map((move) => ({ event: move.id, place: placeTo(move.place), pinned: move.pinned ?? null })) });
    if (status === 200) {
      store.apply(content.edits, content);
      const group = content.edits.map((edit) => {
        const event = store.events.get(edit.event);
        return { id: edit.event, before: before.get(edit.event), after: { place: event.place, pinned: event.pinned } };
      });
      if (keep && group.length) undo.push(group);
      this.app.said(content.violations);
      return content.edits;
    }
    for (const [id, was] of before) {
      const event = store.events.get(id);
      const move = moves.find((one) => one.id === id);
      // A later move of the same event stands: it will be refused or taken by itself.
      if (event && samePlace(event.place, move.place)) Object.assign(event, was);
    }
    if (content?.edits) store.apply(content.edits, { ...content, foreign: true });
    const why = status === 401 ? t("signIn") : status === 0 ? t("lost") : content?.error?.detail ?? "";
    voice.notice("bad", status === 409 && content?.edits ? why : t("failed", { why }));
    return null;
  }
}
