"""The front of a JATS article: title, where it comes from, and whether it was withdrawn."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.model import Source
from corpus.readers.licence import licence_name
from corpus.readers.tree import Element, text_of
from corpus.references.links import DOI, bare_doi

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ELECTRONIC = ("epub", "epub-ppub", "pub", "electronic")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
# How the file of an article says that something was published about it later.
_RETRACTED = re.compile(r"^(?:retraction-forward|retraction|retracted|retracted-by)$")
_CORRECTED = re.compile(r"^(?:correction-forward|correction|corrected-by|erratum)$")
_DOUBTED = re.compile(r"^(?:concern-forward|expression-of-concern|object-of-concern-forward)$")
_RETRACTED_TITLE = re.compile(r"^\W{0,2}retracted\b|^\W{0,2}withdrawn\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Front:
    """What the front of an article says. `warnings` are for the notes of the document."""

    title: str
    source: Source
    warnings: tuple[str, ...]


def front_of(article: Element) -> Front:
    """Read the metadata of an article; what it does not give stays empty."""
    meta = article.path("front", "article-meta") or article.child("front-stub") or Element("none")
    journal = article.path("front", "journal-meta") or Element("none")
    title = _title(meta)
    status, warnings = _standing(article, meta, title)
    doi = _doi(meta)
    language = article.get("lang") or "en"  # the default of the format
    source = Source(
        publisher=_publisher(journal),
        url=f"https://doi.org/{doi}" if doi else "",
        license=_licence(meta),
        language=_tag(language),
        published=_published(meta),
        review_status=status,
    )
    return Front(title, source, warnings)


def _tag(language: str) -> str:
    first, _, rest = language.partition("-")
    return "-".join(filter(None, (first.lower(), rest))) if _LANGUAGE.fullmatch(language) else ""


def _title(meta: Element) -> str:
    found = meta.path("title-group", "article-title") or meta.child("article-title")
    subtitle = meta.path("title-group", "subtitle")
    kept = [c for c in found.children if not _is_note(c)] if found else []
    title = Element("title", {}, kept).text()
    if subtitle and subtitle.text():
        separator = " " if title.endswith((":", "?", "!", ".")) else ": "
        return f"{title}{separator}{subtitle.text()}"
    return title


def _is_note(child: Element | str) -> bool:
    return isinstance(child, Element) and child.name in ("xref", "fn")


def _publisher(journal: Element) -> str:
    name = text_of(journal.first("journal-title") or journal.first("abbrev-journal-title"))
    publisher = text_of(journal.first("publisher-name"))
    return ", ".join(dict.fromkeys(part for part in (name, publisher) if part))


def _doi(meta: Element) -> str:
    for part in meta.elements:
        if part.name == "article-id" and part.get("pub-id-type") == "doi":
            found = bare_doi(part.text())
            return found if DOI.fullmatch(found) else ""
    return ""


def _licence(meta: Element) -> str:
    permissions = meta.child("permissions")
    if permissions is None:
        return licence_name(text_of(meta.child("copyright-statement")))
    for licence in permissions.all("license"):
        links = [licence, *licence.all("ext-link", "uri", "license_ref")]
        addresses = [part.get("href") or part.text() for part in links if part is not licence]
        name = licence_name(licence.text(), licence.get("href"), *addresses)
        if name:
            return name
    reference = permissions.first("license_ref")
    return licence_name("", reference.text()) if reference else ""


def _published(meta: Element) -> str:
    """The first full date of publication, the electronic one before others; else a year alone."""
    dates = [part for part in meta.elements if part.name == "pub-date"]
    dates.sort(key=lambda part: _kind(part) not in _ELECTRONIC)
    written = [_date(part) for part in dates]
    return max(written, key=len, default="")


def _kind(date: Element) -> str:
    return date.get("pub-type") or date.get("date-type") or date.get("publication-format")


def _date(part: Element) -> str:
    standard = part.get("iso-8601-date")
    year, month, day = (text_of(part.child(name)) for name in ("year", "month", "day"))
    if not year.isdigit():
        year, month, day = ([*standard.split("-"), "", "", ""])[:3]
    if not re.fullmatch(r"\d{4}", year):
        return ""
    short = month[:3].lower()
    number = (
        _MONTHS.index(short) + 1 if short in _MONTHS else int(month) if _is_number(month) else 0
    )
    try:
        return datetime.date(int(year), number, int(day)).isoformat()
    except ValueError:
        return year


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _standing(article: Element, meta: Element, title: str) -> tuple[str, tuple[str, ...]]:
    """Review status and warnings: "retracted", "corrected", or neither."""
    signs = list(_signs(article, meta))
    kind = article.get("article-type")
    if kind == "retraction":
        said = "this is the notice of a retraction, not an article to quote from"
        return "retraction notice", (said,)
    if _RETRACTED_TITLE.match(title) or any(_RETRACTED.match(s) for s in signs):
        said = "RETRACTED: the article was withdrawn; take it out of the folder"
        return "retracted", (said,)
    if kind == "expression-of-concern" or any(_DOUBTED.match(s) for s in signs):
        said = "an expression of concern was published about this article; read it first"
        return "expression of concern", (said,)
    if any(_CORRECTED.match(sign) for sign in signs):
        said = "a correction of this article was published; see whether it changes what is quoted"
        return "corrected", (said,)
    if kind in ("correction", "erratum", "addendum"):
        return "correction", ("this is a correction of another article",)
    return "", ()


def _signs(article: Element, meta: Element) -> Iterator[str]:
    """What is said of later publications; what this one is about ("retracted-article") is not."""
    for related in article.all("related-article", "related-object"):
        yield related.get("related-article-type") or related.get("related-object-type")
    for event in meta.all("event"):
        yield event.get("event-type")
    for part in meta.all("subject"):
        if part.text().lower().startswith(("retracted", "withdrawn")):
            yield "retracted"
    if article.get("article-type") == "retracted-article":
        yield "retracted"
