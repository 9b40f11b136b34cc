"""Near-identical passages: the better one is shown, the others are named beside it."""

from __future__ import annotations

from collections.abc import Sequence

from index.store import Hit

# Share of word triples that two passages must have in common to count as one text in two places.
_NEARLY_ALL = 0.8


def grouped(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Hits in their order, each with the later hits that say the same in the same words."""
    groups: list[list[Hit]] = []
    shingles: list[frozenset[tuple[str, ...]]] = []
    for hit in hits:
        own = _shingles(hit.passage.text)
        for group, other in zip(groups, shingles, strict=True):
            if len(own & other) >= _NEARLY_ALL * len(own | other):
                group.append(hit)
                break
        else:
            groups.append([hit])
            shingles.append(own)
    return groups


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = text.casefold().split()
    return frozenset(tuple(words[start : start + 3]) for start in range(max(1, len(words) - 2)))
