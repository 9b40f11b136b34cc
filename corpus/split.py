"""Document -> passages, by offsets into its text; not a character is edited.

What is kept together, strongest first: a sentence; a list or table with the words that
introduce it; a paragraph; a section. A section with a heading that fits the encoder's window is
one passage, so that a warning stays beside what it limits; a longer one, and text without
headings, is cut between paragraphs. A passage never crosses a heading and never holds one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.citations.bibliography import Bibliography
from corpus.citations.find import find_citations
from corpus.citations.numeric import is_raised
from corpus.model import Block, Citation, Document, Passage, Section
from corpus.sentences import sentence_spans

Measure = Callable[[str], int]

WINDOW = 256  # tokens that the encoder reads, where none is at hand to ask

# In a section that must be cut, a paragraph shorter than this share of the window (about 20
# words) joins a neighbour.
_TINY = 0.12
# A heading may take at most this share of the window away from the text below it.
_LONGEST_HEADING = 0.25
_WORD = re.compile(r"\S+")
_PIECE = re.compile(r"\w{1,6}|[^\w\s]")


@dataclass(frozen=True, slots=True)
class _Part:
    """A span that is not cut again, its size in tokens, and the list's lead-in if it lost it."""

    start: int
    end: int
    size: int
    lead_in: tuple[int, int] | None = None


def estimate_tokens(text: str) -> int:
    """Tokens of `text`, estimated from above for English, where no encoder is at hand."""
    return len(_PIECE.findall(text))


def heading_of(title: str, section: Sequence[str]) -> str:
    """Title and section path as one line: what a passage is embedded and searched with."""
    return " > ".join((title, *section))


def split(
    document: Document,
    bibliography: Bibliography,
    *,
    measure: Measure = estimate_tokens,
    window: int = WINDOW,
) -> tuple[Passage, ...]:
    """Split a document into passages.

    :param bibliography: the references that in-text citations are looked up in.
    :param measure: counts the tokens of a text as the encoder does, without the encoder's marks
        for beginning and end.
    :param window: how many tokens the encoder reads. Heading and text of a passage together
        stay within it. A single sentence that is longer is cut between words, as the last resort.
    :return: passages in the order of the text. Every character that is not white space lies in
        exactly one of them, unless it belongs to a heading, the reference list or markup that
        readers do not see.
    """
    passages = []
    for section in document.sections:
        heading = measure(heading_of(document.title, section.path))
        # Two tokens mark beginning and end of what the encoder reads.
        limit = window - 2 - min(heading, int(window * _LONGEST_HEADING))
        for part in _Splitter(document, measure=measure, limit=limit).parts(section):
            passages.append(_passage(document, section, part, bibliography))
    return tuple(passages)


def _passage(
    document: Document, section: Section, part: _Part, bibliography: Bibliography
) -> Passage:
    return Passage(
        id=f"{document.id}:{part.start}-{part.end}",
        document_id=document.id,
        section=section.path,
        start=part.start,
        end=part.end,
        text=document.text[part.start : part.end],
        citations=_citations(document, part, bibliography),
        lead_in=part.lead_in,
    )


def _citations(document: Document, part: _Part, bibliography: Bibliography) -> tuple[Citation, ...]:
    """What the file itself links, and beside it what has the form of a citation.

    In a file that links its citations a raised number without a link is a power: "height²".
    """
    linked = [c for c in document.citations if part.start <= c.start and c.end <= part.end]
    found = find_citations(document.text, part.start, part.end, bibliography)
    others = (
        c
        for c in found
        if all(c.end <= own.start or own.end <= c.start for own in linked)
        and not (document.citations and is_raised(c.marker))
    )
    return tuple(sorted((*linked, *others), key=lambda citation: citation.start))


