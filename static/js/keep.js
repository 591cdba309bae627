// Long forms (data-keep) are kept on the device while they are typed, until the server has taken them.
// Nothing leaves the device. Passwords, files and hidden fields are never kept.
const PREFIX = "eventsapp-keep:";
const SKIPPED = new Set(["password", "file", "hidden", "submit", "button", "reset"]);

const read = (key) => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};
const write = (key, value) => {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
};
const forget = (key) => {
  try {
    localStorage.removeItem(key);
  } catch {
    // A device that keeps nothing has nothing to forget.
  }
};

const fieldsOf = (form) =>
  [...form.elements].filter((field) => field.name && !SKIPPED.has(field.type) && !field.closest("[data-keep-offer]"));

const valuesOf = (form) => {
  const values = {};
  for (const field of fieldsOf(form)) {
    const box = field.type === "checkbox" || field.type === "radio";
    const value = box ? (field.checked ? field.value : null) : field.type === "select-multiple"
      ? [...field.selectedOptions].map((option) => option.value)
      : field.value;
    values[field.name] ??= [];
    if (value !== null) values[field.name].push(value);
  }
  return values;
};

const restore = (form, values) => {
  const seen = {};
  for (const field of fieldsOf(form)) {
    const kept = values[field.name];
    if (!kept) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      field.checked = kept.includes(field.value);
    } else {
      const number = (seen[field.name] = (seen[field.name] ?? -1) + 1);
      if (number >= kept.length) continue;
      if (field.type === "select-multiple") {
        for (const option of field.options) option.selected = kept[number].includes(option.value);
      } else {
        field.value = kept[number];
      }
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
};

// What was sent and then confirmed by the server (a page that says "saved") is done with.
const saved = document.querySelector("[data-saved-ok]") !== null;
let keys = [];
try {
  keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
} catch {
  keys = [];
}
const MONTH = 30 * 24 * 3600 * 1000;
for (const key of keys) {
  const entry = read(key);
  if (!entry || Date.now() - entry.at > MONTH || (entry.sent && saved)) forget(key);
  else if (entry.sent) write(key, { ...entry, sent: false });
}

for (const form of document.querySelectorAll("form[data-keep]")) {
  const key = `${PREFIX}${form.dataset.keepOwner ?? ""}:${location.pathname}:${form.dataset.keep}`;
  const status = form.querySelector("[data-keep-status]");
  const offer = form.querySelector("[data-keep-offer]");
  const say = (state) => {
    if (!status) return;
    status.dataset.state = state;
    if (status.dataset[state]) status.textContent = status.dataset[state];
  };

  const entry = read(key);
  const now = JSON.stringify(valuesOf(form));
  if (entry && JSON.stringify(entry.values) !== now && !("keepRefused" in form.dataset) && offer) {
    offer.hidden = false;
    const time = offer.querySelector("[data-keep-time]");
    if (time) {
      time.dateTime = new Date(entry.at).toISOString();
      time.textContent = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
        dateStyle: "medium",
        timeStyle: "short",
      }).format(entry.at);
    }
    offer.querySelector("[data-keep-restore]").addEventListener("click", () => {
      restore(form, entry.values);
      offer.hidden = true;
      fieldsOf(form)[0]?.focus();
    });
    offer.querySelector("[data-keep-discard]").addEventListener("click", () => {
      forget(key);
      offer.hidden = true;
      fieldsOf(form)[0]?.focus();
    });
  }

  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    say(write(key, { at: Date.now(), values: valuesOf(form), sent: false }) ? "saved" : "failed");
  };
  form.addEventListener("input", (event) => {
    if (!event.isTrusted || SKIPPED.has(event.target.type)) return;
    clearTimeout(timer);
    timer = setTimeout(keep, 400);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    write(key, { at: Date.now(), values: valuesOf(form), sent: true });
  });
  addEventListener("pagehide", () => {
    if (timer) keep();
  });
}
