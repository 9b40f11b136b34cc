"""The pages of the source viewer: facts, headings and publications around a text; errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from starlette.responses import HTMLResponse

from chatbot.answer import CorpusInfo, NumberedReference
from chatbot.render.citation import checked_note
from chatbot.render.html import link_name
from chatbot.web.page import page
from chatbot.web.source_text import Heading, headings_of, passage_anchor, text_html
from corpus.model import Citation, Document, Reference
from corpus.references.display import format_reference, reference_url
from corpus.references.links import URL

# A longer list of headings is folded, so that the text does not begin screens below the title.
_MOST_HEADINGS = 20
# Documents in the list of all: more would be a page of megabytes that nobody reads to its end.
MOST_LISTED = 2_000


@dataclass(frozen=True, slots=True)
class Cited:
    """What the passages of one document cite, in the order of its text."""

    citations: Sequence[Citation] = ()
    references: Sequence[Reference] = ()


def document_page(
    document: Document, cited: Cited, *, passage: tuple[int, int] | None, root: str
) -> HTMLResponse:
    """The whole document; `passage` is marked in it."""
    anchors = {
        reference.id: f"publication-{number}"
        for number, reference in enumerate(cited.references, 1)
    }
    text = text_html(document, passage=passage, citations=cited.citations, anchors=anchors)
    back = _to_passage(passage, "Back to the passage") if passage else ""
    language = _language(document)
    return _framed(
        title=document.title,
        body=f'<h1 dir="auto"{language}>{escape(document.title)}</h1>'
        f"<p>{_what_is_shown(document, passage)}</p>{_facts(document)}"
        f"{_contents(headings_of(document))}"
        f'<article class="document" id="text" itemprop="articleBody" tabindex="-1"{language}>'
        f"{text}</article>"
        f"{_publications(cited.references, anchors)}"
        f'<p class="screen-only ways">{back} <a href="#top">Back to the top</a></p>',
        root=root,
        scripts=("source.js",),
    )


def documents_page(documents: Sequence[Document], corpus: CorpusInfo, *, root: str) -> HTMLResponse:
    """A list of all documents, or of the first if there are very many."""
    ordered = sorted(documents, key=lambda document: document.title.casefold())
    items = "".join(
        f'<li><a href="{_address(document, root)}" dir="auto"{_language(document)}>'
        f'{escape(document.title)}</a> <span class="soft" dir="auto">{escape(_told(document))}'
        "</span></li>"
        for document in ordered
    )
    count = f"{corpus.documents:,} document{'' if corpus.documents == 1 else 's'}"
    part = f" These are {len(ordered):,} of them." if corpus.documents > len(ordered) else ""
    return _framed(
        title="All documents",
        body=f'<h1>All documents</h1><p>Answers are quoted from {count} on “<span dir="auto">'
        f'{escape(corpus.name)}</span>”.{part}</p><ul class="documents">{items}</ul>',
        root=root,
    )


def no_document_page(*, root: str) -> HTMLResponse:
    """Said instead of a document that does not exist. It repeats nothing of the address."""
    return _framed(
        title="No such document",
        body="<h1>No such document</h1><p>There is no document at this address. It may have been "
        "renamed or removed since the link to it was made.</p>"
        f'<p class="ways"><a class="button" href="{root}source">See all documents</a></p>',
        root=root,
        status=404,
    )


def no_passage_page(document: Document, reason: str, *, root: str) -> HTMLResponse:
    """Said instead of a passage that does not exist; `reason` says why it cannot."""
    return _framed(
        title="No such passage",
        body="<h1>No such passage</h1><p>This link leads to a part of the document "
        f'“<span dir="auto"{_language(document)}>{escape(document.title)}</span>” that cannot be '
        f"shown. {escape(reason)} The document may have changed since the link was made.</p>"
        f'<p class="ways"><a class="button" href="{_address(document, root)}">'
        "Open the whole document</a> "
        f'<a class="button" href="{root}source">See all documents</a></p>',
        root=root,
        status=404,
    )


def _framed(
    *, title: str, body: str, root: str, scripts: tuple[str, ...] = (), status: int = 200
) -> HTMLResponse:
    skip = '<a class="skip" href="#text">Skip to the text</a>' if scripts else ""
    return page(
        title=title,
        body=f'{skip}<nav class="site screen-only" aria-label="This site">'
        f'<a href="{root or "./"}">Ask a question</a> <a href="{root}source">All documents</a>'
        f'</nav><main id="top">{body}</main>',
        root=root,
        styles=("source.css",),
        scripts=scripts,
        status=status,
    )


def _address(document: Document, root: str) -> str:
    return f"{root}source/{quote(document.id)}"


def _language(document: Document) -> str:
    language = document.source.language
    return f' lang="{escape(language)}"' if language else ""


def _told(document: Document) -> str:
    source = document.source
    parts = (
        source.publisher,
        f"published {source.published}" if source.published else "",
        source.review_status or "review status not given",
    )
    return ", ".join(part for part in parts if part)


def _what_is_shown(document: Document, passage: tuple[int, int] | None) -> str:
    length = f"{len(document.text):,}"
    if passage is None:
        return f"This is the whole document, word for word: {length} characters."
    start, end = passage
    number = document.page_at(start)
    where = f", on page {number:,}" if number else ""
    return (
        f"This passage is characters {start:,} to {end:,} of {length}{where}. It is marked in the "
        f"whole document, word for word. {_to_passage(passage, 'Go to the passage')}"
    )


def _to_passage(passage: tuple[int, int], words: str) -> str:
    return f'<a class="screen-only" href="#{passage_anchor(passage)}">{words}</a>'


def _facts(document: Document) -> str:
    source = document.source
    facts = {
        "Title": document.title,
        "Publisher": source.publisher,
        "Published": source.published,
        "Last checked": source.reviewed,
        "Review status": source.review_status,
        "Licence": source.license,
        "Language": source.language,
        "Web address": source.url,
        "File": document.file,
        "SHA-256 of the file": document.sha256,
        "Characters": f"{len(document.text):,}",
    }
    shown = {name: escape(value) or "Not given" for name, value in facts.items()}
    if URL.fullmatch(source.url):
        shown["Web address"] += f" ({_link(source.url, 'Publisher’s copy')})"
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td dir="auto">{value}</td></tr>'
        for name, value in shown.items()
    )
    caption = '<caption class="unseen">About this document</caption>'
    return f'<table class="facts">{caption}<tbody>{rows}</tbody></table>'


def _contents(headings: Sequence[Heading]) -> str:
    named = [heading for heading in headings if heading.words]
    if not named:
        return ""
    items = "".join(
        f'<li class="level-{min(heading.level, 6)}"><a href="#{heading.anchor}" dir="auto">'
        f"{escape(heading.words)}</a></li>"
        for heading in named
    )
    opened = " open" if len(named) <= _MOST_HEADINGS else ""
    return (
        '<nav class="contents screen-only" aria-label="Headings in this document">'
        f"<details{opened}><summary>Headings in this document ({len(named):,})</summary>"
        f"<ul>{items}</ul></details></nav>"
    )


def _publications(references: Sequence[Reference], anchors: Mapping[str, str]) -> str:
    if not references:
        return ""
    items = "".join(
        f'<li id="{anchors[reference.id]}" tabindex="-1">{"".join(_publication(number, reference))}'
        "</li>"
        for number, reference in enumerate(references, 1)
    )
    return (
        '<section class="publications" aria-labelledby="publications"><h2 id="publications">'
        f"Publications cited in this document</h2><ul>{items}</ul></section>"
    )


def _publication(number: int, reference: Reference) -> Iterator[str]:
    yield f'<span dir="auto">{escape(format_reference(reference))}</span>'
    if address := reference_url(reference):
        yield f" {_link(address, link_name(address))}"
    checked = checked_note(NumberedReference(number, reference))
    yield f' <span class="checked">({escape(checked)})</span>'


def _link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}" rel="noopener noreferrer">{words}</a>'
