"""`/embed`: the page for other sites, a few kilobytes small. `/embed.js` puts it into one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from chatbot.question import MAX_CHARACTERS
from chatbot.regions import known_regions, region_of
from chatbot.web import words
from chatbot.web.joined import Joined
from chatbot.web.page import STATIC, page
from chatbot.web.service import Service
from chatbot.wording import emergency

_STYLES = Joined.of("embed-all.css", ("answer.css", "embed-page.css"))
_SCRIPTS = Joined.of(
    "embed-all.js",
    (
        "fragment.js",
        "ask.js",
        "clipboard.js",
        "answer.js",
        "accent.js",
        "host.js",
        "embed-page.js",
    ),
)
_THEMES = ("light", "dark")
_ACCENT = re.compile(r"#?([0-9A-Fa-f]{6})")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_HOUR = 3_600


def routes(service: Service) -> APIRouter:
    """The page, its joined files, and the script for other sites."""
    router = APIRouter(include_in_schema=False)

    # A site's settings stand in the address, and a site may have them wrong: whatever they say,
    # the page works. A value that means nothing is as good as none.
    @router.get("/embed")
    def embed(
        topic: str = "", theme: str = "", lang: str = "", region: str = "", accent: str = ""
    ) -> HTMLResponse:
        """The page that a site shows in a frame."""
        return page(
            title=words.title(service.bot.corpus),
            body=_body(service, topic, lang, region),
            attributes=_attributes(theme=theme, region=region, accent=accent),
        )

    @router.get(f"/{_STYLES.path}")
    def styles() -> Response:
        return _STYLES.response()

    @router.get(f"/{_SCRIPTS.path}")
    def scripts() -> Response:
        return _SCRIPTS.response()

    @router.get("/embed.js")
    def frame() -> Response:
        """The script that a site loads to have the frame put in; its address never changes."""
        return Response(
            (STATIC / "frame.js").read_bytes(),
            media_type="text/javascript",
            headers={
                "Cache-Control": f"public, max-age={_HOUR}",
                "Cross-Origin-Resource-Policy": "cross-origin",
            },
        )

    return router


def _attributes(*, theme: str, region: str, accent: str) -> dict[str, str]:
    """What the page's style sheet and script read from its first element."""
    found = {}
    if theme in _THEMES:
        found["data-theme"] = theme
    if region.upper() in known_regions():
        found["data-region"] = region.upper()
    if colour := _ACCENT.fullmatch(accent):
        found["data-accent"] = colour[1].lower()
    return found


def _body(service: Service, topic: str, language: str, region: str) -> str:
    country = region_of(region if region.upper() in known_regions() else service.region)
    return f"""
<link rel="stylesheet" href="{_STYLES.address}"><script src="{_SCRIPTS.address}" defer></script>
<main>
{_language_note(language, service.bot.languages)}
<h1>{escape(words.title(service.bot.corpus))}</h1>
<p>{escape(words.DOES)}</p>
<p class="emergency">{escape(emergency(country))}</p>
<noscript><p><strong>This page needs JavaScript to look up an answer.</strong> Without it you can
still <a href="source" target="_blank" rel="noopener">read the documents themselves</a>.</p>
</noscript>
<div id="log" role="log" aria-live="polite" aria-label="Answers" aria-busy="false"></div>
<form id="asking" class="needs-script" hidden>
<label for="question">{escape(words.LABEL)}</label>
<textarea id="question" rows="2" data-most="{MAX_CHARACTERS}" aria-describedby="keys"></textarea>
<p id="keys" class="soft">Press Enter to ask, Shift and Enter for a new line.</p>
<div class="row"><button id="ask" class="main">Ask</button><p id="status" role="status"></p></div>
<div id="problem" role="alert" hidden><p></p>
<button id="again" type="button">Try again</button></div>
<div id="after" class="row" hidden>
<a id="print" class="button" target="_blank" rel="noopener">Print the answers</a>
<button id="clear" type="button">Clear the answers</button></div>
</form>
{_starters(service.starters(topic))}
<p><a href="source" target="_blank" rel="noopener">All documents</a></p>
</main>"""


def _starters(questions: Iterable[str]) -> str:
    items = "".join(
        f'<li><button type="button" class="ask">{escape(question)}</button></li>'
        for question in questions
    )
    if not items:
        return ""
    return (
        '<section id="starters" class="needs-script" aria-labelledby="offered" hidden>'
        f'<h2 id="offered">You can ask</h2><ul class="suggestions">{items}</ul></section>'
    )


def _language_note(language: str, documents: Iterable[str]) -> str:
    """A word to somebody whose site asked for a language that the page does not have."""
    if not _LANGUAGE.fullmatch(language) or _is_english(language):
        return ""
    english = all(map(_is_english, documents))
    what = "This page and its documents are" if english else "This page is"
    return f'<p class="language">{what} in English.</p>'


def _is_english(language: str) -> bool:
    return language.lower().split("-")[0] == "en"
