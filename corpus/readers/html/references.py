"""The reference lists of a page: where they are, their entries, and the links to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.model import Reference
from corpus.readers.characters import is_reference_heading
from corpus.readers.html.inline import fragment
from corpus.readers.line import LinkTargets
from corpus.readers.tree import Element
from corpus.references.entries import printed_reference
from corpus.references.links import links_of

_CLASSES = frozenset(
    ("references", "reference-list", "references-list", "reflist", "ref-list", "bibliography",
     "citation-list", "works-cited", "footnotes", "endnotes")
)  # fmt: skip
_ROLES = frozenset(("doc-bibliography", "doc-endnotes", "doc-footnotes"))
_ENTRY_ROLES = frozenset(("doc-biblioentry", "doc-endnote", "doc-footnote"))
# Headings that begin a reference list only if the text links to its entries.
_PERHAPS = re.compile(
    r"(?:sources?|literature(?: cited)?|citations?|notes?(?: and references)?|footnotes|endnotes"
    r"|references? and (?:notes|sources)|reference list|evidence|further reading)\s*:?",
    re.IGNORECASE,
)
_CITES = re.compile(r"doc-(?:biblio|note)ref|\b(?:cit(?:e|ation)|ref|reference|footnote)")
_NUMBER = re.compile(r"[\s\[(]*\d{1,3}[\s\])]*")
_MARK = re.compile(r"\s*(?:\[(\d{1,3})\]|\((\d{1,3})\)|(\d{1,3})[.)])\s+")
_BACK = re.compile(r"(?:cite_?ref|fnref|back|ref-?link)", re.IGNORECASE)
_BACK_SIGNS = re.compile(r"^[\s^↑↩︎⏎↵]+|[\s↑↩︎⏎↵]+$")


def heading_level(element: Element) -> int:
    """1 to 6 for a heading, else 0."""
    if re.fullmatch(r"h[1-6]", element.name):
        return int(element.name[1])
    if element.get("role") == "heading":
        level = element.get("aria-level")
        return min(int(level), 6) if level.isascii() and level.isdigit() and int(level) else 2
    return 0


class ReferenceLists:
    """The entries found below `main`. `parts` are the elements that are lists and no text."""

    def __init__(self, main: Element, document_id: str) -> None:
        self.parts: set[int] = set()
        self.heading = ""
        self._id = document_id
        self._linked = {fragment(link) for link in main.all("a") if _cites(link)} - {""}
        self._references: list[Reference] = []
        self._targets: dict[str, str] = {}
        self._find(main)

    @property
    def references(self) -> tuple[Reference, ...]:
        """The entries in the order of the page."""
        return tuple(self._references)

    @property
    def targets(self) -> LinkTargets:
        """What links to the entries lead to."""
        numbers = {r.label: r.id for r in self._references if r.label is not None}
        return LinkTargets(self._targets, [r.id for r in self._references], numbers)

    def _find(self, element: Element) -> None:
        """Walk the page: a list says so itself, or stands below a heading that does."""
        below = 0  # level of the reference heading that we are under
        heading: Element | None = None
        elements = element.elements
        for place, child in enumerate(elements):
            level = heading_level(child) or _level_inside(child)
            if level and (not below or level <= below):
                begins = self._begins_list(child, elements[place + 1 : place + 4])
                below, heading = (level, child) if begins else (0, None)
                if not begins:
                    self._find(child)
            elif self._is_list(child) or (below and _has_no_heading(child)):
                taken = len(self._references)
                self._region(child)
                if heading is not None and taken < len(self._references):
                    self._take_heading(heading)
                    heading = None
            else:
                self._find(child)

    def _region(self, element: Element) -> None:
        """All lists and paragraphs in an element are entries; what is neither stays text."""
        if element.name in ("ol", "ul", "p") or element.get("role") in _ENTRY_ROLES:
            self._take(element)
        elif heading_level(element):
            self._take_heading(element)
        else:
            for child in element.elements:
                self._region(child)

    def _begins_list(self, heading: Element, after: Sequence[Element]) -> bool:
        """Whether a heading begins a reference list; `after` are the next elements."""
        words = heading.text().strip()
        if is_reference_heading(words):
            return any(_has_entries(e) or e.name == "p" for e in after)
        return bool(_PERHAPS.fullmatch(words)) and any(map(self._is_linked, after[:2]))

    def _is_list(self, element: Element) -> bool:
        if element.get("role") in _ROLES:
            return _has_entries(element)
        classes = set(element.get("class").lower().split())
        if classes & _CLASSES and _has_entries(element):
            return element.name in ("ol", "ul") or self._is_linked(element)
        return element.name in ("ol", "ul") and self._is_linked(element)

    def _is_linked(self, element: Element) -> bool:
        """Whether links in the text lead to at least half of the items."""
        items = _entries(element)
        linked = sum(not self._linked.isdisjoint(_names(item)) for item in items)
        return bool(items) and 2 * linked >= len(items)

    def _take_heading(self, heading: Element) -> None:
        self.parts.add(id(heading))
        self.heading = self.heading or heading.text()

    def _take(self, element: Element) -> None:
        entries = [element] if element.name == "p" and element.text() else _entries(element)
        if not entries:
            return
        self.parts.add(id(element))
        numbered = element.name == "ol"
        start = element.get("start")
        first = int(start) if start.isascii() and start.isdigit() else 1
        for printed, entry in enumerate(entries, first):
            words = _BACK_SIGNS.sub("", _without_back_links(entry))
            mark = _MARK.match(words)
            number = int(next(filter(None, mark.groups()))) if mark else None
            body = words[mark.end() :] if mark else words
            place = len(self._references) + 1
            label = number if number is not None else printed if numbered else None
            reference = printed_reference(body, label, f"{self._id}#ref-{place}")
            self._references.append(_with_links(reference, entry))
            self._targets |= {name: reference.id for name in _names(entry)}


def _cites(link: Element) -> bool:
    """Whether a link looks like a citation: a number, or called so by the page."""
    named = f"{link.get('role')} {link.get('class')} {link.get('rel')}".lower()
    return bool(_CITES.search(named)) or bool(_NUMBER.fullmatch(link.text()))


def _has_no_heading(element: Element) -> bool:
    return element.first("h1", "h2", "h3", "h4", "h5", "h6") is None


def _level_inside(element: Element) -> int:
    """The level of a heading in a wrapper of its own, as Wikipedia's pages have it."""
    if element.name in ("div", "hgroup", "header") and len(element.elements) <= 3:
        inner = [heading_level(child) for child in element.elements]
        words = sum(len(child.text()) for child in element.elements if heading_level(child))
        if sum(1 for level in inner if level) == 1 and words == len(element.text()):
            return max(inner)
    return 0


