// What the editor knows: the timetable as the server has it, as far as it was told. Announces "change" when that changes.
import { Clock, iso, minutes } from "./time.js";

/** A place with minutes instead of instants; null is nowhere. */
export function placeFrom(json) {
  if (!json || json === true || !Object.values(json).some((value) => value !== null)) return null;
  return { room: json.room ?? null, day: json.day ?? null, endDay: json.end_day ?? null,
    start: minutes(json.starts_at), end: minutes(json.ends_at) };
}

export const placeTo = (place) => place && {
  room: place.room, day: place.day, end_day: place.endDay, starts_at: iso(place.start), ends_at: iso(place.end),
};

export const samePlace = (one, other) =>
  one === other || Boolean(one && other && ["room", "day", "endDay", "start", "end"].every((name) => one[name] === other[name]));

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const byId = (rows) => new Map(rows.map((row) => [row.id, row]));

export class Store extends EventTarget {
  constructor(data) {
    super();
    this.selection = new Set();
    this.foreign = new Map();
    this.saving = new Set();
    this.fresh = new Set();
    this.day = null;
    this.load(data);
  }

  /** Take the whole state in; what is selected and shown stays. */
  load(data) {
    this.edit = data.edit;
    this.revision = data.revision;
    this.editable = data.editable;
    this.clock = new Clock(data.zone);
    this.days = data.days.map((day) => ({ ...day, midnight: minutes(day.midnight), opens: minutes(day.opens), closes: minutes(day.closes) }));
    this.dayById = byId(this.days);
    this.venues = data.venues;
    this.rooms = data.rooms;
    this.roomById = byId(this.rooms);
    this.types = byId(data.types);
    this.themes = byId(data.themes);
    this.organizations = byId(data.organizations);
    this.closed = data.closed.map((one) => ({ room: one.room, from: minutes(one.from), to: minutes(one.to) }));
    this.slots = new Map(Object.entries(data.slots).map(([type, slots]) =>
      [Number(type), slots.map((one) => ({ day: one.day, start: minutes(one.from), end: minutes(one.to) }))]));
    this.events = new Map();
    for (const row of data.events) {
      const place = placeFrom(row.place);
      const known = row.released !== undefined;
      const leads = row.leads.map((id) => this.organizations.get(id)?.name ?? "");
      this.events.set(row.id, { ...row, place, pinned: Boolean(row.pinned), state: row.state ?? "scheduled", missing: row.missing ?? [],
        public: known, released: row.released === true ? place : placeFrom(row.released), leadNames: leads,
        text: plain([row.code, row.title, ...leads].join(" ")) });
    }
    this.byCode = new Map([...this.events.values()].map((event) => [event.code, event]));
    this.marks = new Map(Object.entries(data.marks).map(([id, count]) => [Number(id), count]));
    this.selection = new Set([...this.selection].filter((id) => this.events.has(id)));
    if (!this.dayById.has(this.day)) this.day = null;
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** Take edits of the log in. Returns false when one is about an event that is not known here. */
  apply(edits, { edit, marks, foreign = false } = {}) {
    let complete = true;
    for (const one of edits) {
      const event = this.events.get(one.event);
      if (!event) complete = false;
      else Object.assign(event, { place: placeFrom(one.place), pinned: one.pinned });
      if (foreign) this.foreign.set(one.event, one);
      this.edit = Math.max(this.edit, one.number);
    }
    if (edit !== undefined) this.edit = Math.max(this.edit, edit);
    if (marks) this.marks = new Map(Object.entries(marks).map(([id, count]) => [Number(id), count]));
    return complete;
  }

  /** When an event is on a day, as { start, end }: on each of its days at the same clock. null when it is not. */
  shown(event, dayId, place = event.place) {
    if (!place || place.start === null || place.day === null) return null;
    if (dayId < place.day || dayId > (place.endDay ?? place.day)) return null;
    const shift = this.dayById.get(dayId).midnight - (this.dayById.get(place.day)?.midnight ?? this.dayById.get(dayId).midnight);
    return { start: place.start + shift, end: (place.end ?? place.start + Math.min(event.minutes, 30)) + shift, open: place.end === null };
  }

  on(dayId) {
    return [...this.events.values()].filter((event) => this.shown(event, dayId));
  }

  /** Events that want a time, in order of code. */
  unplaced() {
    return [...this.events.values()].filter((event) => event.state !== "cancelled" && (!event.place || event.place.start === null));
  }

  moved(event) {
    return event.public && event.state !== "draft" && !samePlace(event.place, event.released);
  }

  length(event) {
    const place = event.place;
    return place && place.start !== null && place.end !== null ? place.end - place.start : event.minutes;
  }

  /** The times that the event snaps to on a day: the slots of its type, else each half-hour. */
  times(event, dayId) {
    const slots = this.slots.get(event.type);
    const length = this.length(event);
    if (slots) {
      const fit = slots.filter((slot) => slot.end - slot.start >= length);
      return (fit.length ? fit.map((slot) => ({ day: slot.day, start: slot.start, end: slot.start + length })) : slots)
        .filter((slot) => slot.day === dayId);
    }
    const day = this.dayById.get(dayId);
    const found = [];
    for (let start = day.opens; start + length <= day.closes; start += 30) found.push({ day: dayId, start, end: start + length });
    return found;
  }

  matches(event, query) {
    return plain(query).split(/\s+/).every((word) => event.text.includes(word));
  }
}
