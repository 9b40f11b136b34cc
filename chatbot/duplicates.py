"""The same passage in several places: the best copy is shown, the others are named beside it.

Copies are the same words in the same order, whatever their spaces and capitals, with the same
lead-in and the same publications. One other word can turn advice round ("do not walk"), so a
passage with one other word is another passage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from corpus.model import Document, Passage
from index.search import Hit

_KEPT = 50_000  # hashes: some ten megabytes


class Copies:
    """Finds copies among hits. What passages are compared by is kept, a hash of each that was
    found once. Safe to share between threads.
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._words: dict[str, bytes] = {}

    def grouped(self, hits: Sequence[Hit]) -> list[list[Hit]]:
        """Hits in their order, each together with its later copies."""
        groups: dict[object, list[Hit]] = {}
        for hit in hits:
            groups.setdefault(self._key(hit.passage), []).append(hit)
        return list(groups.values())

    def _key(self, passage: Passage) -> object:
        words = self._words.get(passage.id)
        if words is None:
            if len(self._words) >= _KEPT:
                self._words.clear()
            words = self._words[passage.id] = _words(passage, self._documents)
        return words, tuple(citation.reference_ids for citation in passage.citations)


def _words(passage: Passage, documents: Mapping[str, Document]) -> bytes:
    lead_in = ""
    if passage.lead_in:  # few have one, and no other document need be at hand
        lead_in = documents[passage.document_id].text[slice(*passage.lead_in)]
    words = " ".join(f"{lead_in} | {passage.text}".casefold().split())
    return sha256(words.encode()).digest()
