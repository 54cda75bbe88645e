"use strict";

/**
 * Where a key leads among the small pictures: `{section, index}`, or nothing for a key without a meaning here. Beyond a
 * layer's end the next layer begins.
 */
Atlas.walk = (event, section, { sections, columns, rows }) => {
  const index = section.current;
  const last = section.order.length - 1;
  const column = index % columns;
  const page = Math.max(1, rows - 1) * columns;
  switch (event.key) {
    case "ArrowRight": return index < last ? { section, index: index + 1 } : beside(1, 0);
    case "ArrowLeft": return index > 0 ? { section, index: index - 1 } : beside(-1, Infinity);
    case "ArrowDown": return down();
    case "ArrowUp": return index >= columns ? { section, index: index - columns } : beside(-1, column, true);
    case "PageDown": return { section, index: Math.min(index + page, last) };
    case "PageUp": return { section, index: Math.max(index - page, column) };
    case "Home": return { section, index: event.ctrlKey ? 0 : index - column };
    case "End": return { section, index: event.ctrlKey ? last : Math.min(index - column + columns - 1, last) };
    default: return undefined;
  }

  /** A last row that does not reach this column is entered at its end. */
  function down() {
    if (index + columns <= last) return { section, index: index + columns };
    return index < last - (last % columns) ? { section, index: last } : beside(1, column);
  }

  function beside(step, at, inLastRow = false) {
    for (let next = sections.indexOf(section) + step; next >= 0 && next < sections.length; next += step) {
      const other = sections[next];
      if (!other.order?.length) continue;
      const end = other.order.length - 1;
      return { section: other, index: Math.min((inLastRow ? end - (end % columns) : 0) + at, end) };
    }
    return undefined;
  }
};
