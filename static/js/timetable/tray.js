// Events without a time: searched, filtered, picked up from here and put back here.
import { el, fill, spoken } from "./dom.js";

const STEP = 60;

export class Tray {
  constructor(app) {
    this.app = app;
    this.most = STEP;
    this.filters = { q: "", type: "", theme: "", organization: "", length: "", missing: "" };
    const { t } = app;
    this.search = el("input", { type: "search", id: "tray-search", autocomplete: "off", on: { input: () => this.filter("q", this.search.value) } });
    this.selects = el("div", { class: "tt-tray-filters" });
    this.list = el("ul", { class: "tt-tray-list", role: "list", id: "tray-list" });
    this.count = el("p", { class: "tt-tray-count small", role: "status" });
    this.more = el("button", { type: "button", class: "button button-small button-quiet", hidden: true, on: { click: () => {
      this.most += STEP;
      this.draw();
    } } }, t("more"));
    this.fold = el("details", { class: "tt-tray-fold" }, el("summary", {}, t("filters")), this.selects);
    this.element = el("section", { class: "tt-tray", "aria-labelledby": "tray-heading" },
      el("h2", { id: "tray-heading" }, t("unplaced")),
      el("label", { class: "visually-hidden", for: "tray-search" }, t("search")), this.search, this.fold,
      this.count, el("div", { class: "tt-tray-scroll" }, this.list, this.more));
    this.search.placeholder = t("search");
    this.options();
  }

  filter(name, value) {
    this.filters[name] = value;
    this.most = STEP;
    this.draw();
  }

  options() {
    const { store, t } = this.app;
    const unplaced = store.unplaced();
    const used = (ids) => new Set(unplaced.flatMap(ids));
    const named = (rows, ids) => [...rows.values()].filter((row) => ids.has(row.id)).map((row) => [row.id, row.name]);
    const sorted = (rows) => rows.sort((one, other) => one[1].localeCompare(other[1], document.documentElement.lang));
    const lengths = [...used((event) => [event.minutes])].sort((one, other) => one - other);
    const all = {
      type: [t("type"), named(store.types, used((event) => [event.type]))],
      theme: [t("theme"), named(store.themes, used((event) => event.themes))],
      organization: [t("missing_lead"), sorted(named(store.organizations, used((event) => event.leads)))],
      length: [t("length"), lengths.map((length) => [length, t("minutes", { number: length })])],
      missing: [t("missing"), ["lead", "speakers", "attendance", "theme"].map((name) => [name, t(`missing_${name}`)])],
    };
    fill(this.selects, ...Object.entries(all).map(([name, [label, rows]]) => {
      const select = el("select", { id: `tray-${name}`, on: { change: () => this.filter(name, select.value) } },
        el("option", { value: "" }, t("whole")), ...rows.map(([value, text]) => el("option", { value }, text)));
      select.value = this.filters[name];
      if (select.selectedIndex < 0) select.value = this.filters[name] = "";
      return el("div", { class: "field" }, el("label", { for: `tray-${name}` }, label), select);
    }));
  }

  chosen() {
    const { store } = this.app;
    const { q, type, theme, organization, length, missing } = this.filters;
    return store.unplaced().filter((event) => (!q || store.matches(event, q))
      && (!type || event.type === Number(type)) && (!theme || event.themes.includes(Number(theme)))
      && (!organization || event.leads.includes(Number(organization))) && (!length || event.minutes === Number(length))
      && (!missing || event.missing.includes(missing)));
  }

  draw() {
    const { store, t } = this.app;
    const total = store.unplaced().length;
    const chosen = this.chosen();
    this.count.textContent = chosen.length === total ? t("dayCount", { number: total })
      : t("ofTotal", { number: chosen.length, total });
    if (!total) this.count.textContent = t("noneLeft");
    else if (!chosen.length) this.count.textContent = t("none");
    const focused = document.activeElement?.closest?.(".tt-item")?.dataset.event;
    if (!chosen.some((event) => event.id === this.current)) this.current = chosen[0]?.id;
    fill(this.list, ...chosen.slice(0, this.most).map((event) => el("li", {}, this.item(event))));
    this.more.hidden = chosen.length <= this.most;
    if (focused) this.focus(Number(focused));
  }

  item(event) {
    const { store, t } = this.app;
    const type = store.types.get(event.type);
    const place = event.place;
    const known = place && [store.roomById.get(place.room)?.name, store.dayById.get(place.day)?.name].filter(Boolean).join(", ");
    return el("button", { type: "button", class: `tt-item type-${type?.colour ?? 1}${store.selection.has(event.id) ? " is-selected" : ""}${store.saving.has(event.id) ? " is-saving" : ""}`,
      data: { event: event.id }, tabindex: event.id === this.current ? "0" : "-1", "aria-pressed": String(store.selection.has(event.id)) },
      el("span", { class: "tt-card-top" }, el("span", { class: "tt-card-time", dir: "ltr" }, event.code),
        el("span", { class: "tt-card-time" }, t("minutes", { number: event.minutes })),
        event.state === "draft" ? el("span", { class: "tt-sign" }, t("draft")) : null),
      el("span", { class: "tt-card-title", lang: event.lang, dir: event.dir ?? "auto" }, event.title),
      el("span", { class: "tt-card-type" }, [type?.name, event.leadNames.join(", "), known].filter(Boolean).join(" · ")),
      spoken(t("notPlaced")));
  }

  focus(id) {
    const items = [...this.list.querySelectorAll(".tt-item")];
    const item = items.find((one) => Number(one.dataset.event) === id);
    if (!item) return false;
    this.current = id;
    for (const one of items) one.tabIndex = one === item ? 0 : -1;
    item.focus();
    return true;
  }
}
