"use strict";

/** Two places side by side: layers that scroll together, or neurons. */
Atlas.compare = (() => {
  const { element } = Atlas;
  const SIDES = ["Left", "Right"];
  let together = true;

  function page(given) {
    const places = given.map((place) => ({ ...place, layer: place.layer || shared(given) || place.model.layers[0] }));
    const columns = places.map((_, side) => column(places, side));
    const box = element("input", {
      type: "checkbox", id: "together", checked: together, onchange: () => { together = box.checked; },
    });
    const page = element("div", { class: "pair" },
      element("div", { class: "head" }, element("h1", { tabindex: "-1" }, "Side by side"),
        element("label", { class: "together" }, box, " together")),
      element("div", { class: "columns" }, columns.map((column) => column.element)));
    const sheets = columns.map(({ sheet }) => sheet).filter(Boolean);
    return {
      title: `${places.map(Atlas.place.words).join(" and ")}, side by side`, element: page, places, sheets,
      start: () => { sheets.forEach((sheet) => sheet.start()); tie(columns); },
      stop: () => sheets.forEach((sheet) => sheet.stop()),
    };
  }

  /** The first layer's address that both models have: what is compared when nothing else is said. */
  function shared([one, other]) {
    return one.model.layers.find(({ address }) => other.model.layers.some((layer) => layer.address === address));
  }

  function column(places, side) {
    const place = places[side];
    const scroller = element("div", { class: "scroller" });
    const label = `${SIDES[side]}: ${place.model.name}`;
    const section = element("section", { class: "column", "aria-label": label }, picks(places, side), scroller);
    const made = { scroller, element: section };
    if (place.neuron !== undefined) {
      const holder = element("div", { class: "neuron-page" });
      scroller.append(holder);
      Atlas.data.read(place.layer).then(
        () => fill(holder, place), (error) => holder.append(Atlas.trouble(error.message)));
    } else {
      const toNeuron = (layer, neuron) => Atlas.place.link(...moved(places, side, { ...place, layer, neuron }));
      made.sheet = new Atlas.Sheet([{ layer: place.layer }], { scroller, tile: 64, link: toNeuron });
      scroller.append(made.sheet.element);
    }
    return made;
  }

  function fill(holder, place) {
    const entry = place.layer.neuron(place.neuron);
    if (!entry) {
      const words = `There is no picture of neuron ${place.neuron} in this atlas.`;
      holder.append(Atlas.neuron.head(place, "h2"), Atlas.trouble(words));
      return;
    }
    const link = element("p", {}, element("a", { href: Atlas.place.link(place) }, "To its own page"));
    const { stage, head, measures } = Atlas.neuron;
    holder.append(...[head(place, "h2"), stage(place, entry), measures(entry), link].filter(Boolean));
  }

  /** A model and a layer to choose from. */
  function picks(places, side) {
    const place = places[side];
    const { models } = Atlas.data.atlas;
    const names = models.map((model) => model.name);
    const addresses = place.model.layers.map(({ address }) => address);
    const modelPick = select(`${SIDES[side]} model`, names, models.indexOf(place.model), (index) => {
      const to = Atlas.place.inModel(place, models[index]);
      go(places.map((other, at) => (at === side ? to : other)));
    });
    const layerPick = select(`${SIDES[side]} layer`, addresses, place.layer.index, (index) => {
      go(moved(places, side, { ...place, layer: place.model.layers[index], neuron: undefined }));
    });
    return element("div", { class: "picks" }, modelPick, layerPick);
  }

  function select(words, options, chosen, onchange) {
    const made = element("select", { "aria-label": words }, options.map((option, index) =>
      element("option", { value: index, selected: index === chosen }, option)));
    made.addEventListener("change", () => onchange(Number(made.value)));
    return made;
  }

  const go = (places) => { window.location.hash = Atlas.place.link(...places); };

  /** The places after one of them moved: the other goes along as far as its model has what the first shows. */
  function moved(places, side, to) {
    return places.map((place, at) => {
      if (at === side) return to;
      if (!together) return place;
      const layer = place.model.layers.find(({ address }) => address === to.layer.address) || place.layer;
      const has = to.neuron !== undefined && (!layer.order || layer.has(to.neuron));
      return { model: place.model, layer, neuron: has ? to.neuron : undefined };
    });
  }

  /** Both neurons a step further, for the arrow keys. */
  function beside(places, neurons, layers) {
    const [one, other] = places;
    const lead = one.neuron === undefined ? other : one;
    const to = lead.neuron === undefined ? undefined : Atlas.neuron.beside(lead, neurons, layers);
    return to && moved(places, places.indexOf(lead), to);
  }

  /** Whichever column the reader touched last leads, so that the two do not chase each other. */
  function tie(columns) {
    let lead;
    columns.forEach(({ scroller }, side) => {
      for (const touch of ["pointerenter", "pointerdown", "touchstart", "wheel", "focusin", "keydown"]) {
        scroller.addEventListener(touch, () => { lead = scroller; }, { passive: true });
      }
      scroller.addEventListener("scroll", () => {
        if (together && lead === scroller) columns[1 - side].scroller.scrollTop = scroller.scrollTop;
      }, { passive: true });
    });
  }

  return { page, beside };
})();
