"""A corpus -> what a searcher is made of; only what the last index does not hold is embedded."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from corpus.model import Corpus, Document, Passage
from index.dense import Record, record_type
from index.disk.contents import Contents, write_lines
from index.disk.documents import starts
from index.disk.lines import Lines
from index.encoding.encoder import Embed, Encoder, Progress, Vectors
from index.material import Material, answering_rows, numbered
from index.texts import Texts, passages_of

Item = TypeVar("Item")

# Passages that are embedded together: what is in memory of them while a build runs.
_TOGETHER = 20_000


def gather(
    corpus: Corpus,
    encoder: Encoder,
    *,
    last: Contents | None = None,
    embed: Embed | None = None,
    folder: Path | None = None,
) -> tuple[Material, int]:
    """Split a corpus and embed it: what a searcher is made of, and how many texts were embedded.

    :param last: an index by the same model. Its vectors are taken over for texts that it holds
        already, and its passages for documents that this program has split before.
    :param embed: embeds texts in place of `encoder.encode_texts`.
    :param folder: where passages and vectors are written as they come, and read again when they
        are needed, so that they take no memory. Without it they stay there.
    """
    embed = embed or encoder.encode_texts
    documents = {document.id: document for document in corpus.documents}
    new = passages_of(corpus, encoder, last=last)
    passages: Sequence[Passage] = written_passages(folder, new) if folder else list(new)
    texts = Texts(documents, passages)
    embedded = 0

    def parts() -> Iterator[Vectors]:
        nonlocal embedded
        for part, new in _vectors(texts, embed, last=last, kind=record_type(len(texts))):
            embedded += new
            yield part

    vectors = stored_vectors(folder, parts(), (len(texts), encoder.dimension))
    pairs = answering_rows(corpus.documents, passages)
    material = Material(
        passages=passages,
        texts=texts,
        vectors=vectors,
        starts=starts(documents, passages),
        questions=_question_vectors(pairs, last, embed),
        pairs=pairs,
        language=_language(corpus.documents),
    )
    return material, embedded


def written_passages(folder: Path, passages: Iterable[Passage]) -> Lines[Passage]:
    """Write passages as they come, and open what was written."""
    write_lines(folder / "passages.jsonl", passages)
    return Lines(folder / "passages.jsonl", Passage)


def _vectors(
    texts: Texts, embed: Embed, *, last: Contents | None, kind: type[np.floating]
) -> Iterator[tuple[Vectors, int]]:
    """Vectors of passages, some at a time, and how many of them were embedded anew.

    A vector is the unit vector of the text plus the unit vector of the heading: one inner product
    with a question then scores both (cosine of the text plus cosine of the heading, -2 to 2).
    """
    known = _known(last, kind) if last else {}
    with _progress(len(texts), "Reading") as progress:
        done = 0
        for part in batched(texts.pairs(), _TOGETHER):
            rows = np.array([known.get(_key(pair), -1) for pair in part])
            new = np.flatnonzero(rows < 0)
            made = embedded([part[number] for number in new], embed, progress.update)
            vectors = np.empty((len(part), made.shape[1]), dtype=np.float32)
            vectors[new] = made
            if last:
                vectors[rows >= 0] = last.vectors[rows[rows >= 0]]
            done += len(part)
            progress.update(done - progress.n)
            yield vectors, len(new)


def embedded(pairs: Sequence[tuple[str, str]], embed: Embed, progress: Progress) -> Vectors:
    """Vectors of headings with texts, each different one embedded once."""
    headings, texts = (sorted({pair[which] for pair in pairs}) for which in (0, 1))
    text_vectors, heading_vectors = embed(texts, progress=progress), embed(headings)
    text_rows = {text: row for row, text in enumerate(texts)}
    heading_rows = {name: row for row, name in enumerate(headings)}
    own = text_vectors[[text_rows[text] for _, text in pairs]]
    return own + heading_vectors[[heading_rows[name] for name, _ in pairs]]


def stored_vectors(folder: Path | None, parts: Iterable[Vectors], shape: tuple[int, int]) -> Record:
    """Write vectors as they come, in the type of so many, and map what was written.

    :param folder: where; without it they stay in memory.
    """
    kind = record_type(shape[0])
    if folder is None:
        return np.concatenate([part.astype(kind) for part in parts])
    path = folder / "vectors.npy"
    with path.open("wb") as opened:
        header = {"descr": np.dtype(kind).str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(opened, header)
        for part in parts:
            opened.write(part.astype(kind).tobytes())
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Items in lists of at most `size`."""
    remaining = iter(items)
    while part := list(islice(remaining, size)):
        yield part


def _known(last: Contents, kind: type[np.floating]) -> dict[bytes, int]:
    """The row in the last index of each heading with its text.

    None where its vectors are less exact than those that are wanted.
    """
    if np.dtype(kind).itemsize > last.vectors.dtype.itemsize:
        return {}
    texts = Texts(last.documents, last.passages)
    return {_key(pair): row for row, pair in enumerate(texts.pairs())}


def _key(pair: tuple[str, str]) -> bytes:
    """A heading and a text, in sixteen bytes."""
    joined = "\0".join(pair).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).digest()


def _question_vectors(
    pairs: Sequence[tuple[str, int]], last: Contents | None, embed: Embed
) -> dict[str, Vectors]:
    """The vector of each known question; one that the last index holds is taken from there."""
    vectors: dict[str, Vectors] = {}
    if last and last.taught:
        documents = [document for document in last.documents.values() if document.questions]
        before = numbered(answering_rows(documents, last.passages))
        vectors = {question: last.taught.questions[number] for question, number in before.items()}
    asked = numbered(pairs)
    new = [question for question in asked if question not in vectors]
    with _progress(len(new), "Questions") as progress:
        encoded = embed(new, progress=progress.update)
    vectors |= dict(zip(new, encoded, strict=True))
    return {question: vectors[question] for question in asked}


def _language(documents: Sequence[Document]) -> str:
    """The language of most documents; English when they do not say."""
    tags = Counter(document.source.language or "en" for document in documents)
    return min(tags, key=lambda tag: (-tags[tag], tag))


def _progress(texts: int, what: str) -> Any:
    # Only a build shows how far it is.
    from tqdm import tqdm

    return tqdm(total=texts, desc=what, unit="text", disable=None)
