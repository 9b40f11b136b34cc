"use strict";

/** Copy text. @returns {Promise<boolean>} whether it worked. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedTheOldWay(text); // no https, or a frame that may not use the clipboard
  }
}

function copiedTheOldWay(text) {
  const before = document.activeElement;
  const box = document.createElement("textarea");
  box.className = "unseen";
  box.value = text;
  document.body.append(box);
  box.select();
  const worked = document.execCommand("copy");
  box.remove();
  before?.focus({ preventScroll: true });
  return worked;
}
