// What the app keeps on the device, in two databases: the list, which goes when somebody signs out (js/site.js), and the scans,
// which stay until the server has them.

const LIST = "door-list";
const SCANS = "door-scans";
const STALE = 3 * 86_400_000;

function open(name, stores) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => {
      for (const [store, options] of Object.entries(stores)) asked.result.createObjectStore(store, options);
    };
    asked.onsuccess = () => {
      // Another page may delete it: when somebody signs out.
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export class Store {
  static async open(conference) {
    const store = new Store();
    store.conference = conference;
    store.scans = await open(SCANS, { scans: { keyPath: "key" }, device: {} });
    await store.openList();
    // Not thrown away when the device runs out of room.
    navigator.storage?.persist?.().catch(() => {});
    return store;
  }

  async openList() {
    this.lists = await open(LIST, { lists: {}, presences: { keyPath: "id" } });
  }

  // --- the device

  async setting(name, value) {
    if (value === undefined) return done(this.scans.transaction("device").objectStore("device").get(name));
    const transaction = this.scans.transaction("device", "readwrite");
    transaction.objectStore("device").put(value, name);
    return finished(transaction);
  }

  async deviceKey() {
    const known = await this.setting("key");
    if (known) return known;
    const made = crypto.randomUUID();
    await this.setting("key", made);
    return made;
  }

  // --- scans

  async keep(scan) {
    const transaction = this.scans.transaction("scans", "readwrite", { durability: "strict" });
    transaction.objectStore("scans").put({ ...scan, conference: this.conference });
    return finished(transaction);
  }

  async all() {
    const found = await done(this.scans.transaction("scans").objectStore("scans").getAll());
    return found.filter((one) => one.conference === this.conference).sort((a, b) => a.at - b.at);
  }

  // outcomes: { key: recorded | known | refused }. Refused ones stay, to be seen.
  async settle(outcomes) {
    const transaction = this.scans.transaction("scans", "readwrite", { durability: "strict" });
    const scans = transaction.objectStore("scans");
    for (const [key, outcome] of Object.entries(outcomes)) {
      if (outcome === "refused") {
        scans.get(key).onsuccess = (event) => {
          if (event.target.result) scans.put({ ...event.target.result, refused: true });
        };
      } else scans.delete(key);
    }
    return finished(transaction);
  }

  // --- the list

  async list(user) {
    const found = await done(this.lists.transaction("lists").objectStore("lists").get(this.conference));
    if (!found) return null;
    if (found.user !== user || Date.now() - found.fetched > STALE) {
      await this.clear();
      return null;
    }
    return found;
  }

  async keepList(content, user) {
    const transaction = this.lists.transaction("lists", "readwrite");
    transaction.objectStore("lists").put({ content, user, fetched: Date.now() }, this.conference);
    return finished(transaction);
  }

  async presences() {
    const found = await done(this.lists.transaction("presences").objectStore("presences").getAll());
    return found.filter((one) => one.conference === this.conference);
  }

  async keepPresences(rows) {
    if (!rows.length) return;
    const transaction = this.lists.transaction("presences", "readwrite");
    for (const [person, place, inside, at, gate] of rows) {
      transaction.objectStore("presences").put(
        { id: `${this.conference}|${person}|${place}`, conference: this.conference, person, place, inside, at, gate: gate ?? null });
    }
    await finished(transaction);
  }

  async clear() {
    const transaction = this.lists.transaction(["lists", "presences"], "readwrite");
    transaction.objectStore("lists").clear();
    transaction.objectStore("presences").clear();
    await finished(transaction);
    for (const name of (await globalThis.caches?.keys()) ?? []) if (name.startsWith("door-photos")) await caches.delete(name);
  }
}
