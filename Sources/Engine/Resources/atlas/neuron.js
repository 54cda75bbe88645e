"use strict";

/** A neuron's page. */
Atlas.neuron = (() => {
  const { element } = Atlas;

  function page(place) {
    const { layer } = place;
    const holder = element("div", { class: "neuron-page" });
    if (layer.details) fill(holder, place);
    else {
      holder.append(head(place), element("p", { class: "quiet", role: "status" }, "Reading this layer …"));
      Atlas.data.read(layer).then(() => fill(holder, place), (error) => {
        holder.replaceChildren(head(place), Atlas.trouble(error.message));
      });
    }
    return { title: Atlas.place.words(place), element: holder, start: () => {}, stop: () => {} };
  }

  function fill(holder, place) {
    const { layer, neuron } = place;
    const entry = layer.neuron(neuron);
    // The heading may have the focus already, which a new one takes over.
    const focused = holder.contains(document.activeElement);
    if (!entry) {
      holder.replaceChildren(head(place), Atlas.trouble(`There is no picture of neuron ${neuron} in this atlas.`,
        element("p", {}, "Near ones: ", ...near(layer, neuron).flatMap((number) => [
          element("a", { href: Atlas.place.link({ ...place, neuron: number }) }, number), " "]))));
    } else {
      const recipe = Atlas.recipe.of(layer, neuron);
      holder.replaceChildren(
        element("div", { class: "exhibit" },
          // What it is comes before its picture for those who hear the page; the style sheet hangs the picture first.
          element("div", { class: "label" }, ...[head(place), cell(entry), measures(entry),
            history(entry, recipe), Atlas.trust.view(entry.trust), Atlas.recipe.view(recipe)].filter(Boolean)),
          stage(place, entry)),
        ...[Atlas.similar.view(layer, neuron), photographs(entry), neighbors(place)].filter(Boolean));
    }
    if (focused) holder.querySelector("h1").focus({ preventScroll: true });
  }

  function head(place, level = "h1") {
    const { model, layer, neuron } = place;
    const name = layer.nameOf(neuron);
    const of = layer.neurons && `of ${layer.neurons.toLocaleString("en")}`;
    const which = name ? [`neuron ${neuron}`, of] : [of && `one ${of}`];
    const where = element("a", { href: Atlas.place.link({ model, layer }) }, layer.address);
    return element("header", { class: "title" },
      element("p", { class: "quiet" }, where, ` · ${model.name}`),
      element(level, { tabindex: "-1" }, name || `Neuron ${neuron}`),
      element("p", { class: "quiet" }, [which.filter(Boolean).join(" "), layer.words].filter(Boolean).join(" · ")));
  }

  /** The picture on its dark ground, and those from other seeds beside it. */
  function stage(place, entry) {
    const others = (entry.other || []).map((path, index) => {
      const words = `The same neuron from another seed, ${index + 1} of ${entry.other.length}`;
      return element("li", {}, opened(path, Atlas.tile.picture(path, words, { loading: "lazy" })));
    });
    const opposite = entry.opposite && opened(entry.opposite,
      Atlas.tile.picture(entry.opposite, "What drives the same neuron least", { loading: "lazy" }));
    const notes = entry.notes || [];
    return element("div", { class: "stage" },
      element("figure", { class: "main-picture" }, mainPicture(place, entry),
        notes.length > 0 && element("figcaption", { class: "notes" }, `${notes.join(". ")}.`)),
      others.length > 0 && element("div", { class: "others" },
        element("p", {}, others.length === 1 ? "From another seed" : "From other seeds"), element("ul", {}, others)),
      opposite && element("div", { class: "others" },
        element("p", {}, "Its opposite"), element("ul", {}, element("li", {}, opposite))));
  }

  function mainPicture(place, { picture, activation }) {
    if (!picture) {
      const words = "There is no picture of this neuron yet. Running “vitrine atlas” again makes it.";
      return element("p", { class: "missing" }, words);
    }
    const how = activation === undefined ? "" : `: activation ${Atlas.number(activation)}`;
    return opened(picture, Atlas.tile.picture(picture, `What drives ${Atlas.place.words(place)} most${how}`));
  }

  const opened = (path, image) => element("a", {
    href: Atlas.file(path), title: "Open the picture; the file carries its recipe",
    target: Atlas.held.isAll ? "_blank" : null,
  }, image);

  function cell(entry) {
    if (!entry.cell) return null;
    const code = element("code", {}, entry.cell);
    const label = "The cell that makes this picture";
    const box = element("pre", { tabindex: "0", role: "group", "aria-label": label }, code);
    return element("div", { class: "cell" }, box, Atlas.copyButton("Copy cell", entry.cell, code));
  }

  function measures({ activation, agreement }) {
    if (activation === undefined && agreement === undefined) return null;
    const measure = (name, ...values) => element("div", {}, element("dt", {}, name), element("dd", {}, ...values));
    return element("dl", { class: "measures" },
      activation !== undefined && measure("Activation", Atlas.number(activation)),
      agreement !== undefined && measure("Agreement between seeds", agreement.toFixed(2), bar(agreement)));
  }

  /** From 0, as different as baseline pictures, to 1, the same to the model. */
  function bar(agreement) {
    const bar = element("span", { class: "bar", "aria-hidden": "true" }, element("span", {}));
    bar.firstChild.style.width = `${Math.min(1, Math.max(0, agreement)) * 100}%`;
    return bar;
  }

  function history(entry, recipe) {
    const plot = entry.history && Atlas.plot.history(entry.history, Atlas.recipe.stages(recipe));
    return plot && element("section", { class: "history", "aria-labelledby": "history" },
      element("h2", { id: "history" }, "While it was made"), plot);
  }

  function photographs(entry) {
    if (!entry.photographs?.length) return null;
    return element("section", { class: "photographs", "aria-labelledby": "photographs" },
      element("h2", { id: "photographs" }, "Strongest photographs"),
      element("ol", {}, entry.photographs.map(({ picture, name, activation }) => element("li", {},
        element("figure", {}, Atlas.tile.picture(picture, `Photograph ${name || ""}`, { loading: "lazy" }),
          element("figcaption", {}, element("span", {}, name || ""), element("b", {}, Atlas.number(activation))))))));
  }

  /** The neurons before and after in the layer, and the same one in the layers around. */
  function neighbors(place) {
    const { model, layer, neuron } = place;
    const at = layer.order.indexOf(neuron);
    const from = Math.max(0, Math.min(at - 6, layer.order.length - 13));
    const strip = layer.order.slice(from, from + 13).map((number) => {
      const tile = Atlas.tile.tile(layer, number);
      if (number === neuron) tile.setAttribute("aria-current", "page");
      return element("li", {}, tile);
    });
    return element("nav", { class: "neighbors", "aria-label": "Neighbors" },
      element("div", { class: "steps" },
        step("←", "Previous neuron", beside(place, -1, 0)), step("→", "Next neuron", beside(place, 1, 0)),
        step("↑", "Earlier layer", beside(place, 0, -1)), step("↓", "Later layer", beside(place, 0, 1))),
      element("ul", { class: "strip" }, strip));

    function step(arrow, words, to) {
      if (!to) return null;
      const where = to.layer === layer ? `${to.neuron}` : `${to.layer.address}`;
      return element("a", { href: Atlas.place.link({ model, ...to }), "aria-label": `${words}: ${where}` },
        element("span", { class: "arrow", "aria-hidden": "true" }, arrow), where);
    }
  }

  /** The place some neurons or layers further; in another layer the same neuron, or the nearest that has a picture. */
  function beside({ model, layer, neuron }, neurons, layers) {
    if (layers !== 0) {
      const other = model.layers[layer.index + layers];
      if (!other) return undefined;
      const number = other.order ? near(other, neuron)[0] : neuron;
      return number === undefined ? undefined : { model, layer: other, neuron: number };
    }
    const at = layer.order ? layer.order.indexOf(neuron) : -1;
    const number = at < 0 ? undefined : layer.order[at + neurons];
    return number === undefined ? undefined : { model, layer, neuron: number };
  }

  /** The neurons of a layer whose numbers are nearest. */
  function near(layer, neuron) {
    return [...layer.order].sort((one, other) => Math.abs(one - neuron) - Math.abs(other - neuron)).slice(0, 5);
  }

  return { page, beside, stage, measures, head };
})();
