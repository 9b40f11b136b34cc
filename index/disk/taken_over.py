"""What a build takes over from the last index: files that are the same are not parsed again, and
documents that are the same are not split again.

Only what this very program has made is taken over (see `index.made_by`). That goes for files that
could not be read as well: the same file would take as long again. Where the reader was ended at
its limits, which another time it might not be, the build says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from corpus.load import Known
from corpus.model import Corpus, Document, Passage, Reference, Skipped
from index.calibration.asked import sample_sentences
from index.calibration.fit import SENTENCES
from index.disk.contents import Contents, write_lines
from index.encoding.encoder import Embed, Progress, Vectors

_FILE = "as-read.jsonl"
_UNREAD = "unread.jsonl"
_FIELDS = tuple(field.name for field in fields(Document))

Split = Mapping[str, tuple[Document, Sequence[Passage]]]


def write_as_read(folder: Path, corpus: Corpus) -> None:
    """Write what files say of themselves where `sources.yaml` or `questions.jsonl` says more, and
    which files could not be read, if any.
    """
    pairs = zip(corpus.as_read, corpus.documents, strict=True)
    said = ((used.id, _difference(read, used)) for read, used in pairs)
    write_lines(folder / _FILE, ({"id": id_, "said": fields} for id_, fields in said if fields))
    if unread := [skipped for skipped in corpus.skipped if skipped.sha256]:
        write_lines(folder / _UNREAD, unread)


def known_files(last: Contents) -> Known:
    """What was made of each file of an index, from the file alone."""
    lines = (last.data / _FILE).read_bytes().splitlines()
    said = {line["id"]: line["said"] for line in map(msgspec.json.decode, lines)}
    read = [_as_read(used, said.get(used.id)) for used in last.documents.values()]
    return Known(
        documents={(document.file, document.sha256): document for document in read},
        unread={(skipped.file, skipped.sha256): skipped for skipped in unread_files(last)},
    )


def unread_files(last: Contents) -> tuple[Skipped, ...]:
    """The files that could not be read when an index was built."""
    if _UNREAD not in last.manifest.files:
        return ()
    lines = (last.data / _UNREAD).read_bytes().splitlines()
    return tuple(msgspec.json.decode(line, type=Skipped) for line in lines)


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
