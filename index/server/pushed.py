"""An index that `index.server.push` has copied to a server, opened: question -> hits.

Vectors, passages, documents and publications stay on the server and are asked for when a question
needs them. What every question needs is read once: the manifest, the borders, the known questions
and the names of words; and by the first question the vocabulary. Nothing is written, but for the
model's export where the store has none yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np

from corpus.load import corpus_digest
from index.calibration.borders import Border
from index.dense import products
from index.disk.folder import DEFAULT_STORE, Manifest, mending
from index.disk.hashes import Hashes
from index.disk.summary import Summary
from index.encoding.encoder import Encoder, Vectors
from index.encoding.exported import export, open_light
from index.encoding.reference import SentenceEncoder, load_encoder
from index.errors import CorruptIndex, MissingIndex, StaleIndex, UnusableIndex
from index.lexical import Words
from index.made_by import libraries, program
from index.ranking import Rows
from index.search import CANDIDATES, Held, Hit, Scores, ranked
from index.server.milvus import Address, Milvus
from index.server.on_server import ServedDocuments, ServedPassages, ServedReferences
from index.server.pieces import Head, Pieces
from index.server.push import (
    DOCUMENTS,
    END,
    PASSAGES,
    REFERENCES,
    SEARCHED,
    START,
    VECTOR,
    WORDS,
    alias_of,
    index_name,
    names,
    pushing,
)
from index.store import Index
from index.taught import Nearness, Pairs, nearness
from index.vocabulary import VOCABULARY, Vocabulary

_COMPARED = 100  # passages on which a new export is compared with the model


@dataclass(frozen=True, slots=True)
class PushedSearcher:
    """Searches on a server; see `index.search.Search`.

    The server names the candidates. Their scores are computed here, from their vectors and words,
    so that they are those of an index on disk.
    """

    milvus: Milvus
    table: str
    passages: ServedPassages
    words: Words
    # Vectors of the known questions, and which rows they answer, as in `index.taught`; and whether
    # they have moved the vectors that are searched.
    known: tuple[Vectors, Pairs] | None = None
    moved: bool = False

    def search(self, question: str, vector: Vectors, *, count: int) -> list[Hit]:
        """See `Search`."""
        wanted = max(CANDIDATES, count)
        numbers = [number for number in self.words.asked(question) if number >= 0]
        found = [self.milvus.nearest(self.table, SEARCHED, vector, wanted)]
        if numbers:
            weights = dict.fromkeys(numbers, 1.0)
            found.append(self.milvus.nearest(self.table, WORDS, weights, wanted))
        near = nearness(vector, *self.known) if self.known else None
        if near:
            found.append(near.best(wanted))
        rows = np.unique(np.concatenate(found))
        return ranked(self._scores(rows, vector, numbers, near), self.passages.of_rows, count=count)

    def _scores(
        self, rows: Rows, vector: Vectors, numbers: list[int], near: Nearness | None
    ) -> Scores:
        fields = [SEARCHED, WORDS, *([VECTOR] if self.moved else [])]
        there = self.milvus.rows(self.table, rows.tolist(), fields)
        searched = _products(there, SEARCHED, vector)
        lexical = np.zeros(len(rows), dtype=np.float32)
        for number in numbers:  # one after the other, as an index on disk adds them up
            lexical += np.array([one[WORDS].get(number, 0.0) for one in there], dtype=np.float32)
        return Scores(
            rows=rows,
            searched=searched,
            dense=_products(there, VECTOR, vector) if self.moved else searched,
            lexical=lexical,
            nearness=near,
        )

    def held(self, question: str, row: int) -> Held:
        """See `Search`."""
        numbers = self.words.asked(question)
        (one,) = self.milvus.rows(self.table, [row], [WORDS, START, END])
        known = [number for number in numbers if number >= 0]
        holding = self.milvus.holding(self.table, WORDS, known, one[START], one[END])
        in_document = {number for number, holds in zip(known, holding, strict=True) if holds}
        return Held(
            passages=len(self.passages),
            counts=self.words.counts(numbers),
            passage=np.array([number in one[WORDS] for number in numbers], dtype=bool),
            document=np.array([number in in_document for number in numbers], dtype=bool),
        )

    def check(self) -> None:
        """See `Search`."""
        self.milvus.count(self.table)


def _products(rows: list[dict[str, Any]], name: str, vector: Vectors) -> Vectors:
    vectors = np.array([one[name] for one in rows], dtype=np.float32).reshape(-1, len(vector))
    return products(vectors, vector, np.arange(len(rows)))


def open_pushed(
    address: Address,
    *,
    folder: Path | None = None,
    store: Path = DEFAULT_STORE,
    encoder: Encoder | None = None,
    report: Callable[[str], None] | None = None,
) -> Index:
    """Open what `index.server.push.push` has copied to a server.

    It stays the index that it is now: one that is pushed later is used after the next start.

    :param folder: the documents, where they are at hand: they must be those that were pushed.
        Without them what was pushed last is served.
    :param store: where the model's export is, or is written: questions are embedded here.
    :param encoder: the model; the packaged one by default.
    :param report: is told in a sentence what takes long.
    :raises EngineError: the server cannot be used.
    :raises MissingIndex: it has no such index; the message says which it has.
    :raises StaleIndex: the documents, the model or this program are others; the message names the
        command that mends it.
    :raises CorruptIndex: something is not what was pushed.
    """
    milvus = Milvus(address)
    try:
        return _opened(milvus, address, folder, store, encoder or load_encoder(), report or _silent)
    except UnusableIndex:
        milvus.close()
        raise


def _opened(
    milvus: Milvus,
    address: Address,
    folder: Path | None,
    store: Path,
    encoder: Encoder,
    report: Callable[[str], None],
) -> Index:
    table = _table(milvus, address, folder)
    milvus.load(table)
    pieces = Pieces(milvus, table)
    try:
        head = pieces.head()
        manifest = msgspec.json.decode(pieces.file(head.manifest), type=Manifest)
    except (StaleIndex, msgspec.ValidationError):
        problem = "was pushed by another version of this program"
        raise StaleIndex(_again(problem, address, folder, store, encoder.name)) from None
    fingerprint = _checked(manifest, address, folder, store, encoder)
    for what in (PASSAGES, DOCUMENTS, REFERENCES):
        milvus.load(table + what)
    if milvus.count(table + PASSAGES) != manifest.passages:
        raise CorruptIndex(f"{milvus.shown} does not hold all passages. Push them with --full")
    with _unpacked(pieces, head, head.files.keys() - {VOCABULARY}) as data:
        taught = data / "taught-pairs.npy"
        searcher = PushedSearcher(
            milvus=milvus,
            table=table + PASSAGES,
            passages=ServedPassages(milvus, table + PASSAGES, manifest.passages),
            words=Words.open(data / "lexical", language=manifest.language),
            known=(np.load(data / "taught-questions.npy"), np.load(taught))
            if taught.exists()
            else None,
            moved="taught-vectors.npy" in manifest.files,
        )
        summary = Summary.open(data)
        borders = {
            path.stem.removeprefix("border-"): Border.open(path)
            for path in sorted(data.glob("border-*.npy"))
        }
    return Index(
        manifest=manifest,
        documents=ServedDocuments(milvus, table + DOCUMENTS, manifest.documents),
        passages=searcher.passages,
        references=ServedReferences(milvus, table + REFERENCES),
        summary=summary,
        vocabulary=partial(_vocabulary, pieces, head),
        encoder=_asking(manifest, encoder, fingerprint, store, searcher, report),
        borders=borders,
        searcher=searcher,
    )


def _vocabulary(pieces: Pieces, head: Head) -> Vocabulary:
    with _unpacked(pieces, head, [VOCABULARY]) as data:
        return Vocabulary.open(data)


def _table(milvus: Milvus, address: Address, folder: Path | None) -> str:
    """The table of the index that is meant: the one that is named, or the only one."""
    if address.name or folder:
        name = index_name(address, folder or Path())
        if table := milvus.named(alias_of(name)):
            return table
        missing = f"{milvus.shown} has no index {name!r}"
    else:
        missing = f"{milvus.shown} has no index"
    push = f"Run where the documents are: {pushing(address, folder)}"
    there = names(milvus)
    if not address.name and not folder and len(there) == 1:
        return next(iter(there.values()))
    if not there:
        raise MissingIndex(f"{missing}. {push}")
    listed = ", ".join(f"{milvus.shown}#{name.replace(' ', '-')}" for name in sorted(there))
    if not address.name and not folder:
        raise MissingIndex(f"{milvus.shown} has several indexes. Name one of them: {listed}")
    raise MissingIndex(f"{missing}; there are {listed}. {push}")


def _checked(
    manifest: Manifest, address: Address, folder: Path | None, store: Path, encoder: Encoder
) -> str:
    """The model's fingerprint, if everything is what the index was made from."""
    again = partial(_again, address=address, folder=folder, store=store, model=encoder.name)
    if folder and corpus_digest(folder) != manifest.corpus_digest:
        raise StaleIndex(again(f"was not made from the documents in {folder} as they are"))
    hashes = Hashes(store)
    if isinstance(encoder, SentenceEncoder):
        fingerprint = encoder.fingerprint_by(hashes)
    else:
        fingerprint = encoder.fingerprint
    if manifest.model.fingerprint != fingerprint:
        model = manifest.model.name
        raise StaleIndex(again(f"was built with another model ({model}), not {encoder.name}"))
    if manifest.libraries != libraries() or manifest.program != program():
        raise StaleIndex(again("was built by another version of this program or its libraries"))
    hashes.keep()
    return fingerprint


