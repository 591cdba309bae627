// Texts in several languages: the folding panels become tabs, each with a sign that says whether it is filled.
for (const group of document.querySelectorAll("[data-languages]")) {
  const folded = [...group.querySelectorAll(":scope > details")];
  if (folded.length < 2) continue;
  const tabs = document.createElement("div");
  tabs.className = "language-tabs";
  tabs.setAttribute("role", "tablist");
  const legend = group.closest("fieldset")?.querySelector("legend");
  if (legend) tabs.setAttribute("aria-label", legend.textContent.trim());

  // A panel of tabs is no details element: its contents move into a plain one.
  const panels = folded.map((details) => {
    const panel = document.createElement("div");
    panel.className = "language-panel";
    Object.assign(panel.dataset, details.dataset);
    panel.append(...details.childNodes);
    details.replaceWith(panel);
    return panel;
  });

  const choose = (number, focus) => {
    panels.forEach((panel, index) => {
      const chosen = index === number;
      panel.hidden = !chosen;
      tabs.children[index].setAttribute("aria-selected", String(chosen));
      tabs.children[index].tabIndex = chosen ? 0 : -1;
    });
    if (focus) tabs.children[number].focus();
  };

  const inputs = panels.map((panel) => panel.querySelector("input, textarea"));
  panels.forEach((panel, index) => {
    const input = inputs[index];
    const tab = document.createElement("button");
    tab.type = "button";
    tab.textContent = panel.dataset.label;
    tab.id = `${input.id}-tab`;
    tab.setAttribute("role", "tab");
    panel.id = `${input.id}-panel`;
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    const summary = panel.querySelector("summary");
    const state = summary.querySelector(".badge");
    const sign = document.createElement("span");
    sign.className = "visually-hidden";
    sign.textContent = state ? state.textContent : "";
    tab.append(sign);
    summary.remove();
    const show = () => {
      tab.classList.toggle("language-filled", input.value.trim() !== "");
      tab.classList.toggle("language-missing", input.value.trim() === "");
    };
    input.addEventListener("input", () => {
      sign.textContent = "";
      show();
    });
    tab.classList.toggle("language-wrong", input.getAttribute("aria-invalid") === "true");
    show();
    tab.addEventListener("click", () => choose(index, false));
    tab.addEventListener("keydown", (event) => {
      const back = getComputedStyle(tabs).direction === "rtl" ? "ArrowRight" : "ArrowLeft";
      const forth = back === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
      const last = panels.length - 1;
      const target = {
        [forth]: index === last ? 0 : index + 1,
        [back]: index === 0 ? last : index - 1,
        Home: 0,
        End: last,
      }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      choose(target, true);
    });
    tabs.append(tab);
  });
  group.prepend(tabs);
  const wrong = inputs.findIndex((input) => input.getAttribute("aria-invalid") === "true");
  choose(Math.max(wrong, 0), false);

  // A link of the error summary leads into a panel that may be hidden.
  const reveal = () => {
    const number = inputs.findIndex((input) => `#${input.id}` === location.hash);
    if (number >= 0) {
      choose(number, false);
      inputs[number].focus();
    }
  };
  addEventListener("hashchange", reveal);
  group.closest("form")?.addEventListener("click", (event) => {
    const link = event.target.closest?.('.summary a[href^="#"]');
    const number = link ? inputs.findIndex((input) => `#${input.id}` === link.hash) : -1;
    if (number < 0) return;
    event.preventDefault();
    choose(number, false);
    inputs[number].focus();
  });
}
