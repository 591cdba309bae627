// The sign at a door. It asks every quarter of a minute whether anything was changed, which costs a 304 while nothing was;
// what begins and ends it sees by itself, by the server's clock. Without a network it goes on with what it knows, and says
// since when that may be out of date.

const EVERY = 15_000;
const AGAIN = 5_000;
const MOST = 5;

const body = () => document.querySelector("[data-display]");
const zone = body().dataset.zone;
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const calendar = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });

// What the server's clock is ahead of this screen's, in milliseconds: nobody sets the clock of a screen on a wall.
let ahead = 0;
let etag = null;
let heard = Date.now();
let waking;

const now = () => Date.now() + ahead;

function show() {
  const at = now();
  const today = calendar.format(at);
  for (const one of document.querySelectorAll("[data-clock]")) one.textContent = clock.format(at);
  const moments = [at + 60_000 - (at % 60_000)];
  let running = 0;
  for (const one of body().querySelectorAll("[data-from]")) {
    const from = Date.parse(one.dataset.from);
    const until = Date.parse(one.dataset.until);
    one.hidden = !(from <= at && at < until);
    running += !one.hidden;
    moments.push(from, until);
  }
  body().querySelector("[data-free]").hidden = running > 0;
  let coming = 0;
  for (const one of body().querySelectorAll("[data-starts]")) {
    const later = Date.parse(one.dataset.starts) > at && (!running || one.dataset.day === today);
    one.hidden = !later || ++coming > MOST;
  }
  body().querySelector("[data-next]").hidden = coming === 0;
  clearTimeout(waking);
  waking = setTimeout(show, Math.max(50, Math.min(...moments.filter((moment) => moment > at)) - now()));
}

function assets(page) {
  return [...page.querySelectorAll("link[rel=stylesheet], script[src]")]
    .map((one) => one.getAttribute("href") ?? one.getAttribute("src")).join();
}

async function renew() {
  const answer = await fetch(location.href, { cache: "no-cache", credentials: "omit", signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(answer.statusText);
  const said = Date.parse(answer.headers.get("Date"));
  // Whole seconds: less than that is no difference.
  if (!Number.isNaN(said) && Math.abs(said - now()) > 2_000) {
    ahead = said - Date.now();
    show();
  }
  const fresh = answer.headers.get("ETag");
  if (fresh !== null && fresh === etag) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.redirected) return location.replace(answer.url);
  // The program itself is another one now.
  if (assets(page) !== assets(document)) return location.reload();
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  document.title = page.title;
  etag = fresh;
  show();
}

async function follow() {
  let failed = false;
  try {
    await renew();
    heard = now();
  } catch {
    failed = true;
  }
  const stale = document.querySelector("[data-stale]");
  stale.hidden = !failed;
  if (failed) stale.textContent = stale.dataset.stale.replace("{time}", clock.format(heard));
  setTimeout(follow, failed ? AGAIN : EVERY);
}

show();
follow();
