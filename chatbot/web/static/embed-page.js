"use strict";
// The page for other sites: a question is typed, its answer is added to the log.

{
  const KEPT = 20; // answers in the log
  const root = document.documentElement;
  const region = root.dataset.region ?? "";
  const element = (id) => document.getElementById(id);
  const form = element("asking");
  const box = element("question");
  const log = element("log");
  const status = element("status");
  const problem = element("problem");
  const after = element("after");
  const starters = element("starters"); // an answer makes suggestions of its own
  let busy = false;
  let cleared = 0; // how often: an answer that was asked for before is not shown
  let failed = null; // { question, typed, exactly } that "Try again" asks

  /**
   * @param {boolean} [typed] the question stands in the box
   * @param {boolean} [exactly] search for these words only
   */
  async function put(question, { typed = false, focus = true, exactly = false } = {}) {
    if (busy) return;
    const problemFound = unaskable(question);
    if (problemFound) return refuse(problemFound);
    setBusy(true);
    const before = cleared;
    try {
      const earlier = Array.from(log.querySelectorAll("article > h2"), (h2) => h2.textContent);
      const answer = await ask(question, region, { earlier, exactly });
      if (before !== cleared) return;
      show(answers.article(answer, { onAsk: put, exactly }), focus);
      if (typed && box.value.trim() === question) empty();
      problem.hidden = true;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      if (before !== cleared) return;
      failed = { question, typed, exactly };
      report(error.message, typed ? "Your question is still there." : `You asked: ${question}`);
    } finally {
      setBusy(false);
    }
  }

  function unaskable(question) {
    const most = Number(box.dataset.most);
    const characters = Array.from(question).length;
    if (!characters) return "Please type a question.";
    if (characters <= most) return "";
    const emergency = document.querySelector(".emergency").textContent;
    return (
      `Your question has ${characters} characters. Please make it shorter: at most ${most}. ` +
      emergency
    );
  }

  function refuse(words) {
    status.textContent = words;
    box.focus();
  }

  function setBusy(now) {
    busy = now;
    log.setAttribute("aria-busy", String(now));
    element("ask").setAttribute("aria-disabled", String(now)); // `disabled` would lose the focus
    status.textContent = now ? "Searching the documents…" : "";
  }

  function show(article, focus) {
    log.append(article);
    while (log.children.length > KEPT) log.firstElementChild.remove();
    after.hidden = false;
    element("print").href = printAddress();
    if (focus) {
      const heading = article.firstElementChild;
      heading.focus({ preventScroll: true });
      host.show(heading);
    }
    starters?.setAttribute("hidden", "");
  }

  function printAddress() {
    const asked = Array.from(log.querySelectorAll("article"), (article) => {
      const name = article.matches(".exactly") ? "x" : "q";
      return `${name}=${encodeURIComponent(article.firstElementChild.textContent)}`;
    });
    const fields = asked.filter((field, place) => field !== asked[place - 1]);
    if (region) fields.push(`region=${region}`);
    return `print#${fields.join("&")}`;
  }

  function report(...sentences) {
    const words = problem.querySelector("p");
    problem.hidden = false;
    words.textContent = ""; // so that the same words are read out again
    words.textContent = sentences.join(" ");
  }

  function typed() {
    put(box.value.trim(), { typed: true });
  }

  function again() {
    if (failed.typed && box.value.trim()) typed();
    else put(failed.question, { exactly: failed.exactly });
  }

  function clear() {
    cleared += 1;
    log.replaceChildren();
    problem.hidden = true;
    starters?.removeAttribute("hidden");
    after.hidden = true;
    status.textContent = "The answers are gone.";
    box.focus();
  }

  function empty() {
    box.value = "";
    grow();
  }

  function grow() {
    if (CSS.supports("field-sizing", "content")) return; // embed-page.css does it
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 2}px`;
  }

  function askFirst() {
    const fields = fragmentFields();
    const question = fields.find(([name]) => name === "q")?.[1].trim();
    if (!question) return;
    const rest = location.hash.slice(1).split("&").filter((field) => !field.startsWith("q="));
    const fragment = rest.length ? `#${rest.join("&")}` : "";
    history.replaceState(null, "", location.pathname + location.search + fragment);
    box.value = question;
    grow();
    // In a frame, taking the focus would pull the reader out of the page around it.
    put(question, { typed: true, focus: !host.framed });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    typed();
  });
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    typed();
  });
  for (const button of document.querySelectorAll("#starters .ask")) {
    button.addEventListener("click", () => put(button.textContent));
  }
  element("again").addEventListener("click", again);
  element("clear").addEventListener("click", clear);
  for (const part of document.querySelectorAll(".needs-script")) part.hidden = false;
  askFirst();
}
