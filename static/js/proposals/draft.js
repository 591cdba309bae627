// A proposal is saved while it is typed. The whole form is sent, with the marks of what this page has seen, so that the
// server finds out what somebody else has changed meanwhile: that appears here, and where both have written, one chooses.
// Nothing is lost when the server cannot be reached: it is tried again, and leaving the page asks first.

const WAIT = 1500; // ms after the last key
const FIRST_RETRY = 2000;
const LONGEST_RETRY = 30000;
const LOOK = 15000; // ms between looks for what others did

const form = document.querySelector("[data-draft]");
if (form) start(form);

function start(form) {
  const status = form.querySelector("[data-draft-status]");
  const { dataset } = form;
  let marks = JSON.parse(form.elements.marks.value || "{}");
  let synced = serialize();
  let timer = null;
  let retry = FIRST_RETRY;
  let busy = false;
  let stopped = false;

  const say = (text, kind = "") => {
    status.textContent = text;
    status.dataset.kind = kind;
  };

  // By the clock of the person who writes.
  const clock = (at) => [at.getHours(), at.getMinutes()].map((one) => String(one).padStart(2, "0")).join(":");
  if (status.dataset.at) say(dataset.saidSaved.replace("{time}", clock(new Date(status.dataset.at))));

  // --- what the form holds

  // Without files that have been sent already.
  function entries() {
    const data = new FormData(form);
    for (const [name, value] of [...data]) {
      if (!(value instanceof File)) continue;
      if (!value.name || (synced.get(name) ?? []).includes(`${value.name}:${value.size}`)) data.delete(name);
    }
    return data;
  }

  function serialize() {
    const found = new Map();
    for (const [name, value] of new FormData(form)) {
      if (name === "marks" || name === "csrf_token" || name === "base") continue;
      const said = value instanceof File ? `${value.name}:${value.size}` : value;
      if (value instanceof File && !value.name) continue;
      found.set(name, [...(found.get(name) ?? []), said]);
    }
    return found;
  }

  const same = (a, b) => JSON.stringify(a ?? []) === JSON.stringify(b ?? []);
  const dirty = () => {
    const now = serialize();
    return [...new Set([...now.keys(), ...synced.keys()])].some((name) => !same(now.get(name), synced.get(name)));
  };

  // Names of the controls of a part (eventsapp/proposals/drafts/content.py).
  const controlOf = (part) => {
    const [field, ...rest] = part.split(".");
    if (field === "answers") return ["q", ...rest].join("-");
    return [field, ...rest].join("-");
  };

  // --- saving

  const soon = (wait = WAIT) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, wait);
  };

  const again = (text) => {
    say(text, "bad");
    soon(retry);
    retry = Math.min(retry * 2, LONGEST_RETRY);
  };

  async function save() {
    clearTimeout(timer);
    if (busy || stopped) return;
    if (!dirty()) return;
    if (navigator.onLine === false) {
      say(dataset.saidOffline, "bad");
      return;
    }
    busy = true;
    form.elements.marks.value = JSON.stringify(marks);
    const sent = serialize();
    say(dataset.saidSaving);
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: entries(), headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "manual",
      });
      if (answer.type === "opaqueredirect" || answer.status === 401) again(dataset.saidSession);
      else if (answer.status === 409 || answer.status === 404) stop();
      else if (answer.status === 422) again(await fresh() ? dataset.saidFailed : dataset.saidSession);
      else if (!answer.ok) again(dataset.saidFailed);
      else {
        const told = await answer.json();
        synced = sent;
        retry = FIRST_RETRY;
        await take(told);
      }
    } catch {
      again(navigator.onLine === false ? dataset.saidOffline : dataset.saidFailed);
    } finally {
      busy = false;
    }
    if (!stopped && retry === FIRST_RETRY && dirty()) soon();
  }

  function stop() {
    stopped = true;
    say(dataset.saidClosed, "bad");
  }

  // A page of the same form with a new token: the old one may have expired.
  async function page() {
    const answer = await fetch(form.action, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return null;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-draft]");
    return found;
  }

  async function fresh() {
    const found = await page();
    if (!found?.elements.csrf_token) return false;
    form.elements.csrf_token.value = found.elements.csrf_token.value;
    return true;
  }

  // --- what the server said

  async function take(told) {
    Object.assign(marks, told.marks);
    for (const [name, html] of Object.entries(told.html ?? {})) put(document.querySelector(`[data-fragment="${name}"]`), html);
    complain(told.errors ?? []);
    conflicts(told.conflicts ?? []);
    if (told.others?.length) await adopt(told.others);
    if ((told.changed ?? []).some((part) => form.elements.namedItem(controlOf(part))?.type === "file")) await files();
    if (told.conflicts?.length) say(dataset.saidChoose, "bad");
    else say(dataset.saidSaved.replace("{time}", clock(new Date())), "good");
  }

  // A file has been taken: its question shows it, and it is not sent again.
  async function files() {
    const found = await page();
    for (const field of found ? form.querySelectorAll("input[type=file]") : []) {
      const fresh = found.querySelector(`[name="${CSS.escape(field.name)}"]`)?.closest(".field");
      if (!field.value || !fresh) continue;
      field.closest(".field").replaceWith(document.importNode(fresh, true));
      synced.delete(field.name);
    }
  }

  function put(place, html) {
    if (!place) return;
    const parsed = new DOMParser().parseFromString(html, "text/html");
    place.replaceChildren(...parsed.body.childNodes);
  }

  function complain(errors) {
    for (const old of form.querySelectorAll("[data-draft-error]")) {
      const field = document.getElementById(old.dataset.draftError);
      field?.removeAttribute("aria-invalid");
      old.remove();
    }
    for (const [id, said] of errors) {
      const field = document.getElementById(id);
      if (!field) continue;
      const line = document.createElement("p");
      line.className = "field-error";
      line.dataset.draftError = id;
      line.id = `${id}-draft-error`;
      line.textContent = said.join(" ");
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", [...new Set([...(field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean), line.id])].join(" "));
      (field.closest(".field, .language-panel") ?? field.parentElement).append(line);
    }
  }

  function conflicts(found) {
    const box = form.querySelector("[data-conflicts]");
    const parts = new Set(found.map((one) => one.part));
    for (const old of box.querySelectorAll("[data-conflict]")) if (!parts.has(old.dataset.conflict)) old.remove();
    for (const one of found) {
      const parsed = new DOMParser().parseFromString(one.html, "text/html").body.firstElementChild;
      const old = box.querySelector(`[data-conflict="${CSS.escape(one.part)}"]`);
      if (old) old.replaceWith(parsed);
      else box.append(parsed);
    }
    if (found.length) box.firstElementChild?.focus();
  }

  form.addEventListener("change", (event) => {
    const box = event.target.closest?.("[data-conflict]");
    if (!box) return;
    event.stopPropagation();
    choose(box, event.target.value);
  }, true);

  async function choose(box, value) {
    const part = box.dataset.conflict;
    const colon = value.indexOf(":");
    if (value.slice(0, colon) === "theirs") {
      await adopt([part], true);
    } else {
      marks[part] = value.slice(colon + 1);
      synced.delete(controlOf(part));
      if (part.startsWith("speakers.")) synced = new Map();
    }
    box.remove();
    say(dataset.saidTaken);
    soon(0);
  }

  // Show what others have written, where nobody is writing here.
  async function adopt(parts, forced = false) {
    const found = await page();
    if (!found) return;
    const theirs = JSON.parse(found.elements.marks.value || "{}");
    const now = serialize();
    const shown = [];
    for (const part of parts) {
      if (part.startsWith("speakers.")) continue;
      const name = controlOf(part);
      if (!forced && !same(now.get(name), synced.get(name))) continue;
      if (!copy(found, name)) continue;
      marks[part] = theirs[part] ?? "";
      shown.push(labelOf(name));
    }
    if (parts.some((part) => part.startsWith("speakers.")) && speakers(found, now, forced)) {
      for (const part of [...new Set([...Object.keys(marks), ...Object.keys(theirs)])]) {
        if (part.startsWith("speakers.")) marks[part] = theirs[part] ?? "";
      }
      shown.push(labelOf("speakers"));
    }
    const after = serialize();
    for (const part of parts) {
      const name = controlOf(part);
      if (part.startsWith("speakers.")) for (const [key, value] of after) { if (key.startsWith("speakers-")) synced.set(key, value); }
      else if (marks[part] === (theirs[part] ?? "")) after.has(name) ? synced.set(name, after.get(name)) : synced.delete(name);
    }
    if (shown.length && !forced) say(dataset.saidOthers.replace("{fields}", [...new Set(shown)].join(", ")), "info");
  }

  function copy(found, name) {
    const old = [...form.elements].filter((one) => one.name === name);
    const fresh = [...found.elements].filter((one) => one.name === name);
    if (!old.length || old.length !== fresh.length || old.some((one) => one.type === "file")) return false;
    old.forEach((field, number) => {
      if (field.type === "checkbox" || field.type === "radio") field.checked = fresh[number].checked;
      else field.value = fresh[number].value;
      field.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "adopted" }));
    });
    return true;
  }

  function speakers(found, now, forced) {
    const box = form.querySelector("[data-speakers]");
    const mine = [...new Set([...now.keys(), ...synced.keys()])].filter((name) => name.startsWith("speakers-"));
    const typing = mine.some((name) => !same(now.get(name), synced.get(name))) || box.contains(document.activeElement);
    if (typing && !forced) return false;
    box.replaceChildren(...[...found.querySelector("[data-speakers]").children].map((one) => document.importNode(one, true)));
    for (const name of mine) synced.delete(name);
    return true;
  }

  const labelOf = (name) => {
    const field = form.elements.namedItem(name);
    const first = field instanceof RadioNodeList ? field[0] : field;
    const own = first?.closest("fieldset.field")?.querySelector("legend") ?? (first?.id && form.querySelector(`label[for="${CSS.escape(first.id)}"]`)) ?? document.getElementById(name);
    return (own?.firstChild?.textContent ?? name).trim();
  };

  // --- what others do

  async function look() {
    if (stopped || busy || document.hidden || navigator.onLine === false) return;
    try {
      const answer = await fetch(dataset.marks, { headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "manual" });
      if (!answer.ok) return;
      const told = await answer.json();
      if (busy) return;
      if (!told.writable) return stop();
      const others = [...new Set([...Object.keys(told.marks), ...Object.keys(marks)])]
        .filter((part) => (told.marks[part] ?? "") !== (marks[part] ?? ""))
        .filter((part) => !form.querySelector(`[data-conflict="${CSS.escape(part)}"]`));
      if (others.length) await adopt(others);
    } catch {
      // The next look will tell.
    }
  }
  setInterval(look, LOOK);

  form.addEventListener("input", (event) => {
    if (event.detail === "adopted" || event.target.closest("[data-conflict]")) return;
    soon();
  });
  form.addEventListener("change", (event) => {
    if (!event.target.closest("[data-conflict]")) soon(event.target.type === "file" ? 0 : WAIT);
  });
  form.addEventListener("focusout", () => { if (dirty()) soon(300); });
  addEventListener("online", () => { retry = FIRST_RETRY; soon(0); });
  addEventListener("offline", () => say(dataset.saidOffline, "bad"));
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); else look(); });
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
    form.elements.marks.value = JSON.stringify(marks);
    removeEventListener("beforeunload", leaving);
  });
  function leaving(event) {
    if (!stopped && dirty()) event.preventDefault();
  }
  addEventListener("beforeunload", leaving);
}
