"use strict";
// What needs a script on every page: the button for light and dark, and the key that leads to the search.
(function () {
  const button = document.getElementById("kg-theme");
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const say = () => { button.textContent = isDark() ? "Light" : "Dark"; button.title = "Change to the " + (isDark() ? "light" : "dark") + " look"; };
  button.hidden = false;
  say();
  system.addEventListener("change", say);
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("kg-theme", root.dataset.theme); } catch (error) { button.title = "This browser keeps no choice"; }
    say();
    document.dispatchEvent(new Event("kg-theme"));
  });
  document.addEventListener("keydown", (event) => {
    const field = document.getElementById("kg-words") || document.getElementById("kg-find");
    const typing = /^(?:INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) { event.preventDefault(); field.focus(); }
  });
})();