def _again(problem: str, address: Address, folder: Path | None, store: Path, model: str) -> str:
    build = mending(folder or Path("DIR"), store if folder else DEFAULT_STORE, model)
    return (
        f"The index on {address.shown} {problem}. Run where the documents are: {build} && "
        f"{pushing(address, folder, store)}"
    )


@contextmanager
def _unpacked(pieces: Pieces, head: Head, names: Iterable[str]) -> Iterator[Path]:
    """Some of the files that were pushed, in a folder that goes away afterwards."""
    with TemporaryDirectory(prefix="pushed-") as temporary:
        folder = Path(temporary).resolve()
        for name in names:
            path = folder / name
            if not path.resolve().is_relative_to(folder):
                raise CorruptIndex(f"The index names a file elsewhere ({name!r})")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(pieces.file(head.files[name]))
        yield folder


def _asking(
    manifest: Manifest,
    encoder: Encoder,
    fingerprint: str,
    store: Path,
    searcher: PushedSearcher,
    report: Callable[[str], None],
) -> Encoder:
    """What embeds questions: the export of the model, or else the model itself.

    The store may hold the export that the index was compared with. Any other is compared with the
    model here, on passages, before it is believed.
    """
    if not isinstance(encoder, SentenceEncoder) or not manifest.asking.export:
        return encoder
    open_export = partial(
        open_light, reference=encoder, fingerprint=fingerprint, store=store, hashes=Hashes(store)
    )
    try:
        return open_export(manifest.asking)
    except CorruptIndex:
        report("The model's export is not in the store yet; making it, which is done once.")
    step = max(1, manifest.passages // _COMPARED)
    rows = list(range(0, manifest.passages, step))[:_COMPARED]
    there = searcher.milvus.rows(searcher.table, rows, [SEARCHED])
    record = export(
        encoder,
        [passage.text for passage in searcher.passages.of_rows(rows)],
        np.array([one[SEARCHED] for one in there], dtype=np.float32),
        store=store,
        report=report,
    )
    return open_export(record) if record.export else encoder


def _silent(_: str) -> None:
    pass
