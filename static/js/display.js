// The sign at a door: the clock goes, and each minute the sign is looked at anew. Without a network it stays as it is.

const clock = document.querySelector("[data-clock]");
const time = new Intl.DateTimeFormat("en-GB", {
  timeZone: clock.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

async function renew() {
  clock.textContent = time.format(new Date());
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const body = page.querySelector("[data-display]");
    if (body) document.querySelector("[data-display]").replaceWith(document.adoptNode(body));
  } catch {
    // Tried again in a minute.
  }
}

setTimeout(() => {
  renew();
  setInterval(renew, 60_000);
}, 60_000 - (Date.now() % 60_000));
