"""An index, opened: question -> hits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from corpus.load import corpus_digest, load_corpus
from corpus.model import Document, Passage, Reference
from index.build import build_index, libraries, read_lines
from index.dense import EXACT_LIMIT, Dense
from index.encoder import DEFAULT_MODEL, Encoder, load_encoder
from index.errors import CorruptIndex, StaleIndex, UnusableIndex
from index.folder import DEFAULT_STORE, IndexFolder, Manifest
from index.lexical import Lexical

# Both kinds of search bring this many candidates; what neither ranks so high cannot win.
_CANDIDATES = 100
# Weight of the standardised BM25 score beside the standardised dense score; chosen on the
# questions in the bundled documents' front matter (`python -m tests.benchmarks weights`).
_LEXICAL_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with what spoke for it.

    `score` orders the hits of one question and means nothing across questions; higher is
    better. `dense` is the cosine of question and text plus that of question and heading (-2 to
    2); `lexical` is BM25 (0 or more). These two are comparable across questions.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float


class Index:
    """The passages of one corpus, searchable. Made by `Index.open`."""

    def __init__(
        self,
        *,
        manifest: Manifest,
        documents: Mapping[str, Document],
        passages: tuple[Passage, ...],
        references: Mapping[str, Reference],
        dense: Dense,
        lexical: Lexical,
        encoder: Encoder,
    ) -> None:
        self.manifest = manifest
        self.documents = documents
        self.passages = passages
        self.references = references
        self.encoder = encoder
        self._dense = dense
        self._lexical = lexical

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        store: Path = DEFAULT_STORE,
        encoder: Encoder | None = None,
        build: bool = True,
        report: Callable[[str], None] | None = None,
    ) -> Index:
        """Open the index of a corpus folder, and build it first if that is needed.

        :param encoder: what questions are embedded with; the packaged model by default.
        :param build: build an index that is missing, out of date or damaged. Without it that is
            an error.
        :param report: is told in a sentence why an index is built.
        :raises MissingIndex, StaleIndex, CorruptIndex: the index cannot be used and `build` is
            off. The message names the command that mends it.
        :raises CorpusError: the folder cannot be read.
        :raises BuildError: the index cannot be written.
        """
        encoder = encoder or load_encoder(DEFAULT_MODEL)
        place = IndexFolder.of(folder, store)
        try:
            return cls._open(place, corpus_digest(folder), encoder)
        except UnusableIndex as error:
            if not build:
                raise type(error)(f"{error}. Run: {_build_command(folder, store)}") from None
            if report:
                report(f"{error}. Building it now.")
        build_index(folder, encoder, store=store)
        return cls._open(place, corpus_digest(folder), encoder)

    @classmethod
    def _open(cls, place: IndexFolder, digest: str, encoder: Encoder) -> Index:
        manifest = place.manifest()
        _refuse_stale(manifest, digest, encoder)
        data = place.check(manifest)
        try:
            documents = {d.id: d for d in read_lines(data / "documents.jsonl", Document)}
            passages = tuple(read_lines(data / "passages.jsonl", Passage))
            shared = read_lines(data / "references.jsonl", Reference)
            vectors = np.load(data / "vectors.npy", mmap_mode="r", allow_pickle=False)
            lexical = Lexical.open(data / "lexical", language=manifest.language)
        except (OSError, ValueError, KeyError, msgspec.MsgspecError) as error:
            raise CorruptIndex(f"The index in {data} cannot be read ({error})") from None
        _check_promises(manifest, documents, passages, vectors)
        approximate = data / "approximate.faiss"
        own = (reference for d in documents.values() for reference in d.references)
        return cls(
            manifest=manifest,
            documents=documents,
            passages=passages,
            references={reference.id: reference for reference in (*own, *shared)},
            dense=Dense.approximate(vectors, approximate)
            if len(passages) > EXACT_LIMIT
            else Dense.exact(vectors),
            lexical=lexical,
            encoder=encoder,
        )

    def search(self, question: str, *, count: int = 10) -> list[Hit]:
        """The passages nearest to a question, best first; equal scores in the order of the text.

        :return: at most `count` hits; fewer only if the corpus has fewer passages.
        """
        vector = self.encoder.encode_question(question)
        lexical = self._lexical.scores(question)
        wanted = max(_CANDIDATES, 2 * count)
        rows = np.union1d(self._dense.nearest(vector, wanted), _largest(lexical, wanted))
        dense = self._dense.scores(vector, rows)
        score = _standardised(dense) + _LEXICAL_WEIGHT * _standardised(lexical[rows])
        # Rows are ascending and the sort is stable: ties fall to the earlier passage.
        order = np.argsort(-score, kind="stable")[:count]
        return [
            Hit(
                passage=self.passages[rows[place]],
                score=float(score[place]),
                dense=float(dense[place]),
                lexical=float(lexical[rows[place]]),
            )
            for place in order
        ]


def verify_index(folder: Path, *, store: Path = DEFAULT_STORE) -> Manifest:
    """Prove an index against itself and against the documents on disk, without any model.

    Every file's hash, every passage as a slice of its document's stored text, and every stored
    text against the document as it is read now.

    :raises MissingIndex, StaleIndex, CorruptIndex: what does not hold.
    """
    place = IndexFolder.of(folder, store)
    manifest = place.manifest()
    if manifest.corpus_digest != corpus_digest(folder):
        raise StaleIndex(f"The documents in {folder} are not the ones that were indexed")
    data = place.check(manifest)
    documents = {d.id: d for d in read_lines(data / "documents.jsonl", Document)}
    passages = tuple(read_lines(data / "passages.jsonl", Passage))
    vectors = np.load(data / "vectors.npy", mmap_mode="r", allow_pickle=False)
    _check_promises(manifest, documents, passages, vectors)
    if not np.isfinite(vectors).all():
        raise CorruptIndex(f"{data / 'vectors.npy'} holds numbers that are none")
    for document in load_corpus(folder).documents:
        if documents[document.id].text != document.text:
            raise CorruptIndex(f"The stored text of {document.id!r} is not that of its file")
    return manifest


def _refuse_stale(manifest: Manifest, digest: str, encoder: Encoder) -> None:
    if manifest.corpus_digest != digest:
        raise StaleIndex("The documents have changed since the index was built")
    if manifest.model.fingerprint != encoder.fingerprint:
        raise StaleIndex(
            f"The index was built with another model ({manifest.model.name}), not {encoder.name}"
        )
    if manifest.libraries != libraries():
        raise StaleIndex("The index was built with other versions of the libraries")


def _check_promises(
    manifest: Manifest,
    documents: Mapping[str, Document],
    passages: tuple[Passage, ...],
    vectors: NDArray[Any],
) -> None:
    shape = (manifest.passages, manifest.model.dimension)
    if len(passages) != manifest.passages or vectors.shape != shape:
        raise CorruptIndex(
            f"The index holds {len(passages)} passages and vectors of shape {vectors.shape}, "
            f"not {shape}"
        )
    for passage in passages:
        document = documents.get(passage.document_id)
        if document is None or document.text[passage.start : passage.end] != passage.text:
            raise CorruptIndex(f"Passage {passage.id!r} is not a part of its document")


def _largest(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Rows of the `count` largest scores above 0; of equal scores the earlier rows."""
    rows = np.flatnonzero(scores > 0)
    if len(rows) > count:
        edge = np.partition(scores[rows], len(rows) - count)[len(rows) - count]
        above, at = rows[scores[rows] > edge], rows[scores[rows] == edge]
        rows = np.concatenate([above, at[: count - len(above)]])
    return rows.astype(np.int64)


def _standardised(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean 0, standard deviation 1; all zeros when the values do not differ."""
    wide = values.astype(np.float64)
    spread = wide.std()
    return (wide - wide.mean()) / spread if spread > 0 else np.zeros_like(wide)


def _build_command(folder: Path, store: Path) -> str:
    place = "" if store == DEFAULT_STORE else f" --store {store}"
    return f"python -m index build --corpus {folder}{place}"
