// Instants are minutes since 1970; people see clocks of the conference's zone.

export const minutes = (iso) => (iso ? Date.parse(iso) / 60000 : null);
export const iso = (at) => (at === null ? null : new Date(at * 60000).toISOString().replace(/:00\.000Z$/, "Z"));

export class Clock {
  constructor(zone) {
    this.format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.known = new Map();
  }

  /** "13:15" */
  at(instant) {
    let said = this.known.get(instant);
    if (said === undefined) this.known.set(instant, (said = this.format.format(instant * 60000)));
    return said;
  }

  /** "13:15–14:30" */
  span(start, end) {
    return end === null ? this.at(start) : `${this.at(start)}–${this.at(end)}`;
  }
}
