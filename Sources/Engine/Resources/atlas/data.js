"use strict";

/**
 * Reads the atlas. Data files are scripts that call `vitrineAtlas` or `vitrineLayer`, since a page opened from a folder
 * may not fetch.
 */
Atlas.data = (() => {
  const VERSION = 1;
  const atlas = { title: "Atlas", made: "", models: [] };
  const given = { atlas: null, layers: new Map() };
  const readings = new Map();

  window.vitrineAtlas = (contents) => { given.atlas = contents; };
  window.vitrineLayer = (contents) => { given.layers.set(`${contents.model} ${contents.layer}`, contents); };

  /** Reads data/atlas.js. Throws an `Error` whose message is for the reader. */
  async function open() {
    await run("data/atlas.js", "The list of what is in this atlas");
    const contents = given.atlas;
    if (!contents) throw new Error(broken("The list of what is in this atlas", "data/atlas.js"));
    if (contents.version !== VERSION) {
      throw new Error(`This atlas was written in version ${contents.version} of its format, and these pages read `
        + `version ${VERSION}. Run “vitrine atlas” again on this folder: it writes pages that fit.`);
    }
    atlas.title = contents.title || atlas.title;
    atlas.made = contents.made || "";
    atlas.models = (contents.models || []).map(prepared);
    return atlas;
  }

  function prepared(model) {
    const ready = { ...model, name: model.name || model.key };
    ready.layers = (model.layers || []).map((layer, index) => new Layer(ready, layer, index));
    return ready;
  }

  /** A layer: what data/atlas.js says of it, and its neurons once its own file was read. */
  class Layer {
    constructor(model, entry, index) {
      Object.assign(this, { model, index, address: entry.address, words: entry.words || "", file: entry.data });
      this.sheets = entry.sheets;
      this.names = entry.names || [];
      this.neurons = entry.neurons;
      this.order = entry.numbers ? entry.numbers.flatMap(numbersIn) : null;
      this.made = this.order ? this.order.length : entry.made || 0;
      this.tiles = this.order && new Map(this.order.map((neuron, tile) => [neuron, tile]));
      this.details = null;
    }

    /** What the layer's file says of a neuron; nothing before it was read. */
    neuron(number) { return this.details && this.details.get(number); }
    has(number) { return this.tiles ? this.tiles.has(number) : Boolean(this.neuron(number)); }
    tile(number) { return this.tiles ? this.tiles.get(number) : undefined; }
    /** “golf ball” for a class, nothing for a neuron without a name. */
    nameOf(number) { return this.neuron(number)?.name || this.names[number]; }

    take(contents) {
      this.recipe = contents.recipe;
      this.sheets = contents.sheets || this.sheets;
      this.details = new Map(contents.neurons.map((entry) => [entry.neuron, entry]));
      this.order = contents.neurons.map((entry) => entry.neuron);
      this.tiles = new Map(contents.neurons.map((entry) => [entry.neuron, entry.tile]));
      this.made = this.order.length;
    }
  }

  /** A range of neurons, both ends belonging to it, or a single one. */
  function numbersIn(range) {
    if (!Array.isArray(range)) return [range];
    return Array.from({ length: range[1] - range[0] + 1 }, (_, step) => range[0] + step);
  }

  /** Reads a layer's file once. Rejects with an `Error` whose message is for the reader; a later call tries again. */
  function read(layer) {
    if (layer.details) return Promise.resolve(layer);
    if (!readings.has(layer)) {
      readings.set(layer, reading(layer).catch((error) => {
        readings.delete(layer);
        throw error;
      }));
    }
    return readings.get(layer);
  }

  async function reading(layer) {
    const what = `What is known of ${layer.address}`;
    const key = `${layer.model.key} ${layer.address}`;
    await run(layer.file, what);
    const contents = given.layers.get(key);
    given.layers.delete(key);
    try {
      layer.take(contents);
    } catch {
      throw new Error(broken(what, layer.file));
    }
    return layer;
  }

  /** Runs a data file. A file with a mistake counts as run: whether it gave what it should is for the caller to see. */
  function run(path, what) {
    const held = Atlas.held.text(path);
    if (held !== undefined) {
      const script = Atlas.element("script", {}, held);
      document.head.append(script);
      script.remove();
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const script = Atlas.element("script", { src: Atlas.file(path) });
      script.onload = () => { script.remove(); resolve(); };
      script.onerror = () => {
        script.remove();
        reject(new Error(`${what} could not be read: there is no file ${path} in this atlas. ${remedy}`));
      };
      document.head.append(script);
    });
  }

  const remedy = "“vitrine atlas --check” says what else is missing; running “vitrine atlas” again makes it.";
  const broken = (what, path) => `${what} could not be read: the file ${path} is damaged. ${remedy}`;

  return { atlas, open, read };
})();
