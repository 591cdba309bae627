// One day: rooms across, time down. Only this day is in the document; cards are kept and moved, not made anew.
import { el, fill, icon, put, spoken } from "./dom.js";

const MINUTE = 1.25;
const RANKED = 30;
export const NO_ROOM = 0;

export class Grid {
  constructor(app) {
    this.app = app;
    this.cards = new Map();
    this.room = "";
    this.canvas = el("div", { class: "tt-canvas" });
    this.hint = el("p", { class: "tt-hint", hidden: true, "aria-hidden": "true" });
    this.scroller = el("div", { class: "tt-scroll", role: "application", "aria-label": app.t("timetable"),
      "aria-describedby": "timetable-keys-short", tabindex: "-1", id: "timetable-grid" }, this.canvas);
    this.element = el("div", { class: "tt-main" }, this.scroller, this.hint);
  }

  /** The rooms that are shown, in groups of venues; the last one takes what has a time but no room. */
  columns() {
    const { store, t } = this.app;
    const [kind, id] = this.room.split(":");
    const groups = store.venues
      .map((venue) => ({ venue, rooms: store.rooms.filter((room) => room.venue === venue.id
        && (!kind || (kind === "venue" ? venue.id : room.id) === Number(id))) }))
      .filter((group) => group.rooms.length);
    const homeless = store.on(store.day).some((event) => !store.roomById.has(event.place.room));
    if (homeless && (!kind || !groups.length)) groups.push({ venue: null, rooms: [{ id: NO_ROOM, name: t("noRoom") }] });
    return groups;
  }

  draw() {
    const { store } = this.app;
    const day = store.dayById.get(store.day);
    if (!day) return;
    const events = store.on(day.id);
    const spans = events.map((event) => store.shown(event, day.id));
    this.from = floor(Math.min(day.opens, ...spans.map((span) => span.start)), day.midnight);
    this.to = ceil(Math.max(day.closes, ...spans.map((span) => span.end)), day.midnight);
    const groups = this.columns();
    const shape = JSON.stringify([day.id, this.from, this.to, groups.map((group) => group.rooms.map((room) => room.id)), store.revision]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.frame(day, groups);
    }
    this.place(events);
    this.scroller.tabIndex = this.cards.size ? -1 : 0;
  }

  height(from, to) {
    return `${(to - from) * MINUTE}px`;
  }

  frame(day, groups) {
    const { store, t } = this.app;
    const rooms = groups.flatMap((group) => group.rooms);
    put(this.canvas, { "--tt-rooms": String(rooms.length), "--tt-height": this.height(this.from, this.to) });
    let column = 2;
    const venues = groups.map((group) => {
      const head = el("div", { class: "tt-venue" }, el("span", { dir: "auto" }, group.venue?.name ?? ""));
      put(head, { "grid-column": `${column} / span ${group.rooms.length}` });
      column += group.rooms.length;
      return head;
    });
    const heads = rooms.map((room) => el("div", { class: "tt-room-head", id: `timetable-room-${room.id}` },
      el("strong", { dir: "auto", title: room.name }, room.name),
      el("span", { class: "tt-room-facts", title: [...(room.equipment ?? [])].join(", ") }, ...this.facts(room))));
    heads.forEach((head, n) => put(head, { "grid-column": String(n + 2) }));
    const hours = [];
    for (let at = this.from; at < this.to; at += 60) {
      const hour = el("span", { class: "tt-hour" }, el("span", { dir: "ltr" }, store.clock.at(at)));
      put(hour, { "inset-block-start": this.height(this.from, at) });
      hours.push(hour);
    }
    const lines = hours.map((hour) => {
      const line = el("span", {});
      put(line, { "inset-block-start": hour.style.getPropertyValue("inset-block-start") });
      return line;
    });
    this.marks = el("div", { class: "tt-slot-marks" }, ...this.slotMarks(day));
    this.bodies = new Map(rooms.map((room) => {
      const body = el("div", { class: "tt-room", role: "group", "aria-label": room.name, data: { room: room.id } });
      for (const one of store.closed) {
        if (one.room !== room.id || one.to <= this.from || one.from >= this.to) continue;
        const [from, to] = [Math.max(one.from, this.from), Math.min(one.to, this.to)];
        const closed = el("div", { class: "tt-closed" }, el("span", {}, t("closed")));
        put(closed, { "inset-block-start": this.height(this.from, from), "block-size": this.height(from, to) });
        body.append(closed);
      }
      return [room.id, body];
    }));
    [...this.bodies.values()].forEach((body, n) => put(body, { "grid-column": String(n + 2) }));
    this.cards.clear();
    this.bands = el("div", { class: "tt-bands", "aria-hidden": "true" });
    fill(this.canvas,
      el("div", { class: "tt-corner" }), ...venues, el("div", { class: "tt-corner tt-corner-low" }), ...heads,
      el("div", { class: "tt-times", "aria-hidden": "true" }, ...hours, this.marks),
      ...this.bodies.values(), el("div", { class: "tt-lines", "aria-hidden": "true" }, ...lines), this.bands);
  }

