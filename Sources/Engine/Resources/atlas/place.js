"use strict";

/**
 * Places and their links. A place is a model, a layer of it or a neuron of that; a link names it after the `#`:
 *
 *     #blocks.5.mlp/42                     a neuron of the first model
 *     #vit-1a2b3c4d/blocks.5.mlp/42        the same where there are several models
 *     #vit/blocks.5.mlp/42                 the same where one model alone is called vit
 *     #vit-1a2b3c4d/blocks.5.mlp           a layer
 *     #vit-1a2b3c4d                        a model
 *     #PLACE,PLACE                         two of them side by side
 */
Atlas.place = (() => {
  /** Reads what stands after the `#`: `{kind, places}`, or `{kind: "unknown", words}` for what is not in the atlas. */
  function parse(hash) {
    const text = decoded(hash.replace(/^#/, ""));
    const { models } = Atlas.data.atlas;
    if (text === "") return models.length === 1 ? at({ model: models[0] }) : { kind: "home", places: [] };
    const places = text.split(",").slice(0, 2).map(placeNamed);
    const unknown = places.find((place) => place.unknown);
    if (unknown) return { kind: "unknown", words: unknown.unknown, asked: text };
    return places.length === 2 ? { kind: "compare", places } : at(places[0]);
  }

  const at = (place) => ({ kind: kindOf(place), places: [place] });
  const kindOf = ({ layer, neuron }) => (!layer ? "model" : neuron === undefined ? "layer" : "neuron");

  function decoded(text) {
    try { return decodeURIComponent(text); } catch { return text; }
  }

  function placeNamed(text) {
    const { models } = Atlas.data.atlas;
    const parts = text.split("/").filter((part) => part !== "");
    const named = modelNamed(parts[0]);
    const model = named || models[0];
    if (named) parts.shift();
    if (!model) return { unknown: "This atlas has no models yet." };
    if (parts.length === 0) return { model };
    const layer = model.layers.find(({ address }) => address === parts[0]);
    if (!layer) return { unknown: `There is no layer “${parts[0]}” of ${model.name} in this atlas.` };
    if (parts.length === 1) return { model, layer };
    const neuron = /^\d+$/.test(parts[1]) ? Number(parts[1]) : NaN;
    // Where only the layer's own file lists its neurons, the neuron's page is who finds out.
    if (Number.isNaN(neuron) || (layer.order && !layer.has(neuron))) {
      return { unknown: `There is no picture of neuron ${parts[1]} of ${layer.address} in this atlas.`, layer };
    }
    return { model, layer, neuron };
  }

  function modelNamed(text) {
    const { models } = Atlas.data.atlas;
    const named = models.filter(({ name }) => name === text);
    return models.find(({ key }) => key === text) || (named.length === 1 ? named[0] : undefined);
  }

  /** The link to one place, or to two side by side. */
  const link = (...places) => `#${places.map(path).join(",")}`;

  function path({ model, layer, neuron }) {
    const several = Atlas.data.atlas.models.length > 1;
    return [several || !layer ? model.key : null, layer?.address, neuron]
      .filter((part) => part !== null && part !== undefined).map(encoded).join("/");
  }

  // A comma parts two places, so one in a name is escaped; what else a fragment may hold stays readable.
  const encoded = (part) => encodeURIComponent(part).replace(/%(3A|40|20|5B|5D)/g, (hex) => decodeURIComponent(hex))
    .replace(/ /g, "%20");

  /** A place in words: “vit, blocks.5.mlp, neuron 42”. */
  function words({ model, layer, neuron }) {
    return [model.name, layer?.address, neuron === undefined ? null : title(layer, neuron)].filter(Boolean).join(", ");
  }

  /** A neuron in words: “neuron 42”, “golf ball, neuron 18”. */
  function title(layer, neuron) {
    const name = layer.nameOf(neuron);
    return name ? `${name}, neuron ${neuron}` : `neuron ${neuron}`;
  }

  /** The same place in another model; as much of it as that model has. */
  function inModel(place, model) {
    const layer = place.layer && model.layers.find(({ address }) => address === place.layer.address);
    if (!layer) return { model, layer: place.layer && model.layers[0] };
    return { model, layer, neuron: layer.order && !layer.has(place.neuron) ? undefined : place.neuron };
  }

  return { parse, link, words, title, inModel, kindOf };
})();
