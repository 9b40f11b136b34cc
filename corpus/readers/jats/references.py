"""The reference list of a JATS article -> references, each with the words that are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.model import Name, Reference
from corpus.readers.line import LinkTargets
from corpus.readers.tree import Element, text_of
from corpus.references.display import format_reference
from corpus.references.entries import printed_reference
from corpus.references.links import DOI, URL, bare_doi, links_of
from corpus.references.names import ET_AL
from corpus.references.text import joined

_CITATIONS = ("element-citation", "mixed-citation", "nlm-citation", "citation")
_YEAR = re.compile(r"(?<!\d)((?:1[5-9]|20)\d\d)([a-z])?(?![\da-z])")
_NUMBER = re.compile(r"\D{0,3}(\d{1,4})\D{0,3}")
_TYPES = {
    "journal": "article-journal",
    "book": "book",
    "confproc": "paper-conference",
    "conf-proc": "paper-conference",
    "thesis": "thesis",
    "report": "report",
    "web": "webpage",
    "webpage": "webpage",
}


def references_of(article: Element, document_id: str) -> tuple[tuple[Reference, ...], LinkTargets]:
    """The entries in their order, and what links in the text lead to."""
    references: list[Reference] = []
    ids: dict[str, str] = {}
    for entry in _entries(article):
        named = [entry, *(part for part in entry.elements if part.name in _CITATIONS)]
        reference = _reference(entry, f"{document_id}#ref-{len(references) + 1}")
        references.append(reference)
        ids |= {part.get("id"): reference.id for part in named if part.get("id")}
    numbers = {r.label: r.id for r in references if r.label is not None}
    return tuple(references), LinkTargets(ids, [r.id for r in references], numbers)


def _entries(article: Element) -> Iterator[Element]:
    nested = {id(ref) for part in article.all("sub-article", "response") for ref in part.all("ref")}
    for entry in article.all("ref"):
        if id(entry) not in nested and entry.text():
            yield entry


def _reference(entry: Element, reference_id: str) -> Reference:
    label = _NUMBER.fullmatch(text_of(entry.child("label")))
    citations = _citations(entry)
    printed = " ".join(_printed(part) for part in citations) or entry.text()
    read = _structured(citations[0], reference_id) if citations else None
    if read is None or not (read.title or read.author):
        read = printed_reference(printed, None, reference_id)
    elif any(part.name != "element-citation" and part.name != "nlm-citation" for part in citations):
        read = replace(read, text=printed)
    doi, pmid, url = links_of(printed)
    read = replace(
        read,
        label=int(label[1]) if label else None,
        doi=read.doi or doi,
        pmid=read.pmid or pmid,
        url=read.url or url,
    )
    return replace(read, text=read.text or format_reference(read))


def _citations(entry: Element) -> list[Element]:
    chosen = entry.child("citation-alternatives") or entry
    found = [part for part in chosen.elements if part.name in _CITATIONS]
    return found[:1] if chosen is not entry else found


def _printed(citation: Element) -> str:
    """The words as they stand in the list; identifiers that are only for machines are named."""
    parts: list[str] = []
    for child in citation.children:
        if isinstance(child, str):
            parts.append(child)
        elif child.name == "pub-id" and child.get("pub-id-type") == "pmid":
            parts.append(f"PMID: {child.text()}" if "pmid" not in _tail(parts) else child.text())
        elif child.name == "pub-id" and child.get("pub-id-type") == "doi":
            parts.append(f"doi:{child.text()}" if "doi" not in _tail(parts) else child.text())
        elif child.name == "object-id":
            continue
        else:
            parts.append(_spaced(child))
    return " ".join("".join(parts).split())


def _spaced(element: Element) -> str:
    """The text, with a space between surname and initials where the file has none."""
    text = ""
    for child in element.children:
        text += child if isinstance(child, str) else ""
        if isinstance(child, Element):
            joins = child.name in ("given-names", "name", "suffix") and text[-1:].isalnum()
            text += (" " if joins else "") + _spaced(child)
    return text


def _tail(parts: Sequence[str]) -> str:
    return "".join(parts[-2:])[-12:].lower()


def _structured(citation: Element, reference_id: str) -> Reference:
    year = _YEAR.search(text_of(citation.first("year")))
    kind = citation.get("publication-type") or citation.get("citation-type")
    source = text_of(citation.first("source"))
    title = _first_text(citation, "article-title", "chapter-title", "part-title", "data-title")
    return Reference(
        id=reference_id,
        type="chapter" if citation.first("chapter-title") else _TYPES.get(kind, ""),
        title=(title or source).rstrip(". "),
        author=tuple(_authors(citation)),
        year=int(year[1]) if year else None,
        year_suffix=(year[2] or "") if year else "",
        container_title=source.rstrip(".") if title else "",
        volume=text_of(citation.first("volume")),
        issue=text_of(citation.first("issue")),
        page=_pages(citation),
        doi=_identifier(citation, "doi"),
        pmid=_identifier(citation, "pmid"),
        url=_address(citation),
    )


def _first_text(citation: Element, *names: str) -> str:
    return next((text for name in names if (text := text_of(citation.first(name)))), "")


def _pages(citation: Element) -> str:
    first, last = text_of(citation.first("fpage")), text_of(citation.first("lpage"))
    if first and last and first != last:
        return f"{first}-{last}"
    return first or _first_text(citation, "page-range", "elocation-id")


def _identifier(citation: Element, kind: str) -> str:
    for part in citation.all("pub-id", "object-id"):
        if part.get("pub-id-type") == kind:
            found = bare_doi(part.text()) if kind == "doi" else part.text()
            if kind != "doi" or DOI.fullmatch(found):
                return found
    return ""


def _address(citation: Element) -> str:
    for part in citation.all("ext-link", "uri"):
        address = part.get("href") or part.text()
        if URL.fullmatch(address) and "doi.org/" not in address:
            return address
    return ""


def _authors(citation: Element) -> Iterator[Name]:
    groups = [g for g in citation.elements if g.name == "person-group"]
    written = [g for g in groups if g.get("person-group-type") in ("", "author")] or groups
    for holder in written[:1] or [citation]:
        for part in holder.all("name", "string-name", "collab", "etal"):
            name = _name(part)
            if name:
                yield name


def _name(part: Element) -> Name | None:
    if part.name == "etal":
        return ET_AL
    family = text_of(part.child("surname"))
    if part.name == "collab" or not family:
        literal = part.text()
        return Name(literal=literal) if literal else None
    given = joined(", ", text_of(part.child("given-names")), text_of(part.child("suffix")))
    return Name(family=family, given=given)
