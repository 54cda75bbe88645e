"use strict";

/** Whether a neuron's picture is to be trusted: a sentence, the way through the blocks, and the numbers. */
Atlas.trust = (() => {
  const { element } = Atlas;

  function view(trust) {
    if (!trust) return null;
    const path = trust.path || [];
    return element("section", { class: "trust", "aria-labelledby": "trust" },
      element("h2", { id: "trust" }, "Is it to be trusted?"),
      trust.words && element("p", {}, trust.words),
      Atlas.plot.path(path),
      measures(trust));
  }

  function measures({ encoder, solved, tasks, score, causes, leftOnPhotographs, leftOnPictures }) {
    const rows = [
      tasks && [`Tasks solved, by the embedding of ${encoder}`, `${solved} of ${tasks} (score ${score.toFixed(3)})`],
      leftOnPhotographs !== undefined && ["Left on photographs without causes", percent(leftOnPhotographs)],
      leftOnPictures !== undefined && ["Left on pictures without causes", percent(leftOnPictures)],
      causes?.length && ["Causes", causes.join(", ")],
    ].filter(Boolean);
    return rows.length > 0 && element("dl", {}, rows.map(([name, value]) => element("div", {},
      element("dt", {}, name), element("dd", {}, value))));
  }

  const percent = (share) => `${Math.round(share * 100)} %`;

  return { view };
})();
