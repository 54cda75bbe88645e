"use strict";

/**
 * How many small pictures fit beside each other, how large and how far apart, in pixels. What is left over goes between
 * them, so that they stay sharp; where that would tear them apart they grow.
 */
Atlas.columns = (width, wanted) => {
  const [least, most] = [4, 10];
  const columns = Math.max(1, Math.floor((width + least) / (wanted + least)));
  const gaps = Math.max(1, columns - 1);
  const isLoose = (width - columns * wanted) / gaps > most;
  const tile = isLoose ? Math.floor((width - gaps * least) / columns) : wanted;
  return { columns, tile, gap: (width - columns * tile) / gaps };
};
