"""The rules for where documents come from: what is not known of them, and what was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from corpus.check.findings import Finding, Kind
from corpus.model import Document
from corpus.sources import RETRACTED, SOURCES_FILE

# What front matter must have, and other files may lack.
_WANTED: Final = ("publisher", "license", "review_status", "language")


def source_findings(document: Document) -> Iterator[Finding]:
    """What these rules find in a document."""
    source = document.source
    if source.review_status == RETRACTED:
        text = "the publication was retracted; take the file out of the folder"
        yield _finding(document, Kind.RETRACTED, text)
    missing = [name for name in _WANTED if not getattr(source, name)]
    if missing:
        text = f"no {', '.join(missing)}; say it in {SOURCES_FILE} (python -m corpus init)"
        yield _finding(document, Kind.NO_SOURCE, text)


def _finding(document: Document, kind: Kind, text: str) -> Finding:
    return Finding(document.id, document.file, 0, kind, text, kind.fault)
