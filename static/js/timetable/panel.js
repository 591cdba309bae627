// What is selected: where it is, what it asks for, what speaks against it, and what can be done with it.
import { el, fill } from "./dom.js";

export class Panel {
  constructor(app) {
    this.app = app;
    this.element = el("section", { class: "tt-panel", "aria-labelledby": "panel-heading", hidden: true });
    this.known = new Map();
  }

  button(name, run, options = {}) {
    return el("button", { type: "button", class: "button button-small", ...options, on: { click: run } }, this.app.t(name));
  }

  draw() {
    const { store } = this.app;
    const chosen = [...store.selection].map((id) => store.events.get(id)).filter(Boolean);
    this.element.hidden = !chosen.length;
    const look = JSON.stringify([chosen.map((event) => [event.id, event.place, event.pinned, event.title]), store.edit, store.revision, this.app.asking]);
    if (look === this.look) return;
    this.look = look;
    if (chosen.length === 1) this.one(chosen[0]);
    else if (chosen.length) this.many(chosen);
  }

  buttons(ids, pinned, placed) {
    const { store, actions } = this.app;
    if (!store.editable) return [];
    return [
      placed && (pinned ? this.button("unpin", () => actions.pin(ids, false)) : this.button("pin", () => actions.pin(ids, true))),
      placed && this.button("takeOut", () => actions.unplace(ids)),
    ].filter(Boolean);
  }

  many(events) {
    const { t } = this.app;
    const ids = events.map((event) => event.id);
    fill(this.element, el("h2", { id: "panel-heading" }, t("selected", { number: events.length })),
      el("div", { class: "buttons" }, ...this.buttons(ids, events.every((event) => event.pinned), events.some((event) => event.place))),
      el("ul", { class: "small" }, ...events.slice(0, 12).map((event) => el("li", { dir: event.dir ?? "auto" }, `${event.code} ${event.title}`))));
  }

  one(event) {
    const { store, t, api, actions } = this.app;
    const type = store.types.get(event.type);
    const details = el("div", { class: "stack stack-tight" });
    fill(this.element,
      el("div", { class: "tt-panel-head" },
        el("h2", { id: "panel-heading" }, el("span", { class: "ltr num" }, event.code), " ", el("span", { lang: event.lang, dir: event.dir ?? "auto" }, event.title)),
        el("button", { type: "button", class: "button button-quiet button-small button-icon", "aria-label": t("close"), on: { click: () => this.app.select([]) } }, "×")),
      el("p", { class: `small type-${type?.colour ?? 1}` }, el("span", { class: "type-mark", "aria-hidden": "true" }), ` ${type?.name ?? ""}`,
        event.leadNames.length ? ` · ${event.leadNames.join(", ")}` : ""),
      el("p", {}, el("strong", {}, ...(event.place ? this.app.whereParts(event.place) : [t("notPlaced")]))),
      el("div", { class: "buttons" },
        store.editable && event.state !== "cancelled" ? el("button", { type: "button", class: "button button-small button-primary", "aria-pressed": String(this.app.asking === event.id),
          on: { click: () => actions.ask(event.id) } }, t(this.app.asking === event.id ? "hidden" : "where")) : null,
        ...this.buttons([event.id], event.pinned, Boolean(event.place))),
      this.app.asking === event.id ? this.bestPlaces(event) : null,
      details,
      el("p", { class: "small tt-panel-links" }, el("a", { href: api.page("event", event.code) }, t("openEvent")),
        store.editable ? el("a", { href: api.page("place", event.code) }, t("placeForm")) : null));
    this.tell(event, details);
  }

  async tell(event, details) {
    const { api, store, t } = this.app;
    const state = `${event.id}|${store.edit}|${store.revision}`;
    if (this.last?.state !== state) {
      const { status, content } = await api.get("check", { event: event.id });
      if (status !== 200) return;
      this.last = { state, content };
    }
    const { violations, facts } = this.last.content;
    const others = (one) => one.events.filter((id) => id !== event.id && store.events.has(id)).map((id) => {
      const other = store.events.get(id);
      return el("button", { type: "button", class: "link-button ltr", on: { click: () => this.app.go(other.id) } }, other.code);
    });
    const listed = (severity, heading) => {
      const found = violations.filter((one) => one.severity === severity);
      return found.length ? [el("h3", {}, heading), el("ul", { class: `small tt-violations is-${severity}` },
        ...found.map((one) => el("li", {}, one.text, " ", ...others(one).flatMap((button) => [button, " "]))))] : [];
    };
    fill(details, facts.length ? el("p", { class: "small muted" }, facts.join(" · ")) : null,
      ...listed("hard", t("problems")), ...listed("soft", t("wishes")));
  }

  bestPlaces(event) {
    const { t, actions } = this.app;
    const list = el("ol", { class: "tt-best" }, el("li", { class: "muted" }, t("asking")));
    this.app.options.of(event.id).then((answer) => {
      const best = answer?.list.filter((one) => one.allowed).slice(0, 6) ?? [];
      fill(list, ...best.map((one) => el("li", {}, el("button", { type: "button", class: "link-button", on: { click: () => actions.put(event.id, one.place) } },
        this.app.where(one.place)), one.words.length ? el("span", { class: "small muted" }, ` ${one.words[0]}`) : null)));
      if (!best.length) fill(list, el("li", { class: "muted" }, t("nowhere")));
    });
    return el("div", {}, el("h3", {}, t("best")), list, el("p", { class: "small" }, el("a", { href: this.app.api.page("where", event.code) }, t("allOptions"))));
  }
}
