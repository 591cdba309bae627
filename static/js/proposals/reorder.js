// Questions are put into another order by dragging. Buttons do the same, without this script and for the keyboard.

for (const list of document.querySelectorAll("[data-reorder]")) {
  const form = document.getElementById(list.dataset.reorder);
  const rows = () => [...list.querySelectorAll("[data-key]")];
  let carried = null;
  let before = "";

  const order = () => rows().map((row) => row.dataset.key).join(" ");

  const over = (y) => {
    for (const row of rows()) {
      if (row === carried) continue;
      const box = row.getBoundingClientRect();
      if (y < box.top + box.height / 2) return row;
    }
    return null;
  };

  // On the document: an element that is moved in it loses the pointer that it has caught.
  document.addEventListener("pointermove", (event) => {
    if (!carried) return;
    const next = over(event.clientY);
    if (next !== carried.nextElementSibling) list.insertBefore(carried, next);
  });
  const drop = (keep) => () => {
    if (!carried) return;
    carried.classList.remove("question-carried");
    carried = null;
    if (!keep || order() === before) return;
    form.elements.order.value = order();
    form.requestSubmit();
  };
  document.addEventListener("pointerup", drop(true));
  document.addEventListener("pointercancel", drop(false));

  for (const grip of list.querySelectorAll("[data-grip]")) {
    grip.hidden = false;
    grip.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      carried = grip.closest("[data-key]");
      before = order();
      carried.classList.add("question-carried");
    });
  }
}
