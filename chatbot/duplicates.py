"""The same passage in several places: the best copy is shown, the others are named beside it.

Copies are the same words in the same order, whatever their spaces and capitals, with the same
lead-in and the same publications. One other word can turn advice round ("do not walk"), so a
passage with one other word is another passage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.model import Document, Passage
from index.search import Hit


def grouped(hits: Sequence[Hit], documents: Mapping[str, Document]) -> list[list[Hit]]:
    """Hits in their order, each together with its later copies."""
    groups: dict[object, list[Hit]] = {}
    for hit in hits:
        key = _words(hit.passage, documents)
        groups.setdefault(key, []).append(hit)
    return list(groups.values())


def _words(passage: Passage, documents: Mapping[str, Document]) -> object:
    lead_in = ""
    if passage.lead_in:  # few have one, and no other document need be at hand
        lead_in = documents[passage.document_id].text[slice(*passage.lead_in)]
    cited = tuple(citation.reference_ids for citation in passage.citations)
    return " ".join(f"{lead_in} | {passage.text}".casefold().split()), cited
