// The app at the door. Reads a badge (scanner, camera, typing) or finds a person, says at once whether they come in, and records
// what happened on this device first; handing over is sync.js's.

import { Camera } from "./camera.js";
import { card, element, fill } from "./card.js";
import { importKey, looksLikeCode, read } from "./code.js";
import { CONFERENCE, People, Presences, against, dayIn, dayStart, eventAt, right, whose } from "./decide.js";
import { Store } from "./store.js";
import { Sync } from "./sync.js";

const EVERY = 10_000;
const AGAIN = 5_000;
const IN_VIEW = 3_000;
const SOON = 4_000;
const MOST_FOUND = 12;
const MOST_SHOWN = 20;
const OLD = 3_600_000;
const BACK = 120_000;
const NEARLY = 0.9;
// As worker.js has it, which answers with them where there is no network.
const MOST_PHOTOS = 2000;

const config = JSON.parse(document.getElementById("door-config").textContent);
const { texts } = config;
const root = document.getElementById("door");
const part = (name) => root.querySelector(`[data-door="${name}"]`);
// As the pages have it: English is the international one.
const locale = `${config.language === "en" ? "en-GB" : config.language}-u-nu-latn`;
const clock = new Intl.DateTimeFormat(locale, { timeZone: config.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const moment = new Intl.DateTimeFormat(locale, { timeZone: config.zone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const countries = new Intl.DisplayNames([config.language], { type: "region", fallback: "code" });

const presences = new Presences();
const device = { key: null, name: "", gate: null };
const shown = [];
let people = null;
let key = null;
let listAt = 0;
let store;
let sync;
let lastAt = 0;
let last = { badge: null, at: 0 };
let seen = { text: "", at: 0 };
let waiting = 0;
let refused = 0;
let turn = Promise.resolve();
let fetching = false;
// The list whose photos are all here.
let complete = null;

const mode = () => root.querySelector("input[name=door-mode]:checked").value;
const gate = () => people?.list.gates.find((one) => one.id === device.gate) ?? null;
const since = () => dayStart(config.zone, sync.now());
const gateName = (id) => people?.list.gates.find((one) => one.id === id)?.name ?? "";

function event() {
  const here = gate();
  if (!here?.room) return null;
  const chosen = Number(part("event").value);
  return chosen ? people.list.events.find((one) => one.id === chosen) ?? null : eventAt(people.list, here.room, sync.now());
}

// --- showing

function paintState() {
  root.dataset.state = sync.state;
  root.dataset.waiting = waiting;
  const said = part("connection");
  said.textContent = texts[sync.state];
  said.className = `badge badge-${{ online: "good", offline: "warning", connecting: "info" }[sync.state] ?? "bad"} door-connection`;
  // Registering somebody needs the server.
  part("walk-in").hidden = sync.state !== "online";
  part("sign-in").hidden = sync.state !== "signed_out";
  part("list").textContent = people ? fill(texts.list_of, { when: moment.format(listAt) }) : texts.no_list;
  part("old").hidden = !people || sync.now() - listAt < OLD;
  part("waiting").textContent = waiting ? fill(texts.waiting, { count: waiting }) : texts.waiting_0;
  part("refused").hidden = !refused;
  part("refused").textContent = fill(texts.not_taken, { count: refused });
  const here = gate();
  const inside = part("inside");
  const alarm = part("alarm");
  inside.hidden = !here;
  if (!here) {
    alarm.hidden = true;
    return;
  }
  const count = presences.count(here.place, since());
  root.dataset.inside = count;
  inside.textContent = here.limit === null ? fill(texts.inside, { count }) : fill(texts.inside_of, { count, limit: here.limit });
  const level = here.limit === null ? "" : count >= here.limit ? "full" : count >= here.limit * NEARLY ? "nearly_full" : "";
  alarm.hidden = !level;
  alarm.className = `notice notice-${level === "full" ? "bad" : "warning"} door-alarm`;
  // Said once, when it begins.
  if (level && alarm.textContent !== texts[level]) alarm.textContent = texts[level];
  if (!level) alarm.textContent = "";
}

function paintShown() {
  const list = part("shown");
  list.replaceChildren(...shown.slice(0, MOST_SHOWN).map((one) => element("li", { class: "door-shown", "data-kind": one.kind },
    element("bdi", { dir: "ltr", class: "num" }, clock.format(one.at)), " ",
    element("span", {}, texts[`kind_${one.kind}`]), " ",
    element("bdi", {}, one.name || "–"), one.reason ? element("span", { class: "muted" }, ` ${texts[`reason_${one.reason}`]}`) : null)));
  part("none-shown").hidden = shown.length > 0;
}

async function recount() {
  const all = await store.all();
  refused = all.filter((one) => one.refused).length;
  waiting = all.length - refused;
  paintState();
}

function paintGates() {
  const select = part("gate");
  const open = people.list.gates.filter((one) => one.open);
  select.replaceChildren(
    ...(open.length === 1 ? [] : [element("option", { value: "" }, texts.no_gate)]),
    ...open.map((one) => element("option", { value: one.id }, one.roomName ? `${one.name} (${one.roomName})` : one.name)));
  if (!open.some((one) => one.id === device.gate)) device.gate = open.length === 1 ? open[0].id : null;
  select.value = device.gate ?? "";
  paintEvents();
}

function paintEvents() {
  const here = gate();
  const field = part("event-field");
  field.hidden = !here?.room;
  if (!here?.room) return;
  const select = part("event");
  const before = select.value;
  const now = eventAt(people.list, here.room, sync.now());
  const today = people.list.events.filter((one) => one.room === here.room && dayIn(config.zone, one.starts) === dayIn(config.zone, sync.now()));
  const label = (one) => (one ? `${clock.format(one.starts)} ${one.code} ${one.title}` : texts.no_event);
  select.replaceChildren(
    element("option", { value: "" }, label(now)),
    ...today.filter((one) => one !== now).map((one) => element("option", { value: one.id }, label(one))));
  if ([...select.options].some((option) => option.value === before)) select.value = before;
}

function rightSays(person, now) {
  if (!now) return null;
  const refusal = right(people, person, now);
  if (refusal) return texts[`reason_${refusal}`];
  return people.rights.has(now.id) ? texts.right_yes : texts.right_open;
}

function show({ verdict, says, why = [], person = null, actions = [], override = null, refuse = null }) {
  const now = event();
  const photo = person?.photo ? photoOf(person) : null;
  part("found").replaceChildren();
  const place = part("card");
  place.replaceChildren(card({
    texts, verdict, says, why, person, photo, event: now, actions, override, refuse,
    country: person?.country ? countries.of(person.country) : "",
    rightSays: person ? rightSays(person, now) : null,
  }));
  place.scrollIntoView({ block: "nearest" });
  navigator.vibrate?.(verdict === "good" || verdict === "out" ? 60 : [120, 60, 120]);
}

// --- recording

async function record(kind, { person, badge = null, reason = null, note = null }) {
  const here = gate();
  const now = sync.now();
  // A clock that was set back a little does not turn the order of what happened here around.
  lastAt = lastAt > now && lastAt - now < BACK ? lastAt + 1 : now;
  const scan = {
    key: crypto.randomUUID(), gate: here.id, kind, at: lastAt, badge, person: person?.id ?? null,
    event: kind === "in" ? event()?.id ?? null : null, reason, note, offline: sync.state !== "online" || !navigator.onLine,
  };
  // On the device before anybody is told that it happened.
  await store.keep(scan);
  if (kind !== "refused") {
    presences.note(scan.person, here.place, kind === "in", scan.at, here.id);
    await store.keepPresences([[scan.person, here.place, kind === "in", scan.at, here.id]]);
  }
  shown.unshift({ kind, at: scan.at, name: person?.name, reason });
  paintShown();
  await recount();
  sync.run();
}

async function letIn(person, badge, more = {}) {
  await record("in", { person, badge, ...more });
  show({ verdict: "good", says: texts.come_in, person, actions: [{ label: texts.leaves, run: () => leave(person, badge) }],
    refuse: (note) => turnAway(person, badge, note, true) });
  ready();
}

async function leave(person, badge) {
  await record("out", { person, badge });
  show({ verdict: "out", says: texts.left, person });
  ready();
}

// For a reason of the officer's own. Who was let in a moment ago is out again by it.
async function turnAway(person, badge, note, inside) {
  if (inside) await record("out", { person, badge });
  await record("refused", { person, badge, reason: "officer", note });
  show({ verdict: "bad", says: texts.stop, why: [texts.reason_officer, note], person });
  ready();
}

async function refuse(reason, { person = null, badge = null, why = [] }) {
  await record("refused", { person, badge, reason });
  // A code that is not ours says nothing about who stands there.
  const override = person ? (note) => letIn(person, badge, { reason, note }) : null;
  show({ verdict: "bad", says: texts.stop, why: [texts[`reason_${reason}`], ...why], person, override });
}

function before(person) {
  const entry = presences.here(person.id, gate().place, since());
  return entry ? [fill(texts.since, { time: clock.format(entry.at), gate: entry.gate ? gateName(entry.gate) : gate().name })] : [];
}

function judge(person) {
  return against({ people, person, gate: gate(), event: event(), presences, since: since() });
}

// --- reading

async function readCode(text) {
  if (!gate()) return show({ verdict: "bad", says: texts.no_gate });
  const code = await read(text, key, config.conference);
  const today = dayIn(config.zone, sync.now());
  let found = whose(code, people, today);
  if (found.reason === "unknown" && sync.state === "online") {
    const answer = await sync.get("person", { badge: code.badge }, SOON);
    if (answer.status === 200) {
      people.add(answer.content, code.badge);
      found = whose(code, people, today);
    }
  }
  const { person, badge } = found;
  if (badge && badge === last.badge && mode() === last.mode && device.gate === last.gate && Date.now() - last.at < AGAIN) {
    last.at = Date.now();
    return part("card").querySelector(".door-verdict")?.after(element("p", { class: "door-why door-again" }, texts.again));
  }
  last = { badge, at: Date.now(), mode: mode(), gate: device.gate };
  if (mode() === "out" && person && ["revoked", "expired", null].includes(found.reason)) return leave(person, badge);
  if (found.reason) return refuse(found.reason, { person, badge });
  const reason = judge(person);
  if (reason) return refuse(reason, { person, badge, why: reason === "twice" ? before(person) : [] });
  return letIn(person, badge);
}

function choose(person) {
  if (!gate()) return show({ verdict: "bad", says: texts.no_gate });
  const reason = judge(person);
  const leaving = { label: texts.leaves, run: () => leave(person, null) };
  if (reason) {
    return show({
      verdict: "bad", says: texts.stop, why: [texts[`reason_${reason}`], ...(reason === "twice" ? before(person) : [])], person,
      actions: reason === "twice" ? [leaving] : [], override: (note) => letIn(person, null, { reason, note }),
    });
  }
  const actions = mode() === "out" ? [{ ...leaving, primary: true }]
    : [{ label: texts.let_in, primary: true, run: () => letIn(person, null) }];
  const turned = mode() === "out" ? null : (note) => turnAway(person, null, note, false);
  return show({ verdict: "ask", says: texts.ask, person, actions, refuse: turned });
}

function search(text) {
  const found = people.search(text, MOST_FOUND);
  part("card").replaceChildren();
  part("found").replaceChildren(
    element("p", { role: "status" }, found.length ? (found.length > MOST_FOUND ? texts.more_found : fill(texts.found, { count: found.length })) : texts.nobody),
    element("ul", { class: "door-found", role: "list" }, ...found.slice(0, MOST_FOUND).map((person) => element("li", {},
      element("button", { type: "button", class: "button door-person", onclick: () => choose(person) },
        element("span", { class: "door-person-name" }, element("bdi", {}, person.name)),
        element("span", { class: "small" }, element("bdi", {}, [person.category?.name, person.organization].filter(Boolean).join(" · "))))))));
}

// One after the other, however fast badges come.
function take(text) {
  turn = turn.then(async () => {
    if (!text.trim() || !people) return;
    if (looksLikeCode(text)) await readCode(text);
    else search(text);
  }).catch((error) => {
    console.error(error);
    show({ verdict: "bad", says: texts.stop, why: [String(error.message ?? error)] });
  });
  return turn;
}

function ready() {
  const input = part("input");
  input.value = "";
  // On a phone the keys would come up over the person.
  if (matchMedia("(pointer: fine)").matches) input.focus({ preventScroll: true });
}

// --- what sync hears

const heard = {
  async user(user) {
    if (user !== config.user) location.reload();
  },
  async presences(rows) {
    const changed = rows.filter(([person, place, inside, at]) => presences.note(person, place, Boolean(inside), at));
    await store.keepPresences(changed.map(([person, place, inside, at]) => [person, place, Boolean(inside), at]));
  },
  revoked(badges) {
    for (const badge of badges) people?.revoked.add(badge);
  },
  async current() {
    listAt = sync.listAt;
    await store.setting(`checked-${config.conference}`, listAt);
    keepPhotos();
  },
  async list(content) {
    await takeList(content, Date.now());
    await store.keepList(content, config.user);
    keepPhotos();
  },
  async blocked() {
    people = null;
    await store.clear();
    part("card").replaceChildren();
    part("found").replaceChildren();
    root.removeAttribute("data-ready");
  },
  state: recount,
};

async function takeList(content, at) {
  key = await importKey(content.key);
  people = new People(content);
  listAt = at;
  paintGates();
  root.dataset.ready = "";
}

// --- photos, for when there is no network

const photoOf = (person) => config.addresses.photo.replace(/0$/, person.id);

// One after the other while there is a network; what is here already is not asked for again.
async function keepPhotos() {
  const list = people;
  if (fetching || !list || list === complete || !globalThis.caches) return;
  fetching = true;
  try {
    const wanted = [...list.byId.values()].filter((person) => person.photo).slice(0, MOST_PHOTOS);
    const cache = await caches.open(`door-photos-door-${config.conference}`);
    const kept = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
    let count = wanted.filter((person) => kept.has(photoOf(person))).length;
    paintPhotos(count, wanted.length);
    for (const person of wanted) {
      if (sync.state !== "online") return;
      if (kept.has(photoOf(person))) continue;
      const answer = await fetch(photoOf(person), { credentials: "same-origin", redirect: "error" });
      if (!answer.ok) continue;
      await cache.put(photoOf(person), answer);
      count += 1;
      paintPhotos(count, wanted.length);
    }
    complete = list;
  } catch {
    // The network is gone: those that are missing come with the next list.
  } finally {
    fetching = false;
  }
}

function paintPhotos(count, total) {
  part("photos").hidden = !total;
  part("photos").textContent = fill(texts.photos_here, { count, total });
}

// --- start

function listen() {
  part("form").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const input = part("input");
    const text = input.value;
    if (looksLikeCode(text)) input.value = "";
    take(text);
  });
  part("gate").addEventListener("change", async (changed) => {
    device.gate = Number(changed.target.value) || null;
    await store.setting(`gate-${config.conference}`, device.gate);
    paintEvents();
    part("card").replaceChildren();
    paintState();
    sync.run();
  });
  part("device").addEventListener("change", async (changed) => {
    device.name = changed.target.value.trim() || device.name;
    await store.setting("name", device.name);
    sync.run();
  });
  // A scanner types wherever the cursor is.
  document.addEventListener("keydown", (pressed) => {
    if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || pressed.key.length !== 1 || pressed.key === " ") return;
    if (!pressed.target.closest("input, select, textarea, [contenteditable]")) part("input").focus();
  });
  part("sign-out").addEventListener("submit", (submitted) => {
    if (!waiting) return;
    submitted.preventDefault();
    submitted.stopPropagation();
    part("sign-out-why").textContent = texts.sign_out_waiting;
  });
  globalThis.addEventListener("online", () => sync.run());
  globalThis.addEventListener("offline", () => sync.run());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sync.run());
  setInterval(() => sync.run(), EVERY);
  setInterval(() => people && paintEvents(), 60_000);
  const camera = new Camera(part("video"), config.reader, async (text) => {
    const held = text === seen.text && Date.now() - seen.at < IN_VIEW;
    seen = { text, at: Date.now() };
    // The camera never looks for names.
    if (!held && people) await (turn = turn.then(() => readCode(text)));
  });
  const button = part("camera");
  button.hidden = !navigator.mediaDevices?.getUserMedia;
  button.addEventListener("click", async () => {
    part("camera-why").textContent = "";
    if (camera.running) camera.stop();
    else {
      try {
        await camera.start();
      } catch (error) {
        part("camera-why").textContent = fill(texts.camera_none, { why: error.message || error.name });
      }
    }
    part("video").hidden = !camera.running;
    button.textContent = camera.running ? texts.camera_stop : texts.camera_start;
  });
}