def _has_entries(element: Element) -> bool:
    return bool(_entries(element))


def _entries(element: Element) -> list[Element]:
    """The items of the lists in an element, not those of lists inside the items."""
    if element.name == "li" or element.get("role") in _ENTRY_ROLES:
        return [element] if element.text() else []
    if element.name in ("p", "table", "nav") or heading_level(element):
        return []
    return [entry for child in element.elements for entry in _entries(child)]


def _names(entry: Element) -> set[str]:
    """The names by which links can lead to an entry: its own and those of what is in it."""
    marked = [entry, *entry.all("a", "span", "p", "cite", "div")]
    return {name for e in marked for name in (e.get("id"), e.get("name")) if name}


def _without_back_links(entry: Element) -> str:
    return " ".join("".join(_texts(entry)).split())


def _texts(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif not _is_back_link(child):
            yield from _texts(child)


def _is_back_link(element: Element) -> bool:
    if element.get("role") == "doc-backlink" or "backlink" in element.get("class").lower():
        return True
    target = fragment(element) if element.name == "a" else ""
    return bool(target) and (len(element.text()) <= 3 or bool(_BACK.search(target)))


def _with_links(reference: Reference, entry: Element) -> Reference:
    """Identifiers that stand in the addresses of the entry's links alone."""
    addresses = [link.get("href") for link in entry.all("a") if not fragment(link)]
    found = [links_of(address) for address in addresses]
    doi = next((doi for doi, _, _ in found if doi), "")
    pmid = next((pmid for _, pmid, _ in found if pmid), "")
    url = next((url for _, _, url in found if url), "")
    return replace(
        reference,
        doi=reference.doi or doi,
        pmid=reference.pmid or pmid,
        url=reference.url or ("" if reference.doi or doi else url),
    )
