"use strict";

/** Finds models, layers and neurons by what a person types: an address, a number, a class, or nearly one of these. */
Atlas.search = (() => {
  const LIMIT = 40;

  /** `{results, near}`: places with their words, best first; `near` where nothing fits and these only come close. */
  function find(query) {
    const text = query.trim().toLowerCase();
    if (text === "") return { results: [], near: false };
    const tokens = text.split(/[\s,/]+/).filter((token) => !["neuron", "block", "layer", "of", "#"].includes(token))
      .map((token) => token.replace(/^#/, ""));
    const found = [...exact(query.trim()), ...models(tokens), ...layers(tokens), ...named(tokens)];
    if (found.length > 0) return { results: best(found), near: false };
    return { results: best(closest(text)), near: true };
  }

  function exact(query) {
    const { kind, places } = Atlas.place.parse(query);
    const isOne = ["model", "layer", "neuron"].includes(kind) && query !== "#";
    return isOne ? [{ place: places[0], score: 1000 }] : [];
  }

  function models(tokens) {
    return Atlas.data.atlas.models
      .map((model) => ({ place: { model }, score: total(tokens, [model.name, model.key].map(lower)) + 1 }))
      .filter(({ score }) => score > 1);
  }

  /** Layers whose address has every word; a number that is left over is a neuron's. */
  function layers(tokens) {
    return everyLayer().flatMap((layer) => {
      const parts = [...layer.address.split("."), layer.address, layer.model.name].map(lower);
      const results = [];
      const whole = total(tokens, parts);
      if (whole > 0) results.push({ place: { model: layer.model, layer }, score: whole });
      const number = tokens.findLastIndex((token) => /^\d+$/.test(token));
      if (number >= 0) {
        const rest = tokens.filter((_, index) => index !== number);
        const around = rest.length === 0 ? 1 : total(rest, parts);
        const neuron = Number(tokens[number]);
        if (around > 0 && layer.has(neuron)) {
          // “blocks 5 mlp” is a layer before it is neuron 5 of every MLP; “5 mlp 42” can only be a neuron.
          results.push({ place: { model: layer.model, layer, neuron }, score: around + (rest.length > 0 ? 1 : 0) });
        }
      }
      return results;
    });
  }

  /** Neurons with a name, such as the classes. */
  function named(tokens) {
    return everyLayer().flatMap((layer) => names(layer).flatMap(([neuron, name]) => {
      const words = name.toLowerCase();
      const parts = [words, ...words.split(/[\s,-]+/), words.replace(/\s/g, "")];
      // The model's name narrows the search, but does not find all its classes on its own.
      const isNamed = tokens.some((token) => total([token], parts) > 0);
      const score = isNamed ? total(tokens, [...parts, layer.model.name.toLowerCase()]) : 0;
      return score > 0 ? [{ place: { model: layer.model, layer, neuron }, score: score + 2 }] : [];
    }));
  }

  const lower = (text) => text.toLowerCase();
  const everyLayer = () => Atlas.data.atlas.models.flatMap((model) => model.layers);

  /** The neurons of a layer that have names and pictures. */
  function names(layer) {
    const numbers = layer.order || layer.names.map((_, neuron) => neuron);
    return numbers.map((neuron) => [neuron, layer.nameOf(neuron)]).filter(([, name]) => name);
  }

  /** How well every word fits one of the parts; 0 where one of them fits none. */
  function total(tokens, parts) {
    let sum = 0;
    for (const token of tokens) {
      const fit = Math.max(...parts.map((part) => fits(token, part)));
      if (fit === 0) return 0;
      sum += fit;
    }
    return sum;
  }

  function fits(token, part) {
    if (part === token) return 10;
    if (/^\d+$/.test(token)) return 0;
    if (part.startsWith(token)) return 6;
    if (token.length > 1 && part.includes(token)) return 4;
    const allowed = token.length >= 7 ? 2 : token.length >= 4 ? 1 : 0;
    return allowed > 0 && distance(token, part, allowed) <= allowed ? 2 : 0;
  }

  function closest(text) {
    const compared = [
      ...Atlas.data.atlas.models.map((model) => [{ model }, model.name]),
      ...everyLayer().map((layer) => [{ model: layer.model, layer }, layer.address]),
      ...everyLayer().flatMap((layer) => names(layer)
        .map(([neuron, name]) => [{ model: layer.model, layer, neuron }, name])),
    ].map(([place, name]) => ({ place, score: -apart(text, name.toLowerCase()) }));
    return compared.filter(({ score }) => score > -0.6).sort((one, other) => other.score - one.score).slice(0, 6);
  }

  /** From 0, the same, to 1, nothing in common. */
  const apart = (text, name) => distance(text, name, Infinity) / Math.max(text.length, name.length);

  /** Levenshtein's distance, with a swap of two letters as one step; given up once it must exceed `limit`. */
  function distance(one, other, limit) {
    if (Math.abs(one.length - other.length) > limit) return Infinity;
    let before = [];
    let last = Array.from({ length: other.length + 1 }, (_, index) => index);
    for (let row = 1; row <= one.length; row += 1) {
      const current = [row];
      for (let column = 1; column <= other.length; column += 1) {
        const same = one[row - 1] === other[column - 1];
        current[column] = Math.min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1));
        if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
          current[column] = Math.min(current[column], before[column - 2] + 1);
        }
      }
      before = last;
      last = current;
    }
    return last[other.length];
  }

  function best(found) {
    const seen = new Set();
    return found.sort((one, other) => other.score - one.score).filter(({ place }) => {
      const link = Atlas.place.link(place);
      return !seen.has(link) && seen.add(link);
    }).slice(0, LIMIT).map(({ place }) => place);
  }

  return { find };
})();