class _Splitter:
    """The text and the limits, so that they need not be passed from hand to hand."""

    def __init__(self, document: Document, *, measure: Measure, limit: int) -> None:
        self._document = document
        self._text = document.text
        self._language = document.source.language
        self._measure = measure
        self._limit = limit

    def parts(self, section: Section) -> list[_Part]:
        """The section's passages."""
        return [
            part
            for run in _runs(self._text, section.blocks)
            for part in self._run(run, whole=bool(section.path))
        ]

    def _run(self, run: Sequence[Block], *, whole: bool) -> list[_Part]:
        """One part if that is wanted and fits, else a part a paragraph."""
        all_of_it = self._part(run[0].start, run[-1].end)
        if whole and all_of_it.size <= self._limit:
            return [all_of_it]
        parts: list[_Part] = []
        for blocks in _grouped(run):
            for part in self._group(blocks):
                if parts and self._belong_together(parts[-1], part):
                    parts[-1] = _joined(parts[-1], part)
                else:
                    parts.append(part)
        return parts

    def _belong_together(self, previous: _Part, part: _Part) -> bool:
        if previous.lead_in or part.lead_in:
            return False
        tiny = min(previous.size, part.size) <= _TINY * self._limit
        return tiny and previous.size + part.size <= self._limit

    def _group(self, blocks: Sequence[Block]) -> list[_Part]:
        """One paragraph, or a paragraph with the lists and tables that it introduces."""
        whole = self._part(blocks[0].start, blocks[-1].end)
        if whole.size <= self._limit:
            return [whole]
        parts: list[_Part] = []
        lead_in: _Part | None = None
        for block in blocks:
            if block.items:
                parts += self._enumeration(block, lead_in)
                lead_in = None
            else:
                *before, last = self._sentences(block.start, block.end)
                lead_in = last if block is not blocks[-1] else None
                parts += self._packed(before if lead_in else [*before, last])
        return parts

    def _enumeration(self, block: Block, lead_in: _Part | None) -> list[_Part]:
        """A list or table too long for one passage: cut between items, lead-in remembered."""
        first, *others = block.items
        if block.kind == "table" or lead_in is None:
            # The header row says what the cells mean; a list with no lead-in has only itself.
            begin = lead_in.start if lead_in else block.start
            opening = self._part(begin, first[1])
            introduction = (block.start, first[1]) if block.kind == "table" else None
        else:
            opening = lead_in
            introduction = (lead_in.start, lead_in.end)
            others = [first, *others]
        if self._size_of(introduction) > self._limit // 2:
            introduction = None  # to repeat it would leave no room for what it introduces
        parts = (
            [opening] if opening.size <= self._limit else self._sentences(opening.start, first[1])
        )
        room = self._limit
        for item in others:
            part = self._part(*item, lead_in=introduction)
            if parts[-1].size + part.size <= room or parts[-1] is lead_in:
                parts[-1] = _joined(parts[-1], part)
                continue
            parts += self._long_item(part, introduction)
            room = self._limit - self._size_of(introduction)
        return [fitting for part in parts for fitting in self._fitting(part)]

    def _long_item(self, part: _Part, introduction: tuple[int, int] | None) -> list[_Part]:
        if part.size <= self._limit - self._size_of(introduction):
            return [part]
        room = self._limit - self._size_of(introduction)
        smaller = _Splitter(self._document, measure=self._measure, limit=room)
        pieces = smaller._packed(smaller._sentences(part.start, part.end))
        return [_Part(piece.start, piece.end, piece.size, introduction) for piece in pieces]

    def _fitting(self, part: _Part) -> list[_Part]:
        """A part that became too long (a lead-in with a very long first item) is cut after all."""
        if part.size <= self._limit:
            return [part]
        return self._packed(self._sentences(part.start, part.end))

    def _packed(self, sentences: Sequence[_Part]) -> list[_Part]:
        """Join sentences into parts of about equal size, as few as the limit allows."""
        total = sum(sentence.size for sentence in sentences)
        goal = total / max(1, -(-total // self._limit))
        parts: list[_Part] = []
        for sentence in sentences:
            room = parts and parts[-1].size + sentence.size <= self._limit
            if room and parts[-1].size + sentence.size / 2 <= goal:
                parts[-1] = _joined(parts[-1], sentence)
            else:
                parts.append(sentence)
        return parts

    def _sentences(self, start: int, end: int) -> list[_Part]:
        spans = sentence_spans(self._text, start, end, self._language)
        return [piece for span in spans for piece in self._cut(self._part(*span))]

    def _cut(self, sentence: _Part) -> Iterator[_Part]:
        """The sentence itself, or its pieces between words when it alone is too long."""
        if sentence.size <= self._limit:
            yield sentence
            return
        pending: _Part | None = None
        for found in _WORD.finditer(self._text, sentence.start, sentence.end):
            for start in range(found.start(), found.end(), self._limit):
                word = self._part(start, min(start + self._limit, found.end()))
                if pending and pending.size + word.size <= self._limit:
                    pending = _joined(pending, word)
                else:
                    if pending:
                        yield pending
                    pending = word
        if pending:
            yield pending

    def _part(self, start: int, end: int, lead_in: tuple[int, int] | None = None) -> _Part:
        return _Part(start, end, self._measure(self._text[start:end]), lead_in)

    def _size_of(self, span: tuple[int, int] | None) -> int:
        return self._measure(self._text[slice(*span)]) if span else 0


def _runs(text: str, blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Cut where something stands between two blocks that readers do not see (a comment)."""
    run: list[Block] = []
    for block in blocks:
        if run and text[run[-1].end : block.start].strip():
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _grouped(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Put each list or table together with the paragraph before it."""
    group: list[Block] = []
    for block in blocks:
        if group and not block.items:
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _joined(first: _Part, second: _Part) -> _Part:
    return _Part(first.start, second.end, first.size + second.size, first.lead_in)