  facts(room) {
    const { t } = this.app;
    const found = [];
    if (room.capacity) found.push(el("span", {}, t("capacity", { number: room.capacity })));
    if (room.step_free) found.push(el("span", { title: t("stepFree") }, icon("step-free"), spoken(t("stepFree"))));
    if (room.booths) found.push(el("span", {}, t("booths", { number: room.booths })));
    if (room.equipment?.length) found.push(el("span", {}, room.equipment.join(", ")));
    return found;
  }

  /** The slots of the types, as thin bars beside the hours: in a type's colour, or plain when several types share them. */
  slotMarks(day) {
    const { store } = this.app;
    const shared = new Map();
    for (const [type, slots] of store.slots) {
      const here = slots.filter((slot) => slot.day === day.id);
      const key = here.map((slot) => `${slot.start}-${slot.end}`).join();
      if (!here.length) continue;
      if (!shared.has(key)) shared.set(key, { here, types: [] });
      shared.get(key).types.push(store.types.get(type));
    }
    return [...shared.values()].slice(0, 4).flatMap(({ here, types }, lane) => here.map((slot) => {
      const mark = el("span", { class: `tt-slot-mark${types.length === 1 ? ` type-${types[0]?.colour ?? 1}` : ""}`,
        title: `${store.clock.span(slot.start, slot.end)} ${types.map((type) => type?.name).join(", ")}` });
      put(mark, { "inset-block-start": this.height(this.from, slot.start), "block-size": this.height(slot.start, slot.end),
        "inset-inline-end": `${lane * 4}px` });
      return mark;
    }));
  }

  /** The slots of one event's type, across all rooms: where it snaps to. */
  band(event) {
    const { store } = this.app;
    const times = event && store.slots.has(event.type) ? store.times(event, store.day) : [];
    fill(this.bands, ...times.map((time) => {
      const band = el("span", { class: `type-${store.types.get(event.type)?.colour ?? 1}` });
      put(band, { "inset-block-start": this.height(this.from, time.start), "block-size": this.height(time.start, time.end) });
      return band;
    }));
  }

  place(events) {
    const { store } = this.app;
    const byRoom = new Map();
    for (const event of events) {
      const room = this.bodies.has(event.place.room) ? event.place.room : store.roomById.has(event.place.room) ? null : NO_ROOM;
      if (!this.bodies.has(room)) continue;
      if (!byRoom.has(room)) byRoom.set(room, []);
      byRoom.get(room).push({ event, ...store.shown(event, store.day) });
    }
    const kept = new Set();
    const lanesIn = new Map([...byRoom].map(([room, list]) => [room, Math.max(...lanesOf(list).map((one) => one.lanes))]));
    // What is side by side in one room needs the width for it.
    put(this.canvas, { "grid-template-columns": ["var(--tt-gutter)", ...[...this.bodies.keys()].map((room) => {
      const lanes = Math.min(lanesIn.get(room) ?? 1, 4);
      return lanes > 1 ? `calc(var(--tt-room) * ${0.3 + 0.7 * lanes})` : "var(--tt-room)";
    })].join(" ") });
    for (const [room, list] of byRoom) {
      const body = this.bodies.get(room);
      for (const { event, start, end, lane, lanes } of list) {
        kept.add(event.id);
        const card = this.cards.get(event.id) ?? this.card(event);
        this.paint(card, event, { start, end, lane, lanes });
        if (card.parentElement !== body) body.append(card);
      }
      // Reading and Tab follow time.
      const order = [...list].sort((one, other) => one.start - other.start).map(({ event }) => this.cards.get(event.id));
      const now = [...body.querySelectorAll(".tt-card")];
      if (order.some((card, n) => card !== now[n])) for (const card of order) body.append(card);
    }
    for (const [id, card] of this.cards) {
      if (!kept.has(id)) {
        card.remove();
        this.cards.delete(id);
      }
    }
    this.rove();
  }

