// Mouse, pen and touch: drag from the tray, between rooms and times, by the lower edge, back to the tray.
import { el, put } from "./dom.js";
import { Carry } from "./carry.js";
import { NO_ROOM } from "./grid.js";

const THRESHOLD = 5;
const LONG_PRESS = 380;
const EDGE = 48;
const FREE = 5;

export function dragging(app) {
  const { root } = app;
  const chip = el("div", { class: "tt-chip", hidden: true, "aria-hidden": "true" });
  root.append(chip);
  let pressed = null;
  let drag = null;
  let frame = 0;
  let tabTimer = null;

  root.addEventListener("pointerdown", (event) => {
    const card = event.target.closest("[data-event]");
    if (event.button !== 0 || !card || !app.store.editable || drag) return;
    if (app.carry) app.carry.cancel();
    pressed = { card, id: Number(card.dataset.event), x: event.clientX, y: event.clientY, touch: event.pointerType === "touch",
      pointer: event.pointerId, resize: Boolean(event.target.closest(".tt-resize")), many: event.ctrlKey || event.metaKey || event.shiftKey };
    // While the finger rests the answer may come already.
    if (!pressed.touch) app.options.of(pressed.id);
    if (pressed.touch) pressed.timer = setTimeout(() => begin(event.clientX, event.clientY), LONG_PRESS);
  });

  addEventListener("pointermove", (event) => {
    if (drag && event.pointerId === drag.pointer) {
      event.preventDefault();
      Object.assign(drag, { x: event.clientX, y: event.clientY, free: event.altKey || event.shiftKey });
      follow();
      return;
    }
    if (!pressed || event.pointerId !== pressed.pointer) return;
    if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < THRESHOLD) return;
    if (pressed.touch) forget();
    else begin(event.clientX, event.clientY);
  });

  addEventListener("pointerup", (event) => {
    forget();
    if (drag && event.pointerId === drag.pointer) end(true);
  });
  addEventListener("pointercancel", (event) => {
    forget();
    if (drag && event.pointerId === drag.pointer) end(false);
  });
  addEventListener("keydown", (event) => {
    if (drag && event.key === "Escape") {
      event.stopPropagation();
      end(false);
    }
  }, true);
  root.addEventListener("touchmove", (event) => {
    if (drag) event.preventDefault();
  }, { passive: false });
  // No dragging of links and texts by the browser meanwhile.
  root.addEventListener("dragstart", (event) => event.preventDefault());
  root.addEventListener("contextmenu", (event) => {
    if (drag || pressed?.touch) event.preventDefault();
  });
  // What follows the end of a drag is no click.
  root.addEventListener("click", (event) => {
    if (app.justDragged) {
      event.stopPropagation();
      event.preventDefault();
    }
  }, true);

  function forget() {
    clearTimeout(pressed?.timer);
    pressed = null;
  }

  function begin(x, y) {
    const { id, resize, card, pointer } = pressed;
    const event = app.store.events.get(id);
    const from = { x: pressed.x, y: pressed.y };
    forget();
    if (!app.mayMove(event)) return;
    const ids = app.store.selection.has(id) && !resize ? [...app.store.selection].filter((one) => !app.store.events.get(one).pinned) : [id];
    if (app.asking) app.ask(null);
    const inGrid = card.classList.contains("tt-card");
    // What is chosen stands beside the tray: it must not push the tray away under the pointer.
    if (ids.length === 1 && inGrid) app.select([id]);
    drag = { pointer, x, y, resize, grab: inGrid ? (from.y - card.getBoundingClientRect().top) : 12, free: false };
    app.carry = new Carry(app, id, ids);
    app.carry.ready.then((answer) => {
      if (drag && answer && !resize) app.grid.offer(event, answer.list);
    });
    root.classList.add("is-dragging");
    follow();
    frame = requestAnimationFrame(scroll);
  }

  function target() {
    const { store, grid, carry } = app;
    const where = document.elementFromPoint(drag.x, drag.y);
    if (drag.resize) {
      const { at } = grid.under(drag.x, drag.y) ?? {};
      const was = carry.from.get(carry.id);
      if (at === undefined) return carry.place;
      const shown = store.shown(carry.event, store.day, was);
      const ends = (store.slots.get(carry.event.type) ?? []).filter((slot) => slot.day === store.day).map((slot) => slot.end);
      const near = drag.free ? undefined : ends.find((end) => Math.abs(end - at) < 8);
      const until = Math.max(near ?? Math.round(at / FREE) * FREE, shown.start + FREE);
      return { ...was, end: was.start + (until - shown.start) };
    }
    if (where?.closest(".tt-aside")) return null;
    const under = grid.under(drag.x, drag.y);
    if (!under) return carry.place;
    const top = grid.under(drag.x, Math.max(drag.y - drag.grab, 0))?.at ?? under.at - drag.grab;
    return app.snap(carry.event, store.day, under.room === NO_ROOM ? null : under.room, top, drag.free);
  }

  function follow() {
    const place = target();
    app.carry.aim(place);
    label();
    const tab = document.elementFromPoint(drag.x, drag.y)?.closest("[data-day]")?.dataset.day;
    if (tab !== drag.tab) {
      clearTimeout(tabTimer);
      drag.tab = tab;
      if (tab && tab !== app.store.day) tabTimer = setTimeout(() => {
        app.show(tab);
        app.carry?.ready.then((answer) => drag && answer && app.grid.offer(app.carry.event, answer.list));
      }, 450);
    }
  }

  /** Beside the pointer stands what speaks against the place; the answer may come later than the pointer. */
  function label() {
    if (!drag || !app.carry) return;
    chip.hidden = false;
    chip.className = `tt-chip is-${app.carry.verdict.state}`;
    chip.textContent = app.carry.place ? `${app.clockOf(app.carry.place)} · ${app.verdictText(app.carry)}` : app.t("takeOut");
    const rtl = document.documentElement.dir === "rtl";
    const wide = chip.offsetWidth;
    const x = Math.min(Math.max(rtl ? drag.x - wide - 18 : drag.x + 18, 8), innerWidth - wide - 8);
    // It stands at the edge where lines begin: from there it is moved.
    put(chip, { transform: `translate(${rtl ? x + wide - innerWidth : x}px, ${Math.min(drag.y + 18, innerHeight - chip.offsetHeight - 8)}px)` });
  }
  app.relabel = label;

  /** At the edges the grid scrolls by itself. */
  function scroll() {
    if (!drag) return;
    const box = app.grid.scroller.getBoundingClientRect();
    const inside = drag.x > box.left && drag.x < box.right && drag.y > box.top - EDGE && drag.y < box.bottom + EDGE;
    if (inside) {
      const x = drag.x < box.left + EDGE ? -12 : drag.x > box.right - EDGE ? 12 : 0;
      const y = drag.y < box.top + EDGE ? -12 : drag.y > box.bottom - EDGE ? 12 : 0;
      if (x || y) {
        app.grid.scroller.scrollBy({ left: x, top: y, behavior: "instant" });
        follow();
      }
    }
    frame = requestAnimationFrame(scroll);
  }

  function end(drop) {
    cancelAnimationFrame(frame);
    clearTimeout(tabTimer);
    drag = null;
    chip.hidden = true;
    root.classList.remove("is-dragging");
    app.grid.offer(null, []);
    app.justDragged = true;
    setTimeout(() => (app.justDragged = false), 0);
    if (!app.carry) return;
    if (drop) app.putDown();
    else app.putBack();
  }
}
