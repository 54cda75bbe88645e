"use strict";

/** The neurons most and least like one, by what they are made of and by what their pictures look like. */
Atlas.similar = (() => {
  const { element } = Atlas;
  const KINDS = [
    ["weights", "By weights", "neurons whose weights are alike"],
    ["picture", "By picture", "neurons whose pictures are alike"],
  ];

  function view(layer, neuron) {
    const { similar = {} } = layer.neuron(neuron);
    const groups = KINDS.filter(([key]) => similar[key]?.most?.length || similar[key]?.least?.length);
    if (groups.length === 0) return null;
    return element("section", { class: "similar", "aria-labelledby": "similar" },
      element("h2", { id: "similar" }, "Similar neurons"),
      element("div", { class: "kinds" }, groups.map(([key, title, words]) => element("div", { class: "kind" },
        element("h3", {}, title), element("p", { class: "quiet" }, words),
        row("Most alike", layer, similar[key].most), row("Least alike", layer, similar[key].least)))));
  }

  function row(title, layer, entries) {
    if (!entries?.length) return null;
    return element("div", { class: "likes" }, element("h4", {}, title),
      element("ul", {}, entries.map((entry) => element("li", {}, like(layer, entry)))));
  }

  /** An entry is `[neuron, value]`, or `[address, neuron, value]` where it may be of another layer. */
  function like(layer, entry) {
    const [value, number, address] = [...entry].reverse();
    const other = address === undefined || address === null ? layer
      : layer.model.layers.find((candidate) => candidate.address === address);
    const words = address && address !== layer.address ? `${address}/${number}` : `${number}`;
    const known = other && (!other.order || other.has(number));
    const caption = element("span", { class: "value" }, element("b", {}, breakable(words)), ` ${Atlas.number(value)}`);
    if (!known) {
      const blank = element("span", { class: "patch blank", "data-words": number });
      return element("span", { class: "like" }, blank, caption);
    }
    const title = `${Atlas.place.title(other, number)}${other === layer ? "" : ` of ${address}`}`;
    const tile = Atlas.tile.tile(other, number, {
      caption: `${title.charAt(0).toUpperCase()}${title.slice(1)}, likeness ${Atlas.number(value)}`,
    });
    if (!other.order) Atlas.data.read(other).then(() => Atlas.tile.paint(tile, other, number), () => {});
    caption.setAttribute("aria-hidden", "true");
    return element("span", { class: "like" }, tile, caption);
  }

  /** May be broken after the dots and slashes of an address, rather than within its words. */
  const breakable = (words) => words.split(/(?<=[./])/).flatMap((part) => [part, element("wbr")]);

  return { view };
})();
