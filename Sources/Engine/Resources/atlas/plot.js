"use strict";

/** How the activation went while the picture was made, as a small plot that also says itself in words. */
Atlas.plot = (() => {
  const WIDTH = 360;
  const HEIGHT = 96;
  const NAMESPACE = "http://www.w3.org/2000/svg";

  /** @param stages the steps of each of the recipe's stages, where they are known: a line parts them. */
  function history(values, stages = []) {
    const finite = values.filter(Number.isFinite);
    if (finite.length < 2) return null;
    const low = Math.min(...finite);
    const high = Math.max(...finite);
    const x = (index) => (index / (values.length - 1)) * WIDTH;
    const y = (value) => HEIGHT - ((value - low) / (high - low || 1)) * HEIGHT;
    const line = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    const drawing = svg("svg", {
      viewBox: `-2 -4 ${WIDTH + 4} ${HEIGHT + 8}`, preserveAspectRatio: "none", role: "img",
      "aria-label": words(values, low, high, stages),
    });
    if (low < 0 && high > 0) drawing.append(svg("line", { class: "zero", x1: 0, x2: WIDTH, y1: y(0), y2: y(0) }));
    for (const at of partings(stages)) {
      drawing.append(svg("line", { class: "parting", x1: at, x2: at, y1: 0, y2: HEIGHT }));
    }
    drawing.append(svg("polygon", { class: "area", points: `0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}` }));
    drawing.append(svg("polyline", { class: "line", points: line }));
    const steps = stages.reduce((sum, count) => sum + count, 0);
    return Atlas.element("div", { class: "plot" }, drawing,
      Atlas.element("p", { class: "scale", "aria-hidden": "true" },
        Atlas.element("span", {}, Atlas.number(high)), Atlas.element("span", {}, Atlas.number(low))),
      Atlas.element("p", { class: "axis", "aria-hidden": "true" },
        Atlas.element("span", {}, steps ? "step 1" : "first step"),
        Atlas.element("span", {}, steps ? `step ${steps}` : "last step")));
  }

  /**
   * The similarity of a picture's way through the blocks to that of photographs: 1 as photographs that drive the neuron, 0
   * as other photographs. @param values null where a block tells no difference between photographs.
   */
  function path(values) {
    const finite = values.filter(Number.isFinite);
    if (finite.length < 2) return null;
    const low = Math.min(0, ...finite);
    const high = Math.max(1, ...finite);
    const x = (index) => (index / (values.length - 1)) * WIDTH;
    const y = (value) => HEIGHT - ((value - low) / (high - low)) * HEIGHT;
    const said = `Similarity to photographs that drive it after each block: ${values
      .map((value) => (Number.isFinite(value) ? value.toFixed(2) : "unknown")).join(", ")}`;
    const drawing = svg("svg", {
      viewBox: `-2 -4 ${WIDTH + 4} ${HEIGHT + 8}`, preserveAspectRatio: "none", role: "img", "aria-label": said,
    });
    for (const level of [0, 1]) {
      drawing.append(svg("line", { class: "zero", x1: 0, x2: WIDTH, y1: y(level), y2: y(level) }));
    }
    const known = values.map((value, index) => [value, index]).filter(([value]) => Number.isFinite(value));
    drawing.append(svg("polyline", {
      class: "line", points: known.map(([value, index]) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(" "),
    }));
    return Atlas.element("div", { class: "plot" }, drawing,
      Atlas.element("p", { class: "scale", "aria-hidden": "true" },
        Atlas.element("span", {}, Atlas.number(high)), Atlas.element("span", {}, Atlas.number(low))),
      Atlas.element("p", { class: "axis", "aria-hidden": "true" },
        Atlas.element("span", {}, "block 0"), Atlas.element("span", {}, `block ${values.length - 1}`)));
  }

  function partings(stages) {
    const steps = stages.reduce((sum, count) => sum + count, 0);
    let sum = 0;
    return stages.slice(0, -1).map((count) => { sum += count; return (sum / steps) * WIDTH; });
  }

  function words(values, low, high, stages) {
    const steps = stages.reduce((sum, count) => sum + count, 0);
    return `Activation while the picture was made${steps ? `, in ${steps} steps` : ""}: `
      + `${Atlas.number(values[0])} at first, ${Atlas.number(values.at(-1))} at last, `
      + `between ${Atlas.number(low)} and ${Atlas.number(high)}.`;
  }

  function svg(name, attributes) {
    const made = document.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  return { history, path };
})();
