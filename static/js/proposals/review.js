// The form of a review is saved as a draft while it is typed (form[data-review-draft]). Without this, its button does it.
const DELAY = 900;

const watch = (form) => {
  const status = form.querySelector("[data-review-status]");
  let timer = 0;
  let sending = false;
  let again = false;

  const say = (words) => {
    // Said anew each time, but only when it has changed: a screen reader is not to repeat it with every letter.
    if (status && status.textContent !== words) status.textContent = words;
  };

  const send = async () => {
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    again = false;
    let kept = false;
    try {
      const answer = await fetch(form.dataset.reviewDraft, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      kept = answer.ok && (await answer.json()).kept === true;
    } catch {
      kept = false;
    }
    sending = false;
    if (again) {
      send();
      return;
    }
    say(kept ? status.dataset.kept : status.dataset.failed);
  };

  form.addEventListener("input", () => {
    say("");
    clearTimeout(timer);
    timer = setTimeout(send, DELAY);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
};

for (const form of document.querySelectorAll("form[data-review-draft]")) watch(form);
