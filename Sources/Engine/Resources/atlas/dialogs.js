"use strict";

/** The search and the help, which lie over the page and give the focus back when they close. */
Atlas.dialogs = (() => {
  const { element } = Atlas;
  let search;
  let help;

  function start() {
    document.getElementById("open-search").addEventListener("click", openSearch);
    document.getElementById("open-help").addEventListener("click", openHelp);
  }

  const isOpen = () => Boolean(search?.open || help?.open);

  function dialog(label, ...children) {
    const made = element("dialog", { "aria-labelledby": label }, ...children);
    // A click beside the dialog is one on the dialog itself.
    made.addEventListener("click", (event) => { if (event.target === made) made.close(); });
    document.body.append(made);
    return made;
  }

  function bar(id, title) {
    const close = element("button", { type: "button", onclick: () => close.closest("dialog").close() }, "Close");
    return element("div", { class: "bar-top" }, element("h2", { id }, title), close);
  }

  function openSearch() {
    search ??= madeSearch();
    search.querySelector("input").value = "";
    search.refresh();
    search.showModal();
  }

  function madeSearch() {
    const field = element("input", {
      type: "text", inputmode: "search", role: "combobox", "aria-expanded": "false", "aria-controls": "found",
      "aria-autocomplete": "list", "aria-labelledby": "search-title", autocomplete: "off", spellcheck: "false",
      placeholder: "5 mlp 42, golf ball, blocks.5 …", autofocus: true,
    });
    const list = element("ul", { id: "found", role: "listbox", "aria-label": "Found" });
    const said = element("p", { class: "quiet", role: "status", "aria-live": "polite" });
    const made = dialog("search-title",
      element("div", { class: "search" }, bar("search-title", "Search"), field, said, list));
    let chosen = 0;
    let results = [];

    made.refresh = () => {
      const found = Atlas.search.find(field.value);
      results = found.results;
      list.replaceChildren(...results.map(option));
      field.setAttribute("aria-expanded", String(results.length > 0));
      said.textContent = words(field.value, found);
      choose(0);
    };
    field.addEventListener("input", made.refresh);
    field.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") choose(chosen + 1);
      else if (event.key === "ArrowUp") choose(chosen - 1);
      else if (event.key === "Enter" && results[chosen]) go(results[chosen]);
      else return;
      event.preventDefault();
    });
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) go(results[[...list.children].indexOf(item)]);
    });
    return made;

    function choose(index) {
      chosen = results.length === 0 ? 0 : (index + results.length) % results.length;
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
      const item = list.children[chosen];
      if (item) {
        field.setAttribute("aria-activedescendant", item.id);
        item.scrollIntoView({ block: "nearest" });
      } else field.removeAttribute("aria-activedescendant");
    }

    function go(place) {
      made.close();
      window.location.hash = Atlas.place.link(place);
    }
  }

  function option(place, index) {
    const { model, layer, neuron } = place;
    const patch = element("span", { class: "patch", "aria-hidden": "true" });
    if (neuron !== undefined) Atlas.tile.paint(patch, layer, neuron);
    const title = neuron !== undefined ? Atlas.place.title(layer, neuron) : layer ? layer.address : model.name;
    const where = [neuron !== undefined ? layer.address : null, layer ? model.name : null].filter(Boolean).join(" · ");
    return element("li", { id: `found-${index}`, role: "option" }, patch,
      element("span", { class: "name" }, title), " ", element("span", { class: "quiet" }, where || "model"));
  }

  function words(query, { results, near }) {
    if (query.trim() === "") return "A layer, a neuron's number, a class: in any order.";
    if (results.length === 0) return "Nothing like that is in this atlas.";
    return near ? "Nothing has that name. Did you mean:" : `${Atlas.count(results.length, "place")} found`;
  }

  const KEYS = [
    ["/", "search"],
    ["?", "this help"],
    ["Escape", "back: from a neuron to its layer, from a layer to its model"],
    ["← → ↑ ↓", "among small pictures: to the next; on a neuron's page: ← → to the neurons beside it, "
      + "↑ ↓ to the same neuron in the layers around"],
    ["[ ]", "the layer before, the layer after"],
    ["PageUp PageDown Home End", "among the small pictures: a page, a row's ends; with Control, a layer's ends"],
    ["Enter", "open the picture that has the focus"],
    ["c", "on a neuron's page: copy its cell"],
    ["s", "side by side with another model"],
    ["t", "dark or light"],
  ];

  function openHelp() {
    help ??= dialog("help-title", element("div", { class: "help" },
      bar("help-title", "Keys"),
      element("dl", { class: "keys" }, KEYS.map(([keys, words]) => element("div", {},
        element("dt", {}, keys.split(" ").flatMap((key) => [element("kbd", {}, key), " "])),
        element("dd", {}, words)))),
      element("h3", {}, "Links"),
      element("p", {}, "Every place has a link of its own, after the #: ", element("code", {}, "#blocks.5.mlp/42"),
        " is neuron 42 of that layer, of the first model; ", element("code", {}, "#vit/blocks.5.mlp/42"),
        " names the model; two places with a comma between them are shown side by side.")));
    help.showModal();
  }

  return { start, isOpen, openSearch, openHelp };
})();
