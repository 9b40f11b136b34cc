"""An index that `index.push` has copied to a server, opened: question -> hits.

Vectors, words, passages and documents stay on the server and are asked for when a question needs
them. What every question needs is read once: the manifest, the borders, the known questions, the
names of words and documents. Nothing is written, but for the model's export where the store has
none yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, Generic, TypeVar, overload

import msgspec
import numpy as np
from numpy.typing import NDArray

from corpus.load import corpus_digest
from corpus.model import Document, Passage, Reference
from index.build import libraries, program
from index.calibration.borders import Border
from index.dense import products
from index.encoder import Encoder, Vectors
from index.errors import CorruptIndex, MissingIndex, StaleIndex, UnusableIndex
from index.exported import export, open_light
from index.folder import DEFAULT_STORE, Manifest, mending
from index.hashes import Hashes
from index.lexical import Words
from index.milvus import TEXT, Address, Milvus
from index.pieces import Head, Pieces, Places
from index.push import END, SEARCHED, START, VECTOR, WORDS, alias_of, index_name, names, pushing
from index.reference import SentenceEncoder, load_encoder
from index.search import CANDIDATES, Held, Hit, Scores, largest, ranked
from index.store import Index
from index.taught import nearness

Key = TypeVar("Key")
Value = TypeVar("Value")

_PASSAGES_KEPT = 4_096  # in memory, about two kilobytes each
_DOCUMENTS_KEPT = 256
_PASSAGES_AT_ONCE = 1_000
_DOCUMENTS_AT_ONCE = 50
_COMPARED = 100  # passages on which a new export is compared with the model


class Kept(Generic[Key, Value]):
    """What was asked for last. Threads may share it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: dict[Key, Value] = {}
        self._lock = Lock()

    def get(self, keys: Sequence[Key], find: Callable[[list[Key]], Sequence[Value]]) -> list[Value]:
        """The values of keys, in their order; those that are not here are found together."""
        with self._lock:
            here = {key: self._found[key] for key in keys if key in self._found}
        missing = list(dict.fromkeys(key for key in keys if key not in here))
        here |= zip(missing, find(missing), strict=True) if missing else ()
        with self._lock:
            for key in keys:
                self._found.pop(key, None)
                self._found[key] = here[key]
            while len(self._found) > self._most:
                del self._found[next(iter(self._found))]
        return [here[key] for key in keys]


class Passages(Sequence[Passage]):
    """The passages of a table."""

    def __init__(self, milvus: Milvus, table: str, count: int) -> None:
        self._milvus, self._table, self._count = milvus, table, count
        self._decoder = msgspec.json.Decoder(Passage)
        self._kept: Kept[int, Passage] = Kept(_PASSAGES_KEPT)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, row: int) -> Passage: ...

    @overload
    def __getitem__(self, row: slice) -> list[Passage]: ...

    def __getitem__(self, row: int | slice) -> Passage | list[Passage]:
        if isinstance(row, slice):
            return self.of_rows(range(*row.indices(self._count)))
        if not -self._count <= row < self._count:
            raise IndexError(f"there is no passage {row}")
        return self.of_rows([int(row) % self._count])[0]

    def __iter__(self) -> Iterator[Passage]:
        for start in range(0, self._count, _PASSAGES_AT_ONCE):
            yield from self._read(range(start, min(start + _PASSAGES_AT_ONCE, self._count)))

    def of_rows(self, rows: Sequence[int]) -> list[Passage]:
        """Several passages in one step."""
        return self._kept.get(rows, self._read)

    def _read(self, rows: Sequence[int]) -> list[Passage]:
        found = self._milvus.rows(self._table, list(rows), [TEXT])
        return [self._decoder.decode(one[TEXT]) for one in found]


class Documents(Mapping[str, Document]):
    """The documents by id, in the order of the index."""

    def __init__(self, pieces: Pieces, places: Places) -> None:
        self._pieces, self._spans = pieces, places.documents
        self._ids = list(places.documents)
        self._decoder = msgspec.json.Decoder(Document)
        self._kept: Kept[str, Document] = Kept(_DOCUMENTS_KEPT)

    def __getitem__(self, name: str) -> Document:
        self._spans[name]  # or KeyError
        return self._kept.get([name], self._read)[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def values(self) -> ValuesView[Document]:
        return _Values(self)

    def at(self, number: int) -> Document:
        """The document with a number, from 0."""
        return self[self._ids[number]]

    def in_order(self) -> Iterator[Document]:
        """All documents, some at a time; none stays in memory."""
        for start in range(0, len(self._ids), _DOCUMENTS_AT_ONCE):
            yield from self._read(self._ids[start : start + _DOCUMENTS_AT_ONCE])

    def _read(self, ids: Sequence[str]) -> list[Document]:
        spans = [self._spans[name] for name in ids]
        return [self._decoder.decode(text) for text in self._pieces.texts(spans)]


class _Values(ValuesView[Document]):
    """The documents without a look-up of each."""

    _mapping: Documents

    def __iter__(self) -> Iterator[Document]:
        return self._mapping.in_order()


class References(Mapping[str, Reference]):
    """The publications that documents list, and those that all share, by id."""

    def __init__(
        self, documents: Documents, listed_in: Mapping[str, int], shared: Sequence[Reference]
    ) -> None:
        """:param listed_in: the number of the document that lists a reference."""
        self._documents, self._listed_in = documents, listed_in
        self._shared = {reference.id: reference for reference in shared}

    def __getitem__(self, name: str) -> Reference:
        if name in self._shared:
            return self._shared[name]
        listed = self._documents.at(self._listed_in[name]).references
        return next(one for one in reversed(listed) if one.id == name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._listed_in, *self._shared)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True, slots=True)
