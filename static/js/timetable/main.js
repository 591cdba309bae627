// The timetable editor. The server's table of a day stays where this does not run.
import { Api } from "./api.js";
import { Changes } from "./changes.js";
import { el, fill } from "./dom.js";
import { dragging } from "./drag.js";
import { Grid } from "./grid.js";
import { keyboard } from "./keys.js";
import { Live } from "./live.js";
import { Options } from "./options.js";
import { Panel } from "./panel.js";
import { Proposal } from "./proposal.js";
import { Store, samePlace } from "./state.js";
import { Tray } from "./tray.js";
import { Undo } from "./undo.js";
import { Voice } from "./say.js";

const PHONE = matchMedia("(max-width: 54rem)");

class App {
  constructor(config, root, data) {
    this.root = root;
    this.config = config;
    this.t = (name, values = {}) => (config.texts[name] ?? name).replace(/%\((\w+)\)s/g, (_, key) => String(values[key] ?? ""));
    this.api = new Api(config.addresses, config.token);
    this.store = new Store(data);
    this.voice = new Voice(this.t);
    this.options = new Options(this.api, this.store);
    this.changes = new Changes(this);
    this.undo = new Undo(this, config.conference);
    this.grid = new Grid(this);
    this.tray = new Tray(this);
    this.panel = new Panel(this);
    this.asking = null;
    this.carry = null;
    this.actions = {
      ask: (id) => this.ask(this.asking === id ? null : id),
      put: (id, place) => this.put(id, place),
      pin: (ids, pinned) => this.pin(ids, pinned),
      unplace: (ids) => this.unplace(ids),
    };
    this.frame();
    this.begin();
    this.store.addEventListener("change", () => this.draw());
    root.addEventListener("click", (event) => this.click(event));
    this.draw();
    dragging(this);
    keyboard(this);
    this.live = new Live(this);
  }

  // --- what stands around

  frame() {
    const { t, root } = this;
    const tool = (name, keys, run) => el("button", { type: "button", class: "button button-small", id: `timetable-${name}`, title: keys, on: { click: run } }, t(name));
    this.undoButton = tool("undo", "Ctrl+Z", () => this.undo.undo());
    this.redoButton = tool("redo", "Ctrl+Shift+Z", () => this.undo.redo());
    this.tabs = el("div", { class: "tabs tt-days", role: "group", "aria-label": t("days") });
    this.rooms = el("select", { id: "timetable-rooms", on: { change: () => {
      this.grid.room = this.rooms.value;
      this.draw();
    } } });
    this.saved = el("span", { class: "muted small tt-saved" });
    this.trayToggle = el("button", { type: "button", class: "button button-small", id: "timetable-tray-toggle", "aria-expanded": "true", "aria-controls": "timetable-aside",
      on: { click: () => this.fold() } }, t("tray"));
    this.aside = el("div", { class: "tt-aside", id: "timetable-aside" }, this.panel.element, this.tray.element);
    this.keys = this.keysDialog();
    fill(root,
      el("div", { class: "tt-bar" }, this.tabs,
        el("div", { class: "tt-tools" }, this.saved,
          el("label", { class: "visually-hidden", for: "timetable-rooms" }, t("rooms")), this.rooms, this.trayToggle,
          ...(this.store.editable ? [this.undoButton, this.redoButton] : [el("span", { class: "badge" }, t("archived"))]),
          el("button", { type: "button", class: "button button-small button-icon", "aria-label": t("keys"), title: t("keys"), on: { click: () => this.help() } }, "?"))),
      el("p", { class: "visually-hidden", id: "timetable-keys-short" }, t("keysShort")),
      el("div", { class: "tt-work" }, this.aside, this.grid.element),
      el("p", { class: "muted small" }, t("times", { zone: this.config.zoneName })),
      this.voice.live, this.voice.notices, this.keys);
    root.hidden = false;
    document.getElementById("timetable-plain").remove();
    document.body.classList.add("tt-page");
    if (PHONE.matches) this.fold();
    this.roomChoices();
  }

  roomChoices() {
    const { store, t } = this;
    const option = (value, text) => el("option", { value }, text);
    fill(this.rooms, option("", t("allPlaces")), ...store.venues.map((venue) => {
      const rooms = store.rooms.filter((room) => room.venue === venue.id);
      return el("optgroup", { label: venue.name }, ...(store.venues.length > 1 ? [option(`venue:${venue.id}`, `${t("whole")}: ${venue.name}`)] : []),
        ...rooms.map((room) => option(`room:${room.id}`, room.name)));
    }));
    this.rooms.value = this.grid.room;
    if (this.rooms.selectedIndex < 0) this.rooms.value = this.grid.room = "";
  }

