"use strict";

/** Everything of the site hangs on this name: a page opened from a folder may not import modules. */
const Atlas = {};

/** An element with attributes, listeners (`onclick`) and children; what is absent is left out. */
Atlas.element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return made;
};

/** A number as a person reads it: three digits that count, a real minus. */
Atlas.number = (value) => {
  if (typeof value !== "number" || !Number.isFinite(value)) return "not known";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(2) : rounded(value, size);
  return text.replace("-", "−");

  function rounded(value, size) {
    return value.toFixed(size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
  }
};

/** A count with its thousands apart: 10,000. */
Atlas.count = (value, one, many = `${one}s`) => `${value.toLocaleString("en")} ${value === 1 ? one : many}`;

/**
 * What a page in one file holds of the atlas's files; elsewhere nothing. A page that Jupyter serves may read nothing else.
 */
Atlas.held = (() => {
  const elements = new Map([...document.querySelectorAll("script[data-file]")].map((held) => [held.dataset.file, held]));
  const addresses = new Map();

  /** The text of a data file; nothing where the page does not hold it. */
  const text = (path) => elements.get(path)?.textContent;

  /** The address of a picture; nothing where the page does not hold it. */
  function address(path) {
    if (!elements.has(path)) return undefined;
    if (!addresses.has(path)) {
      const bytes = Uint8Array.from(atob(text(path)), (character) => character.charCodeAt(0));
      const type = path.endsWith(".png") ? "image/png" : "image/jpeg";
      addresses.set(path, URL.createObjectURL(new Blob([bytes], { type })));
    }
    return addresses.get(path);
  }

  return { isAll: elements.size > 0, text, address };
})();

/** The address of a file in the atlas: a photograph may have any name, so each part is escaped. */
Atlas.file = (path) => Atlas.held.address(path) || String(path).split("/").map(encodeURIComponent).join("/");

/** Says something to those who do not see the page. */
Atlas.announce = (words) => {
  const announcer = document.getElementById("announcer");
  // The same words twice are read twice only when they were away in between.
  announcer.textContent = "";
  requestAnimationFrame(() => { announcer.textContent = words; });
};

/** What is wrong, in words, where the thing itself would stand. */
Atlas.trouble = (words, ...more) => Atlas.element("div", { class: "trouble", role: "note" },
  Atlas.element("p", {}, words), ...more);
