// Whether somebody may come in: a function of the list, the scans known here, and the time. Touches neither page nor network.

const HOUR = 3_600_000;
const EARLY = HOUR / 2;
const DAY_BEGINS = 4;
export const CONFERENCE = "conference";

// The date (2027-06-15) in the conference's zone.
export function dayIn(zone, now) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(now);
}

// When the day of the doors began: at four in the morning where the conference is.
export function dayStart(zone, now) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" })
    .formatToParts(now);
  const [hour, minute, second] = ["hour", "minute", "second"].map((type) => Number(parts.find((one) => one.type === type).value));
  const since = ((hour - DAY_BEGINS + 24) % 24) * 3600 + minute * 60 + second;
  return Math.floor(now / 1000) * 1000 - since * 1000;
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

export class People {
  constructor(list) {
    this.list = list;
    this.revoked = new Set(list.revoked);
    this.byId = new Map();
    this.byBadge = new Map();
    for (const row of list.people) this.#index(row);
    this.rights = new Map(Object.entries(list.rights).map(([id, one]) => [Number(id), {
      ...one, categories: new Set(one.categories), invited: new Set(one.invited), seated: new Set(one.seated), speakers: new Set(one.speakers),
    }]));
  }

  #index(row) {
    const [id, name, original, category, organization, country, badge, photo, note, state] = row;
    const person = {
      id, name, original, category: this.list.categories[category], categoryId: category,
      organization: typeof organization === "number" ? this.list.organizations[organization] ?? "" : organization,
      country, badge, photo: Boolean(photo), note, state,
    };
    person.search = plain(`${name} ${original} ${person.organization}`);
    this.byId.set(id, person);
    if (badge) this.byBadge.set(badge, person);
    return person;
  }

  // A badge that was made since the list was.
  add({ person, revoked }, badge) {
    const made = this.#index(person);
    if (revoked) this.revoked.add(badge);
    return made;
  }

  search(text, most) {
    const words = plain(text).split(/\s+/).filter(Boolean);
    const found = [];
    for (const person of this.byId.values()) {
      if (words.every((word) => person.search.includes(word))) found.push(person);
      if (found.length > most) break;
    }
    return found;
  }
}

// Who is where, as the scans say. The newest of each person and place counts.
export class Presences {
  constructor() {
    this.known = new Map();
  }

  // Returns whether anything changed. At the very same instant having left counts, as for the server.
  note(person, place, inside, at, gate = null) {
    let places = this.known.get(person);
    if (!places) this.known.set(person, (places = new Map()));
    const before = places.get(place);
    if (before && (before.at > at || (before.at === at && (before.inside === inside || inside)))) {
      if (before.at === at && before.inside === inside) before.gate ??= gate;
      return false;
    }
    places.set(place, { inside, at, gate });
    return true;
  }

  // The entry that makes somebody be inside a place, or null.
  here(person, place, since) {
    const places = this.known.get(person);
    const one = places?.get(place);
    if (!one?.inside || one.at < since) return null;
    if (place !== CONFERENCE) {
      for (const [other, there] of places) {
        if (other !== place && other !== CONFERENCE && there.inside && there.at > one.at) return null;
      }
    }
    return one;
  }

  count(place, since) {
    let count = 0;
    for (const person of this.known.keys()) if (this.here(person, place, since)) count += 1;
    return count;
  }
}

// The event that people come to at a room's door: what runs there, or begins within half an hour.
export function eventAt(list, room, now) {
  const near = list.events.filter((one) => one.room === room && one.starts - EARLY <= now && one.ends > now);
  return near.sort((a, b) => b.starts - a.starts)[0] ?? null;
}

// Whether a person may come to an event: { allowed, reason }.
export function right(people, person, event) {
  const rights = event && people.rights.get(event.id);
  if (!rights || rights.speakers.has(person.id)) return null;
  if (rights.restricted && !rights.invited.has(person.id) && !rights.categories.has(person.categoryId)) return "no_right";
  if (rights.seat && !rights.seated.has(person.id)) return "no_seat";
  return null;
}

// What a code says of itself and of whose it is: { reason, person, badge }.
export function whose(code, people, today) {
  if (!code.genuine) return { reason: code.foreign ? "foreign" : "forged", person: null, badge: null };
  const person = people.byBadge.get(code.badge) ?? null;
  if (today > code.lastDay) return { reason: "expired", person, badge: code.badge };
  if (people.revoked.has(code.badge)) return { reason: "revoked", person, badge: code.badge };
  return { reason: person ? null : "unknown", person, badge: code.badge };
}

// Why somebody is not let in at a door now, or null.
export function against({ people, person, gate, event, presences, since }) {
  if (person.state) return "not_confirmed";
  const refusal = gate.room ? right(people, person, event) : null;
  if (refusal) return refusal;
  if (presences.here(person.id, gate.place, since)) return "twice";
  if (gate.limit !== null && presences.count(gate.place, since) >= gate.limit) return "full";
  return null;
}
