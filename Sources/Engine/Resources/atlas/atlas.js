"use strict";

/** Shows the place that the address names, and goes from place to place. */
Atlas.show = (() => {
  const { element } = Atlas;
  const main = document.getElementById("main");
  /** Where the reader was on each page, by its link. */
  const scrolled = new Map();
  let view;
  let route = { kind: "nothing", places: [] };
  let shownHash;
  /** The page of small pictures that a neuron was opened from. */
  let sheetHash;

  async function start() {
    Atlas.theme.start();
    Atlas.dialogs.start();
    Atlas.keyboard.start();
    window.history.scrollRestoration = "manual";
    document.getElementById("skip").addEventListener("click", () => {
      (main.querySelector(".tile") || main.querySelector("h1"))?.focus();
    });
    try {
      await Atlas.data.open();
    } catch (error) {
      main.replaceChildren(element("h1", {}, "This atlas cannot be opened"), Atlas.trouble(error.message));
      return;
    }
    const { made } = Atlas.data.atlas;
    document.getElementById("foot").textContent = made ? `Made with ${made}` : "";
    window.addEventListener("hashchange", show);
    document.addEventListener("click", stay);
    show();
  }

  /** A link to a place stays on this page, also beside a base that leads elsewhere. */
  function stay(event) {
    const link = event.target.closest?.("a[href^='#']");
    if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    window.location.hash = link.getAttribute("href");
  }

  function show() {
    const left = { route, hash: shownHash };
    if (view) {
      scrolled.set(shownHash, window.scrollY);
      view.stop();
    }
    shownHash = window.location.hash;
    route = Atlas.place.parse(shownHash);
    view = made(route);
    main.replaceChildren(view.element);
    main.dataset.kind = route.kind;
    document.title = [view.title, Atlas.data.atlas.title].filter(Boolean).join(" · ");
    trail();
    compareLink();
    view.start();
    arrive(left);
    if (["model", "layer"].includes(route.kind)) sheetHash = shownHash;
  }

  function made({ kind, places, words }) {
    switch (kind) {
      case "home": return Atlas.gallery.home(Atlas.data.atlas);
      case "model": return Atlas.gallery.model(places[0].model);
      case "layer": return Atlas.gallery.layer(places[0].layer);
      case "neuron": return Atlas.neuron.page(places[0]);
      case "compare": return Atlas.compare.page(places);
      default: return nowhere(words, route.asked);
    }
  }

  /** A link that leads to nothing says so, and what comes near. */
  function nowhere(words, asked) {
    const { results } = Atlas.search.find(asked.replaceAll("/", " "));
    const page = element("div", { class: "home" },
      element("h1", { tabindex: "-1" }, "Not in this atlas"), element("p", {}, words),
      results.length > 0 && element("p", {}, "Did you mean:"),
      element("ul", {}, results.slice(0, 6).map((place) => element("li", {},
        element("a", { href: Atlas.place.link(place) }, Atlas.place.words(place))))));
    return { title: "Not in this atlas", element: page, start: () => {}, stop: () => {} };
  }

  /** Scroll and focus: back where the reader was, or at the head of a new page. */
  function arrive(left) {
    const before = left.route.kind === "neuron" && left.route.places[0];
    window.scrollTo(0, left.hash === undefined ? 0 : scrolled.get(shownHash) || 0);
    if (left.hash === undefined) return;
    const block = scrolled.has(shownHash) ? "nearest" : "center";
    if (before && view.sheet?.show(before.layer, before.neuron, { focus: true, block })) return;
    view.element.querySelector("h1")?.focus({ preventScroll: true });
  }

  function trail() {
    const [place] = route.kind === "compare" ? [] : route.places || [];
    const { title, models } = Atlas.data.atlas;
    const steps = [{ words: title, href: "#" }];
    if (place) {
      const { model, layer, neuron } = place;
      if (models.length > 1) steps.push({ words: model.name, href: Atlas.place.link({ model }) });
      if (layer) steps.push({ words: layer.address, href: Atlas.place.link({ model, layer }) });
      if (neuron !== undefined) steps.push({ words: String(neuron), href: Atlas.place.link(place) });
    }
    const isHere = (index) => index === steps.length - 1 && route.kind !== "compare";
    const items = steps.map(({ words, href }, index) => element("li", {},
      element("a", { href, "aria-current": isHere(index) ? "page" : null }, words)));
    document.getElementById("trail").replaceChildren(element("ol", {}, items));
  }

  /** Beside what is shown: the same in the next model, or in an atlas of one model the next layer. */
  function compareLink() {
    const link = document.getElementById("compare");
    const { models } = Atlas.data.atlas;
    const [place = { model: models[0] }] = route.places || [];
    const other = place.model && models[(models.indexOf(place.model) + 1) % models.length];
    link.hidden = route.kind === "compare" || !other || (models.length === 1 && other.layers.length < 2);
    if (link.hidden) return;
    link.href = models.length > 1 ? Atlas.place.link(place, Atlas.place.inModel(place, other)) : nextLayer(place);
  }

  function nextLayer({ model, layer = model.layers[0], neuron }) {
    const next = model.layers[(layer.index + 1) % model.layers.length];
    const same = next.has(neuron) ? neuron : undefined;
    return Atlas.place.link({ model, layer, neuron }, { model, layer: next, neuron: same });
  }

  /** One level up. */
  function up() {
    const { kind, places } = route;
    if (kind === "home" || kind === "nothing") return false;
    if (kind === "unknown") return go("#");
    if (kind === "compare") {
      const sheets = view.places.map(({ model, layer }) => ({ model, layer }));
      const showsNeuron = view.places.some(({ neuron }) => neuron !== undefined);
      return go(Atlas.place.link(...(showsNeuron ? sheets : sheets.slice(0, 1))));
    }
    const { model, layer } = places[0];
    if (kind === "neuron") {
      const from = sheetHash !== undefined && Atlas.place.parse(sheetHash).places[0];
      const fits = from && from.model === model && (!from.layer || from.layer === layer);
      return go(fits ? sheetHash || "#" : Atlas.place.link({ model, layer }));
    }
    if (kind === "layer") return go(Atlas.data.atlas.models.length === 1 ? "#" : Atlas.place.link({ model }));
    return Atlas.data.atlas.models.length > 1 && go("#");
  }

  function go(hash) {
    window.location.hash = hash;
    return true;
  }

  /** To the neuron or layer beside a neuron's page, without a mile of history for the back button. */
  function step(neurons, layers) {
    let to;
    if (route.kind === "neuron") to = Atlas.neuron.beside(route.places[0], neurons, layers);
    if (route.kind === "compare") to = Atlas.compare.beside(view.places, neurons, layers);
    if (view.sheet && neurons !== 0) return view.sheet.enter();
    if (!to) return false;
    return replace(Atlas.place.link(...[to].flat()));
  }

  function layer(step) {
    if (route.kind === "neuron") return Atlas.show.step(0, step);
    if (route.kind !== "layer") return route.kind === "model" && view.sheet.turn(step);
    const { model, layer } = route.places[0];
    const other = model.layers[layer.index + step];
    return Boolean(other) && replace(Atlas.place.link({ model, layer: other }));
  }

  function replace(hash) {
    // With the page's own address: beside a base, as a viewer sets one, a hash alone would name another page.
    window.history.replaceState(null, "", window.location.href.split("#")[0] + hash);
    show();
    return true;
  }

  return { start, up, step, layer };
})();

Atlas.show.start();
