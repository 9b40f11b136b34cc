"""An index, opened: question -> hits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from corpus.load import corpus_digest, load_corpus
from corpus.model import Passage, Reference
from index.build import build_index
from index.calibration import Found, judged
from index.calibration.borders import Border
from index.dense import APPROXIMATE, Dense, is_large
from index.disk.contents import Contents, check_slices, read_contents
from index.disk.documents import Documents
from index.disk.folder import DEFAULT_STORE, IndexFolder, Manifest, mending
from index.disk.hashes import Hashes
from index.disk.summary import Summary
from index.encoding.encoder import DEFAULT_MODEL, Encoder, Vectors
from index.encoding.exported import is_whole, open_light
from index.encoding.reference import SentenceEncoder, load_encoder
from index.errors import CorruptIndex, StaleIndex, UnusableIndex
from index.made_by import libraries, program
from index.search import Hit, Search, Searcher
from index.vocabulary import Vocabulary

__all__ = ["Hit", "Index", "verify_index"]

_PART = 50_000  # vectors that verification looks at together


class Index:
    """The passages of one corpus, searchable.

    Made by `Index.open`, or for one on a server by `index.server.pushed.open_pushed`.
    """

    def __init__(
        self,
        *,
        manifest: Manifest,
        documents: Documents,
        passages: Sequence[Passage],
        references: Mapping[str, Reference],
        summary: Summary,
        vocabulary: Callable[[], Vocabulary],
        encoder: Encoder,
        borders: Mapping[str, Border],
        searcher: Search,
    ) -> None:
        self.manifest = manifest
        self.documents = documents
        self.passages = passages
        self.references = references
        self.summary = summary
        self.encoder = encoder
        self.borders = borders
        self.searcher = searcher
        self._vocabulary = vocabulary

    @classmethod
    def of(cls, contents: Contents, encoder: Encoder) -> Index:
        """An index as it lies on disk; `Index.open` makes sure that it is the right one."""
        dense = (
            Dense.approximate(contents.searched, contents.data / APPROXIMATE)
            if is_large(len(contents.passages))
            else Dense.exact(contents.searched)
        )
        return cls(
            manifest=contents.manifest,
            documents=contents.documents,
            passages=contents.passages,
            references=contents.all_references,
            summary=contents.summary,
            vocabulary=partial(Vocabulary.open, contents.data),
            encoder=encoder,
            borders=contents.borders,
            searcher=Searcher(
                passages=contents.passages,
                vectors=contents.vectors,
                dense=dense,
                lexical=contents.lexical,
                starts=contents.starts,
                taught=contents.taught,
            ),
        )

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        store: Path = DEFAULT_STORE,
        encoder: Encoder | None = None,
        build: bool = True,
        thorough: bool = False,
        report: Callable[[str], None] | None = None,
    ) -> Index:
        """Open the index of a corpus folder, and build it first if that is needed.

        :param encoder: the model; the packaged one by default. Where its export is in the index,
            that embeds the questions (`Index.encoder`), and nothing of the model is loaded.
        :param build: build an index that is missing, out of date or damaged. Without it that is
            an error.
        :param thorough: compute the hash of every file that is read, also of those that have
            not been touched since it was computed last.
        :param report: is told in a sentence why an index is built.
        :raises MissingIndex, StaleIndex, CorruptIndex: the index cannot be used and `build` is
            off. The message names the command that mends it.
        :raises CorpusError: the folder cannot be read.
        :raises BuildError: the index cannot be written.
        """
        encoder = encoder or load_encoder(DEFAULT_MODEL)
        digest = corpus_digest(folder)
        place = IndexFolder.of(folder, store)
        hashes = Hashes(store, believe=not thorough)
        try:
            return cls.of(*_fresh(place, digest, encoder, hashes))
        except UnusableIndex as error:
            if not build:
                command = mending(folder, store, encoder.name)
                raise type(error)(f"{error}. Run: {command}") from None
            if report:
                report(f"{error}. Building it now.")
        built = build_index(folder, encoder, store=store, report=report)
        return cls.of(*_fresh(place, built.manifest.corpus_digest, encoder, hashes))

    def passages_of(self, document_id: str) -> Sequence[Passage]:
        """The passages of a document, in the order of its text; none if there is no such one."""
        try:
            start, end = self.documents.rows(document_id)
        except KeyError:
            return []
        return self.passages[start:end]

    def vocabulary(self) -> Vocabulary:
        """The words of all passages, read anew."""
        return self._vocabulary()

    def search(self, question: str, *, count: int = 10, vector: Vectors | None = None) -> list[Hit]:
        """The passages nearest to a question, best first; equal scores in the order of the text.

        :param vector: the question, embedded, if that has been done already.
        :return: at most `count` hits; fewer only if the corpus has fewer passages.
        """
        if vector is None:
            vector = self.encoder.encode_question(question)
        return self.searcher.search(question, vector, count=count)

    def find(self, question: str, *, count: int = 10, vector: Vectors | None = None) -> Found:
        """The hits of `search`, with the probability that the documents, and each hit, answer."""
        if vector is None:
            vector = self.encoder.encode_question(question)
        hits = self.searcher.search(question, vector, count=count)
        calibration = self.manifest.calibration
        return judged(calibration, question, vector, hits, self.searcher, self.borders)


class _ReadOtherwise(StaleIndex):
    """A file could be read when the index was built and cannot be now, or the other way round."""


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
        if not is_whole(contents.manifest.asking, contents.manifest.model.fingerprint, store=store):
            raise CorruptIndex("The exported model is missing, or not the one that was written")
        _verify(contents, digest, folder)
    except UnusableIndex as error:
        command = mending(folder, store, model, full=isinstance(error, _ReadOtherwise))
        raise type(error)(f"{error}. Run: {command}") from None
    return contents.manifest


def _verify(contents: Contents, digest: str, folder: Path) -> None:
    if contents.manifest.corpus_digest != digest:
        raise StaleIndex(f"The documents in {folder} are not the ones that were indexed")
    parts = range(0, len(contents.vectors), _PART)
    if not all(np.isfinite(contents.vectors[start : start + _PART]).all() for start in parts):
        raise CorruptIndex(f"{contents.data / 'vectors.npy'} holds numbers that are none")
    check_slices(contents)
    documents = load_corpus(folder).documents
    names = [document.id for document in documents]
    if different := sorted(set(names) ^ set(contents.documents)):
        raise _ReadOtherwise(
            f"{different[0]!r} could not be read when the index was built, or cannot be read now"
        )
    for document, stored in zip(documents, contents.documents.values(), strict=True):
        if stored != document:
            raise CorruptIndex(f"What is stored of {document.id!r} is not what its file holds")


def _fresh(
    place: IndexFolder, digest: str, encoder: Encoder, hashes: Hashes
) -> tuple[Contents, Encoder]:
    """The contents of an index that was made from these documents, in this way, and what embeds
    its questions.

    The arithmetic (`precision`) may be another machine's: it does not change which passages are
    near a question.
    """
    contents = read_contents(place, hashes)
    manifest = contents.manifest
    if manifest.corpus_digest != digest:
        raise StaleIndex("The documents have changed since the index was built")
    reference = encoder if isinstance(encoder, SentenceEncoder) else None
    fingerprint = reference.fingerprint_by(hashes) if reference else encoder.fingerprint
    if manifest.model.fingerprint != fingerprint:
        raise StaleIndex(
            f"The index was built with another model ({manifest.model.name}), not {encoder.name}"
        )
    if manifest.libraries != libraries() or manifest.program != program():
        raise StaleIndex("The index was built by another version of this program or its libraries")
    if reference and manifest.asking.export:
        store = place.path.parent
        encoder = open_light(manifest.asking, reference, fingerprint, store=store, hashes=hashes)
    hashes.keep()
    return contents, encoder
