"""How an index lies on disk, and how it gets there whole or not at all.

    <store>/<corpus>/manifest.json      names the data folder and the sha256 of each file in it
    <store>/<corpus>/data-<hash>/       documents.jsonl passages.jsonl references.jsonl, each
                                        with where its lines begin (*.begins.npy)
                                        *.names.npy starts.npy summary.json vocabulary.json
                                        vectors.npy lexical/
                                        as-read.jsonl (unread.jsonl sentences.npy
                                        taught-*.npy border-*.npy approximate.faiss)

A build writes a new data folder beside the old one and then replaces the manifest, which is one
step for the file system. Killed at any moment, it leaves the old index as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from filelock import FileLock, Timeout

from index.calibration.model import Calibration
from index.disk.hashes import Hashes
from index.encoding.encoder import DEFAULT_MODEL
from index.errors import CorruptIndex, MissingIndex, StaleIndex

FORMAT = 4
DEFAULT_STORE = Path(__file__).parents[1] / "store"
_MANIFEST = "manifest.json"
_UNFINISHED = "unfinished-"


class FileRecord(msgspec.Struct, frozen=True):
    """What a file must be."""

    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileRecord:
        """What a file is now."""
        return cls(path.stat().st_size, Hashes().sha256(path))


class AskingRecord(msgspec.Struct, frozen=True):
    """What embeds questions: an export of the model, or for a `reason` the model itself.

    `export` is the sha256 of the export's description, which holds those of its files (see
    `index.encoding.exported`); it was compared with the model on so many questions before it was
    believed.
    """

    export: str = ""
    compared: int = 0
    reason: str = ""


class ModelRecord(msgspec.Struct, frozen=True):
    """Which model made the vectors; `fingerprint` is the sha256 of its weights."""

    name: str
    fingerprint: str
    precision: str
    dimension: int
    window: int


class Manifest(msgspec.Struct, frozen=True):
    """What an index says about itself. It holds no date: equal inputs give equal bytes."""

    format: int
    corpus: str
    corpus_digest: str
    language: str
    documents: int
    documents_digest: str  # sha256 over the id of each and the sha256 of its file
    program: str  # sha256 of the code that reads and splits documents
    passages: int
    model: ModelRecord
    asking: AskingRecord
    libraries: dict[str, str]
    calibration: Calibration
    data: str  # name of the data folder
    files: dict[str, FileRecord]
    checksum: str = ""  # sha256 of the manifest as it is without this field

    def with_checksum(self) -> Manifest:
        """The same manifest with its checksum filled in."""
        bare = msgspec.structs.replace(self, checksum="")
        digest = hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()
        return msgspec.structs.replace(self, checksum=digest)


@dataclass(frozen=True, slots=True)
class IndexFolder:
    """The folder of one corpus's index."""

    path: Path

    @classmethod
    def of(cls, corpus: Path, store: Path = DEFAULT_STORE) -> IndexFolder:
        """The place of a corpus folder's index: its name, and its full path hashed."""
        path = os.path.realpath(corpus)
        key = hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
        name = re.sub(r"[^\w.-]+", "-", os.path.basename(path))[:40]
        return cls(store / f"{name or 'corpus'}-{key}")

    @contextmanager
    def locked(self, waiting: Callable[[], None]) -> Iterator[None]:
        """Hold the build lock. `waiting` is called once if another process holds it."""
        with locked(self.path, waiting):
            yield

    def manifest(self) -> Manifest:
        """Read the manifest.

        :raises MissingIndex: there is none.
        :raises StaleIndex: it was written by another version of this program.
        :raises CorruptIndex: it cannot be read.
        """
        path = self.path / _MANIFEST
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise MissingIndex(f"There is no index in {self.path}") from None
        except OSError as error:
            raise CorruptIndex(f"{path} cannot be read ({error.strerror})") from None
        try:
            found = json.loads(content)
            if isinstance(found, dict) and found.get("format") != FORMAT:
                raise StaleIndex(
                    f"{path} has format {found.get('format')!r}; this version writes {FORMAT}"
                )
            manifest = msgspec.convert(found, Manifest)
        except (ValueError, msgspec.ValidationError) as error:
            raise CorruptIndex(f"{path} is damaged ({error})") from None
        if manifest != manifest.with_checksum():
            raise CorruptIndex(f"{path} is not what was written (its checksum differs)")
        if Path(manifest.data).name != manifest.data:
            raise CorruptIndex(f"{path} names a folder elsewhere ({manifest.data!r})")
        return manifest

    def check(self, manifest: Manifest, hashes: Hashes | None = None) -> Path:
        """Compare every file with the manifest.

        :param hashes: may know the files' hashes already; without them all are computed.
        :return: the data folder.
        :raises CorruptIndex: a file is missing, has another size or another hash.
        """
        data = self.path / manifest.data
        hashes = hashes or Hashes()
        for name, expected in manifest.files.items():
            path = data / name
            try:
                if path.stat().st_size != expected.bytes:
                    raise CorruptIndex(f"{path} does not have the size that was written")
                found = hashes.sha256(path)
            except OSError as error:
                raise CorruptIndex(f"{path} cannot be read ({error.strerror})") from None
            if found != expected.sha256:
                raise CorruptIndex(f"{path} is not the file that was written (its hash differs)")
        return data

    def unfinished(self, name: str) -> Path:
        """Where a file lies that is removed when the index is published."""
        return self.path / f"{_UNFINISHED}{name}"

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """A fresh folder to write into, removed if it is not published before the end."""
        self.path.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.path))
        try:
            yield unfinished
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def publish(self, unfinished: Path, facts: Mapping[str, Any]) -> Manifest:
        """Make the files in `unfinished` the index, in one step.

        :param facts: the fields of `Manifest` that this function does not fill in.
        """
        files = {
            path.relative_to(unfinished).as_posix(): FileRecord.of(path)
            for path in sorted(unfinished.rglob("*"))
            if path.is_file()
        }
        digest = hashlib.sha256(msgspec.json.encode(files, order="sorted")).hexdigest()
        data_name = f"data-{digest[:16]}"
        manifest = Manifest(format=FORMAT, data=data_name, files=files, **facts).with_checksum()
        data = self.path / manifest.data
        for path in (unfinished, *unfinished.rglob("*")):
            flush(path)
        try:
            self.check(manifest)
        except CorruptIndex:
            shutil.rmtree(data, ignore_errors=True)  # a damaged copy of what is now written
            unfinished.rename(data)
            flush(self.path)
        written = self.path / f"{_UNFINISHED}{_MANIFEST}"
        written.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
        flush(written)
        written.replace(self.path / _MANIFEST)
        flush(self.path)
        self.sweep(manifest)
        return manifest

    def sweep(self, manifest: Manifest) -> None:
        """Remove what older and killed builds left behind. Call it with the lock held."""
        for path in (*self.path.glob("data-*"), *self.path.glob(f"{_UNFINISHED}*")):
            if path.is_file():
                path.unlink(missing_ok=True)
            elif path.name != manifest.data:
                shutil.rmtree(path, ignore_errors=True)


def mending(folder: Path, store: Path, model: str, *, full: bool = False) -> str:
    """The command that brings the index of a corpus folder up to date, ready to be pasted."""
    command = ["python", "-m", "index", "build", f"--corpus={folder}"]
    if full:
        command.append("--full")
    if store != DEFAULT_STORE:
        command.append(f"--store={store}")
    if model != DEFAULT_MODEL:
        command.append(f"--model={model}")
    return shlex.join(command)


@contextmanager
def locked(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of a folder that is written. `waiting` is called once if another has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(path.name + ".lock"))
    try:
        lock.acquire(timeout=1)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def flush(path: Path) -> None:
    """Bring a file or folder to the disk, so that a power cut finds it whole."""
    if os.name == "nt":
        return  # Windows flushes only what was opened for writing, and no folder
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