async function start() {
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB) {
    part("cannot").hidden = false;
    part("cannot").textContent = texts.cannot;
    return;
  }
  part("app").hidden = false;
  store = await Store.open(config.conference);
  device.key = await store.deviceKey();
  device.name = (await store.setting("name")) ?? `${texts.device} ${device.key.slice(0, 4)}`;
  device.gate = (await store.setting(`gate-${config.conference}`)) ?? null;
  part("device").value = device.name;
  sync = new Sync({ config, store, device, heard });
  for (const { person, place, inside, at, gate: by } of await store.presences()) presences.note(person, place, inside, at, by);
  for (const scan of await store.all()) {
    shown.unshift({ ...scan, name: null });
  }
  const kept = await store.list(config.user);
  if (kept) {
    sync.stamp = kept.content.stamp;
    sync.fetchedAt = kept.fetched;
    sync.listAt = Math.max(kept.fetched, (await store.setting(`checked-${config.conference}`)) ?? 0);
    await takeList(kept.content, sync.listAt);
    for (const one of shown) one.name = people.byId.get(one.person)?.name;
  }
  listen();
  paintShown();
  await recount();
  await sync.run();
  if ("serviceWorker" in navigator) {
    await navigator.serviceWorker.register(config.addresses.worker, { scope: config.addresses.scope }).catch((error) => console.warn(error));
    await navigator.serviceWorker.ready;
    root.dataset.kept = "";
  }
  if (people) ready();
}

start();
