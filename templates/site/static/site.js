"use strict";
// What needs a script on every page: the button for light and dark, the key that leads to the search, and what is wider
// than the screen: it is moved by itself, by keyboard too.
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
  const reach = () => {
    for (const formula of document.querySelectorAll(".math.inline")) {
      const block = formula.closest("p, li, td, th, dd, dt, h1, h2, h3, h4, h5, h6, blockquote, article") || document.body;
      formula.classList.toggle("long", formula.firstElementChild.getBoundingClientRect().width > block.clientWidth);
    }
    for (const box of document.querySelectorAll("pre, table, .math")) {
      if (box.scrollWidth > box.clientWidth && box.clientWidth) box.tabIndex = 0; else box.removeAttribute("tabindex");
    }
  };
  reach();
  window.addEventListener("load", reach);
  window.addEventListener("resize", reach);
})();
