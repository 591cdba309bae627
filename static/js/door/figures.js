// The figures of the doors are fetched again every ten seconds while somebody looks. The page works without this.

const EVERY = 10_000;
const part = document.querySelector("[data-live]");
const lost = document.querySelector("[data-live-lost]");

function put(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").body;
  // What was folded open stays open.
  for (const one of part.querySelectorAll("details[open][data-open]"))
    fresh.querySelector(`details[data-open="${one.dataset.open}"]`)?.setAttribute("open", "");
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const same = focused?.matches("summary")
    ? `details[data-open="${focused.parentElement.dataset.open}"] > summary`
    : `[tabindex][aria-labelledby="${focused?.getAttribute("aria-labelledby")}"]`;
  part.replaceChildren(...fresh.childNodes);
  if (focused) part.querySelector(same)?.focus({ preventScroll: true });
}

async function renew() {
  if (document.hidden) return;
  try {
    const answer = await fetch(part.dataset.live, { credentials: "same-origin", cache: "no-store", redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    put(await answer.text());
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
}

if (part) {
  setInterval(renew, EVERY);
  document.addEventListener("visibilitychange", renew);
}
