"""The rules for references, and where each reference stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from corpus.check.findings import Finding, Kind, short
from corpus.check.sheet import Sheet, has_no_lines
from corpus.load import REFERENCES_FILE
from corpus.model import Corpus, Document, Reference

_NO_IDENTIFIER: Final = "has neither DOI nor PMID nor URL; add one"


def reference_findings(corpus: Corpus, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """What these rules find in the shared reference list and in those of the documents."""
    places = reference_places(corpus)
    cited = {id_ for sheet in sheets for c in sheet.citations for id_ in c.reference_ids}
    for reference in corpus.references:
        yield from _shared_entry(reference, places[reference.id], cited=reference.id in cited)
    for document in corpus.documents:
        for reference in document.references:
            if reference.id in cited and not _has_identifier(reference):
                # Where there is no line to look at, the entry is named by its first words.
                named = f"'{short(reference.text)}' " if has_no_lines(document) else ""
                said = f"{named}{_NO_IDENTIFIER}"
                kind = Kind.NO_IDENTIFIER
                place = places[reference.id]
                yield Finding(document.id, *place, kind, said, kind.fault_in(document))


def reference_places(corpus: Corpus) -> Mapping[str, tuple[str, int]]:
    """File and line of each reference, by its id: in the shared file, or in its document's list.

    The line is 0 where the entry cannot be found in the file as it is now.
    """
    places = {
        reference.id: (document.file, _own_line(document, reference))
        for document in corpus.documents
        for reference in document.references
    }
    path = corpus.path / REFERENCES_FILE
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    lines = {
        json.loads(found[1]): text.count("\n", 0, found.start()) + 1
        for found in re.finditer(r'"id"\s*:\s*("(?:[^"\\\n]|\\.)*")', text)
    }
    shared = {r.id: (REFERENCES_FILE, lines.get(r.id, 0)) for r in corpus.references}
    return places | shared


def _own_line(document: Document, reference: Reference) -> int:
    """The printed entry may be wrapped, so it is found by its first words."""
    if has_no_lines(document):
        return 0
    opening = r"\s+".join(re.escape(word) for word in reference.text.split()[:4])
    found = re.compile(opening).search(document.text, *document.reference_list)
    return document.text.count("\n", 0, found.start()) + 1 if found and opening else 0


def _shared_entry(
    reference: Reference, place: tuple[str, int], *, cited: bool
) -> Iterator[Finding]:
    if not _has_identifier(reference):
        yield _at(place, Kind.NO_IDENTIFIER, f"'{reference.id}' {_NO_IDENTIFIER}")
    if not cited:
        yield _at(place, Kind.NEVER_CITED, f"'{reference.id}' is in the list, but in no text")
    if reference.verified is not True:
        said = "nobody looked it up" if reference.verified is None else "could not be confirmed"
        yield _at(place, Kind.UNVERIFIED, f"'{reference.id}': {said}")


def _has_identifier(reference: Reference) -> bool:
    return bool(reference.doi or reference.pmid or reference.url)


def _at(place: tuple[str, int], kind: Kind, text: str) -> Finding:
    return Finding("", *place, kind, text, kind.fault)
