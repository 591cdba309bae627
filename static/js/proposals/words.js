// How much of its limit a text has used, beside it, while it is typed. The server counts the same (questions/rules.py).

const HAN = "\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff";
const WORD = new RegExp(`[${HAN}]|(?:(?![${HAN}])\\S)+`, "gu");

export const count = (unit, text) =>
  unit === "words" ? (text.match(WORD) ?? []).length : [...text.trim()].length;

const watch = (box) => {
  const { count: unit, said } = box.dataset;
  const most = Number(box.dataset.most);
  for (const field of box.querySelectorAll("textarea, input[type=text], input:not([type])")) {
    const line = document.createElement("p");
    line.className = "counter";
    field.after(line);
    const show = () => {
      const used = count(unit, field.value);
      line.textContent = said.replace("{count}", String(used)).replace("{most}", String(most));
      line.classList.toggle("counter-over", used > most);
    };
    field.addEventListener("input", show);
    show();
  }
};

for (const box of document.querySelectorAll("[data-count]")) watch(box);
