"""An index on disk -> a server, beside what it holds, and then one switch.

Of each index the server keeps the newest and the one before it, so that programs that have opened
that one go on answering until they are started again.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from corpus.load import corpus_digest
from index.build import libraries, program
from index.contents import Contents, read_contents
from index.dense import EXACT_LIMIT
from index.encoder import DEFAULT_MODEL
from index.errors import EngineError, StaleIndex, UnusableIndex
from index.folder import DEFAULT_STORE, IndexFolder, Manifest, mending
from index.milvus import LONGEST_TEXT, ROW, TEXT, Address, Milvus
from index.pieces import LAYOUT, Head, Pieces, PieceWriter, Places, Span, digest_of

Rows = NDArray[np.int64]

# Fields of the table of passages. `SEARCHED` is what the dense search compares; `VECTOR` the
# vectors as they were before known questions moved them, where they did.
SEARCHED, VECTOR, WORDS, START, END = "searched", "vector", "words", "start", "end"

_PREFIX = "quoted_"
_PASSAGES = "_passages"
_ROWS_AT_ONCE = 500  # about three megabytes
_WORDS_AT_ONCE = 10 * _ROWS_AT_ONCE  # for each time, all words are looked through
# Held in tables, or needed by a build alone.
_NOT_SENT = (
    "documents.", "passages.", "vectors.", "taught-vectors.", "approximate.", "as-read.",
    "lexical/data.", "lexical/indices.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did; nothing where the server has had this very index."""

    manifest: Manifest
    name: str
    unchanged: bool


def push(
    folder: Path,
    address: Address,
    *,
    store: Path = DEFAULT_STORE,
    full: bool = False,
    report: Callable[[str], None],
) -> Pushed:
    """Copy the index of a corpus folder to a server, and have it served from there.

    A push that dies leaves what was served; the next one removes what it left behind.

    :param full: copy it also where the server has had this very index.
    :param report: is told, in a sentence each, of waiting and of how far it is.
    :raises MissingIndex, StaleIndex, CorruptIndex: the index on disk cannot be used; the message
        names the command that mends it.
    :raises EngineError: the server cannot be used.
    """
    place = IndexFolder.of(folder, store)
    milvus = Milvus(address)
    try:
        with place.locked(lambda: report("A build of this index is running; waiting.")):
            contents = _fresh(folder, place, store)
            name = index_name(address, folder)
            alias = alias_of(name)
            before = milvus.named(alias)
            digest = digest_of(contents.manifest)
            if before and not full and _digest(milvus, before) == digest:
                return Pushed(contents.manifest, name, unchanged=True)
            table = f"{alias}_{token_hex(4)}"
            try:
                _write(milvus, table, name, contents, report)
            except BaseException:
                _drop(milvus, table)
                raise
            milvus.give_name(alias, table)
            _sweep(milvus, alias, keep=(table, before))
            return Pushed(contents.manifest, name, unchanged=False)
    finally:
        milvus.close()


def index_name(address: Address, folder: Path) -> str:
    """By what name a server knows an index: the one in the address, or else the folder's."""
    return " ".join(re.split(r"[\s_-]+", address.name or folder.resolve().name)).strip().lower()


def alias_of(name: str) -> str:
    """The server's own name for it, of letters that it allows."""
    readable = re.sub(r"[^a-z0-9]+", "_", name)[:40]
    return f"{_PREFIX}{readable}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def pushing(address: Address, folder: Path | None, store: Path = DEFAULT_STORE) -> str:
    """The command that pushes an index, ready to be pasted but for a password.

    :param folder: the documents; None where nobody here knows which they are.
    """
    command = ["python", "-m", "index", "push", address.again, f"--corpus={folder or 'DIR'}"]
    if folder and store != DEFAULT_STORE:
        command.append(f"--store={store}")
    return shlex.join(command)


def names(milvus: Milvus) -> dict[str, str]:
    """The names of all indexes that a server holds, each with its table."""
    tables = [milvus.named(alias) for alias in milvus.names(_PREFIX)]
    found = {}
    for table in tables:
        milvus.load(table)
        found[Pieces(milvus, table).head().name] = table
    return found


