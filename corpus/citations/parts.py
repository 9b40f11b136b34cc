"""From the parts of a marker, such as the years of "Ng (2010, 2012)", to citations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.model import Citation


@dataclass(frozen=True, slots=True)
class Part:
    """A year, number or range of a marker, and for each work it names the ids that fit."""

    start: int
    end: int
    works: tuple[tuple[str, ...], ...]


def citations_of(text: str, start: int, end: int, parts: Sequence[Part]) -> Iterator[Citation]:
    """One citation for the marker `text[start:end]`, or one for each part if some are missing."""
    works = [work for part in parts for work in part.works]
    if all(works) or not any(works):
        yield _citation(text, start, end, works)
        return
    for part in parts:
        yield _citation(text, part.start, part.end, part.works if all(part.works) else ())


def _citation(text: str, start: int, end: int, works: Sequence[tuple[str, ...]]) -> Citation:
    return Citation(
        marker=text[start:end],
        start=start,
        end=end,
        reference_ids=tuple(dict.fromkeys(id_ for work in works for id_ in work)),
        ambiguous=any(len(work) > 1 for work in works),
    )
