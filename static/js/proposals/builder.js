// The form of one question: options that can be moved and added, and only those answers that the named question has.

for (const list of document.querySelectorAll("[data-options]")) {
  const rows = () => [...list.querySelectorAll(".option-row")];

  const move = (row, by) => {
    const all = rows();
    const to = all.indexOf(row) + by;
    if (to < 0 || to >= all.length) return;
    if (by < 0) all[to].before(row);
    else all[to].after(row);
    row.querySelector(by < 0 ? "[data-up]" : "[data-down]").focus();
  };

  const button = (sign, words, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button button-quiet button-small button-icon";
    made.setAttribute("aria-label", words);
    made.textContent = sign;
    made.addEventListener("click", act);
    return made;
  };

  const arm = (row) => {
    const buttons = document.createElement("div");
    buttons.className = "option-buttons";
    const up = button("↑", list.dataset.up, () => move(row, -1));
    const down = button("↓", list.dataset.down, () => move(row, 1));
    up.dataset.up = down.dataset.down = "";
    buttons.append(up, down);
    row.prepend(buttons);
  };

  const pattern = rows().at(-1).cloneNode(true);
  let next = rows().length;
  rows().forEach(arm);

  const add = document.createElement("button");
  add.type = "button";
  add.className = "button button-small";
  add.textContent = list.dataset.add;
  add.addEventListener("click", () => {
    const row = pattern.cloneNode(true);
    const number = next++;
    for (const field of row.querySelectorAll("input")) {
      if (field.name.includes("-")) {
        field.name = field.name.replace(/-\d+-/, `-${number}-`);
        field.value = "";
        if (field.id) field.id = field.id.replace(/-\d+-/, `-${number}-`);
      } else field.value = String(number);
    }
    for (const label of row.querySelectorAll("label")) {
      label.htmlFor = label.htmlFor.replace(/-\d+-/, `-${number}-`);
      label.textContent = label.textContent.replace(/\d+/, String(number + 1));
    }
    list.append(row);
    arm(row);
    row.querySelector("input[type=text]").focus();
  });
  list.after(add);
}

for (const box of document.querySelectorAll("[data-condition]")) {
  const key = box.querySelector("select");
  const set = box.querySelector("fieldset");
  if (!set) continue;
  const groups = [...set.querySelectorAll("[data-of]")];
  const show = () => {
    for (const group of groups) {
      const here = group.dataset.of === key.value;
      group.hidden = !here;
      if (!here) for (const field of group.querySelectorAll("input")) field.checked = false;
    }
    set.hidden = groups.every((group) => group.hidden);
  };
  key.addEventListener("change", show);
  show();
}
