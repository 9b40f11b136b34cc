/* The chat page's own script. Gradio has the field for the question and gives the newest answer in
   a mailbox (#answer). This script keeps the conversation, outside of what Gradio draws and styles:
   a screen reader is told of what is new only, and earlier answers stay as they are. It also looks
   after focus, copying and printing. Without it the page shows the newest answer. */
"use strict";

const WAITING = "Searching the documents…";
const SLOW = "No answer has come yet. You can ask again.";
const NOT_CLEARED = "The chat could not be cleared. Reload the page to clear it.";
const FAILED = "No answer has come. Your question is still there: please ask again in a moment.";
const SLOW_AFTER = 15000;

const drawing = new MutationObserver(start);
drawing.observe(document.documentElement, { childList: true, subtree: true });

function start() {
  const mailbox = document.getElementById("answer");
  const welcome = document.querySelector("#welcome .welcome");
  const box = document.querySelector("#question textarea");
  const gradioExactly = document.getElementById("exactly");
  const gradioClear = document.getElementById("clear");
  if (!mailbox || !welcome || !box || !gradioExactly || !gradioClear) return; // Gradio has not drawn the page yet
  drawing.disconnect();

  const header = element("header", { class: "chat" });
  header.append(welcome.cloneNode(true));
  const log = element("div", { id: "log", role: "log", "aria-live": "polite", "aria-label": "Answers" });
  const status = element("p", { id: "status", role: "status" });
  const tools = element("div", { class: "actions tools" });
  const print = element("button", { type: "button" }, "Print or save");
  const clear = element("button", { type: "button" }, "Clear chat");
  tools.append(print, clear);
  const conversation = element("section", { class: "chat", "aria-label": "Conversation" });
  conversation.append(log, status, tools);
  document.querySelector("gradio-app").before(header, conversation);
  const gradioWelcome = document.getElementById("welcome");
  for (const drawn of [mailbox, gradioExactly, gradioClear, gradioWelcome]) drawn.hidden = true;

  let timer = 0;
  const say = (words) => {
    clearTimeout(timer);
    status.textContent = words;
  };

  // What was half typed when a button asked: it comes back with the answer.
  let draft = "";
  let asking = false;
  let clearing = false;
  let unwanted = false; // the answer that is awaited, as the chat was cleared since
  let shown = "";
  new MutationObserver(() => {
    const answer = mailbox.querySelector(".answer");
    const name = answer?.id ?? "";
    if (name === shown) return;
    shown = name;
    asking = false;
    if (answer && unwanted) {
      unwanted = false;
      gradioClear.click();
      return;
    }
    clearing = false;
    say("");
    log.querySelectorAll(".refused").forEach((refused) => refused.remove());
    if (answer) add(log, answer);
    else log.replaceChildren();
    document.body.classList.toggle("asked", log.childElementCount > 0);
    const typed = draft;
    draft = "";
    if (typed) setTimeout(() => box.value || write(typed), 100); // after Gradio has emptied the field
  }).observe(mailbox, { childList: true, subtree: true });

  const wait = () => {
    asking = true;
    unwanted = false;
    say(WAITING);
    timer = setTimeout(() => say(SLOW), SLOW_AFTER);
  };
  // Gradio tells of a server that cannot be reached in a message of its own; ours stays in place.
  const told = new WeakSet();
  new MutationObserver(() => {
    for (const toast of document.querySelectorAll("[data-testid=toast-body]")) {
      if (told.has(toast)) continue;
      told.add(toast);
      say(clearing ? NOT_CLEARED : FAILED);
      asking = clearing = false;
      toast.querySelector("[data-testid=toast-close]")?.click();
    }
  }).observe(document.body, { childList: true, subtree: true });

  const write = (words) => {
    const { set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
    set.call(box, words);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const ask = (question, button = document.querySelector("#question button")) => {
    draft = box.value.trim() === question ? "" : box.value;
    write(question);
    // Gradio takes the new value over before it handles the click.
    setTimeout(() => button.click(), 0);
  };

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button, a");
    if (!target) return;
    if (target.matches(".ask")) ask(target.textContent);
    else if (target.matches(".own-words")) ask(questionOf(target.closest("article")), gradioExactly);
    else if (target.matches(".copy")) copyPassage(target.closest(".passage"), say);
    else if (target.matches(".thumb")) sendThumb(target, say);
    else if (target.matches("a.cited")) goTo(event, target);
    else if (target.closest("#question, #exactly")) wait();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) wait();
  });
  print.addEventListener("click", () => openHandout(log));
  clear.addEventListener("click", () => {
    unwanted = asking;
    clearing = true;
    draft = "";
    log.replaceChildren();
    document.body.classList.remove("asked");
    say("");
    gradioClear.click();
    box.focus();
  });
}

function element(name, attributes, words = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = words;
  return made;
}

/* Puts a copy of an answer at the end of the conversation, with its heading in focus and in view. */
function add(log, answer) {
  const copy = answer.cloneNode(true);
  log.append(copy);
  // An id belongs to one element: to the copy that people see.
  answer.querySelectorAll("[id]").forEach((twin) => twin.removeAttribute("id"));
  const heading = copy.querySelector("h2");
  heading?.focus({ preventScroll: true });
  copy.scrollIntoView({ block: "start" });
}

/* What "Copy with citation" gives: the words, where they stand, and what they cite. */
function citedText(passage) {
  const part = (selector) => passage.querySelector(selector)?.textContent ?? "";
  const cited = [...passage.querySelectorAll(".references li")].map((entry) => entry.textContent.trim());
  const lead = part(".lead-in");
  const words = `“${lead && lead + "\n"}${part(".words")}”`;
  const address = passage.querySelector("a.show").href;
  return [words, "", part(".place"), part(".about"), address, ...cited].join("\n");
}

async function copyPassage(passage, say) {
  say(
    (await copied(citedText(passage)))
      ? "Copied."
      : "Your browser does not allow copying here. Select the words and copy them.",
  );
}

async function sendThumb(button, say) {
  const link = new URL(button.closest(".passage").querySelector("a.show").href);
  const name = decodeURIComponent(link.pathname.split("/source/")[1]);
  const body = JSON.stringify({
    passage: `${name}:${link.searchParams.get("passage")}`,
    thumb: button.matches(".up") ? "up" : "down",
  });
  const headers = { "content-type": "application/json" };
  try {
    const response = await fetch("../api/feedback", { method: "POST", headers, body });
    if (!response.ok) throw new Error(response.status);
    button.parentElement.querySelectorAll(".thumb").forEach((thumb) => { thumb.disabled = true; });
    say("Thank you. Only the passage and your choice are kept.");
  } catch {
    say("That could not be noted.");
  }
}

function goTo(event, link) {
  const entry = document.getElementById(link.getAttribute("href").slice(1));
  if (!entry) return;
  event.preventDefault();
  entry.closest("details").open = true;
  entry.tabIndex = -1;
  entry.focus();
}

function questionOf(article) {
  return article.querySelector("h2").textContent;
}

/* The questions travel in the fragment, which browsers send to no server. */
function openHandout(log) {
  const asked = [...log.querySelectorAll("article")].filter(
    (article) => questionOf(article) !== "No question",
  );
  const fields = asked.map((article) => {
    const name = article.matches(".exactly") ? "x" : "q";
    return `${name}=${encodeURIComponent(questionOf(article))}`;
  });
  const fragment = fields.join("&");
  window.open(`../print#${fragment}`, "_blank", "noopener");
}
