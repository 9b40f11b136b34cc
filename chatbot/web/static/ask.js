"use strict";
// A question -> the server's answer, or an error whose message is for the person who asked.

const PATIENCE = 30_000; // milliseconds
const EARLIER = 3; // as many as the server reads
const LONGEST_EARLIER = 500; // characters; the whole request is limited

class NoAnswer extends Error {
  /** @param {number} seconds when to try again; 0 when the server did not say. */
  constructor(message, seconds = 0) {
    super(message);
    this.seconds = seconds;
  }
}

/**
 * @param {string[]} earlier questions, the latest last, that this one may lean on
 * @param {boolean} exactly search for these words only, whatever was asked earlier
 * @returns {Promise<object>} AnswerJSON, see chatbot/render/schema.py
 */
async function ask(question, region, { earlier = [], exactly = false } = {}) {
  const history = earlier.slice(-EARLIER).map((text) => text.slice(0, LONGEST_EARLIER));
  const asked = { question };
  if (region) asked.region = region;
  if (exactly) asked.exactly = true;
  else if (history.length) asked.history = history;
  let response, body;
  try {
    response = await fetch("api/ask", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(asked),
      signal: AbortSignal.timeout(PATIENCE),
    });
    body = await response.text(); // a server that stops in mid-answer fails here
  } catch (error) {
    throw new NoAnswer(
      error.name === "TimeoutError"
        ? "The answer is taking too long."
        : "The answer did not arrive. Please check your connection.",
    );
  }
  if (!response.ok) throw refusal(response);
  try {
    return JSON.parse(body);
  } catch {
    throw new NoAnswer("The answer did not arrive whole.");
  }
}

function refusal(response) {
  const seconds = parseInt(response.headers.get("Retry-After"), 10) || 0;
  const wait = seconds
    ? `Please wait ${seconds} second${seconds > 1 ? "s" : ""}.`
    : "Please wait a moment.";
  const words = {
    413: "Your question is too long. Please make it shorter.",
    429: `You have asked many questions in a short time. ${wait}`,
    503: `Many people are asking right now. ${wait}`,
  };
  const other = `The server could not answer (error ${response.status}).`;
  return new NoAnswer(words[response.status] ?? other, seconds);
}
