"use strict";
// Settings -> the lines to copy, and a preview.

{
  const MAY =
    "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-same-origin";
  const NO_SITE = "https://your.site";
  const home = new URL("../", location.href); // the address that works for whoever reads this
  const element = (id) => document.getElementById(id);
  const form = element("settings");
  const allowed = Array.from(document.querySelectorAll("#allowed code"), (code) => code.textContent);

  /** Names and values that differ from what goes without saying. */
  function settings() {
    const field = (name) => form.elements[name];
    const valid = (name) => (field(name).validity.valid ? field(name).value.trim() : "");
    const theme = field("theme").value;
    return [
      ["theme", theme === "auto" ? "" : theme],
      ["topic", field("topic").value],
      ["region", valid("region").toUpperCase()],
      ["accent", valid("accent").replace("#", "").toLowerCase()],
    ].filter(([, value]) => value);
  }

  function frameAddress() {
    const address = new URL("embed", home);
    for (const [name, value] of settings()) address.searchParams.set(name, value);
    return address.href;
  }

  function scriptLine() {
    const fields = form.elements;
    const named = settings();
    if (fields.title.value) named.push(["title", fields.title.value]);
    if (fields.place.value === "button") named.push(["button", fields.button.value || "Questions?"]);
    const data = named.map(([name, value]) => ` data-${name}="${attribute(value)}"`);
    return `<script src="${attribute(new URL("embed.js", home).href)}" async${data.join("")}></script>`;
  }

  function frameLine() {
    return (
      `<iframe src="${attribute(frameAddress())}" title="${attribute(form.elements.title.value)}"` +
      ` width="100%" height="700" style="border:0" loading="lazy" allow="clipboard-write"` +
      ` referrerpolicy="no-referrer" sandbox="${MAY}"></iframe>`
    );
  }

  function serverLine() {
    const sites = new Set([...allowed, site()]);
    return `python app.py --allow-embed ${[...sites].join(" ")}`;
  }

  /** The origin of the site: what the server wants to know of an address. */
  function site() {
    try {
      const { origin } = new URL(form.elements.site.value);
      return /^https?:\/\/[\w.:[\]-]+$/.test(origin) ? origin : NO_SITE; // it goes into a command
    } catch {
      return NO_SITE;
    }
  }

  function attribute(text) {
    return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  }

  function write() {
    element("words").hidden = form.elements.place.value !== "button";
    element("script-line").textContent = scriptLine();
    element("frame-line").textContent = frameLine();
    element("server-line").textContent = serverLine();
    preview();
  }

  function preview() {
    const shown = element("preview");
    if (shown.src === frameAddress()) return;
    const next = shown.cloneNode(); // another element: no step in the history for each setting
    next.src = frameAddress();
    shown.replaceWith(next);
  }

  async function copy(button) {
    const said = button.parentElement.querySelector(".said");
    said.textContent = "";
    said.textContent = (await copied(element(button.dataset.copies).textContent))
      ? "Copied"
      : "Copying is not possible here. Please mark the line and copy it.";
  }

  element("drupal-tag").textContent =
    "<iframe src title width height loading allow referrerpolicy sandbox>";
  for (const code of document.querySelectorAll(".home")) code.textContent = home.origin;
  for (const button of document.querySelectorAll("button.copy")) {
    button.addEventListener("click", () => copy(button));
  }
  form.addEventListener("input", write);
  form.addEventListener("submit", (event) => event.preventDefault());
  write();
}
