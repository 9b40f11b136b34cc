"""A document's own, printed reference list: where each entry begins and ends.

Lines are joined to entries and links broken over two lines mended; what an entry says is read
elsewhere. No words are lost: a line that begins no entry belongs to the one before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from corpus.model import Reference
from corpus.references.entries import printed_reference
from corpus.references.links import LINKS_BEGIN
from corpus.references.names import PARTICLES
from corpus.references.text import one_line

_HEADING: Final = re.compile(
    r"\s*(?:\d{1,2}\.?\s+)?[*_]{0,3}(?:references?|reference list|bibliography|works cited"
    r"|literature|literature cited|sources)[*_]{0,3}:?[*_]{0,3}\s*",
    re.IGNORECASE,
)
_MARKDOWN_HEADING: Final = re.compile(r" {0,3}#{1,6}(?:\s.*)?")
_RULE: Final = re.compile(r"\s*(?:-{3,}|={3,}|\*{3,}|_{3,})\s*")
_MARK: Final = re.compile(
    r"(?P<indent>[ \t\u00a0]*)"
    r"(?:(?P<bullet>[-*+•‣◦▪●·\u2013])[ \t\u00a0]+)?"
    # [1]   [1]:   (1)   1.   1)   each before a blank or a letter, so that "3.5" is no number
    r"(?:(?:\[(?P<square>\d{1,3})\]:?|\((?P<round>\d{1,3})\)|(?P<plain>\d{1,3})[.)])"
    r"(?=\s|[^\W\d_])\s*)?"
    r"(?P<body>.*)",
    re.DOTALL,
)
_UNFINISHED: Final = re.compile(
    r"(?:[,&;:\-\u2013(\[\u2026]|\.\.\."
    r"|(?<![\w./-])(?:and|in|of|the|van|von|de[nrl]?|d[aou]s?))$",  # but not the DOI "10.1000/in"
    re.IGNORECASE,
)
_FINISHED: Final = re.compile(r"[.\d)\]>\"”\u2019?!]$|(?:https?://|doi\.org/|10\.\d{4,9}/)\S+$")
_ENDS_IN_LINK: Final = re.compile(r"(?:https?://|doi:\s?|10\.\d{4,9}/)\S*$", re.IGNORECASE)
_NO_LINK: Final = re.compile(r"(?i)pmid|pmc\d|https?:|\d{4}[.;,)]?$")
_SURNAME: Final = (
    r"(?:[a-z'\u2019]{1,5}\s){0,3}[^\W\d_a-z][\w'\u2019-]*(?:\s[^\W\d_][\w'\u2019-]*){0,4}"
)
_PERSON_FIRST: Final = re.compile(rf"{_SURNAME},\s[^\W\d_a-z]\.")  # Smith, J.
_PERSON_FIRST_PLAIN: Final = re.compile(  # Smith JA, | Smith JA.
    rf"{_SURNAME}\s[^\W\d_a-z]{{1,3}}(?:[,.]|\set\sal)"
)
_YEAR_HEAD: Final = re.compile(r"[^()]{2,200}\((?:1[89]|20)\d\d[a-z]?(?:,[^()]{0,40})?\)")
_ANY_YEAR: Final = re.compile(r"[(;.,]\s?(?:1[89]|20)\d\d[a-z]?(?=[).,;])|(?:1[89]|20)\d\d;")
_MOST_LINES: Final = 40  # lines of one entry that are searched for its year
_TAIL: Final = 300  # characters at the end of a line that say whether it is finished
_UNWRAPPED: Final = 120  # a printed line longer than this was not broken to fit a page


@dataclass(frozen=True, slots=True)
class _Line:
    body: str
    width: int
    indent: int
    bullet: bool
    number: int | None
    plain: bool  # numbered as "1." or "1)", which a wrapped line may begin with by accident
    after_blank: bool


def parse_reference_list(
    text: str, start: int, end: int, *, document_id: str
) -> tuple[Reference, ...]:
    """The entries of a document's own reference list, which is `text[start:end]`.

    Offsets are half-open and count code points. Entries may be bulleted, numbered, one a line or
    set apart by blank lines, with wrapped lines. Each keeps its words in `text` (line breaks
    become spaces; bullet and number are left off), its number in `label`, and has
    `verified=None`. A field that cannot be read stays empty; no entry is dropped.
    """
    grouped = _grouped(_lines(text[start:end]))
    return tuple(
        printed_reference(unwrapped([line.body for line in lines]), label, f"{document_id}#ref-{n}")
        for n, (label, lines) in enumerate(zip(_labels(grouped), grouped, strict=True), 1)
    )


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    blank = True
    for raw in text.splitlines():
        heading = _MARKDOWN_HEADING.fullmatch(raw) or (not lines and _HEADING.fullmatch(raw))
        if not raw.strip() or heading or _RULE.fullmatch(raw):
            blank = True
            continue
        lines.append(_line(raw, after_blank=blank))
        blank = False
    return lines


def _line(raw: str, *, after_blank: bool) -> _Line:
    mark = _MARK.fullmatch(raw)
    if mark is None or not mark["body"].strip():  # a number alone is what the entry says
        return _Line(raw.strip(), len(raw), 0, False, None, False, after_blank)
    number = mark["square"] or mark["round"] or mark["plain"]
    return _Line(
        body=mark["body"].strip(),
        width=len(raw.rstrip()),
        indent=len(mark["indent"].expandtabs()),
        bullet=mark["bullet"] is not None,
        number=int(number) if number else None,
        plain=mark["plain"] is not None,
        after_blank=after_blank,
    )


def _grouped(lines: Sequence[_Line]) -> list[list[_Line]]:
    """The lines of each entry, in order."""
    begins = _rule_for(lines)
    grouped: list[list[_Line]] = []
    for line in lines:
        if not grouped or begins(line, grouped[-1]):
            grouped.append([line])
        else:
            grouped[-1].append(line)
    return grouped


def _rule_for(lines: Sequence[_Line]) -> Callable[[_Line, list[_Line]], bool]:
    """What tells whether a line begins an entry or goes on with the one before it."""
    numbers = [line.number for line in lines if line.number is not None]
    if lines and (lines[0].number is not None or numbers[:2] == [1, 2]):
        return _begins_numbered
    if sum(line.bullet for line in lines) > (0 if lines and lines[0].bullet else 1):
        return _begins_bulleted
    width = min(max((line.width for line in lines), default=0), _UNWRAPPED)
    return lambda line, entry: _begins_unmarked(line, entry, width)


def _begins_numbered(line: _Line, entry: list[_Line]) -> bool:
    previous = entry[0].number
    if line.number is None:
        return line.after_blank and _looks_like_entry(line, entry)
    if not line.plain or line.after_blank or previous is None:
        return True
    # a wrapped line may begin "2. of the". Markdown lists may number every item "1."
    expected = line.number == previous + 1 or line.number == previous == 1
    return expected and not _goes_on(line.body)


def _begins_bulleted(line: _Line, entry: list[_Line]) -> bool:
    if line.bullet:
        return line.indent <= entry[0].indent + 1
    return line.after_blank and _looks_like_entry(line, entry)


def _begins_unmarked(line: _Line, entry: list[_Line], width: int) -> bool:
    """Whether a line without bullet or number is no continuation; `width` is that of the lines."""
    last = entry[-1].body[-_TAIL:]
    last_width = entry[-1].width
    if _UNFINISHED.search(last) or line.indent > entry[0].indent:
        return False
    if line.after_blank or last_width > _UNWRAPPED:
        return True
    if LINKS_BEGIN.match(line.body):  # a link on a line of its own
        return bool(_ENDS_IN_LINK.search(last))
    if line.body[0].isdigit() or _goes_on(line.body):
        return False
    if _PERSON_FIRST.match(line.body):
        return True
    if not _FINISHED.search(last):
        return False
    short = last_width < 0.7 * width  # the last line of a paragraph
    return short or bool(_ENDS_IN_LINK.search(last)) or _looks_like_entry(line, entry)


def _goes_on(body: str) -> bool:
    """Whether a line begins in the middle of a sentence: small letters, but no "van" or link."""
    first = body.split(maxsplit=1)[0]
    linked = LINKS_BEGIN.match(body) or first.startswith("www.")
    return first.islower() and first not in PARTICLES and not linked


def _looks_like_entry(line: _Line, entry: list[_Line]) -> bool:
    """Whether `line` begins like a reference and the entry before it has all it needs."""
    if not any(_ANY_YEAR.search(before.body) for before in entry[:_MOST_LINES]):
        return False
    begins = _PERSON_FIRST.match(line.body) or _PERSON_FIRST_PLAIN.match(line.body)
    return bool(begins or _YEAR_HEAD.match(line.body))


def _labels(grouped: Sequence[Sequence[_Line]]) -> list[int | None]:
    labels = [entry[0].number for entry in grouped]
    if len(labels) > 1 and len(set(labels)) == 1 and labels[0] is not None:
        return [labels[0] + n for n in range(len(labels))]  # "1." before every item
    return labels


def unwrapped(lines: Sequence[str]) -> str:
    """The lines of an entry as one; a web address or DOI broken over two is put together again."""
    pieces = [lines[0]]
    last = pieces[0][-_TAIL:]
    for line in lines[1:]:
        broken = _ENDS_IN_LINK.search(last) and _continues_link(last, line)
        piece = line if broken else f" {line}"
        pieces.append(piece)
        last = (last + piece)[-_TAIL:]
    return one_line("".join(pieces))


def _continues_link(before: str, line: str) -> bool:
    if before.endswith(("/", "_", "=", "-")):
        return True
    word = line.split(" ", 1)[0]
    looks_cut = any(c.isdigit() for c in word) or (word[:1].islower() and "." in word[:-1])
    return looks_cut and not _NO_LINK.match(word)
