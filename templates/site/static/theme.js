"use strict";
// Before anything is drawn: the look that the reader chose the last time, else that of the system.
(function () {
  try {
    const chosen = localStorage.getItem("kg-theme");
    if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
  } catch (error) {
    document.documentElement.dataset.theme = "";
  }
})();
