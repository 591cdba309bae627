// The picture beside the designer of badges follows what is chosen. Without this module the button shows it.

const WAIT = 250;
const AGAIN = 1500;

for (const figure of document.querySelectorAll("[data-badge-preview]")) {
  const form = document.getElementById(figure.dataset.form);
  const picture = figure.querySelector("img");
  const status = figure.querySelector("[data-preview-status]");
  const fields = ["parts", "paper", "name_size", "align", "band", "language", "example", "categories"];
  let timer = 0;
  let asked = 0;

  const address = () => {
    const chosen = new FormData(form);
    const query = new URLSearchParams();
    for (const name of fields) for (const value of chosen.getAll(name)) query.append(name, value);
    return `${figure.dataset.badgePreview}?${query}`;
  };

  const show = (again = true) => {
    const mine = ++asked;
    const next = new Image();
    figure.setAttribute("aria-busy", "true");
    next.onload = () => {
      if (mine !== asked) return;
      picture.src = next.src;
      figure.removeAttribute("aria-busy");
      status.textContent = status.dataset.done;
    };
    // Others are being printed for: once more, later.
    next.onerror = () => {
      if (mine !== asked) return;
      figure.removeAttribute("aria-busy");
      if (again) timer = setTimeout(() => show(false), AGAIN);
    };
    next.src = address();
  };

  form.querySelector("[data-preview-button]").hidden = true;
  form.addEventListener("change", (event) => {
    if (!fields.includes(event.target.name)) return;
    status.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(show, WAIT);
  });
}
