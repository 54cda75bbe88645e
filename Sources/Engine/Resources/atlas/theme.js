"use strict";

/** Dark or light: what the system says, until the reader switches. */
Atlas.theme = (() => {
  const KEY = "vitrine-atlas-theme";
  const system = window.matchMedia("(prefers-color-scheme: light)");

  function start() {
    const button = document.getElementById("switch-theme");
    button.addEventListener("click", () => choose(current() === "dark" ? "light" : "dark"));
    system.addEventListener("change", show);
    show();
  }

  function current() { return chosen() || (system.matches ? "light" : "dark"); }

  function choose(theme) {
    // Where nothing may be kept, the choice holds as long as the page.
    document.documentElement.dataset.chosen = theme;
    try { localStorage.setItem(KEY, theme); } catch { /* Some browsers keep nothing for pages from a folder. */ }
    show();
    Atlas.announce(`${theme} colors`);
  }

  function chosen() {
    const here = document.documentElement.dataset.chosen;
    if (here) return here;
    try { return localStorage.getItem(KEY); } catch { return null; }
  }

  function show() {
    document.documentElement.dataset.theme = current();
    const other = current() === "dark" ? "Light" : "Dark";
    const button = document.getElementById("switch-theme");
    button.textContent = other;
    button.setAttribute("aria-label", `${other} colors`);
  }

  return { start };
})();
