"""An index on disk -> a server, beside what it holds, and then one switch.

Of each index the server keeps the newest and the one before it, so that programs that have opened
that one go on answering until they are started again.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from secrets import token_hex
from typing import Any

import msgspec
import numpy as np

from corpus.load import corpus_digest
from corpus.model import Passage
from index.dense import Record, is_large
from index.disk.contents import Contents, read_contents
from index.disk.folder import DEFAULT_STORE, IndexFolder, Manifest, mending
from index.disk.summary import SUMMARY
from index.encoding.encoder import DEFAULT_MODEL, Vectors
from index.errors import EngineError, StaleIndex, UnusableIndex
from index.lexical import WORD_FILES
from index.made_by import libraries, program
from index.server.milvus import LONGEST_TEXT, ROW, TEXT, Address, Milvus
from index.server.on_server import write_documents, write_references
from index.server.pieces import LAYOUT, Head, Pieces, PieceWriter, digest_of
from index.vocabulary import VOCABULARY

# Fields of the table of passages. `SEARCHED` is what the dense search compares; `VECTOR` the
# vectors as they were before known questions moved them, where they did.
SEARCHED, VECTOR, WORDS, START, END = "searched", "vector", "words", "start", "end"

# What is in the tables of an index besides that of its head, which has no such ending.
PASSAGES, DOCUMENTS, REFERENCES = "_passages", "_documents", "_references"
_TABLES = ("", PASSAGES, DOCUMENTS, REFERENCES)

_PREFIX = "quoted_"
_ROWS_AT_ONCE = 500  # about three megabytes
_TOLD = 10_000  # passages after which it is said how far a push is
# Files that a server's users need whole. Everything else is in tables, or needed by a build alone.
_SENT = (
    SUMMARY,
    VOCABULARY,
    *(f"lexical/{name}" for name in WORD_FILES),
    "taught-questions.npy",
    "taught-pairs.npy",
    "border-",
)


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
        found[Pieces(milvus, table).name()] = table
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
    _write_passages(milvus, table + PASSAGES, contents, report)
    write_documents(milvus, table + DOCUMENTS, contents.documents.in_order(), contents.starts)
    write_references(milvus, table + REFERENCES, contents.all_references.values())
    milvus.create(table)
    writer = PieceWriter(milvus, table)
    manifest = contents.manifest
    sent = [file for file in sorted(manifest.files) if file.startswith(_SENT)]
    head = Head(
        layout=LAYOUT,
        name=name,
        digest=digest_of(manifest),
        manifest=writer.file(msgspec.json.encode(manifest)),
        files={file: writer.file((contents.data / file).read_bytes()) for file in sent},
    )
    milvus.finish(table, writer.head(head))


def _write_passages(
    milvus: Milvus, table: str, contents: Contents, report: Callable[[str], None]
) -> None:
    milvus.create(
        table,
        vectors=(SEARCHED, VECTOR) if contents.moved else (SEARCHED,),
        dimension=contents.manifest.model.dimension,
        words=WORDS,
        numbers=(START, END),
    )
    written = milvus.write(table, _passage_rows(contents, report), together=_ROWS_AT_ONCE)
    graph = SEARCHED if is_large(written) else ""
    milvus.finish(table, written, graph=graph, words=WORDS)


def _passage_rows(contents: Contents, report: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    lexical, total = contents.lexical, len(contents.passages)
    no_word = {len(lexical.words): 1.0}  # a number that no word has: some weight there must be
    passages = zip(contents.passages, lexical.by_row(), strict=True)
    for start, end in pairwise(contents.starts.tolist()):
        for row, (passage, weights) in zip(range(start, end), passages, strict=False):
            one = {ROW: row, TEXT: _line(passage), START: start, END: end}
            one |= {WORDS: weights or no_word, SEARCHED: _numbers(contents.searched[row])}
            if contents.moved:
                one[VECTOR] = _numbers(contents.vectors[row])
            yield one
            if row and not row % _TOLD:
                report(f"{row:,} of {total:,} passages are sent.")


def _numbers(vector: Record) -> Vectors:
    """A vector in a form that every server takes; those of large corpora lie in half the bytes."""
    return np.asarray(vector, dtype=np.float32)


def _line(passage: Passage) -> str:
    line = msgspec.json.encode(passage)
    if len(line) > LONGEST_TEXT:
        raise EngineError(f"Passage {passage.id!r} has more characters than Milvus takes")
    return line.decode()


def _digest(milvus: Milvus, table: str) -> str:
    """What a table was pushed from; "" if nobody can read it."""
    try:
        milvus.load(table)
        return Pieces(milvus, table).head().digest
    except UnusableIndex:
        return ""


def _sweep(milvus: Milvus, alias: str, *, keep: tuple[str, ...]) -> None:
    """Remove what older pushes, and such as died, have left."""
    own = re.compile(rf"({re.escape(alias)}_[0-9a-f]{{8}})(?:{'|'.join(_TABLES)})")
    for table in milvus.tables():
        found = own.fullmatch(table)
        if found and found[1] not in keep:
            milvus.drop(table)


def _drop(milvus: Milvus, table: str) -> None:
    for what in _TABLES:
        try:
            milvus.drop(table + what)
        except EngineError:
            pass  # what went wrong before is what should be told
