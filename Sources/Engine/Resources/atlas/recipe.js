"use strict";

/** A recipe as a person reads it, and whole as it is kept. */
Atlas.recipe = (() => {
  const { element } = Atlas;
  /** What is said in words of its own, or elsewhere on the page. */
  const TAKEN = ["stages", "earlierStages", "procedure", "width", "height", "seeds", "seed", "steps", "weightsHash",
    "version", "model", "objectives"];

  /** The recipe of one neuron: what its layer has in common, and what is its own. */
  const of = (layer, neuron) => ({ ...layer.recipe, ...layer.neuron(neuron)?.recipe });

  /** The stages in order; version 1 had the last one's parts in the recipe's own place. */
  const stagesOf = (recipe) => recipe.stages || [...(recipe.earlierStages || []), recipe];

  /** The steps of each stage. */
  const stages = (recipe) => stagesOf(recipe).map(({ steps }) => steps).filter(Number.isFinite);

  function view(recipe) {
    if (Object.keys(recipe).length === 0) return null;
    const text = JSON.stringify(recipe, null, 2);
    const whole = element("pre", { tabindex: "0", role: "group", "aria-label": "The whole recipe" }, text);
    return element("section", { class: "recipe", "aria-labelledby": "recipe" },
      element("h2", { id: "recipe" }, "Recipe"),
      element("dl", { class: "facts" }, lines(recipe).map(([name, words]) =>
        element("div", {}, element("dt", {}, name), element("dd", {}, words)))),
      element("details", {}, element("summary", {}, "The whole recipe"), whole,
        Atlas.copyButton("Copy recipe", text, whole)));
  }

  /** What a person asks first, in words; nothing of what the recipe does not say. */
  function lines(recipe) {
    const { seeds, seed = seeds } = recipe;
    const { procedure = {}, width, height } = stagesOf(recipe).at(-1) || {};
    const steps = stages(recipe);
    const sum = steps.reduce((total, count) => total + count, 0);
    // Stages differ in these; the whole recipe has those of the others.
    const ending = steps.length > 1 ? ` (in the last ${steps.at(-1)} steps)` : "";
    const given = [
      ["size", width && `${width} × ${height || width} px`],
      ["steps", steps.length > 1 ? `${sum}: ${steps.join(" + ")}` : steps[0]],
      ["seed", Array.isArray(seed) ? [...new Set(seed)].join(", ") : seed],
      ["starts from", stagesWords(recipe)],
      ["made of", words(procedure.parameterization)],
      ["transforms", procedure.transforms?.length ? procedure.transforms.map(words).join("; ") + ending : undefined],
      ["corrected by", procedure.corrections?.length ? procedure.corrections.map(words).join("; ") : undefined],
      ["climbs by", procedure.optimizer && words(procedure.optimizer) + ending],
      ["weights", typeof recipe.weightsHash === "string" ? `${recipe.weightsHash.slice(0, 16)}…` : undefined],
    ];
    const rest = Object.entries(recipe).filter(([name]) => !TAKEN.includes(name))
      .map(([name, value]) => [spaced(name), words(value)]);
    return [...given, ...rest].filter(([, value]) => value !== undefined && value !== "")
      .map(([name, value]) => [name, String(value)]);
  }

  function stagesWords(recipe) {
    const [first, ...others] = stagesOf(recipe);
    if (others.length === 0 || !first.width) return undefined;
    return `${first.width} × ${first.height || first.width} px, enlarged after ${first.steps} steps`;
  }

  /** A value of a recipe: `{"adam": {"rate": {"start": 0.08, "end": 0.05}}}` is “adam, rate 0.08 to 0.05”. */
  function words(value) {
    if (value === undefined || value === null) return undefined;
    if (Array.isArray(value)) return value.map(words).join(", ");
    if (typeof value !== "object") return typeof value === "string" ? spaced(value) : plain(value);
    if ("start" in value && "end" in value) return between(value.start, value.end, value.shape);
    if ("lower" in value && "upper" in value) return between(value.lower, value.upper);
    if ("uniform" in value) return words(value.uniform);
    return Object.entries(value).map(([name, inner]) => named(name, inner)).join(", ");
  }

  /** 6.857143 as 6.857: the whole recipe has every digit. */
  const plain = (value) => (typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value))
    .replace(/^-/, "−");
  const NAMES = { adam: "Adam", nadam: "Nadam", fourier: "Fourier waves", rgb: "RGB" };
  function between(from, to, shape) {
    if (from === to) return plain(from);
    return `${plain(from)} to ${plain(to)}${shape && shape !== "linear" ? `, ${shape}` : ""}`;
  }

  function named(name, value) {
    const inner = words(value);
    const isGroup = typeof value === "object" && value !== null && !Array.isArray(value)
      && !("start" in value) && !("lower" in value) && !("uniform" in value);
    return isGroup ? `${spaced(name)} (${inner})` : `${spaced(name)} ${inner}`;
  }

  const spaced = (name) => NAMES[name] || name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

  return { of, stages, view };
})();
