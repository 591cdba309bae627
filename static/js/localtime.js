// The reader's own time beside the conference's, where the two differ.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const language = document.documentElement.lang;

/** Minutes that a zone is ahead of UTC at an instant. */
function offset(at, timeZone) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
  }).formatToParts(at);
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return Math.round((Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute) - at) / 60000);
}

const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = new Intl.DateTimeFormat(language, { timeZone: zone, weekday: "short" });

/** "20:00", with the day where it is another one there. */
function say(at, timeZone) {
  const there = new Intl.DateTimeFormat("en-CA", { timeZone }).format(at);
  const here = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(at);
  return there === here ? clock.format(at) : `${weekday.format(at)} ${clock.format(at)}`;
}

export function show(root) {
  for (const element of root.querySelectorAll("[data-your-time]")) {
    const start = new Date(element.dataset.start);
    if (offset(start, element.dataset.zone) === offset(start, zone)) continue;
    const end = element.dataset.end && new Date(element.dataset.end);
    const time = say(start, element.dataset.zone) + (end ? `–${clock.format(end)}` : "");
    element.textContent = element.dataset.words.replace("{time}", time).replace("{zone}", zone.replaceAll("_", " "));
    element.hidden = false;
  }
  const note = root.querySelector("[data-zone-note]");
  let differ = false;
  for (const element of root.querySelectorAll("time[data-local]")) {
    const at = new Date(element.dateTime);
    const there = note?.dataset.zone;
    if (!there || offset(at, there) === offset(at, zone)) continue;
    differ = true;
    const mine = document.createElement("span");
    mine.className = "your-time";
    mine.textContent = say(at, there);
    element.after(mine);
  }
  if (differ) note.append(` · ${note.dataset.yours.replace("{zone}", zone.replaceAll("_", " "))}`);
}

show(document);
document.addEventListener("results", (event) => show(event.target));