  card(event) {
    const card = el("button", { type: "button", class: "tt-card", data: { event: event.id }, tabindex: "-1", id: `timetable-event-${event.id}` });
    this.cards.set(event.id, card);
    return card;
  }

  paint(card, event, { start, end, lane, lanes }) {
    const { store, t } = this.app;
    const marks = store.marks.get(event.id) ?? 0;
    const type = store.types.get(event.type);
    const look = [event.title, event.place, event.pinned, event.state, marks, store.moved(event), start, end, store.revision, this.from].join() + JSON.stringify(event.place);
    card.className = ["tt-card", `type-${type?.colour ?? 1}`, end - start < 45 && "is-short", event.state !== "scheduled" && `is-${event.state}`,
      marks && "is-conflict", store.selection.has(event.id) && "is-selected", store.saving.has(event.id) && "is-saving",
      store.fresh.has(event.id) && "is-fresh", this.app.carry?.ids.includes(event.id) && "is-carried",
      this.app.proposal?.leaving(event.id) && "is-leaving"].filter(Boolean).join(" ");
    card.setAttribute("aria-pressed", String(store.selection.has(event.id)));
    put(card, { "inset-block-start": this.height(this.from, start), "block-size": `calc(${this.height(start, end)} - 2px)`,
      "inset-inline-start": `calc(${(100 * lane) / lanes}% + 1px)`, "inline-size": `calc(${100 / lanes}% - 3px)` });
    put(card, { "--tt-lines": String(Math.max(1, Math.floor(((end - start) * MINUTE - (end - start < 45 ? 22 : 38)) / 15))) });
    if (card.dataset.look === look) return;
    card.dataset.look = look;
    const room = store.roomById.get(event.place.room);
    fill(card,
      el("span", { class: "tt-card-top" },
        el("span", { class: "tt-card-time", dir: "ltr" }, store.clock.span(event.place.start, event.place.end)),
        el("span", { class: "tt-signs" }, event.pinned ? el("span", { class: "tt-sign", title: t("pinned") }, icon("place"), spoken(t("pinned"))) : null,
        store.moved(event) ? el("span", { class: "tt-sign", title: t("changed") }, "≠", spoken(t("changed"))) : null,
        marks ? el("span", { class: "tt-sign tt-sign-bad", title: t("conflicts", { number: marks }) }, `! ${marks}`, spoken(t("conflicts", { number: marks }))) : null)),
      el("span", { class: "tt-card-title", lang: event.lang, dir: event.dir ?? "auto" }, event.title),
      el("span", { class: "tt-card-type" }, [event.state === "scheduled" ? "" : t(event.state), type?.name].filter(Boolean).join(" · ")),
      spoken(`${event.code}, ${room?.name ?? t("noRoom")}`),
      store.editable ? el("span", { class: "tt-resize", "aria-hidden": "true" }) : null);
  }

  /** Exactly one card can be reached with Tab; arrow keys go on from it. */
  rove(id = this.current) {
    if (!this.cards.has(id)) id = this.cards.keys().next().value;
    this.current = id;
    for (const [other, card] of this.cards) card.tabIndex = other === id ? 0 : -1;
  }

  focus(id) {
    const card = this.cards.get(id);
    if (!card) return false;
    this.rove(id);
    card.focus({ preventScroll: true });
    this.reveal(card);
    return true;
  }

  /** Scroll so that something is seen beside the hours and below the rooms. */
  reveal(element) {
    const box = this.scroller.getBoundingClientRect();
    const corner = this.canvas.querySelector(".tt-corner-low").getBoundingClientRect();
    const one = element.getBoundingClientRect();
    const rtl = getComputedStyle(this.scroller).direction === "rtl";
    const [left, right] = rtl ? [box.left, corner.left] : [corner.right, box.right];
    let x = 0;
    let y = 0;
    if (one.left < left) x = one.left - left - 4;
    else if (one.right > right) x = one.right - right + 4;
    if (one.top < corner.bottom) y = one.top - corner.bottom - 4;
    else if (one.bottom > box.bottom) y = Math.min(one.bottom - box.bottom + 4, one.top - corner.bottom - 4);
    this.scroller.scrollBy({ left: x, top: y });
  }

