// A proposal of the auto-scheduler: where each event would go, shown beside what is; kept whole, in part, or not at all.
import { el, fill, put } from "./dom.js";
import { placeFrom, samePlace } from "./state.js";
import { NO_ROOM } from "./grid.js";

export class Proposal {
  constructor(app, run) {
    this.app = app;
    this.run = run;
    this.moves = new Map();
    this.element = el("section", { class: "tt-proposal notice notice-info", "aria-labelledby": "proposal-heading" });
  }

  async load() {
    const { api, voice, t } = this.app;
    const { status, content } = await api.send(this.run);
    if (status !== 200) {
      voice.notice("bad", t("failed", { why: content?.error?.detail ?? t("lost") }));
      return;
    }
    this.unplaced = content.unplaced ?? [];
    for (const move of content.moves) this.moves.set(move.event, placeFrom(move.place));
    this.app.draw();
    const first = this.left()[0];
    if (first) this.app.show(first.place?.day ?? first.event.place?.day ?? this.app.store.day);
  }

  /** What would still change. */
  left() {
    const { store } = this.app;
    return [...this.moves].map(([id, place]) => ({ event: store.events.get(id), place }))
      .filter(({ event, place }) => event && !event.pinned && !samePlace(event.place, place));
  }

  leaving(id) {
    const event = this.app.store.events.get(id);
    return this.moves.has(id) && !event.pinned && !samePlace(event.place, this.moves.get(id));
  }

  async keep(rows) {
    const moves = rows.map(({ event, place }) => ({ id: event.id, place }));
    if (moves.length) await this.app.changes.commit(moves);
    this.app.store.changed();
  }

  draw() {
    const { store, t } = this.app;
    for (const old of this.ghosts ?? []) old.remove();
    this.ghosts = [];
    const left = this.left();
    const here = left.filter(({ place }) => place?.day === store.day);
    const chosen = left.filter(({ event }) => store.selection.has(event.id));
    const button = (words, run, primary = false) => el("button", { type: "button", class: `button button-small${primary ? " button-primary" : ""}`, on: { click: run } }, words);
    fill(this.element,
      el("div", {}, el("strong", { id: "proposal-heading" }, t("proposal")), " ",
        el("span", { role: "status" }, t("proposalLeft", { number: left.length }), this.unplaced?.length ? ` ${t("proposalUnplaced", { number: this.unplaced.length })}` : "")),
      el("div", { class: "buttons" },
        left.length && store.editable ? button(t("keepAll"), () => this.keep(left), true) : null,
        here.length && here.length < left.length && store.editable ? button(t("keepDay"), () => this.keep(here)) : null,
        chosen.length && store.editable ? button(t("keepThis"), () => this.keep(chosen)) : null,
        chosen.length ? button(t("leaveThis"), () => {
          for (const { event } of chosen) this.moves.delete(event.id);
          store.changed();
        }) : null,
        button(left.length ? t("leaveAll") : t("close"), () => this.app.leaveProposal())));
    for (const { event, place } of here) {
      const span = store.shown(event, store.day, place);
      const body = this.app.grid.bodies?.get(place.room ?? NO_ROOM);
      if (!span || !body) continue;
      const ghost = el("button", { type: "button", class: `tt-ghost tt-proposed type-${store.types.get(event.type)?.colour ?? 1}${store.selection.has(event.id) ? " is-selected" : ""}`,
        on: { click: () => this.app.select([event.id]) } },
      el("span", { class: "tt-card-time", dir: "ltr" }, store.clock.span(place.start, place.end)),
      el("span", { class: "tt-card-title", dir: event.dir ?? "auto" }, `${event.code} ${event.title}`),
      el("span", { class: "tt-card-type" }, event.place ? t("from", { where: this.app.where(event.place) }) : t("notPlaced")));
      put(ghost, { "inset-block-start": this.app.grid.height(this.app.grid.from, span.start), "block-size": this.app.grid.height(span.start, span.end) });
      body.append(ghost);
      this.ghosts.push(ghost);
    }
  }

  remove() {
    for (const old of this.ghosts ?? []) old.remove();
    this.moves.clear();
    this.element.remove();
  }
}
