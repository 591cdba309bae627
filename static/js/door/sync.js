// Handing scans over and hearing what others recorded. Whatever happens on the way, a scan stays on the device until the
// server has answered that it has it; sent again it changes nothing there.

const MOST = 200;
const PATIENCE = 15_000;
const LIST_PAUSE = 120_000;

export class Sync {
  constructor({ config, store, device, heard }) {
    Object.assign(this, { config, store, device, heard });
    this.token = config.token;
    this.state = "connecting";
    this.since = null;
    this.offset = 0;
    this.stamp = null;
    // When the list was fetched, and when the server last said that it is still the newest.
    this.fetchedAt = 0;
    this.listAt = 0;
    this.running = null;
    // Scans that were not handed over at the first attempt: they waited for a network.
    this.tried = new Set();
  }

  now() {
    return Date.now() + this.offset;
  }

  async ask(address, options = {}, patience = PATIENCE) {
    let answer;
    try {
      answer = await fetch(address, { credentials: "same-origin", cache: "no-store", redirect: "manual",
        signal: AbortSignal.timeout(patience), ...options, headers: { Accept: "application/json", ...options.headers } });
    } catch {
      return { status: 0 };
    }
    if (answer.type === "opaqueredirect") return { status: 401 };
    try {
      return { status: answer.status, content: await answer.json() };
    } catch {
      return { status: answer.ok ? 0 : answer.status };
    }
  }

  get(name, query = {}, patience = PATIENCE) {
    return this.ask(`${this.config.addresses[name]}?${new URLSearchParams({ device: this.device.key, ...query })}`, {}, patience);
  }

  // One at a time; whoever asks meanwhile gets another turn after it.
  run() {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    const work = async () => {
      do {
        this.again = false;
        await this.once();
      } while (this.again);
    };
    const locked = navigator.locks ? navigator.locks.request(`door-${this.config.conference}`, work) : work();
    this.running = Promise.resolve(locked).catch((error) => console.warn("sync", error)).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  async once() {
    const waiting = (await this.store.all()).filter((one) => !one.refused);
    if (this.since === null) {
      const start = await this.get("state");
      if (start.status !== 200) return this.failed(start.status, waiting);
      this.token = start.content.token;
      await this.heard.user(start.content.user);
      await this.heard.presences(start.content.presences);
      this.since = start.content.at;
    }
    const scans = waiting.slice(0, MOST).map(({ key, gate, kind, at, badge, person, event, reason, note, offline }) =>
      ({ key, gate, kind, at, badge, person, event, reason, note, offline: offline || this.tried.has(key) }));
    const sent = Date.now();
    const answer = await this.ask(this.config.addresses.sync, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
      body: JSON.stringify({
        device: { key: this.device.key, name: this.device.name, gate: this.device.gate, list: this.listAt || null, waiting: waiting.length - scans.length },
        since: this.since,
        scans,
      }),
    });
    if (answer.status === 422 && !this.renewed) {
      // The token of the page is too old: the session is asked for another.
      this.renewed = true;
      this.since = null;
      this.again = true;
      return;
    }
    if (answer.status !== 200) return this.failed(answer.status, scans);
    this.renewed = false;
    const { at, outcomes, presences, revoked, stamp } = answer.content;
    // Ours is known to the second; what is within that is no difference.
    const apart = at + 500 - (sent + Date.now()) / 2;
    this.offset = Math.abs(apart) > 2000 ? Math.round(apart) : 0;
    await this.store.settle(outcomes);
    this.since = at;
    this.state = "online";
    await this.heard.presences(presences);
    this.heard.revoked(revoked);
    if (stamp === this.stamp) {
      this.listAt = Date.now();
      await this.heard.current();
    } else if (!this.stamp || Date.now() - this.fetchedAt > LIST_PAUSE) await this.fetchList();
    if (waiting.length > scans.length) this.again = true;
    await this.heard.state();
  }

  async fetchList() {
    const answer = await this.get("list");
    if (answer.status !== 200) return this.failed(answer.status);
    this.stamp = answer.content.stamp;
    this.fetchedAt = this.listAt = Date.now();
    await this.heard.list(answer.content);
  }

  async failed(status, scans = []) {
    for (const { key } of scans) this.tried.add(key);
    this.state = { 401: "signed_out", 403: "blocked", 404: "blocked" }[status] ?? "offline";
    if (this.state === "blocked") {
      this.stamp = null;
      await this.heard.blocked();
    }
    await this.heard.state();
  }
}
