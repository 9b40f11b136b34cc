"use strict";
// A clinic's own colour, made darker or lighter until every text in it or on it can be read.

{
  const ENOUGH = 4.5; // contrast that WCAG 2 asks for at level AA
  const STEP = 0.05;
  const BEHIND = ["--page", "--card", "--mark", "--alert-card"]; // what links and buttons stand on
  const root = document.documentElement;
  const given = root.dataset.accent; // six hexadecimal digits: the server has checked

  function apply() {
    root.style.removeProperty("--accent");
    const look = getComputedStyle(root);
    const behind = BEHIND.map((name) => channels(look.getPropertyValue(name).trim()));
    const dark = luminance(behind[0]) < 0.18;
    const end = dark ? [255, 255, 255] : [0, 0, 0];
    let accent = channels(given);
    for (let share = 0; share <= 1; share += STEP) {
      accent = channels(given).map((value, i) => Math.round(value + (end[i] - value) * share));
      if (behind.every((colour) => contrast(accent, colour) >= ENOUGH)) break;
    }
    root.style.setProperty("--accent", `rgb(${accent})`);
    const white = contrast(accent, [255, 255, 255]) >= ENOUGH;
    root.style.setProperty("--on-accent", white ? "#fff" : "#000");
  }

  function channels(colour) {
    return colour.match(/[0-9a-f]{2}/gi).map((pair) => parseInt(pair, 16));
  }

  function contrast(one, other) {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }

  function luminance(rgb) {
    const [red, green, blue] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  if (given) {
    apply();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  }
}
