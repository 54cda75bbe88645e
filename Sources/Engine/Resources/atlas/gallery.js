"use strict";

/** The pages with many pictures: all models, one model, one layer. Each gives `{title, element, start, stop, …}`. */
Atlas.gallery = (() => {
  const { element } = Atlas;
  const SIZES = { small: 48, medium: 64, large: 112 };
  /** Up to as many pictures are shown large, until the reader chooses. */
  const FEW = 200;
  let chosen;

  /** Every model with a handful of its pictures. */
  function home(atlas) {
    const pictures = Atlas.count(atlas.models.reduce((sum, model) => sum + made(model), 0), "picture");
    const models = Atlas.count(atlas.models.length, "model");
    const page = element("div", { class: "home" },
      element("h1", { tabindex: "-1" }, atlas.title),
      element("p", { class: "lead" }, `${pictures} of what ${models} learned to look for.`),
      element("ul", { class: "models" }, atlas.models.map((model) => element("li", {}, card(model)))));
    if (atlas.models.length === 0) {
      page.append(Atlas.trouble("This atlas has no models yet: “vitrine atlas” adds them."));
    }
    return { title: "", element: page, start: () => {}, stop: () => {} };
  }

  const made = (model) => model.layers.reduce((sum, layer) => sum + layer.made, 0);

  const extent = (model) => `${Atlas.count(made(model), "picture")} in ${Atlas.count(model.layers.length, "layer")}`;

  function card(model) {
    const heading = element("h2", {}, element("a", { href: Atlas.place.link({ model }) }, model.name));
    const few = element("div", { class: "mosaic", "aria-hidden": "true" });
    fewOf(model).forEach(([layer, neuron]) => few.append(patch(layer, neuron)));
    return element("article", { class: "card" }, few, heading,
      element("p", {}, extent(model)),
      element("p", { class: "quiet" }, [model.card?.[0]?.[1], model.weights && `weights ${model.weights.slice(0, 12)}`]
        .filter(Boolean).join(" · ")));
  }

  function patch(layer, neuron) {
    const made = element("span", { class: "patch" });
    Atlas.tile.paint(made, layer, neuron);
    made.textContent = "";
    return made;
  }

  /** Pictures from all depths: as many of each layer, and more than fit. */
  function fewOf(model) {
    const known = model.layers.filter(({ order }) => order?.length);
    const each = Math.ceil(56 / Math.max(1, known.length));
    return known.flatMap((layer) => layer.order.slice(0, each).map((neuron) => [layer, neuron])).slice(0, 56);
  }

  /** All layers of a model along one wall. */
  function model(model) {
    const rail = layersOf(model);
    const size = sizeFor(made(model));
    const sheet = new Atlas.Sheet(model.layers.map((layer) => ({ layer, heading: headingOf(layer) })), {
      tile: SIZES[size], onsection: (layer) => mark(rail, layer),
    });
    const head = element("div", { class: "head" },
      element("h1", { tabindex: "-1" }, model.name),
      element("p", { class: "lead" }, extent(model)),
      facts(model), element("div", { class: "controls" }, sizes(sheet, size)));
    const page = element("div", { class: "page" }, rail, element("div", { class: "body" }, head, sheet.element));
    rail.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-layer]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      sheet.showLayer(model.layers[link.dataset.layer]);
    });
    return { title: model.name, element: page, sheet, start: () => sheet.start(), stop: () => sheet.stop() };
  }

  function headingOf(layer) {
    return element("div", { class: "heading" },
      element("h2", {}, element("a", { href: Atlas.place.link({ model: layer.model, layer }) }, layer.address)),
      element("p", { class: "quiet" }, shapeOf(layer)));
  }

  function shapeOf(layer) {
    const part = layer.neurons && layer.neurons !== layer.made ? `${layer.made.toLocaleString("en")} of ` : "";
    return `${part}${Atlas.count(layer.neurons || layer.made, "neuron")}${layer.words ? ` · ${layer.words}` : ""}`;
  }

  function layersOf(model) {
    return element("nav", { class: "rail", "aria-label": "Layers" },
      element("ol", {}, model.layers.map((layer, index) => element("li", {}, element("a", {
        href: Atlas.place.link({ model, layer }), "data-layer": index,
      }, element("span", {}, layer.address), element("span", { class: "count" }, layer.made.toLocaleString("en")))))));
  }

  function mark(rail, layer, as = "location") {
    rail.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const link = rail.querySelector(`[data-layer="${layer.index}"]`);
    link.setAttribute("aria-current", as);
    // Not scrollIntoView: that would also move the page, against the reader's own scrolling.
    const list = link.closest("ol");
    const from = link.getBoundingClientRect();
    const to = list.getBoundingClientRect();
    if (from.top < to.top || from.bottom > to.bottom) list.scrollTop += from.top - to.top - to.height / 2;
    if (from.left < to.left || from.right > to.right) list.scrollLeft += from.left - to.left - to.width / 3;
  }

  function facts(model) {
    const entries = model.card || [];
    if (entries.length === 0) return null;
    return element("dl", { class: "facts" },
      entries.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, String(value)))));
  }

  const sizeFor = (pictures) => chosen || (pictures <= FEW ? "large" : "medium");

  /** Three sizes of the small pictures. */
  function sizes(sheet, size) {
    return element("fieldset", { class: "choice" }, element("legend", {}, "Pictures"),
      Object.keys(SIZES).map((name) => element("label", {},
        element("input", {
          type: "radio", name: "size", value: name, checked: name === size,
          onchange: () => { chosen = name; sheet.resize(SIZES[name]); },
        }), element("span", {}, name))));
  }

  /** One layer, in an order that can be chosen. */
  function layer(layer) {
    const { model } = layer;
    const notes = element("div", { class: "notes" });
    const size = sizeFor(layer.made);
    const sheet = new Atlas.Sheet([{ layer }], { tile: SIZES[size] });
    const controls = element("div", { class: "controls" }, sizes(sheet, size), orders(layer, sheet, notes));
    const rail = layersOf(model);
    const page = element("div", { class: "page" }, rail,
      element("div", { class: "body" },
        element("div", { class: "head" }, element("h1", { tabindex: "-1" }, layer.address),
          element("p", { class: "lead" }, shapeOf(layer)), controls),
        notes, sheet.element));
    const start = () => { sheet.start(); mark(rail, layer, "page"); };
    return { title: Atlas.place.words({ model, layer }), element: page, sheet, start, stop: () => sheet.stop() };
  }

  function orders(layer, sheet, notes) {
    const choices = { number: "number", activation: "strongest activation", agreement: "agreement of seeds" };
    const select = element("select", { id: "order" },
      Object.entries(choices).map(([value, words]) => element("option", { value }, words)));
    select.addEventListener("change", async () => {
      notes.replaceChildren();
      try {
        await Atlas.data.read(layer);
        sheet.reorder(layer, ordered(layer, select.value));
        Atlas.announce(`Ordered by ${choices[select.value]}`);
      } catch (error) {
        notes.append(Atlas.trouble(error.message));
      }
    });
    return element("label", { class: "order" }, "Order by ", select);
  }

  /** Largest first; those whose value is not known last. */
  function ordered(layer, by) {
    if (by === "number") return layer.order;
    const value = (neuron) => layer.neuron(neuron)[by] ?? -Infinity;
    return [...layer.order].sort((one, other) => value(other) - value(one) || one - other);
  }

  return { home, model, layer, shapeOf };
})();
