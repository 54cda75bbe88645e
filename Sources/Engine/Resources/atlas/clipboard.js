"use strict";

/** A button that copies text, and says that it did. */
Atlas.copyButton = (words, text, source) => {
  const button = Atlas.element("button", { type: "button", class: "copy" }, words);
  const SELECTED = "The text is selected: press Control and C.";
  let reset;
  button.addEventListener("click", async () => {
    const copied = await copy(text);
    button.textContent = copied ? "Copied" : "Press Ctrl-C";
    Atlas.announce(copied ? "Copied" : `The browser does not let this page copy. ${SELECTED}`);
    if (!copied) select(source);
    clearTimeout(reset);
    reset = setTimeout(() => { button.textContent = words; }, 2000);
  });
  return button;

  // A page from a folder is not trusted with the clipboard everywhere; the old way still works there.
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text, button);
    }
  }

  function copyBySelection(text, focused) {
    const field = Atlas.element("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
    field.value = text;
    // Beside the button: a field outside an open dialog could not take the focus.
    focused.after(field);
    field.select();
    let copied = false;
    try { copied = document.execCommand("copy"); } catch { copied = false; }
    field.remove();
    focused.focus();
    return copied;
  }

  function select(element) {
    if (element) window.getSelection().selectAllChildren(element);
  }
};
