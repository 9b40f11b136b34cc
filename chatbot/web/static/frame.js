// Puts the page with questions into the page that loads this script, in a frame:
//   <script src="https://chat.example/embed.js" async></script>
// With data-button="Questions?" the frame waits behind a button. The other attributes are
// data-target (id of an element to put the frame in), data-title, and data-theme, data-topic,
// data-region, data-accent and data-lang, which /embed understands. It stores nothing, changes
// nothing else in the page, and leaves no name behind.
(() => {
  "use strict";
  const PASSED_ON = ["theme", "topic", "region", "accent", "lang"];
  const MAY =
    "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox allow-same-origin";
  const LOWEST = 240;
  const HIGHEST = 50_000;
  const script = document.currentScript;
  const settings = { ...script.dataset };
  const home = new URL(".", script.src);
  const title = settings.title || settings.button || "Questions and answers from health information";

  function frameAddress() {
    const address = new URL("embed", home);
    for (const name of PASSED_ON) {
      if (settings[name]) address.searchParams.set(name, settings[name]);
    }
    // The frame tells its height to this origin and no other. What follows "#" stays in the browser.
    address.hash = `origin=${encodeURIComponent(location.origin)}`;
    return address.href;
  }

  /** @param {Map<string, (message: object) => void>} on what to do with which message */
  function makeFrame(on) {
    const frame = document.createElement("iframe");
    frame.title = title;
    frame.loading = "lazy";
    frame.sandbox = MAY;
    frame.allow = "clipboard-write";
    frame.referrerPolicy = "no-referrer";
    frame.src = frameAddress();
    Object.assign(frame.style, { display: "block", width: "100%", border: "0" });
    addEventListener("message", (event) => {
      if (event.source !== frame.contentWindow || event.origin !== home.origin) return;
      on.get(event.data?.type)?.(event.data);
    });
    return frame;
  }

  function inThePage() {
    const frame = makeFrame(new Map([["patient-answers:height", fit], ["patient-answers:show", show]]));
    frame.style.height = "640px";
    return frame;

    function fit({ height }) {
      if (!Number.isFinite(height)) return;
      frame.style.height = `${Math.min(Math.max(height, LOWEST), HIGHEST)}px`;
    }
    function show({ top }) {
      if (!Number.isFinite(top)) return;
      const above = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
      scrollBy({ top: frame.getBoundingClientRect().top + top - above });
    }
  }

  const LOOK = `
    :host { all: initial !important; }
    button {
      min-width: 44px; min-height: 44px; padding: 0.5em 1.25em; cursor: pointer;
      font: 600 1em/1.3 system-ui, sans-serif; border: 2px solid transparent;
    }
    .opener {
      position: fixed; inset: auto 1em 1em auto; z-index: 2147483000; max-width: calc(100vw - 2em);
      border-radius: 2em; background: var(--accent); color: var(--on-accent);
      box-shadow: 0 2px 10px rgb(0 0 0 / 30%);
    }
    .close {
      flex: none; border-radius: 8px; background: Canvas; color: CanvasText;
      border-color: currentColor;
    }
    :focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #000; }
    .close:focus-visible { outline-color: currentColor; box-shadow: none; outline-offset: -5px; }
    dialog {
      position: fixed; inset: auto 1em 5em auto; z-index: 2147483000; box-sizing: border-box;
      width: min(28em, calc(100vw - 2em)); max-width: none; margin: 0; padding: 0; overflow: hidden;
      height: min(44em, calc(100vh - 6.5em)); max-height: none;
      border: 1px solid GrayText; border-radius: 12px; background: Canvas; color: CanvasText;
      font: 1em/1.4 system-ui, sans-serif; box-shadow: 0 4px 24px rgb(0 0 0 / 35%);
    }
    dialog[open] { display: flex; flex-direction: column; }
    .bar { display: flex; align-items: center; justify-content: space-between; gap: 0.5em;
      padding: 0.4em 0.4em 0.4em 1em; border-bottom: 1px solid GrayText; font-weight: 600; }
    iframe { flex: 1; min-height: 0; }
    @media (max-width: 40em), (max-height: 34em) {
      dialog { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; }
    }
    @media print { :host { display: none !important; } }`;
  const SMALL = "(max-width: 40em), (max-height: 34em)"; // as in the look: the panel fills the screen

  function behindAButton() {
    const place = make("div", { role: "region", "aria-label": title });
    const panel = make("dialog", { id: "panel", "aria-label": title });
    const opener = make("button", {
      class: "opener",
      type: "button",
      "aria-expanded": "false",
      "aria-controls": "panel",
    });
    const closer = make("button", { class: "close", type: "button" });
    const bar = make("div", { class: "bar" });
    opener.textContent = settings.button;
    closer.textContent = "Close";
    bar.append(title, closer);
    panel.append(bar);
    colour(place, panel);

    const inside = place.attachShadow({ mode: "open" }); // the page's own style sheets end here
    inside.adoptedStyleSheets = [new CSSStyleSheet()]; // allowed by any content security policy
    inside.adoptedStyleSheets[0].replaceSync(LOOK);
    inside.append(opener, panel);

    const close = () => panel.close();
    function open() {
      if (!panel.querySelector("iframe")) {
        panel.append(makeFrame(new Map([["patient-answers:close", close]])));
      }
      // Where the panel covers everything, what is behind it must not take the focus.
      if (matchMedia(SMALL).matches) panel.showModal();
      else panel.show();
      opener.setAttribute("aria-expanded", "true");
    }
    opener.addEventListener("click", () => (panel.open ? close() : open()));
    closer.addEventListener("click", close);
    inside.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
    panel.addEventListener("close", () => {
      opener.setAttribute("aria-expanded", "false");
      opener.focus();
    });
    return place;
  }

  function colour(place, panel) {
    const accent = /^#?([0-9a-f]{6})$/i.exec(settings.accent)?.[1] ?? "0b5c7a";
    const [red, green, blue] = accent.match(/../g).map((pair) => (parseInt(pair, 16) / 255) ** 2.2);
    const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18;
    place.style.setProperty("--accent", `#${accent}`);
    place.style.setProperty("--on-accent", light ? "#000" : "#fff");
    const theme = ["light", "dark"].find((name) => name === settings.theme);
    panel.style.colorScheme = theme ?? "light dark";
  }

  function make(tag, attributes) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function put() {
    const target = settings.target && document.getElementById(settings.target);
    if (settings.button) document.body.append(behindAButton());
    else if (target) target.append(inThePage());
    else if (document.body.contains(script)) script.after(inThePage());
    else document.body.append(inThePage());
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", put);
  else put();
})();
