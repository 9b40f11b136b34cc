"""A document's text -> HTML that holds every character of it once, in order.

The parts are those that the reader of the file found; here they only get elements around them.
What lies between them is what readers of the document do not see, such as front matter and
comments for authors: it is folded away, never left out, so that an offset can be counted on the
page. No character can become markup.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from corpus.model import Block, Citation, Document
from corpus.readers.characters import trimmed

_DEEPEST = 6  # HTML has no heading below h6
# Each part and each of its lines may be in a script of its own direction.
_PART = {
    "paragraph": '<p dir="auto">{}</p>',
    "code": '<div class="code">{}</div>',
    "list": '<div class="list" role="list">{}</div>',
    "table": '<div class="table">{}</div>',
}
_ITEM = {
    "list": '<div class="item" role="listitem" dir="auto">{}</div>',
    "table": '<div class="row" dir="auto">{}</div>',
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in the text, with its words as a reader sees them; the page's title is level 1."""

    start: int
    end: int
    level: int
    words: str

    @property
    def anchor(self) -> str:
        """Id of its element on the page."""
        return f"h-{self.start}"


def passage_anchor(passage: tuple[int, int]) -> str:
    """Id of the element at which a passage begins."""
    return f"p-{passage[0]}-{passage[1]}"


def headings_of(document: Document) -> list[Heading]:
    """Every heading in the order of the text, that of the reference list too.

    A level is never skipped, whatever marks the author chose.
    """
    found = [
        Heading(section.heading_start, section.start, len(section.path) + 1, section.path[-1])
        for section in document.sections
        if section.heading_start < section.start
    ]
    first, last = document.reference_list
    if first < last:
        line_end = document.text.find("\n", first, last)
        end = last if line_end < 0 else line_end
        words = document.text[slice(*_without_marks(document.text, first, end))]
        found.append(Heading(first, end, 2, words.strip()))
    return sorted(found, key=lambda heading: heading.start)


def text_html(
    document: Document,
    *,
    passage: tuple[int, int] | None = None,
    citations: Sequence[Citation] = (),
    anchors: Mapping[str, str] | None = None,
) -> str:
    """The text as HTML; without its `summary` elements its text content is `document.text`.

    :param passage: the span to mark.
    :param citations: in-text citations in the order of the text, without overlaps.
    :param anchors: reference id -> id of the element that a citation of it leads to.
    """
    return _Writer(document, passage, citations, anchors or {}).html()


