"use strict";

/** The keys that work everywhere. Those among small pictures are the sheet's own. */
Atlas.keyboard = (() => {
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const LAYERS = { "[": -1, "]": 1 };

  function start() { document.addEventListener("keydown", press); }

  function press(event) {
    const writes = event.target.closest?.("input:not([type=radio]):not([type=checkbox]), select, textarea");
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || Atlas.dialogs.isOpen()) return;
    if (writes && event.key !== "Escape") return;
    if (act(event)) event.preventDefault();
  }

  /** Whether the key meant something here. */
  function act(event) {
    const { key } = event;
    switch (key) {
      case "/": Atlas.dialogs.openSearch(); return true;
      case "?": Atlas.dialogs.openHelp(); return true;
      case "Escape": return Atlas.show.up();
      case "c": return pressed(".cell .copy");
      case "s": return pressed("#compare:not([hidden])");
      case "t": return pressed("#switch-theme");
      default:
        if (key in LAYERS) return Atlas.show.layer(LAYERS[key]);
        // Arrows inside a group of radio buttons are the browser's.
        return key in ARROWS && !event.target.closest("fieldset, pre") && Atlas.show.step(...ARROWS[key]);
    }
  }

  function pressed(selector) {
    const button = document.querySelector(selector);
    button?.click();
    return Boolean(button);
  }

  return { start };
})();
