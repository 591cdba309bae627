// The decision board: a press on a decision changes it in place, without a new page; the arrow keys go from proposal to
// proposal. Everything works without this, by whole pages.

const said = document.querySelector("[data-board-status]");
const alarm = document.querySelector("[data-board-alert]");
let last = Promise.resolve();

function board() {
  return document.querySelector("[data-board]");
}

function ask(url, options = {}) {
  return fetch(url, { credentials: "same-origin", cache: "no-store", redirect: "manual", ...options,
    headers: { "X-Board": "1", Accept: "application/json" } });
}

function put(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("[data-board]");
  if (!fresh) throw new Error("no board");
  board().replaceWith(fresh);
  for (const one of document.querySelectorAll("input[data-version]")) one.value = fresh.dataset.version ?? "";
  if (said) said.textContent = fresh.querySelector("[data-counts]")?.textContent.replace(/\s+/g, " ").trim() ?? "";
}

function complain(text) {
  alarm.textContent = text;
  alarm.hidden = !text;
}

/** Draft one decision; whatever was answered, the board afterwards is that of the server. */
async function move(value, place) {
  const form = board().querySelector("[data-moves]");
  if (!form) return;
  const body = new FormData(form);
  body.set("move", value);
  board().setAttribute("aria-busy", "true");
  try {
    const answer = await ask(form.action, { method: "POST", body });
    if (answer.ok) {
      complain("");
      put(await answer.text());
    } else if (answer.status === 409) {
      complain((await answer.json()).error.detail);
      put(await (await ask(location.href)).text());
    } else {
      location.reload();
      return;
    }
  } catch {
    location.reload();
    return;
  }
  focusOn(place);
}

function focusOn({ row, index }) {
  const buttons = document.getElementById(row)?.querySelectorAll("button[name=move]") ?? [];
  (buttons[index] ?? board().querySelector("button[name=move]"))?.focus();
}

function placeOf(button) {
  const row = button.closest("tr");
  return { row: row.id, index: [...row.querySelectorAll("button[name=move]")].indexOf(button) };
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!event.target.matches("[data-moves]") || button?.name !== "move") return;
  event.preventDefault();
  const { value } = button;
  const place = placeOf(button);
  // One after the other: each needs the version that the one before has made.
  last = last.then(() => move(value, place));
});

document.addEventListener("keydown", (event) => {
  const button = event.target.closest?.("[data-moves] button[name=move]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!button || !step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { index } = placeOf(button);
  const rows = [...board().querySelectorAll("tr:has(button[name=move])")];
  const next = rows[rows.indexOf(button.closest("tr")) + step];
  if (!next) return;
  event.preventDefault();
  next.querySelectorAll("button[name=move]")[index]?.focus();
});
