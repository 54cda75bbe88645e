"use strict";

/**
 * The pictures of one or several layers as a wall to walk along. Only rows that are in view are on the page, so that it
 * does not matter how many there are.
 *
 * A section is `{layer, order, heading}`: its neurons in the order in which they hang, and what stands above them.
 */
Atlas.Sheet = class {
  /** How far above and below what is in view rows are ready, in pixels. */
  #ahead = 300;

  /**
   * @param scroller the element that scrolls, or the window.
   * @param link the link of a neuron's small picture: `(layer, neuron) => "#…"`; its own page if left out.
   * @param onsection called with the layer that is uppermost in view, when that changes.
   */
  constructor(sections, { scroller = window, link, onsection = () => {}, tile = 64 } = {}) {
    Object.assign(this, { scroller, link, onsection, wanted: tile });
    this.element = Atlas.element("div", { class: "sheet" });
    this.sections = sections.map((section) => this.#made(section));
    this.element.append(...this.sections.map(({ element }) => element));
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusin", (event) => this.#focused(event));
    this.scrolled = () => {
      this.pending ??= requestAnimationFrame(() => { this.pending = undefined; this.#update(); });
    };
    scroller.addEventListener("scroll", this.scrolled, { passive: true });
    this.resizing = new ResizeObserver(([{ contentRect }]) => {
      // Its height changes by what is hung on it; only its width asks for other columns.
      if (Math.round(contentRect.width) !== this.width) this.#measure();
    });
  }

  /** To be called once the element is on the page. */
  start() { this.resizing.observe(this.element); this.#measure(); }

  stop() {
    this.scroller.removeEventListener("scroll", this.scrolled);
    this.resizing.disconnect();
    clearTimeout(this.resting);
  }

  /** Other sizes of the small pictures. */
  resize(tile) {
    const top = this.#uppermost();
    this.wanted = tile;
    this.#measure();
    if (top) this.show(top.section.layer, top.section.order[top.index], { block: "start" });
  }

  /** Hangs a layer's neurons in another order. */
  reorder(layer, order) {
    const section = this.#of(layer);
    section.order = order;
    section.current = 0;
    this.#clear(section);
    this.#measure();
  }

  /** Scrolls to a neuron, and gives it the focus if asked to. */
  show(layer, neuron, { focus = false, block = "center" } = {}) {
    const section = this.#of(layer);
    const index = section?.order ? section.order.indexOf(neuron) : -1;
    if (index < 0) return false;
    this.#go(section, index, { focus, block });
    return true;
  }

  /** Scrolls to where a layer begins. */
  showLayer(layer) { this.#of(layer)?.element.scrollIntoView({ block: "start" }); }

  /** Gives the focus to the first picture in view. */
  enter() {
    const top = this.#uppermost();
    if (!top) return false;
    this.#go(top.section, top.index, { focus: true, block: "nearest" });
    return true;
  }

  /** Scrolls to the layer after the uppermost one, or before it. */
  turn(step) {
    const other = this.sections[this.sections.indexOf(this.upper) + step];
    if (other) this.showLayer(other.layer);
    return Boolean(other);
  }

  #of(layer) { return this.sections.find((section) => section.layer === layer); }

  #made(given) {
    const order = given.order || given.layer.order;
    const section = { ...given, order, rows: new Map(), current: 0, warned: new Set() };
    section.grid = Atlas.element("div", {
      class: "wall", role: "grid", "aria-label": `Neurons of ${given.layer.address}`, "aria-readonly": "true",
    });
    section.notes = Atlas.element("div", { class: "notes" });
    section.element = Atlas.element("section", { class: "layer", "data-layer": given.layer.address },
      given.heading, section.notes, section.grid);
    return section;
  }

  #measure() {
    this.width = this.element.clientWidth;
    const first = this.sections[0]?.grid;
    const style = first && getComputedStyle(first);
    const width = first && first.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    if (!width || width <= 0) return;
    const { columns, tile, gap } = Atlas.columns(width, this.wanted);
    Object.assign(this, { columns, gap, pitch: tile + gap, padding: parseFloat(style.paddingTop) });
    this.element.style.setProperty("--tile", `${tile}px`);
    this.element.style.setProperty("--gap", `${gap}px`);
    for (const section of this.sections) {
      this.#clear(section);
      this.#size(section);
    }
    this.#update();
  }

  #size(section) {
    const count = section.order ? section.order.length : section.layer.made;
    section.height = Math.ceil(count / this.columns);
    section.grid.style.height = `${Math.max(0, section.height * this.pitch - this.gap) + 2 * this.padding}px`;
    section.grid.setAttribute("aria-rowcount", section.height);
    section.grid.setAttribute("aria-colcount", this.columns);
  }

  #clear(section) {
    // The focus goes with its row, and is given to what takes the row's place.
    const focused = section.grid.contains(document.activeElement);
    for (const row of section.rows.values()) row.remove();
    section.rows.clear();
    if (focused) queueMicrotask(() => this.#go(section, section.current, { focus: true, block: "nearest" }));
  }

  #update() {
    if (!this.columns) return;
    const view = this.#view();
    const seen = this.sections.map((section) => ({ section, box: section.grid.getBoundingClientRect() }));
    let uppermost;
    for (const { section, box } of seen) {
      const inView = box.bottom > view.top - this.#ahead && box.top < view.bottom + this.#ahead;
      if (box.bottom > view.top + 120) uppermost ??= section;
      if (inView) this.#fill(section, view.top - box.top, view.bottom - box.top);
      else if (section.rows.size > 0) this.#keep(section, 0, -1);
    }
    if (uppermost && uppermost !== this.upper) {
      this.upper = uppermost;
      this.onsection(uppermost.layer);
    }
  }

  #view() {
    if (this.scroller === window) return { top: 0, bottom: window.innerHeight };
    return this.scroller.getBoundingClientRect();
  }

  /** Puts the rows between two heights of a section's wall on the page, and takes the others off. */
  #fill(section, top, bottom) {
    if (!section.order) {
      this.#ask(section);
      return;
    }
    const row = (height) => Math.floor((height - this.padding) / this.pitch);
    const first = Math.max(0, row(top - this.#ahead));
    const last = Math.min(section.height - 1, row(bottom + this.#ahead));
    this.#keep(section, first, last);
    const added = [];
    for (let number = first; number <= last; number += 1) {
      if (!section.rows.has(number)) added.push(this.#row(section, number));
    }
    if (added.length > 0) {
      section.grid.append(...added);
      this.#warn(section, first, last);
    }
    this.#tabStop(section);
    if (this.wanted >= 96) this.#rest();
  }

  #keep(section, first, last) {
    const focused = document.activeElement?.closest?.(".row");
    for (const [number, row] of section.rows) {
      if ((number >= first && number <= last) || row === focused) continue;
      row.remove();
      section.rows.delete(number);
    }
  }

  #row(section, number) {
    const { layer, order } = section;
    const row = Atlas.element("div", { class: "row", role: "row", "aria-rowindex": number + 1 });
    row.style.top = `${number * this.pitch + this.padding}px`;
    const begin = number * this.columns;
    for (let index = begin; index < Math.min(begin + this.columns, order.length); index += 1) {
      const tile = Atlas.tile.tile(layer, order[index], { link: this.link?.(layer, order[index]), focusable: false });
      tile.dataset.index = index;
      row.append(Atlas.element("span", { role: "gridcell", "aria-colindex": index - begin + 1 }, tile));
    }
    section.rows.set(number, row);
    return row;
  }

  /** One picture of each layer can be reached with the tab key, the arrows do the rest. */
  #tabStop(section) {
    if (section.stop?.isConnected && Number(section.stop.dataset.index) === section.current) return;
    if (section.stop) section.stop.tabIndex = -1;
    section.stop = this.#tileAt(section, section.current) || section.grid.querySelector(".tile");
    if (section.stop) section.stop.tabIndex = 0;
  }

  #tileAt(section, index) {
    return section.rows.get(Math.floor(index / this.columns))?.querySelector(`[data-index="${index}"]`);
  }

  /** Reads a layer whose neurons are not known yet. */
  #ask(section) {
    if (section.asked) return;
    section.asked = true;
    Atlas.data.read(section.layer).then(() => {
      section.order = section.layer.order;
      this.#size(section);
      this.#update();
    }, (error) => section.notes.append(Atlas.trouble(error.message)));
  }

  async #warn(section, first, last) {
    const shown = section.order.slice(first * this.columns, (last + 1) * this.columns);
    const tiles = shown.map((neuron) => section.layer.tile(neuron)).filter((tile) => tile !== undefined);
    for (const path of await Atlas.tile.missing(section.layer, tiles)) {
      if (section.warned.has(path)) continue;
      section.warned.add(path);
      section.notes.append(Atlas.trouble(
        `The sheet of small pictures ${path} is missing or damaged: numbers stand for its pictures. `
        + "Each neuron's page still works. Running “vitrine atlas” again makes the sheet."));
    }
  }

  /** Large small pictures are replaced by the pictures themselves, once the reader stays. */
  #rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      for (const section of this.sections.filter(({ rows }) => rows.size > 0)) {
        Atlas.data.read(section.layer).then(() => this.#sharpen(section), () => {});
      }
    }, 200);
  }

  #sharpen(section) {
    for (const row of section.rows.values()) {
      for (const tile of row.querySelectorAll(".tile:not(.sharp)")) {
        const path = section.layer.neuron(Number(tile.dataset.neuron))?.picture;
        if (!path || (Atlas.held.isAll && !Atlas.held.address(path))) continue;
        tile.classList.add("sharp");
        const image = Atlas.element("img", { alt: "", decoding: "async", src: Atlas.file(path) });
        image.addEventListener("load", () => tile.append(image), { once: true });
      }
    }
  }

  #uppermost() {
    const section = this.upper;
    if (!section?.order) return undefined;
    const above = this.#view().top + 120 - section.grid.getBoundingClientRect().top;
    const row = Math.max(0, Math.floor(above / this.pitch));
    return { section, index: Math.min(row * this.columns, section.order.length - 1) };
  }

  #focused(event) {
    const tile = event.target.closest(".tile");
    const section = this.sections.find(({ grid }) => grid.contains(tile));
    if (!tile || !section) return;
    section.current = Number(tile.dataset.index);
    this.#tabStop(section);
  }

  #key(event) {
    if (event.altKey || event.metaKey) return;
    const section = this.sections.find(({ grid }) => grid.contains(event.target));
    const to = section && Atlas.walk(event, section, {
      sections: this.sections, columns: this.columns, rows: Math.floor(this.#height() / this.pitch),
    });
    if (!to) return;
    event.preventDefault();
    this.#go(to.section, to.index, { focus: true, block: "nearest" });
  }

  #height() { const view = this.#view(); return view.bottom - view.top - 120; }

  #go(section, index, { focus, block }) {
    section.current = index;
    const number = Math.floor(index / this.columns);
    if (!section.rows.has(number)) section.grid.append(this.#row(section, number));
    const tile = this.#tileAt(section, index);
    tile.scrollIntoView({ block });
    if (focus) tile.focus({ preventScroll: true });
    this.#update();
  }
};
