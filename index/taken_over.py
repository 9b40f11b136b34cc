"""What a build takes over from the last index: documents whose files are the same are not parsed
again, and documents that are the same are not split again.

Only what this very program has made is taken over (see `index.build`). A file that could not be
read is in no index, and so is always tried again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from corpus.model import Corpus, Document, Passage, Reference
from index.calibration.asked import sample_sentences
from index.calibration.fit import SENTENCES
from index.contents import Contents, write_lines
from index.encoder import Embed, Progress, Vectors

_FILE = "as-read.jsonl"
_FIELDS = tuple(field.name for field in fields(Document))

Split = Mapping[str, tuple[Document, Sequence[Passage]]]


def write_as_read(folder: Path, corpus: Corpus) -> None:
    """Write what files say of themselves where `sources.yaml` or `questions.jsonl` says more."""
    pairs = zip(corpus.as_read, corpus.documents, strict=True)
    said = ((used.id, _difference(read, used)) for read, used in pairs)
    write_lines(folder / _FILE, ({"id": id_, "said": fields} for id_, fields in said if fields))


def documents_as_read(last: Contents) -> dict[tuple[str, str], Document]:
    """The documents of an index as their files alone have them, by file and its sha256."""
    lines = (last.data / _FILE).read_bytes().splitlines()
    said = {line["id"]: line["said"] for line in map(msgspec.json.decode, lines)}
    read = [_as_read(used, said.get(used.id)) for used in last.documents.values()]
    return {(document.file, document.sha256): document for document in read}


def split_before(last: Contents, shared: Sequence[Reference]) -> Split:
    """The documents of an index with their passages; none when they cite other references.

    :param shared: the references that documents share now.
    """
    if last.references != tuple(shared):
        return {}
    passages: dict[str, list[Passage]] = {}
    for passage in last.passages:
        passages.setdefault(passage.document_id, []).append(passage)
    return {name: (document, passages.get(name, [])) for name, document in last.documents.items()}


def sentences_before(last: Contents) -> dict[str, Vectors]:
    """The vectors of the sentences that stood for the documents of an index."""
    if SENTENCES not in last.manifest.files:
        return {}
    texts = sample_sentences(last.passages, last.documents.values())
    return dict(zip(texts, np.load(last.data / SENTENCES, allow_pickle=False), strict=True))


def beside(known: Mapping[str, Vectors], embed: Embed) -> Embed:
    """Embeds as `embed` does, but takes the vectors of texts that are known."""

    def embedded(texts: Sequence[str], /, *, progress: Progress | None = None) -> Vectors:
        new = [text for text in texts if text not in known]
        vectors = embed(new, progress=progress)
        if len(new) == len(texts):
            return vectors
        found = {**known, **dict(zip(new, vectors, strict=True))}
        return np.array([found[text] for text in texts], dtype=np.float32)

    return embedded


def _difference(read: Document, used: Document) -> dict[str, Any]:
    if read is used:
        return {}
    pairs = {name: (getattr(read, name), getattr(used, name)) for name in _FIELDS}
    return {name: own for name, (own, other) in pairs.items() if own != other}


def _as_read(used: Document, said: Mapping[str, Any] | None) -> Document:
    return msgspec.convert(msgspec.to_builtins(used) | said, Document) if said else used
