// What the officer sees of one person, at once: whether they come in, why not, and who they are. Returns elements, keeps nothing.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);
}

// verdict: good (comes in), out (has left), ask (found by name: the officer decides), bad.
export function card({ texts, verdict, says, why, person, country, photo, event, rightSays, actions, override, refuse }) {
  const made = element("section", { class: `door-card door-${verdict}`, "aria-labelledby": "door-verdict", "data-verdict": verdict });
  made.append(element("h2", { id: "door-verdict", class: "door-verdict" }, says));
  for (const line of why) made.append(element("p", { class: "door-why" }, line));
  if (person) made.append(who({ texts, person, country, photo, event, rightSays }));
  const buttons = element("div", { class: "buttons" });
  for (const { label, primary, run } of actions) {
    buttons.append(element("button", { type: "button", class: primary ? "button button-primary" : "button", onclick: run }, label));
  }
  if (actions.length) made.append(buttons);
  const reason = (name, label, button, run) => reasonForm({ name, label, button, needed: texts.note_needed, run });
  if (override) made.append(reason("note", texts.why, texts.let_in_all_the_same, override));
  if (refuse) {
    made.append(element("details", { class: "fold door-refuse" }, element("summary", {}, texts.refuse),
      reason("refusal", texts.why_refused, texts.refuse, refuse)));
  }
  return made;
}

function who({ texts, person, country, photo, event, rightSays }) {
  const facts = element("dl", { class: "facts" });
  const fact = (label, text) => {
    if (text) facts.append(element("div", {}, element("dt", {}, label), element("dd", {}, element("bdi", {}, text))));
  };
  fact(texts.levels, (person.category?.levels ?? []).join(" · "));
  if (event) fact(texts.rights, `${event.code} ${event.title}: ${rightSays}`);
  const picture = element("div", { class: "door-photo" });
  if (photo) {
    const image = element("img", { src: photo, alt: "", width: 150, height: 200 });
    image.addEventListener("error", () => picture.replaceChildren(element("span", {}, texts.photo_elsewhere)));
    picture.append(image);
  } else picture.append(element("span", {}, texts.no_photo));
  return element("div", { class: "door-who" },
    picture,
    element("div", { class: "stack stack-tight" },
      element("p", { class: "door-name" }, element("bdi", {}, person.name)),
      person.original ? element("p", { class: "door-original" }, element("bdi", {}, person.original)) : null,
      element("p", { class: `door-category type-${person.category?.colour ?? 1}` },
        element("span", { class: "type-mark", "aria-hidden": "true" }), " ", element("bdi", {}, person.category?.name ?? "")),
      element("p", {}, element("bdi", {}, [person.organization, country].filter(Boolean).join(" · "))),
      person.note ? element("p", { class: "door-note" }, element("strong", {}, `${texts.note}: `), element("bdi", {}, person.note)) : null,
      facts.childElementCount ? facts : null));
}

// What an officer decides against the rules is decided with a reason.
function reasonForm({ name, label, button, needed, run }) {
  const input = element("input", { id: `door-${name}`, name, maxlength: 300, autocomplete: "off", required: true });
  const error = element("p", { class: "field-error", id: `door-${name}-error`, hidden: true }, needed);
  const form = element("form", { class: "form door-override", novalidate: true },
    element("div", { class: "field" }, element("label", { for: `door-${name}` }, label), input, error),
    element("button", { type: "submit", class: "button" }, button));
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const note = input.value.trim();
    error.hidden = Boolean(note);
    if (note) run(note);
    else {
      input.setAttribute("aria-describedby", error.id);
      input.focus();
    }
  });
  return form;
}
