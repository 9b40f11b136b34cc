"use strict";
// An answer's JSON -> DOM, the same markup as chatbot/render/html.py. Texts become text nodes and
// nothing else, so no question and no document can become markup.

const answers = (() => {
  const LINE = /[^\n]*\n|[^\n]+/gu;
  const ITEM = /^[ \t]*(?:[-*+•]|\p{Nd}{1,3}[.)])[ \t]/u;
  const LINK_NAMES = [
    ["https://doi.org/", "DOI"],
    ["https://pubmed.ncbi.nlm.nih.gov/", "PubMed"],
  ];
  const NAMED = 80; // characters of the question in the name of a button
  let made = 0; // for ids that are unique on the page

  /**
   * @param {object} answer AnswerJSON, see chatbot/render/schema.py
   * @param {(question: string, how?: {exactly: boolean}) => void} [onAsk] offers what to ask next,
   *   and is told what was chosen
   * @param {boolean} [exactly] the question was asked so, and is printed so again
   * @param {boolean} [paper] no buttons; addresses in full; one list of publications at the end
   * @returns {HTMLElement} an `article`; its first child is the heading, which takes focus
   */
  function article(answer, { onAsk = null, exactly = false, paper = false } = {}) {
    const name = `answer-${++made}`;
    const numbered = new Map(answer.references.map((entry) => [entry.number, entry]));
    const heading = make("h2", { tabIndex: -1 }, answer.question || "No question");
    const parts = [heading, ...notices(answer), ...asked(answer, onAsk)];
    if (exactly) parts.push(make("p", { className: "as-typed" }, "Searched for exactly your words."));
    if (answer.passages.length) {
      const items = answer.passages.map((quote) => {
        const cited = quote.references.map((number) => numbered.get(number));
        return passage(quote, cited, { name, paper });
      });
      parts.push(make("ol", { className: "passages" }, ...items));
    }
    if (paper && numbered.size) {
      parts.push(make("h3", {}, "Publications cited"), publications(answer.references, `${name}-`, paper));
    }
    if (onAsk && answer.suggestions.length) parts.push(...suggestions(answer, onAsk));
    const kind = exactly ? `${answer.status} exactly` : answer.status;
    return make("article", { id: name, className: `answer ${kind}` }, ...parts);
  }

  function notices(answer) {
    const lines = answer.notices.map((notice) => make("p", { className: "notice" }, notice));
    if (answer.headline) lines.unshift(make("p", { className: "status" }, answer.headline));
    if (answer.status !== "urgent") return lines;
    const alert = make("div", {}, ...lines.splice(0, 2)); // read out at once
    alert.setAttribute("role", "alert");
    return [alert, ...lines];
  }

  function asked(answer, onAsk) {
    const lines = [];
    if (answer.understood_as) {
      lines.push(make("p", { className: "understood" }, `Understood as: ${answer.understood_as}`));
    }
    if (answer.searched_also.length) {
      const also = answer.searched_also.join(", ");
      lines.push(make("p", { className: "searched-also" }, `Also searched for: ${also}`));
    }
    if (onAsk && lines.length) lines.push(ownWords(answer.question, onAsk));
    return lines;
  }

  function ownWords(question, onAsk) {
    // Several answers have this button: read out by itself, it says which question it is for.
    const characters = Array.from(question);
    const named = characters.length <= NAMED ? question : `${characters.slice(0, NAMED).join("")}…`;
    const button = make("button", { type: "button", className: "own-words" });
    const unseen = make("span", { className: "unseen" }, ` (${named})`);
    button.append("Search for my own words instead", unseen);
    button.addEventListener("click", () => onAsk(question, { exactly: true }));
    return button;
  }

  function passage(quote, cited, { name, paper }) {
    const entry = paper ? `${name}-` : `${name}-${quote.number}-`; // ids of its publications
    const parts = [
      make("h3", {}, `${quote.number}. ${path(quote)}`),
      blockquote(quote, entry, paper),
      make("p", { className: "about" }, quote.attribution),
    ];
    const stands = make("p", { className: "place" }, quote.citation);
    if (quote.also_in.length) {
      const places = quote.also_in.flatMap((place) => ["; ", link(sourcePath(place), path(place))]);
      parts.push(make("p", { className: "also" }, "Also in: ", ...places.slice(1)));
    }
    if (paper) {
      parts.push(stands, make("p", { className: "address" }, sourceAddress(quote)));
    } else {
      parts.push(actions(quote, cited), origin(stands, cited, entry));
    }
    return make("li", { className: "passage" }, ...parts);
  }

  function blockquote(quote, entry, paper) {
    const parts = [make("span", { className: "words" }, ...words(quote, entry, paper))];
    if (quote.lead_in) {
      parts.unshift(make("span", { className: "lead-in" }, `${quote.lead_in} […]`));
    }
    return make("blockquote", { className: "quote", lang: quote.source.language }, ...parts);
  }

  /** The quoted text, cut at the marks and citations in it and at the lines of lists. */
  function words(quote, entry, paper) {
    // Offsets count code points of the document, JavaScript's strings count UTF-16 units.
    const characters = Array.from(quote.text);
    const text = (start, end) => characters.slice(start - quote.start, end - quote.start).join("");

    function line(start, end) {
      return inside(quote.highlights, start, end, cites, (mark, from, to) =>
        make("mark", {}, ...cites(from, to)),
      );
    }
    function cites(start, end) {
      return inside(quote.citations, start, end, (from, to) => [text(from, to)], (cited, from, to) => {
        const element = marker(cited, text(from, to), entry);
        // Nobody can follow a link on paper; a citation that a mark cuts in two is noted once.
        if (paper && to === cited.end) element.dataset.note = cited.note;
        return element;
      });
    }

    let at = quote.start;
    return (quote.text.match(LINE) ?? []).flatMap((words) => {
      const start = at;
      at += Array.from(words).length;
      const nodes = line(start, at);
      return ITEM.test(words) ? [make("span", { className: "item" }, ...nodes)] : nodes;
    });
  }

  /** Nodes of a stretch: `wrapped` where one of the spans lies, `plain` around them. */
  function inside(spans, start, end, plain, wrapped) {
    const nodes = [];
    let at = start;
    for (const span of [...spans].sort((one, other) => one.start - other.start)) {
      const from = Math.max(span.start, at);
      const to = Math.min(span.end, end);
      if (from >= to) continue;
      nodes.push(...plain(at, from), wrapped(span, from, to));
      at = to;
    }
    return [...nodes, ...plain(at, end)].filter((node) => node !== "");
  }

  function marker(cited, text, entry) {
    const properties = cited.resolved
      ? {
          className: cited.ambiguous ? "cited ambiguous" : "cited",
          href: `#${entry}${cited.references[0]}`,
          title: `Publication ${cited.note}, listed below`,
        }
      : {
          className: "cited unknown",
          title: "This citation could not be matched with a reference list",
        };
    const element = make(cited.resolved ? "a" : "span", properties, text);
    if (cited.resolved) element.addEventListener("click", follow);
    return element;
  }

  /** To a publication; without a step in the history, which may be that of a page around ours. */
  function follow(event) {
    event.preventDefault();
    const entry = document.getElementById(event.currentTarget.getAttribute("href").slice(1));
    entry.closest("details")?.setAttribute("open", "");
    entry.tabIndex = -1;
    entry.focus();
  }

  function actions(quote, cited) {
    const show = link(sourcePath(quote), "Show in document");
    show.className = "button show";
    const copy = make("button", { type: "button", className: "copy" }, "Copy with citation");
    copy.addEventListener("click", () => copyWithCitation(copy, quote, cited));
    return make("div", { className: "actions" }, show, copy);
  }

  /** Where the words stand and what they cite: folded away until it is wanted. */
  function origin(stands, cited, entry) {
    const many = `${cited.length} publication${cited.length > 1 ? "s" : ""}`;
    const summary = make("summary", {}, cited.length ? `Citation and ${many}` : "Citation");
    const details = make("details", { className: "origin" }, summary, stands);
    if (cited.length) details.append(publications(cited, entry));
    return details;
  }

  async function copyWithCitation(button, quote, cited) {
    const said = button.parentElement.querySelector(".said") ?? make("span", { className: "said" });
    button.after(said); // the log that the answer stands in reads it out
    said.textContent = "";
    said.textContent = (await copied(withCitation(quote, cited)))
      ? "Copied"
      : "Copying is not possible here. Please mark the words and copy them.";
  }

  function withCitation(quote, cited) {
    // A part of a list can mean the opposite without the sentence that introduces the list.
    const lead = quote.lead_in ? `${quote.lead_in} […]\n` : "";
    const lines = [`“${lead}${quote.text}”`, "", quote.citation, quote.attribution];
    lines.push(sourceAddress(quote), ...cited.map(publicationLine));
    return lines.join("\n");
  }

  function publications(references, entry, paper = false) {
    const items = references.map((reference) => publication(reference, entry, paper));
    return make("ol", { className: "references" }, ...items);
  }

  function publication({ number, link: address, formatted, checked }, entry, paper) {
    let where = /^https?:\/\//i.test(address) ? link(address, linkName(address)) : "";
    if (paper) where = formatted.includes(address) ? "" : address;
    const note = make("span", { className: "checked" }, `(${checked})`);
    return make("li", { id: `${entry}${number}` }, `${number}. ${formatted} `, where, " ", note);
  }

  function publicationLine({ number, formatted, checked }) {
    return `${number}. ${formatted} (${checked})`;
  }

  function linkName(address) {
    return LINK_NAMES.find(([start]) => address.startsWith(start))?.[1] ?? "Web";
  }

  function suggestions(answer, onAsk) {
    const items = answer.suggestions.map((suggestion) => {
      const button = make("button", { type: "button", className: "ask" }, suggestion);
      button.addEventListener("click", () => onAsk(suggestion));
      return make("li", {}, button);
    });
    return [
      make("h3", {}, "You can also ask"),
      make("ul", { className: "suggestions" }, ...items),
    ];
  }

  function path(place) {
    return [place.title, ...place.section].join(" › ");
  }

  function sourcePath(place) {
    const span = `${place.start}-${place.end}`;
    return `source/${encodeURIComponent(place.document_id)}?passage=${span}#p-${span}`;
  }

  function sourceAddress(place) {
    return new URL(sourcePath(place), document.baseURI).href;
  }

  function link(href, text) {
    return make("a", { href, target: "_blank", rel: "noopener" }, text);
  }

  function make(tag, properties, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  return { article };
})();