class _Writer:
    """The text and what is marked in it, so that they need not be passed from hand to hand."""

    def __init__(
        self,
        document: Document,
        passage: tuple[int, int] | None,
        citations: Sequence[Citation],
        anchors: Mapping[str, str],
    ) -> None:
        self._document = document
        self._text = document.text
        self._passage = passage or (0, 0)
        self._citations = citations
        self._citation_ends = [citation.end for citation in citations]
        self._anchors = anchors

    def html(self) -> str:
        pieces: list[str] = []
        done = 0
        for start, end, part in sorted(self._parts(), key=lambda part: part[0]):
            pieces += (self._between(done, start), part)
            done = end
        return "".join((*pieces, self._between(done, len(self._text))))

    def _parts(self) -> Iterator[tuple[int, int, str]]:
        """What readers of the document see: start, end and HTML."""
        headings = headings_of(self._document)
        for heading in headings:
            yield heading.start, heading.end, self._heading(heading)
        for section in self._document.sections:
            for block in section.blocks:
                yield block.start, block.end, self._block(block)
        first, last = self._document.reference_list
        below = max((heading.end for heading in headings if heading.start == first), default=last)
        start, end = trimmed(self._text, below, last)
        if start < end:
            yield start, end, f'<div class="entries">{self._words(start, end)}</div>'

    def _between(self, start: int, end: int) -> str:
        first, last = trimmed(self._text, start, end)
        if first == last:
            return self._words(start, end)
        words = self._words(first, last)
        if any(map(str.isalnum, self._text[first:last])):
            label = "Lines for authors" if start else "The first lines of the file"
            opened = " open" if self._is_marked(first, last) else ""
            words = (
                f'<details{opened}><summary lang="en">{label}, never quoted</summary>'
                f'<div class="words">{words}</div></details>'
            )
        else:  # a line drawn between two parts
            words = f"<p>{words}</p>"
        return self._words(start, first) + words + self._words(last, end)

    def _heading(self, heading: Heading) -> str:
        start, end = _without_marks(self._text, heading.start, heading.end)
        tag = f"h{min(heading.level, _DEEPEST)}" if heading.words else "p"
        return (
            f'<{tag} id="{heading.anchor}" dir="auto">{self._unseen(heading.start, start)}'
            f"{self._words(start, end)}{self._unseen(end, heading.end)}</{tag}>"
        )

    def _unseen(self, start: int, end: int) -> str:
        if start == end:
            return ""
        return f'<span class="unseen" aria-hidden="true">{self._words(start, end)}</span>'

    def _block(self, block: Block) -> str:
        if block.kind not in _ITEM:
            return _PART[block.kind].format(self._words(block.start, block.end))
        edges = [block.start, *(start for start, _ in block.items[1:]), block.end]
        items = (self._words(start, end) for start, end in pairwise(edges))
        return _PART[block.kind].format("".join(map(_ITEM[block.kind].format, items)))

    def _words(self, start: int, end: int) -> str:
        """The characters from `start` to `end`, with citations and passage marked."""
        pieces: list[str] = []
        for index in range(bisect_right(self._citation_ends, start), len(self._citations)):
            citation = self._citations[index]
            if citation.start >= end:
                break
            first, last = max(start, citation.start), min(end, citation.end)
            opening, closing = self._citation_tags(citation)
            pieces += (self._marked(start, first), opening, self._marked(first, last), closing)
            start = last
        return "".join((*pieces, self._marked(start, end)))

    def _citation_tags(self, citation: Citation) -> tuple[str, str]:
        anchor = next((self._anchors[r] for r in citation.reference_ids if r in self._anchors), "")
        if not anchor:
            title = "This citation could not be matched with a reference list"
            return f'<span class="cited unknown" title="{title}">', "</span>"
        title = ' title="This citation fits several publications"' if citation.ambiguous else ""
        return f'<a class="cited" href="#{anchor}"{title}>', "</a>"

    def _is_marked(self, start: int, end: int) -> bool:
        return max(start, self._passage[0]) < min(end, self._passage[1])

    def _marked(self, start: int, end: int) -> str:
        if not self._is_marked(start, end):
            return _escaped(self._text[start:end])
        first, last = max(start, self._passage[0]), min(end, self._passage[1])
        return (
            f"{_escaped(self._text[start:first])}{self._mark_tag(first, last)}"
            f"{_escaped(self._text[first:last])}</mark>{_escaped(self._text[last:end])}"
        )

    def _mark_tag(self, start: int, end: int) -> str:
        begins, ends = start == self._passage[0], end == self._passage[1]
        places = " ".join(["first"] * begins + ["last"] * ends)
        anchor = f' id="{passage_anchor(self._passage)}" tabindex="-1"' if begins else ""
        return f'<mark class="{places}"{anchor}>' if places else "<mark>"


def _without_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of a heading's words: without "## " and " ##", or without the line below them."""
    line = text[start:end]
    words = line.lstrip("#")
    if words == line or words[:1].strip():  # no "#", or "#1" above a line of dashes
        underline = line.rfind("\n")
        return start, end if underline < 0 else start + underline
    first = len(line) - len(words.lstrip())
    bare = line.rstrip("#")
    last = len(bare.rstrip()) if bare[-1:].isspace() else len(line)
    return start + first, start + max(first, last)


def _escaped(text: str) -> str:
    # A browser reads a carriage return as a line feed, and the reference to one as it is.
    return escape(text).replace("\r", "&#13;")