  /** The room and the minute under a point of the window, or null beside the rooms. */
  under(x, y) {
    const box = this.scroller.getBoundingClientRect();
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) return null;
    for (const [room, body] of this.bodies) {
      const place = body.getBoundingClientRect();
      if (x >= place.left && x < place.right) return { room, at: this.from + (y - place.top) / MINUTE };
    }
    return null;
  }

  /** Show where what is carried would be. */
  ghost(places, state) {
    const { store } = this.app;
    const ghosts = places.filter(({ place }) => place?.day && this.bodies.has(place.room ?? NO_ROOM)).map(({ event, place }) => {
      const span = store.shown(event, store.day, place);
      if (!span) return null;
      const ghost = el("div", { class: `tt-ghost type-${store.types.get(event.type)?.colour ?? 1} is-${state}`, "aria-hidden": "true" },
        el("span", { class: "tt-card-time", dir: "ltr" }, store.clock.span(place.start, place.end)),
        el("span", { class: "tt-card-title", dir: event.dir ?? "auto" }, event.title));
      put(ghost, { "inset-block-start": this.height(this.from, span.start), "block-size": this.height(span.start, span.end) });
      this.bodies.get(place.room ?? NO_ROOM).append(ghost);
      return ghost;
    }).filter(Boolean);
    for (const old of this.ghosts ?? []) old.remove();
    this.ghosts = ghosts;
    return ghosts[0];
  }

  /** Mark the places that the server offers; as buttons when one of them can be chosen. */
  offer(event, list, choose = null) {
    for (const old of this.offers ?? []) old.remove();
    this.offers = [];
    for (const one of list ?? []) {
      const span = this.app.store.shown(event, this.app.store.day, one.place);
      const body = this.bodies?.get(one.place.room);
      if (!span || !body) continue;
      const said = this.app.verdictWords(one);
      const mark = el(choose ? "button" : "div", { type: choose ? "button" : null, class: `tt-offer is-${one.allowed ? "allowed" : "no"}`,
        "aria-hidden": choose ? null : "true",
        on: choose ? { click: () => choose(one), focus: () => this.tell(`${this.app.where(one.place)}: ${said}`),
          pointerenter: () => this.tell(`${this.app.where(one.place)}: ${said}`), pointerleave: () => this.tell("") } : {} },
        el("span", { class: "tt-offer-sign" }, one.allowed ? (one.rank <= RANKED ? String(one.rank) : "✓") : "×"),
        choose ? spoken(` ${this.app.where(one.place)}: ${said}`) : null);
      // Without slots a type is offered each half-hour: there the marks stand for starts.
      const until = this.app.store.slots.has(event.type) ? span.end : Math.min(span.end, span.start + 30);
      put(mark, { "inset-block-start": this.height(this.from, span.start), "block-size": this.height(span.start, until) });
      body.append(mark);
      this.offers.push(mark);
    }
  }

  /** What is said about the place in view. */
  tell(text, state = "") {
    this.hint.hidden = !text;
    this.hint.className = `tt-hint ${state && `is-${state}`}`;
    this.hint.textContent = text;
  }
}

const floor = (at, midnight) => midnight + Math.floor((at - midnight) / 60) * 60;
const ceil = (at, midnight) => midnight + Math.ceil((at - midnight) / 60) * 60;

/** Side by side what is in one room at once. */
export function lanesOf(list) {
  const sorted = [...list].sort((one, other) => one.start - other.start || one.event.id - other.event.id);
  let cluster = [];
  let until = -Infinity;
  const close = () => {
    const lanes = Math.max(1, ...cluster.map((one) => one.lane + 1));
    for (const one of cluster) one.lanes = lanes;
    cluster = [];
  };
  for (const one of sorted) {
    if (one.start >= until) close();
    const taken = new Set(cluster.filter((other) => other.end > one.start).map((other) => other.lane));
    one.lane = 0;
    while (taken.has(one.lane)) one.lane += 1;
    cluster.push(one);
    until = Math.max(until, one.end);
  }
  close();
  return sorted;
}
