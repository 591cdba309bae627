// A run of the auto-scheduler: its state is looked at every second and a half, until it is over; then the page shows what
// came of it. Without a network it stays as it is, and the link below asks by hand.

const EVERY = 1500;

async function renew() {
  const part = document.querySelector("[data-run]");
  try {
    const answer = await fetch(part.dataset.stateUrl, { credentials: "same-origin" });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-run]");
      if (fresh?.dataset.run === "over") {
        location.reload();
        return;
      }
      if (fresh && !part.contains(document.activeElement)) {
        const opened = part.querySelector("details")?.open;
        const table = fresh.querySelector("details");
        if (table) table.open = Boolean(opened);
        part.replaceWith(document.adoptNode(fresh));
      }
    }
  } catch {
    // Tried again in a moment.
  }
  setTimeout(renew, EVERY);
}

document.querySelector("[data-by-hand]")?.remove();
setTimeout(renew, EVERY);
