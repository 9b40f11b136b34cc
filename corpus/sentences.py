"""Where sentences begin and end. The only file that knows sentencex.

The library proposes boundaries; this file takes some of them back, because a passage must never
begin or end inside a sentence and health text is full of full stops that end nothing. Taking a
boundary back is always safe (two sentences stay together), so it is done in doubt.
"""

from __future__ import annotations

import re

import sentencex

# Full stops that end an abbreviation and that the library takes for the end of a sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:approx|ca|cf|e\.g|eg|et al|etc|fig|figs|i\.e|ie|incl|max|min|no|nos|p|pp|ref|refs"
    r"|resp|tab|viz|vol|vs|dr|drs|mr|mrs|ms|prof|sr|jr|st)\.)\s*$",
    re.IGNORECASE,
)
# A sentence does not begin with one of these, so a boundary before them is none: a lower-case
# letter, a closing mark, or a citation mark that belongs to what it follows ("helped.[3]").
_CONTINUATION = re.compile(r"\s*(?:[a-zß-öø-ÿ]|[)\]}»”’,;:.!?%]|[⁰¹²³⁴-⁹]|\[\d)")
_CITATION_MARKS = re.compile(r"(?:[⁰¹²³⁴-⁹]+(?:[,⁻–-][⁰¹²³⁴-⁹]+)*|\[\d[\d,;\s–-]*\])+\s*")
_BRACKET = re.compile(r"[()\[\]{}]")
_CLOSING = ")]}"
# Brackets opened further back than this are taken for a slip of the pen, not for a bracket.
_LONGEST_BRACKET = 400


def sentence_spans(text: str, start: int, end: int, language: str = "en") -> list[tuple[int, int]]:
    """Split `text[start:end]` into sentences, without the white space between them.

    :param language: BCP 47 tag; an unknown one is split by the rules of English.
    :return: spans as offsets into `text`, in order; every character of `text[start:end]` that is
        not white space lies in exactly one of them.
    """
    pieces = sentencex.segment(language.split("-")[0].lower() or "en", text[start:end])
    bounds = _bounds(pieces)
    spans: list[tuple[int, int]] = []
    for left, right in zip([0, *bounds], [*bounds, end - start], strict=True):
        piece = text[start + left : start + right]
        stripped = piece.strip()
        if stripped:
            begin = start + left + piece.index(stripped[0])
            spans.append((begin, begin + len(stripped)))
    return spans


def _bounds(pieces: list[str]) -> list[int]:
    """Offsets, relative to the first piece, at which a new sentence really begins."""
    bounds: list[int] = []
    offset = begin = 0
    unclosed = 0  # offset of the innermost bracket still open, plus one; 0 when there is none
    for index, piece in enumerate(pieces[:-1]):
        unclosed = _still_open(piece, offset, unclosed)
        offset += len(piece)
        following = pieces[index + 1]
        marks = _CITATION_MARKS.match(following)
        if marks and marks.end() < len(following) and not _continues(piece, ""):
            # The marks belong to this sentence, what comes after them is the next one.
            begin = offset + marks.end()
            bounds.append(begin)
        elif _continues(piece, following) or (unclosed and offset - unclosed < _LONGEST_BRACKET):
            continue
        elif offset > begin:
            begin = offset
            bounds.append(begin)
    return bounds


def _continues(piece: str, following: str) -> bool:
    """Whether the boundary between the two pieces lies inside a sentence."""
    if "\n\n" in piece[len(piece.rstrip()) :]:
        return False
    # The end is enough to tell an abbreviation, and searching all of it would be slow.
    return bool(_ABBREVIATION.search(piece[-16:]) or _CONTINUATION.match(following))


def _still_open(piece: str, offset: int, unclosed: int) -> int:
    """Follow brackets through `piece`; see `unclosed` in `_bounds`."""
    for found in _BRACKET.finditer(piece):
        if found[0] in _CLOSING:
            unclosed = 0
        else:
            unclosed = unclosed or offset + found.start() + 1
    return unclosed
