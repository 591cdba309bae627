// All of it by keyboard alone: go from card to card, pick up, move by slot and room and day, put down. Every step is said.
import { Carry } from "./carry.js";

const FREE = 5;

export function keyboard(app) {
  const { root, store, grid, tray, t, voice } = app;
  const rtl = () => document.documentElement.dir === "rtl";
  let carrying = false;

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.target.closest?.("input, select, textarea, dialog")) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key.toLowerCase() === "z") {
      event.preventDefault();
      if (event.shiftKey) app.undo.redo();
      else app.undo.undo();
    } else if (command && event.key.toLowerCase() === "y") {
      event.preventDefault();
      app.undo.redo();
    }
  });

  root.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.target.closest("input, select, textarea, dialog")) return;
    if (carrying && app.carry) {
      if (carry(event)) event.preventDefault();
      return;
    }
    const card = event.target.closest("[data-event]");
    const used = card ? onCard(event, card, Number(card.dataset.event)) : onGrid(event);
    if (used) event.preventDefault();
  });

  function onGrid(event) {
    if (event.key === "Escape") {
      app.ask(null);
      app.select([]);
    } else if (event.target !== grid.scroller) return false;
    else if (event.key === "PageDown") app.step(1);
    else if (event.key === "PageUp") app.step(-1);
    else if (event.key === "?") app.help();
    else if (event.key.startsWith("Arrow")) return grid.focus(grid.current);
    else return false;
    return true;
  }

  function onCard(event, card, id) {
    const inTray = card.classList.contains("tt-item");
    const command = event.ctrlKey || event.metaKey;
    const chosen = store.selection.has(id) && store.selection.size > 1 ? [...store.selection] : [id];
    switch (event.key) {
      case "ArrowUp":
      case "ArrowDown":
      case "ArrowLeft":
      case "ArrowRight":
        if (inTray) return along(card, event.key);
        return beside(card, event.key, event.shiftKey || command);
      case "Enter":
      case " ":
        if (command) app.toggle(id);
        else if (store.editable) pickUp(id, chosen);
        else app.select([id]);
        return true;
      case "PageDown":
        app.step(1);
        return true;
      case "PageUp":
        app.step(-1);
        return true;
      case "Delete":
      case "Backspace":
        app.actions.unplace(chosen);
        return true;
      case "Escape":
        app.ask(null);
        app.select([]);
        return true;
      case "?":
        app.help();
        return true;
      default:
    }
    if (command || event.altKey) return false;
    if (event.key.toLowerCase() === "p") {
      app.actions.pin(chosen, !chosen.every((one) => store.events.get(one).pinned));
      return true;
    }
    if (event.key.toLowerCase() === "w") {
      app.select([id]);
      app.ask(id);
      return true;
    }
    if (event.key === "/") {
      tray.search.focus();
      return true;
    }
    return false;
  }

  function along(card, key) {
    if (key === "ArrowLeft" || key === "ArrowRight") return false;
    const items = [...tray.list.querySelectorAll(".tt-item")];
    const next = items[items.indexOf(card) + (key === "ArrowDown" ? 1 : -1)];
    if (next) go(Number(next.dataset.event), true);
    return true;
  }

  /** The nearest card in a direction, as it stands on the screen. */
  function beside(card, key, many) {
    const box = card.getBoundingClientRect();
    const middle = [(box.left + box.right) / 2, box.top];
    let best = null;
    for (const [id, other] of grid.cards) {
      if (other === card) continue;
      const one = other.getBoundingClientRect();
      const x = (one.left + one.right) / 2 - middle[0];
      const y = one.top - middle[1];
      const [ahead, aside] = { ArrowUp: [-y, x], ArrowDown: [y, x], ArrowLeft: [-x, y], ArrowRight: [x, y] }[key];
      if (ahead < 3) continue;
      const far = ahead + Math.abs(aside) * 3;
      if (!best || far < best.far) best = { far, id };
    }
    if (best) go(best.id, false, many);
    return true;
  }

  function go(id, inTray, many = false) {
    if (many) app.toggle(id, true);
    else app.select([id]);
    (inTray ? tray : grid).focus(id);
  }

  async function pickUp(id, ids) {
    const event = store.events.get(id);
    if (!app.mayMove(event)) return;
    app.ask(null);
    app.select(ids);
    const one = (app.carry = new Carry(app, id, ids));
    carrying = true;
    grid.scroller.focus({ preventScroll: true });
    voice.say(t("pickedUp", { code: event.code }));
    const answer = await one.ready;
    if (app.carry !== one) return;
    if (!one.place) one.aim(first(event, answer));
    else one.judge();
    app.tellPlace(t("pickedUp", { code: event.code }));
  }

  /** Where something from the tray begins: the best place of the day in view, else the best one. */
  function first(event, answer) {
    const list = answer?.list ?? [];
    const best = list.find((one) => one.allowed && one.place.day === store.day) ?? list.find((one) => one.allowed)
      ?? list.find((one) => one.place.day === store.day);
    if (best) return best.place;
    const [time] = store.times(event, store.day);
    return time && store.rooms.length ? { room: store.rooms[0].id, day: store.day, endDay: null, start: time.start, end: time.end } : null;
  }

  function carry(event) {
    const one = app.carry;
    const place = one.place;
    const by = (rooms, steps) => {
      const forward = { ArrowRight: rtl() ? -1 : 1, ArrowLeft: rtl() ? 1 : -1 };
      return rooms ? forward[event.key] : steps;
    };
    switch (event.key) {
      case "Escape":
        carrying = false;
        app.putBack();
        return true;
      case "Enter":
      case " ":
        carrying = false;
        app.putDown();
        return true;
      case "Delete":
      case "Backspace":
        carrying = false;
        one.cancel();
        app.actions.unplace(one.ids);
        return true;
      case "ArrowUp":
      case "ArrowDown":
        aim(event.shiftKey ? shift(place, event.key === "ArrowUp" ? -FREE : FREE) : slot(one, place, by(false, event.key === "ArrowUp" ? -1 : 1)));
        return true;
      case "ArrowLeft":
      case "ArrowRight":
        aim(room(place, by(true)));
        return true;
      case "PageUp":
      case "PageDown":
        aim(day(one, place, event.key === "PageUp" ? -1 : 1));
        return true;
      case "+":
      case "=":
        aim(longer(place, FREE));
        return true;
      case "-":
        aim(longer(place, -FREE));
        return true;
      case "Tab":
        // Out of what is carried leads Escape or Enter.
        app.tellPlace();
        return true;
      case "?":
        app.help();
        return true;
      default:
        return false;
    }
  }

  async function aim(place) {
    if (!place || !app.carry) return;
    app.carry.aim(place);
    app.tellPlace();
  }

  const shift = (place, by) => place && { ...place, start: place.start + by, end: place.end === null ? null : place.end + by };
  const longer = (place, by) => place && { ...place, end: Math.max((place.end ?? place.start) + by, place.start + FREE) };

  function slot(one, place, step) {
    if (!place) return null;
    const times = store.times(one.event, place.day).sort((a, b) => a.start - b.start);
    const next = step > 0 ? times.find((time) => time.start > place.start) : times.findLast((time) => time.start < place.start);
    if (!next) return place;
    return { ...place, start: next.start, end: next.end };
  }

  function room(place, step) {
    if (!place) return null;
    const order = store.rooms.map((one) => one.id);
    const next = order[order.indexOf(place.room) + step];
    return next === undefined ? place : { ...place, room: next };
  }

  function day(one, place, step) {
    if (!place) return null;
    const n = store.days.findIndex((other) => other.id === place.day);
    const next = store.days[n + step];
    if (!next) return place;
    const by = next.midnight - store.days[n].midnight;
    const wished = { start: place.start + by, end: place.end === null ? null : place.end + by };
    const times = store.times(one.event, next.id);
    const near = times.reduce((best, time) => (!best || Math.abs(time.start - wished.start) < Math.abs(best.start - wished.start) ? time : best), null);
    return { ...place, day: next.id, endDay: null, ...(near ? { start: near.start, end: near.end } : wished) };
  }

  app.stopCarrying = () => (carrying = false);
}
