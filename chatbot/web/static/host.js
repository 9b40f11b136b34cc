"use strict";
// The page around this one, when it stands in a frame: see frame.js, which listens there.

const host = (() => {
  const origin = parent === window ? "" : originOfParent();

  /** The parent's exact origin, or "": a message never goes to whoever happens to be there. */
  function originOfParent() {
    // The first is certain; Firefox has learnt it only lately. The second is what frame.js says,
    // the third what a plain frame's page may send. A wrong one is safe: nothing is delivered.
    const named = new Map(fragmentFields()).get("origin");
    const candidates = [location.ancestorOrigins?.[0], named, document.referrer];
    return candidates.map(webOrigin).find(Boolean) ?? "";
  }

  function webOrigin(address) {
    try {
      const url = new URL(address);
      return ["http:", "https:"].includes(url.protocol) ? url.origin : "";
    } catch {
      return "";
    }
  }

  function tell(type, values = {}) {
    if (origin) parent.postMessage({ type: `patient-answers:${type}`, ...values }, origin);
  }

  function tellHeight() {
    tell("height", { height: Math.ceil(document.documentElement.getBoundingClientRect().height) });
  }

  /** Bring an element to the top of the screen, also where the host page is what scrolls. */
  function show(element) {
    element.scrollIntoView();
    tellHeight(); // first the frame grows, then there is a place to scroll to
    tell("show", { top: element.getBoundingClientRect().top + scrollY });
  }

  if (origin) {
    new ResizeObserver(tellHeight).observe(document.documentElement);
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) tell("close");
    });
  }

  return { show, framed: parent !== window };
})();
