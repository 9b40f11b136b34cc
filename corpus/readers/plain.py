"""Plain text -> Document: the first line is the title, the rest paragraphs, lists and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path

from corpus.model import Block, CorpusError, Document, Section, Source
from corpus.readers.characters import FileText, is_reference_heading, read_text, slug, trimmed
from corpus.references.lists import parse_reference_list

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*")
_ITEM = re.compile(r"\s*(?:[-*•–·]|\d{1,3}[.)])\s+\S")
# A line this long that does not end a sentence was broken by an editor, not by its author.
_WRAPPED = 50
_ENDS_PARAGRAPH = re.compile(r"[.!?:;…][\"'”’»)\]]*[⁰¹²³⁴-⁹]*\s*$")


def read(path: Path, file: str) -> Document:
    """Read one plain text file.

    Paragraphs are separated by blank lines or by single line breaks; a long line that does not
    end a sentence goes on in the next one (text wrapped by an editor). `# ` begins a heading.

    :param file: the path inside the corpus folder, as it is shown.
    :raises CorpusError: the file cannot be read or has a title and nothing else.
    """
    source = read_text(path)
    lines = list(_line_spans(source))
    title_start, title_end = next((s, e) for s, e in lines if s < e)
    body = [(start, end) for start, end in lines if start > title_start]
    list_start = next(
        (s for s, e in body if _is_reference_line(source.text[s:e])), len(source.text)
    )
    body = [(start, end) for start, end in body if start < list_start]
    if not any(start < end for start, end in body):
        raise CorpusError(
            "there is a title but no text",
            path=path,
            line=source.line_at(title_start),
            advice="The first line is the title; write the text below it",
        )
    identifier = slug(path.stem)
    pages = [found.end() for found in re.finditer("\f", source.text)]
    return Document(
        id=identifier,
        title=_heading(source.text[title_start:title_end]) or source.text[title_start:title_end],
        text=source.text,
        sections=tuple(_sections(source.text, body, title_end)),
        references=parse_reference_list(
            source.text, list_start, len(source.text), document_id=identifier
        ),
        reference_list=(list_start, len(source.text)),
        source=Source(pages=(0, *pages) if pages else ()),
        sha256=source.sha256,
        file=file,
    )


def _line_spans(source: FileText) -> Iterator[tuple[int, int]]:
    """Each line without the white space at its ends; empty where the line is blank."""
    for start, following in pairwise([*source.line_starts, len(source.text) + 1]):
        yield trimmed(source.text, start, following - 1)


def _heading(line: str) -> str:
    found = _HEADING.fullmatch(line)
    return found[2] if found else ""


def _is_reference_line(line: str) -> bool:
    return is_reference_heading(_heading(line) or line)


def _sections(text: str, lines: list[tuple[int, int]], title_end: int) -> Iterator[Section]:
    path: list[tuple[int, str]] = []
    heading = (title_end, title_end)
    own: list[tuple[int, int]] = []
    for start, end in [*lines, (len(text), len(text))]:
        words = _heading(text[start:end])
        if not words and start < len(text):
            own.append((start, end))
            continue
        if any(s < e for s, e in own) or heading[0] < heading[1]:
            last = max([heading[1], *(e for _, e in own)])
            names = tuple(name for _, name in path)
            yield Section(names, *heading, last, tuple(_blocks(text, own)))
        level = len(text[start:end]) - len(text[start:end].lstrip("#"))
        path = [(outer, name) for outer, name in path if outer < level] + [(level, words)]
        heading, own = (start, end), []


def _blocks(text: str, lines: list[tuple[int, int]]) -> Iterator[Block]:
    """Join lines into paragraphs and lists."""
    group: list[tuple[int, int]] = []
    for start, end in lines:
        if group and not _goes_on(text, group, (start, end)):
            yield _block(text, group)
            group = []
        if start < end:
            group.append((start, end))
    if group:
        yield _block(text, group)


def _goes_on(text: str, group: list[tuple[int, int]], line: tuple[int, int]) -> bool:
    """Whether `line` belongs to the paragraph or list in `group`."""
    if line[0] == line[1]:
        return False
    in_list = _ITEM.match(text, group[0][0]) is not None
    previous = text[group[-1][0] : group[-1][1]]
    wrapped = len(previous) >= _WRAPPED and not _ENDS_PARAGRAPH.search(previous)
    if _ITEM.match(text, line[0]):
        return in_list
    indented = text[line[0] - 1 : line[0]].isspace() and text[line[0] - 1] != "\n"
    return wrapped or (in_list and indented)


def _block(text: str, group: list[tuple[int, int]]) -> Block:
    start, end = group[0][0], group[-1][1]
    if not _ITEM.match(text, start):
        return Block("paragraph", start, end)
    begins = [number for number, (line, _) in enumerate(group) if _ITEM.match(text, line)]
    sizes = accumulate(b - a for a, b in pairwise([*begins, len(group)]))
    lasts = [group[size - 1][1] for size in sizes]
    items = tuple((group[first][0], last) for first, last in zip(begins, lasts, strict=True))
    return Block("list", start, end, items)
