// Questions that hang on another answer are shown when they are asked. Without this script all are shown, each with the
// sentence that says when it counts; the server decides the same (eventsapp/questions/rules.py).

const answersOf = (question) => {
  const kind = question.dataset.kind;
  const said = [];
  for (const field of question.querySelectorAll("input, select, textarea")) {
    if (field.name.endsWith("-remove")) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked && field.value) said.push(kind === "consent" ? "yes" : field.value);
    } else if (field.value.trim()) {
      said.push(field.value.trim());
    }
  }
  const sent = question.querySelector("[name$='-remove']");
  if (sent && !sent.checked) said.push("sent");
  return said;
};

export const follow = (root) => {
  const questions = [...root.querySelectorAll("[data-question]")];
  const update = () => {
    const shown = new Map();
    for (const question of questions) {
      const { question: key, when, values } = question.dataset;
      const on = when && questions.find((one) => one.dataset.question === when);
      let asked = true;
      // A condition on a question that does not come before holds nothing back.
      if (on && shown.has(when)) {
        const said = answersOf(on);
        const wanted = values ? values.split(" ") : [];
        asked = shown.get(when) && said.length > 0 && (wanted.length === 0 || said.some((one) => wanted.includes(one)));
      }
      shown.set(key, asked);
      question.hidden = !asked;
      for (const sentence of question.querySelectorAll(".question-when")) sentence.hidden = asked;
    }
  };
  root.addEventListener("input", update);
  root.addEventListener("change", update);
  update();
};

for (const root of document.querySelectorAll("[data-questions]")) follow(root);
