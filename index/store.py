"""An index, opened: question -> hits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.load import corpus_digest, load_corpus
from corpus.model import Passage, Reference
from index.build import build_index, libraries, program
from index.contents import Contents, read_contents
from index.dense import EXACT_LIMIT, Dense
from index.encoder import DEFAULT_MODEL, Encoder, load_encoder
from index.errors import CorruptIndex, StaleIndex, UnusableIndex
from index.folder import DEFAULT_STORE, IndexFolder, Manifest, mending

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

    def __init__(self, contents: Contents, encoder: Encoder) -> None:
        self.manifest = contents.manifest
        self.documents = contents.documents
        self.passages = contents.passages
        own = (r for document in self.documents.values() for r in document.references)
        self.references: Mapping[str, Reference] = {r.id: r for r in (*own, *contents.references)}
        self.encoder = encoder
        self._lexical = contents.lexical
        approximate = contents.data / "approximate.faiss"
        self._dense = (
            Dense.approximate(contents.vectors, approximate)
            if len(self.passages) > EXACT_LIMIT
            else Dense.exact(contents.vectors)
        )

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
        digest = corpus_digest(folder)
        place = IndexFolder.of(folder, store)
        try:
            return cls(_fresh(place, digest, encoder), encoder)
        except UnusableIndex as error:
            if not build:
                command = mending(folder, store, encoder.name)
                raise type(error)(f"{error}. Run: {command}") from None
            if report:
                report(f"{error}. Building it now.")
        built = build_index(folder, encoder, store=store, report=report)
        return cls(_fresh(place, built.manifest.corpus_digest, encoder), encoder)

    def search(self, question: str, *, count: int = 10) -> list[Hit]:
        """The passages nearest to a question, best first; equal scores in the order of the text.

        :return: at most `count` hits; fewer only if the corpus has fewer passages.
        """
        vector = self.encoder.encode_question(question)
        lexical = self._lexical.scores(question)
        wanted = max(_CANDIDATES, count)
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

    :raises MissingIndex, StaleIndex, CorruptIndex: what does not hold, and the command that
        mends it.
    """
    digest = corpus_digest(folder)
    model = DEFAULT_MODEL
    try:
        contents = read_contents(IndexFolder.of(folder, store))
        model = contents.manifest.model.name
        _verify(contents, digest, folder)
    except UnusableIndex as error:
        raise type(error)(f"{error}. Run: {mending(folder, store, model)}") from None
    return contents.manifest


def _verify(contents: Contents, digest: str, folder: Path) -> None:
    if contents.manifest.corpus_digest != digest:
        raise StaleIndex(f"The documents in {folder} are not the ones that were indexed")
    if not np.isfinite(contents.vectors).all():
        raise CorruptIndex(f"{contents.data / 'vectors.npy'} holds numbers that are none")
    for document in load_corpus(folder).documents:
        if contents.documents[document.id].text != document.text:
            raise CorruptIndex(f"The stored text of {document.id!r} is not that of its file")


def _fresh(place: IndexFolder, digest: str, encoder: Encoder) -> Contents:
    """The contents of an index that was made from these documents, in this way.

    The arithmetic (`precision`) may be another machine's: it does not change which passages are
    near a question.
    """
    contents = read_contents(place)
    manifest = contents.manifest
    if manifest.corpus_digest != digest:
        raise StaleIndex("The documents have changed since the index was built")
    if manifest.model.fingerprint != encoder.fingerprint:
        raise StaleIndex(
            f"The index was built with another model ({manifest.model.name}), not {encoder.name}"
        )
    if manifest.libraries != libraries() or manifest.program != program():
        raise StaleIndex("The index was built by another version of this program or its libraries")
    return contents


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
    return (wide - wide.mean()) / spread if spread > 1e-6 else np.zeros_like(wide)
