// Offers organizations of the directory while their name or acronym is typed (data-organizations: where to ask), also those
// whose names are spelt a little otherwise: a list of its own, as browsers show of theirs only what holds the typed letters.
// Whatever is typed is understood by the server as well; this only saves typing.
for (const input of document.querySelectorAll("input[data-organizations]")) attach(input);
addEventListener("eventsapp:added", (event) => {
  for (const input of event.target.querySelectorAll?.("input[data-organizations]") ?? []) attach(input);
});

function attach(input) {
  if (input.getAttribute("role") === "combobox") return;
  document.getElementById(input.getAttribute("list"))?.remove();
  input.removeAttribute("list");
  const box = document.createElement("ul");
  box.id = `${input.id}-options`;
  box.className = "suggestions";
  box.hidden = true;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() ?? "");
  const around = document.createElement("div");
  around.className = "suggesting";
  input.replaceWith(around);
  around.append(input, box);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-expanded", "false"],
    ["aria-controls", box.id],
  ]) input.setAttribute(name, value);

  let timer = 0;
  let asked = "";
  let running = null;
  let active = -1;

  function close() {
    clearTimeout(timer);
    running?.abort();
    box.hidden = true;
    box.replaceChildren();
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show(names) {
    close();
    box.append(
      ...names.map((name, number) => {
        const option = document.createElement("li");
        option.id = `${box.id}-${number}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dir = "auto";
        option.textContent = name;
        return option;
      }),
    );
    if (!names.length) return;
    box.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }

  function mark(number) {
    const options = [...box.children];
    active = (number + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    options[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[active].id);
  }

  function choose(option) {
    input.value = asked = option.textContent;
    close();
    // For those who keep what is typed.
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  input.addEventListener("input", () => {
    const text = input.value.trim();
    if (text === asked) return;
    close();
    asked = "";
    if (text.length < 2) return;
    timer = setTimeout(async () => {
      asked = text;
      running = new AbortController();
      const address = new URL(input.dataset.organizations, location.href);
      address.searchParams.set("q", text);
      try {
        const answer = await fetch(address, { signal: running.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        const { organizations } = await answer.json();
        if (input.value.trim() === text && document.activeElement === input) show(organizations);
      } catch {
        // Without an answer the field is a plain one.
      }
    }, 180);
  });
  input.addEventListener("keydown", (event) => {
    if (box.hidden) return;
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active < 0 ? -1 : active - 1);
    else if (event.key === "Enter" && active >= 0) choose(box.children[active]);
    else if (event.key === "Escape") {
      close();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  // The field keeps the focus while one is chosen by hand.
  box.addEventListener("pointerdown", (event) => event.preventDefault());
  box.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
}
