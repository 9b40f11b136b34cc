"""`/print#q=...`: answers laid out for paper.

The questions stand after `#`, which browsers never send, so no log of any server holds them; the
page asks them again through the JSON route. One that was asked with `exactly` stands there as
`x=`.
"""

from __future__ import annotations

from html import escape

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from chatbot.answer import CorpusInfo
from chatbot.web import words
from chatbot.web.page import page
from chatbot.web.service import Service

_DIGITS = 12  # of the corpus's digest; enough to tell two states of it apart


def routes(service: Service) -> APIRouter:
    """The page."""
    router = APIRouter(include_in_schema=False)

    @router.get("/print")
    def printout() -> HTMLResponse:
        """A handout without its answers; `print.js` asks for them."""
        corpus = service.bot.corpus
        return page(
            title=words.title(corpus),
            body=_body(corpus),
            styles=("answer.css", "print.css"),
            scripts=("fragment.js", "ask.js", "clipboard.js", "answer.js", "print.js"),
        )

    return router


def _body(corpus: CorpusInfo) -> str:
    documents = f"{corpus.documents} document{'' if corpus.documents == 1 else 's'}"
    return f"""
<main>
<header>
<h1>{escape(words.title(corpus))}</h1>
<p>This handout quotes documents word for word. It is not a diagnosis and does not replace your
clinician.</p>
<p class="soft">Printed on <span id="date"></span>. From {documents}: {escape(corpus.name)},
version <span class="version">{escape(corpus.digest[:_DIGITS])}</span>.</p>
</header>
<noscript><p><strong>This page needs JavaScript to look up the answers.</strong></p></noscript>
<div class="screen-only">
<p id="status" role="status"></p>
<p class="row"><button id="print" class="main" type="button" hidden>Print</button></p>
<p id="none" hidden>There is nothing to print yet. <a href="embed">Ask a question</a> first, then
choose &ldquo;Print the answers&rdquo; under the answer.</p>
</div>
<div id="answers"></div>
</main>"""
