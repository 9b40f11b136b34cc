"use strict";
// Asks the questions in the fragment again, one after the other, and lays the answers out.

{
  const MOST = 20;
  const PATIENT = 60; // seconds that a server which is busy is waited for
  const element = (id) => document.getElementById(id);
  const place = element("answers");
  const status = element("status");

  async function layOut() {
    const fields = fragmentFields();
    const questions = fields
      .filter(([name]) => name === "q" || name === "x")
      .map(([name, value]) => ({ question: value.trim(), exactly: name === "x" }));
    const region = new Map(fields).get("region") ?? "";
    const asked = questions.filter(({ question }) => question).slice(-MOST);
    element("none").hidden = asked.length > 0;
    if (!asked.length) return;
    let failed = 0;
    for (const [index, { question, exactly }] of asked.entries()) {
      status.textContent = `Loading answer ${index + 1} of ${asked.length}…`;
      try {
        const earlier = asked.slice(0, index).map((one) => one.question);
        const answer = await patiently(question, region, { earlier, exactly });
        place.append(answers.article(answer, { exactly, paper: true }));
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        failed += 1;
        place.append(failure(question, error.message));
      }
    }
    status.textContent = failed
      ? `${failed} of ${asked.length} answers could not be loaded. Reload the page to try again.`
      : `Ready to print${questions.length > MOST ? `: the last ${MOST} answers` : ""}.`;
    element("print").hidden = false;
  }

  /** Twenty questions in a row may be more than the server takes at once from one reader. */
  async function patiently(question, region, how) {
    try {
      return await ask(question, region, how);
    } catch (error) {
      if (!error.seconds || error.seconds > PATIENT) throw error;
      status.textContent = `The server is busy. Going on in ${error.seconds} seconds…`;
      await new Promise((done) => setTimeout(done, error.seconds * 1_000));
      return ask(question, region, how);
    }
  }

  function failure(question, words) {
    const article = document.createElement("article");
    const heading = document.createElement("h2");
    const notice = document.createElement("p");
    article.className = "answer failed";
    heading.textContent = question;
    notice.className = "status";
    notice.textContent = `This answer could not be loaded. ${words}`;
    article.append(heading, notice);
    return article;
  }

  element("date").textContent = new Date().toLocaleDateString("en-GB", { dateStyle: "long" });
  element("print").addEventListener("click", () => window.print());
  addEventListener("hashchange", () => location.reload());
  layOut();
}