class PushedSearcher:
    """Searches on a server; see `index.search.Search`.

    The server names the candidates. Their scores are computed here, from their vectors and words,
    so that they are those of an index on disk.
    """

    milvus: Milvus
    table: str
    passages: Passages
    words: Words
    # Vectors of the known questions, and which rows they answer, as in `index.taught`.
    taught: tuple[Vectors, NDArray[np.int32]] | None = None

    def search(self, question: str, vector: Vectors, *, count: int) -> list[Hit]:
        """See `Search`."""
        wanted = max(CANDIDATES, count)
        numbers = sorted(number for number in self.words.of(question)[0] if number >= 0)
        found = [self.milvus.nearest(self.table, SEARCHED, vector, wanted)]
        if numbers:
            weights = dict.fromkeys(numbers, 1.0)
            found.append(self.milvus.nearest(self.table, WORDS, weights, wanted))
        near: Vectors | None = None
        if self.taught:
            near = nearness(vector, *self.taught, passages=len(self.passages))
            found.append(largest(near, wanted))
        rows = np.unique(np.concatenate(found))
        return ranked(self._scores(rows, vector, numbers, near), self.passages.of_rows, count=count)

    def _scores(
        self, rows: NDArray[np.int64], vector: Vectors, numbers: list[int], near: Vectors | None
    ) -> Scores:
        fields = [SEARCHED, WORDS, *([] if near is None else [VECTOR])]
        there = self.milvus.rows(self.table, rows.tolist(), fields)
        searched = _products(there, SEARCHED, vector)
        lexical = np.zeros(len(rows), dtype=np.float32)
        for number in numbers:  # one after the other, as an index on disk adds them up
            lexical += np.array([one[WORDS].get(number, 0.0) for one in there], dtype=np.float32)
        return Scores(
            rows=rows,
            searched=searched,
            dense=searched if near is None else _products(there, VECTOR, vector),
            lexical=lexical,
            known=None if near is None else near[rows],
        )

    def held(self, question: str, row: int) -> Held:
        """See `Search`."""
        numbers, counts = self.words.of(question)
        (one,) = self.milvus.rows(self.table, [row], [WORDS, START, END])
        known = [number for number in numbers if number >= 0]
        holding = self.milvus.holding(self.table, WORDS, known, one[START], one[END])
        in_document = {number for number, holds in zip(known, holding, strict=True) if holds}
        return Held(
            passages=len(self.passages),
            counts=counts,
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
    """Open what `index.push.push` has copied to a server.

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
        manifest = msgspec.json.decode(pieces.text(head.manifest), type=Manifest)
    except (StaleIndex, msgspec.ValidationError):
        problem = "was pushed by another version of this program"
        raise StaleIndex(_again(problem, address, folder, store, encoder.name)) from None
    fingerprint = _checked(manifest, address, folder, store, encoder)
    milvus.load(head.passages)
    places = msgspec.json.decode(pieces.text(head.documents), type=Places)
    documents = Documents(pieces, places)
    passages = Passages(milvus, head.passages, manifest.passages)
    if milvus.count(head.passages) != manifest.passages:
        raise CorruptIndex(f"{milvus.shown} does not hold all passages. Push them with --full")
    with TemporaryDirectory(prefix="pushed-") as temporary:
        data = _unpacked(pieces, head, Path(temporary))
        shared = [
            msgspec.json.decode(line, type=Reference)
            for line in (data / "references.jsonl").read_bytes().splitlines()
        ]
        taught = data / "taught-pairs.npy"
        searcher = PushedSearcher(
            milvus=milvus,
            table=head.passages,
            passages=passages,
            words=Words.open(data / "lexical", language=manifest.language),
            taught=(np.load(data / "taught-questions.npy"), np.load(taught))
            if taught.exists()
            else None,
        )
        borders = {
            path.stem.removeprefix("border-"): Border.open(path)
            for path in sorted(data.glob("border-*.npy"))
        }
    return Index(
        manifest=manifest,
        documents=documents,
        passages=passages,
        references=References(documents, places.references, shared),
        encoder=_asking(manifest, encoder, fingerprint, store, searcher, report),
        borders=borders,
        searcher=searcher,
    )


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


def _unpacked(pieces: Pieces, head: Head, folder: Path) -> Path:
    for name, span in head.files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise CorruptIndex(f"The index names a file elsewhere ({name!r})")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pieces.file(span))
    return folder


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
