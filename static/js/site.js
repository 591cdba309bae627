// What every page has: the account in the header, the choice of light or dark, menus that close, share and print.

const root = document.documentElement;

// The account's menu belongs to one person, and public pages are the same for everybody, so it is fetched apart.
const slot = document.querySelector("[data-account]");
if (slot) {
  fetch(slot.dataset.account, { credentials: "same-origin", headers: { Accept: "text/html" } })
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((html) => {
      if (html.trim()) slot.innerHTML = html;
    })
    .catch(() => {});
}

for (const button of document.querySelectorAll("[data-set-theme]")) {
  const show = () => button.setAttribute("aria-pressed", String((root.dataset.theme ?? "system") === button.dataset.setTheme));
  button.addEventListener("click", () => {
    const theme = button.dataset.setTheme;
    try {
      if (theme === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch {
      // Kept for this page only.
    }
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    document.dispatchEvent(new Event("theme"));
  });
  document.addEventListener("theme", show);
  show();
}

// A menu closes when the reader goes elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target instanceof Element && event.target.closest("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-share]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const data = { title: document.title, url: button.dataset.share };
    try {
      if (navigator.share) await navigator.share(data);
      else {
        await navigator.clipboard.writeText(data.url);
        button.querySelector("[data-label]").textContent = button.dataset.copied;
      }
    } catch {
      // The reader changed their mind.
    }
  });
}

// The list of badges that a door's app keeps on a device goes with whoever is signed in (js/door/store.js).
document.addEventListener("submit", (event) => {
  if (!event.target.getAttribute("action")?.endsWith("/account/sign-out") || event.defaultPrevented) return;
  globalThis.indexedDB?.deleteDatabase("door-list");
  globalThis.caches?.keys().then((names) => names.filter((name) => name.startsWith("door-photos")).forEach((name) => caches.delete(name)));
});
