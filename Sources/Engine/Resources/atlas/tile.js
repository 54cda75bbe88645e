"use strict";

/** Small pictures, cut from a layer's sheets by the style sheet: one file for hundreds of them. */
Atlas.tile = (() => {
  const files = new Map();

  /** A link to a neuron that shows its small picture. `link` may lead elsewhere than to the neuron's page. */
  function tile(layer, neuron, { link, caption, focusable = true } = {}) {
    const place = { model: layer.model, layer, neuron };
    const made = Atlas.element("a", {
      class: "tile", href: link || Atlas.place.link(place), tabindex: focusable ? null : "-1",
      "aria-label": caption || capitalized(Atlas.place.title(layer, neuron)), "data-neuron": neuron,
    });
    paint(made, layer, neuron);
    return made;
  }

  const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  /** Puts a neuron's small picture in an element's background; its number, where there is none. */
  function paint(element, layer, neuron) {
    const tile = layer.tile(neuron);
    const { sheets } = layer;
    const path = tile === undefined ? undefined : fileOf(sheets, tile);
    if (!path) {
      blank(element, neuron);
      return;
    }
    const place = tile % (sheets.columns * sheets.rows);
    const column = place % sheets.columns;
    const row = Math.floor(place / sheets.columns);
    element.style.backgroundImage = `url("${Atlas.file(path)}")`;
    element.style.backgroundSize = `calc(var(--tile) * ${sheets.columns}) auto`;
    element.style.backgroundPosition = `calc(var(--tile) * ${-column}) calc(var(--tile) * ${-row})`;
    if (file(path).missing) blank(element, neuron);
    else if (!file(path).there) file(path).waiting.push({ element, neuron });
  }

  const fileOf = (sheets, tile) => sheets?.files?.[Math.floor(tile / (sheets.columns * sheets.rows))];

  function blank(element, neuron) {
    element.style.backgroundImage = "none";
    element.classList.add("blank");
    element.dataset.words = neuron;
  }

  /** What is known of a sheet's file; it is loaded on its own to see whether it is there. */
  function file(path) {
    if (!files.has(path)) files.set(path, watched(path));
    return files.get(path);
  }

  function watched(path) {
    const state = { there: false, missing: false, waiting: [] };
    const image = new Image();
    image.decoding = "async";
    state.ready = new Promise((resolve) => {
      image.onload = () => { state.there = true; state.waiting = []; resolve(true); };
      image.onerror = () => {
        state.missing = true;
        for (const { element, neuron } of state.waiting) blank(element, neuron);
        state.waiting = [];
        resolve(false);
      };
    });
    image.src = Atlas.file(path);
    return state;
  }

  /** The sheets of a layer that could not be shown, once it is known; each is asked for when it comes into view. */
  async function missing(layer, tiles) {
    const paths = new Set(tiles.map((tile) => fileOf(layer.sheets, tile)).filter(Boolean));
    const there = await Promise.all([...paths].map(async (path) => [path, await file(path).ready]));
    return there.filter(([, loaded]) => !loaded).map(([path]) => path);
  }

  /** A picture in its full size, or words where its file is missing. */
  function picture(path, alternative, attributes = {}) {
    const image = Atlas.element("img", { src: Atlas.file(path), alt: alternative, decoding: "async", ...attributes });
    image.addEventListener("error", () => {
      const words = Atlas.held.isAll ? "This page holds the small pictures only; the large one is this file of the atlas"
        : "This picture is missing or damaged";
      image.replaceWith(Atlas.element("p", { class: "missing" }, `${words}: ${path}`));
    });
    return image;
  }

  return { tile, paint, missing, picture };
})();