def _fresh(folder: Path, place: IndexFolder, store: Path) -> Contents:
    """The index, if it was made from the documents as they are, by this version."""
    model = DEFAULT_MODEL
    try:
        contents = read_contents(place)
        model = contents.manifest.model.name
        if contents.manifest.corpus_digest != corpus_digest(folder):
            raise StaleIndex("The documents have changed since the index was built")
        manifest = contents.manifest
        if manifest.libraries != libraries() or manifest.program != program():
            raise StaleIndex("The index was built by another version of this program")
    except UnusableIndex as error:
        raise type(error)(f"{error}. Run: {mending(folder, store, model)}") from None
    return contents


def _write(
    milvus: Milvus, table: str, name: str, contents: Contents, report: Callable[[str], None]
) -> None:
    passages = table + _PASSAGES
    _write_passages(milvus, passages, contents, report)
    milvus.create(table)
    writer = PieceWriter(milvus, table)
    documents: dict[str, Span] = {}
    references: dict[str, int] = {}
    for number, document in enumerate(contents.documents.values()):
        documents[document.id] = writer.text(msgspec.json.encode(document))
        references |= dict.fromkeys((one.id for one in document.references), number)
    manifest = contents.manifest
    sent = [file for file in sorted(manifest.files) if not file.startswith(_NOT_SENT)]
    head = Head(
        layout=LAYOUT,
        name=name,
        digest=digest_of(manifest),
        passages=passages,
        manifest=writer.text(msgspec.json.encode(manifest)),
        documents=writer.text(msgspec.json.encode(Places(documents, references))),
        files={file: writer.file((contents.data / file).read_bytes()) for file in sent},
    )
    milvus.finish(table, writer.head(head))


def _write_passages(
    milvus: Milvus, table: str, contents: Contents, report: Callable[[str], None]
) -> None:
    taught = contents.taught
    searched = taught.vectors if taught else contents.vectors
    total = len(contents.passages)
    starts, ends = _document_rows([passage.document_id for passage in contents.passages])
    own = (SEARCHED, VECTOR) if taught else (SEARCHED,)
    milvus.create(
        table, vectors=own, dimension=searched.shape[1], words=WORDS, numbers=(START, END)
    )
    no_word = contents.lexical.words  # a number that no word has, for passages that hold none
    for begin in range(0, total, _WORDS_AT_ONCE):
        end = min(begin + _WORDS_AT_ONCE, total)
        rows: list[dict[str, Any]] = []
        for row, held in zip(range(begin, end), contents.lexical.of_rows(begin, end), strict=True):
            one = {ROW: row, TEXT: _line(contents, row), WORDS: held or {no_word: 1.0}}
            one |= {START: int(starts[row]), END: int(ends[row])}
            one[SEARCHED] = np.asarray(searched[row])
            if taught:
                one[VECTOR] = np.asarray(contents.vectors[row])
            rows.append(one)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            milvus.write(table, rows[start : start + _ROWS_AT_ONCE])
        if end < total:
            report(f"{end:,} of {total:,} passages are sent.")
    graph = SEARCHED if total > EXACT_LIMIT else ""
    milvus.finish(table, total, graph=graph, words=WORDS)


def _line(contents: Contents, row: int) -> str:
    passage = contents.passages[row]
    line = msgspec.json.encode(passage)
    if len(line) > LONGEST_TEXT:
        raise EngineError(f"Passage {passage.id!r} has more characters than Milvus takes")
    return line.decode()


def _document_rows(owners: list[str]) -> tuple[Rows, Rows]:
    """For each row the first row of its document, and the one behind its last."""
    numbers = np.unique(owners, return_inverse=True)[1]
    edges = np.flatnonzero(np.diff(numbers, prepend=-1))
    counts = np.diff(edges, append=len(owners))
    return np.repeat(edges, counts), np.repeat(edges + counts, counts)


def _digest(milvus: Milvus, table: str) -> str:
    """What a table was pushed from; "" if nobody can read it."""
    try:
        milvus.load(table)
        return Pieces(milvus, table).head().digest
    except UnusableIndex:
        return ""


def _sweep(milvus: Milvus, alias: str, *, keep: tuple[str, ...]) -> None:
    """Remove what older pushes, and such as died, have left."""
    own = re.compile(rf"({re.escape(alias)}_[0-9a-f]{{8}})(?:{_PASSAGES})?")
    for table in milvus.tables():
        found = own.fullmatch(table)
        if found and found[1] not in keep:
            milvus.drop(table)


def _drop(milvus: Milvus, table: str) -> None:
    for one in (table, table + _PASSAGES):
        try:
            milvus.drop(one)
        except EngineError:
            pass  # what went wrong before is what should be told
