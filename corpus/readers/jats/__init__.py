"""JATS and NLM XML -> Document: abstract, body and appendices, with linked citations.

In reading order: `parse` (lxml), `front` (metadata), `references`, `inline`, `body`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from corpus.model import CorpusError, Document
from corpus.readers.characters import is_reference_heading, read_bytes, slug
from corpus.readers.draft import Draft
from corpus.readers.jats.body import Body
from corpus.readers.jats.front import front_of
from corpus.readers.jats.inline import Lines
from corpus.readers.jats.parse import parse_article
from corpus.readers.jats.references import references_of
from corpus.readers.tree import Element, text_of

# Abstracts that repeat the text for tables of contents, or are pictures.
_NO_READING = frozenset(("graphical", "toc", "teaser", "precis", "web-summary", "short", "video"))


def read(path: Path, file: str) -> Document:
    """Read one article.

    A retracted article is read, with the review status "retracted", which every quote shows.

    :param file: the path inside the corpus folder, as it is shown.
    :raises CorpusError: unreadable file, no article in it, or an article without title or text.
    """
    data = read_bytes(path)
    article = parse_article(data, path)
    front = front_of(article)
    if not front.title:
        raise CorpusError(
            "the article has no title", path=path, advice="Give it an <article-title>"
        )
    identifier = slug(path.stem)
    references, targets = references_of(article, identifier)
    draft = Draft()
    lines = Lines(targets)
    for warning in front.warnings:
        draft.note(warning)
    _write(article, draft, lines)
    if not draft.text:
        raise CorpusError(
            "the article has neither abstract nor body",
            path=path,
            advice="Get the full text from its publisher",
        )
    if references:
        heading = text_of((article.first("ref-list") or article).child("title"))
        draft.heading(heading if is_reference_heading(heading) else "References", level=1)
        for reference in references:
            number = f"{reference.label}. " if reference.label is not None else ""
            draft.reference(number + reference.text)
    _tell(draft, lines.left_out)
    return draft.document(
        id=identifier,
        title=front.title,
        source=front.source,
        sha256=hashlib.sha256(data).hexdigest(),
        file=file,
        references=references,
    )


def _write(article: Element, draft: Draft, lines: Lines) -> None:
    body = Body(draft, lines)
    for part in (article.path("front", "article-meta") or Element("none")).elements:
        if part.name == "trans-abstract":
            lines.left_out["an abstract in another language"] += 1
        elif part.name == "abstract":
            _abstract(part, draft, body, lines)
    for part in (part for part in article.elements if part.name == "body"):
        body.section(part, 1)
    for part in article.elements:
        if part.name in ("floats-group", "floats-wrap"):
            draft.heading("Figures and tables", level=1)
            body.content(part.children, 2)
            body.boxes()
    _behind(article, body, lines)


def _behind(article: Element, body: Body, lines: Lines) -> None:
    """Appendices are written, all else behind the body is counted."""
    for part in article.elements:
        if part.name == "back":
            _back(part, body, lines)
        elif part.name in ("sub-article", "response"):
            lines.left_out["an article within the article"] += 1


def _abstract(abstract: Element, draft: Draft, body: Body, lines: Lines) -> None:
    if abstract.get("abstract-type") in _NO_READING:
        lines.left_out[f"a {abstract.get('abstract-type')} abstract"] += 1
        return
    if not body.heading(abstract).text:
        draft.heading("Abstract", level=1)
        body.content(abstract.children, 2)
        body.boxes()
    else:
        body.section(abstract, 1)


def _back(back: Element, body: Body, lines: Lines) -> None:
    for part in back.elements:
        if part.name in ("app-group", "app"):
            for appendix in (part,) if part.name == "app" else part.elements:
                body.section(appendix, 1)
        elif part.name == "fn-group":
            lines.left_out["a footnote"] += max(1, sum(1 for _ in part.all("fn")))
        elif part.name != "ref-list" and part.text():
            named = text_of(part.child("title")) or f"<{part.name}>"
            lines.left_out[f"'{named}', behind the text"] += 1


def _tell(draft: Draft, left_out: Counter[str]) -> None:
    for what, times in left_out.items():
        draft.note(f"{what} is left out{f' ({times} times)' if times > 1 else ''}")
