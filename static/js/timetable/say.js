// What is said: aloud to those who listen, and in notices that everybody sees.
import { el } from "./dom.js";

const STAYS = 9000;

export class Voice {
  constructor(t) {
    this.t = t;
    this.live = el("p", { class: "visually-hidden", role: "status", "aria-live": "assertive", "aria-atomic": "true", id: "timetable-said" });
    this.notices = el("ul", { class: "toasts toasts-floating", role: "list", id: "timetable-notices" });
  }

  say(text) {
    // The same words once more are a change too.
    this.live.textContent = this.live.textContent === text ? `${text}\u00a0` : text;
  }

  /** Show a notice, and say it. `kind`: good, info, warning, bad; what went wrong stays until it is closed. */
  notice(kind, text) {
    const close = el("button", { type: "button", class: "button button-quiet button-small button-icon", "aria-label": this.t("close"),
      on: { click: () => item.remove() } }, "×");
    const item = el("li", { class: `toast toast-${kind}` }, el("span", { dir: "auto" }, text), close);
    this.notices.append(item);
    while (this.notices.children.length > 4) this.notices.firstElementChild.remove();
    if (kind !== "bad") setTimeout(() => item.remove(), STAYS);
    this.say(text);
  }
}
