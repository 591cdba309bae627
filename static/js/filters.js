// Choosing a filter shows the result at once: the same page is fetched and its results are put in place. Every link
// and the form work without this.

const TYPING = 350;
let request = 0;
let typed = false;

function address(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (value) query.append(name, value);
  }
  const text = query.toString();
  return form.action + (text ? `?${text}` : "");
}

/** Put the results of an address in place of those shown; go there when that does not work. */
async function load(url, { push = true, typing = false } = {}) {
  const mine = ++request;
  const before = document.querySelector("[data-results]");
  before.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const results = page.querySelector("[data-results]");
    if (mine !== request) return;
    if (!results) throw new Error("no results");
    keep(before, results);
    document.title = page.title;
    // Going back undoes a choice, or all that was typed, not letter by letter.
    if (push && typing && typed) history.replaceState(null, "", url);
    else if (push) history.pushState(null, "", url);
    typed = typing;
    listen();
    results.dispatchEvent(new Event("results", { bubbles: true }));
  } catch {
    if (mine === request) location.assign(url);
  }
}

/** Exchange the results; what the reader is at stays: focus, what they type, the open parts, the open sheet. */
function keep(before, after) {
  const active = document.activeElement;
  const focused = active && before.contains(active) ? { name: active.name, value: active.value, id: active.id } : null;
  const selection = active?.type === "search" ? [active.value, active.selectionStart, active.selectionEnd] : null;
  const open = [...before.querySelectorAll("details.facet")].map((part) => part.open);
  const sheet = before.querySelector("#filters");
  const sheetOpen = sheet?.matches(":popover-open");
  const scrolled = sheet?.scrollTop;
  const lists = [...before.querySelectorAll(".facet .choices")].map((list) => list.scrollTop);
  before.replaceWith(document.adoptNode(after));
  const parts = [...after.querySelectorAll("details.facet")];
  if (parts.length === open.length) parts.forEach((part, n) => (part.open ||= open[n]));
  const newSheet = after.querySelector("#filters");
  if (sheetOpen) newSheet?.showPopover();
  if (newSheet && scrolled) newSheet.scrollTop = scrolled;
  const newLists = [...after.querySelectorAll(".facet .choices")];
  if (newLists.length === lists.length) newLists.forEach((list, n) => (list.scrollTop = lists[n]));
  if (!focused) return;
  const same = focused.id
    ? document.getElementById(focused.id)
    : [...after.querySelectorAll("input")].find((one) => one.name === focused.name && one.value === focused.value);
  same?.focus({ preventScroll: true });
  if (same && selection) {
    same.value = selection[0];
    same.setSelectionRange(selection[1], selection[2]);
  }
}

function listen() {
  const form = document.querySelector("[data-filters]");
  let waiting;
  form?.addEventListener("change", (event) => {
    if (event.target.type !== "search") load(address(form));
  });
  form?.addEventListener("input", (event) => {
    if (event.target.type !== "search") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => load(address(form), { typing: true }), TYPING);
  });
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    const sheet = form.closest("[popover]");
    if (sheet?.matches(":popover-open")) sheet.hidePopover();
    load(address(form));
  });
}

listen();
window.addEventListener("popstate", () => load(location.href, { push: false }));

// "Now" is looked at anew each minute, while somebody looks.
if (document.querySelector("[data-now]")) {
  setInterval(() => {
    if (!document.hidden && document.querySelector("[data-now]")) load(location.href, { push: false });
  }, 60_000);
}
