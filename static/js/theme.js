// The reader's choice of light or dark, put in place before anything is drawn: loaded in the head, not a module.
(function () {
  "use strict";
  try {
    var theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch (error) {
    // Without storage the system's setting holds.
  }
  document.documentElement.classList.add("scripts");
})();