  fold() {
    const open = this.trayToggle.getAttribute("aria-expanded") !== "true";
    this.trayToggle.setAttribute("aria-expanded", String(open));
    this.root.classList.toggle("is-folded", !open);
  }

  keysDialog() {
    const rows = this.config.keys.map(([keys, words]) => el("div", {}, el("dt", {}, ...keys.flatMap((key, n) => [n ? " " : "", el("kbd", {}, key)])), el("dd", {}, words)));
    const dialog = el("dialog", { class: "dialog", "aria-labelledby": "timetable-keys-heading" },
      el("h2", { class: "dialog-title", id: "timetable-keys-heading" }, this.t("keys")), el("dl", { class: "tt-keys" }, ...rows),
      el("div", { class: "dialog-actions" }, el("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, this.t("close"))));
    return dialog;
  }

  help() {
    this.keys.showModal();
  }

  /** The day and the event that the address names. */
  begin() {
    const { store } = this;
    const search = new URLSearchParams(location.search);
    const event = store.byCode.get(search.get("event"));
    store.day = [search.get("day"), event?.place?.day, this.config.day, store.days[0].id].find((day) => store.dayById.has(day));
    if (PHONE.matches && store.rooms.length) {
      const first = event?.place?.room ?? store.on(store.day).map((one) => one.place.room).find((id) => store.roomById.has(id)) ?? store.rooms[0].id;
      this.rooms.value = this.grid.room = `room:${first}`;
    }
    if (event) {
      this.select([event.id]);
      requestAnimationFrame(() => this.grid.cards.has(event.id) && this.grid.reveal(this.grid.cards.get(event.id)));
    }
    const proposal = this.config.proposal;
    if (proposal) {
      this.proposal = new Proposal(this, proposal);
      this.root.querySelector(".tt-work").before(this.proposal.element);
      this.proposal.load();
    }
  }

  leaveProposal() {
    this.proposal.remove();
    this.proposal = null;
    this.address();
    this.draw();
  }

  address() {
    const search = new URLSearchParams(location.search);
    search.set("day", this.store.day);
    if (!this.proposal) search.delete("proposal");
    const [only] = this.store.selection.size === 1 ? this.store.selection : [];
    if (only) search.set("event", this.store.events.get(only).code);
    else search.delete("event");
    history.replaceState(null, "", `?${search}`);
  }

  // --- drawing

  draw() {
    if (this.waiting) return;
    this.waiting = true;
    queueMicrotask(() => {
      this.waiting = false;
      this.drawNow();
    });
  }

  drawNow() {
    const { store, grid, t } = this;
    this.drawTabs();
    grid.draw();
    this.tray.draw();
    this.panel.draw();
    this.proposal?.draw();
    this.undoButton.disabled = !this.undo.done.length;
    this.redoButton.disabled = !this.undo.undone.length;
    this.saved.textContent = store.saving.size ? t("saving") : "";
    const [only] = store.selection.size === 1 ? store.selection : [];
    grid.band(this.carry?.event ?? store.events.get(only));
    if (this.asking) this.drawAsked();
  }

  drawTabs() {
    const { store, t } = this;
    const look = [];
    const tabs = store.days.map((day) => {
      const events = store.on(day.id);
      const conflicts = events.filter((event) => store.marks.get(event.id)).length;
      look.push(day.id, events.length, conflicts, day.id === store.day);
      return el("button", { type: "button", class: "tt-day", data: { day: day.id }, "aria-pressed": String(day.id === store.day), on: { click: () => this.show(day.id) } },
        el("span", {}, day.name), el("span", { class: "tab-count" }, el("span", { class: "visually-hidden" }, `${t("dayCount", { number: "" })} `), String(events.length)),
        conflicts ? el("span", { class: "tt-sign tt-sign-bad" }, el("span", { class: "visually-hidden" }, t("conflicts", { number: "" })), `! ${conflicts}`) : null);
    });
    if (this.tabsLook === look.join()) return;
    this.tabsLook = look.join();
    const focused = document.activeElement?.dataset?.day;
    fill(this.tabs, ...tabs);
    if (focused) this.tabs.querySelector(`[data-day="${focused}"]`)?.focus();
  }

  show(day) {
    if (day === this.store.day || !this.store.dayById.has(day)) return;
    this.store.day = day;
    this.drawNow();
    this.address();
  }

  step(by) {
    const { store } = this;
    const next = store.days[store.days.findIndex((day) => day.id === store.day) + by];
    if (!next) return;
    this.show(next.id);
    if (!this.grid.focus(this.grid.current)) this.grid.scroller.focus();
    this.voice.say(`${next.long}. ${this.t("dayCount", { number: store.on(next.id).length })}`);
  }

  // --- choosing

  click(event) {
    const card = event.target.closest(".tt-card, .tt-item");
    if (!card) return;
    const id = Number(card.dataset.event);
    if (event.ctrlKey || event.metaKey || event.shiftKey) this.toggle(id);
    else {
      if (this.asking && this.asking !== id) this.ask(null);
      this.select([id]);
      if (card.classList.contains("tt-card")) this.grid.rove(id);
    }
  }

  select(ids) {
    const { store } = this;
    store.selection = new Set(ids);
    store.changed();
    this.address();
    if (this.asking && !store.selection.has(this.asking)) this.ask(null);
  }

  toggle(id, add = false) {
    const { store } = this;
    if (store.selection.has(id) && !add) store.selection.delete(id);
    else store.selection.add(id);
    store.changed();
    this.voice.say(this.t("selected", { number: store.selection.size }));
  }

  /** Show an event where it is. */
  go(id) {
    const event = this.store.events.get(id);
    if (event.place?.day && event.place.start !== null) this.show(event.place.day);
    this.select([id]);
    this.drawNow();
    if (!this.grid.focus(id)) this.tray.focus(id);
  }

  // --- words

  clockOf(place) {
    return place.start === null ? this.t("noTime") : this.store.clock.span(place.start, place.end);
  }

  where(place) {
    const { store, t } = this;
    const room = store.roomById.get(place.room)?.name ?? t("noRoom");
    const day = store.dayById.get(place.day)?.long ?? place.day ?? "";
    // A clock keeps its direction inside a sentence that runs from right to left.
    return t("roomWhen", { room, when: `${day} \u2066${this.clockOf(place)}\u2069`.trim() });
  }

  /** The same to be shown: the clock stays on one line. */
  whereParts(place) {
    const { store, t } = this;
    const when = store.dayById.get(place.day)?.long ?? place.day ?? "";
    const room = store.roomById.get(place.room)?.name ?? t("noRoom");
    return [t("roomWhen", { room, when }), " ", el("span", { class: "time ltr nowrap" }, this.clockOf(place))];
  }

  verdictWords(option) {
    const why = option.words.join(" ");
    if (!option.allowed) return this.t("notAllowed", { why });
    return why ? this.t("rather", { why }) : this.t("allowed");
  }

  verdictText(carry) {
    const { state, words } = carry.verdict;
    if (state === "asking") return this.t("asking");
    if (state === "out") return this.t("takeOut");
    return this.verdictWords({ allowed: state !== "no", words });
  }

  sentence(event) {
    return event.place ? this.t("moved", { code: event.code, where: this.where(event.place) }) : this.t("takenOut", { code: event.code });
  }

  /** What a move brought: the panel shows it; who listens is told with the move. */
  said(violations) {
    const hard = Object.values(violations).flat().filter((one) => one.severity === "hard").map((one) => one.text);
    this.problems = hard.length ? `${this.t("problems")}: ${[...new Set(hard)].slice(0, 3).join(" ")}` : "";
  }

  // --- moving

  mayMove(event) {
    const { t, voice } = this;
    if (!event || !this.store.editable) return false;
    if (event.pinned) voice.notice("info", t("pinnedStays", { code: event.code }));
    else if (event.state === "cancelled") voice.notice("info", `${event.code}: ${t("cancelled")}`);
    else return true;
    return false;
  }

  /** The place nearest to a minute: at the times of the event's type, or freely in steps of five minutes. */
  snap(event, day, room, at, free) {
    const { store } = this;
    const times = free ? [] : store.times(event, day);
    const near = times.reduce((best, time) => (!best || Math.abs(time.start - at) < Math.abs(best.start - at) ? time : best), null);
    const start = near ? near.start : Math.round(at / 5) * 5;
    const kept = event.place?.endDay && event.place.endDay > day ? event.place.endDay : null;
    return { room, day, endDay: kept, start, end: near ? near.end : start + store.length(event) };
  }

  /** What is carried moved, or the answer about its place came. */
  carried() {
    const { grid, carry, store } = this;
    if (!carry) {
      grid.ghost([], "");
      grid.tell("");
      this.draw();
      return;
    }
    const place = carry.place;
    if (place && place.day !== store.day && !this.root.classList.contains("is-dragging")) this.show(place.day);
    if (place?.room && !grid.bodies.has(place.room) && grid.room) {
      grid.room = this.rooms.value = PHONE.matches ? `room:${place.room}` : "";
      this.drawNow();
    }
    const ghost = grid.ghost(carry.places().map(({ event, place: there }) => ({ event, place: there })), carry.verdict.state);
    this.draw();
    this.relabel?.();
    if (this.root.classList.contains("is-dragging")) return;
    grid.tell(place ? `${this.where(place)}: ${this.verdictText(carry)}` : "", carry.verdict.state);
    if (ghost) grid.reveal(ghost);
    if (this.telling && carry.verdict.state !== "asking") this.tellPlace();
  }

  /** Say where what is carried would be, as soon as it is known what speaks against that. */
  tellPlace(before = "") {
    const { carry, voice } = this;
    if (!carry?.place) return;
    this.telling = carry.verdict.state === "asking";
    if (this.telling && !before) return;
    voice.say([before, `${this.where(carry.place)}: ${this.verdictText(carry)}`].filter(Boolean).join(" "));
  }

  async putDown() {
    const { carry, store, voice } = this;
    this.telling = false;
    this.stopCarrying?.();
    const id = carry.id;
    if (!store.selection.has(id)) this.select([id]);
    const made = await Promise.all([carry.drop(), this.backTo(id)]).then(([edits]) => edits);
    if (made) voice.say(`${this.sentence(store.events.get(id))} ${made.length ? this.problems : ""}`.trim());
    this.backTo(id);
  }

  putBack() {
    const { carry, voice, t, store } = this;
    this.telling = false;
    this.stopCarrying?.();
    carry.cancel();
    if (carry.event.place?.day && carry.event.place.start !== null) this.show(carry.event.place.day);
    voice.say(t("back", { code: store.events.get(carry.id).code }));
    this.backTo(carry.id);
  }

  /** Keys go on from where the event is now. */
  async backTo(id) {
    await Promise.resolve();
    this.drawNow();
    if (!this.grid.focus(id)) this.tray.focus(id);
  }

  async put(id, place) {
    const event = this.store.events.get(id);
    if (!this.mayMove(event)) return;
    this.ask(null);
    this.show(place.day);
    const made = await this.changes.commit([{ id, place }]);
    if (made) this.voice.say(this.sentence(event));
    this.backTo(id);
  }

  async pin(ids, pinned) {
    const { store, voice, t } = this;
    if (!store.editable) return;
    const moves = ids.map((id) => store.events.get(id)).filter((event) => event.place && event.pinned !== pinned)
      .map((event) => ({ id: event.id, place: event.place, pinned }));
    if (!moves.length) return;
    const made = await this.changes.commit(moves);
    if (made) voice.say(made.map((edit) => t(pinned ? "pinnedNow" : "unpinnedNow", { code: edit.code })).join(" "));
  }

  async unplace(ids) {
    const { store, voice, t } = this;
    const events = ids.map((id) => store.events.get(id)).filter((event) => event.place && this.mayMove(event));
    if (!events.length) return;
    const made = await this.changes.commit(events.map((event) => ({ id: event.id, place: null })));
    if (made) voice.say(events.map((event) => t("takenOut", { code: event.code })).join(" "));
    this.backTo(events[0].id);
  }

  // --- where can this go?

  async ask(id) {
    const { store, grid } = this;
    if (this.asking === id) return;
    this.asking = id;
    if (id === null) {
      grid.offer(null, []);
      grid.tell("");
    }
    store.changed();
  }

  async drawAsked() {
    const { store, grid, t, voice } = this;
    const id = this.asking;
    const look = `${id}|${store.day}|${store.edit}|${grid.shape}`;
    if (this.asked === look && grid.offers?.some((mark) => mark.isConnected)) return;
    this.asked = look;
    const answer = await this.options.of(id);
    if (this.asking !== id || !answer) return;
    const event = store.events.get(id);
    grid.offer(event, answer.list.filter((one) => !samePlace(one.place, event.place)), (one) => this.put(id, one.place));
    const here = answer.list.filter((one) => one.allowed && one.place.day === store.day).length;
    const text = t("free", { number: here });
    grid.tell(text);
    voice.say(text);
  }

  async reload() {
    const { status, content } = await this.api.get("timetable");
    if (status !== 200 || this.changes.busy || this.carry) return;
    this.store.load(content);
    this.grid.shape = null;
    this.options.kept.clear();
    if (!this.store.day) this.store.day = this.store.days[0]?.id;
    this.roomChoices();
    this.tray.options();
    this.store.changed();
  }
}

async function start() {
  const config = JSON.parse(document.getElementById("timetable-config").textContent);
  const root = document.getElementById("timetable");
  const { status, content } = await new Api(config.addresses, config.token).get("timetable");
  if (status === 200 && content.events.length && content.days.length) {
    const app = new App(config, root, content);
    root.dataset.ready = "yes";
    return app;
  }
  return null;
}
start();
