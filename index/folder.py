"""How an index lies on disk, and how it gets there whole or not at all.

    <store>/<corpus>/manifest.json      names the data folder and the sha256 of each file in it
    <store>/<corpus>/data-<hash>/       documents.jsonl passages.jsonl references.jsonl
                                        vectors.npy lexical/ (approximate.faiss)

A build writes a new data folder beside the old one and then replaces the manifest, which is one
step for the file system. Killed at any moment, it leaves the old index as it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from filelock import FileLock

from index.errors import CorruptIndex, MissingIndex, StaleIndex

FORMAT = 1
DEFAULT_STORE = Path(__file__).parent / "store"
_MANIFEST = "manifest.json"
_UNFINISHED = "unfinished-"


class FileRecord(msgspec.Struct, frozen=True):
    """What a file must be."""

    bytes: int
    sha256: str


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
    documents: dict[str, str]  # id -> sha256 of the file
    passages: int
    model: ModelRecord
    libraries: dict[str, str]
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
        resolved = corpus.resolve()
        key = hashlib.sha256(os.fsencode(resolved)).hexdigest()[:8]
        return cls(store / f"{resolved.name or 'corpus'}-{key}")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the build lock; waits while another process builds."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path.with_name(self.path.name + ".lock")):
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

    def _holds(self, data: Path, files: Mapping[str, FileRecord]) -> bool:
        return all(
            (data / name).is_file() and _sha256(data / name) == expected.sha256
            for name, expected in files.items()
        )

    def check(self, manifest: Manifest) -> Path:
        """Compare every file with the manifest.

        :return: the data folder.
        :raises CorruptIndex: a file is missing, has another size or another hash.
        """
        data = self.path / manifest.data
        for name, expected in manifest.files.items():
            path = data / name
            try:
                if path.stat().st_size != expected.bytes:
                    raise CorruptIndex(f"{path} does not have the size that was written")
                found = _sha256(path)
            except OSError as error:
                raise CorruptIndex(f"{path} cannot be read ({error.strerror})") from None
            if found != expected.sha256:
                raise CorruptIndex(f"{path} is not the file that was written (its hash differs)")
        return data

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """A fresh folder to write into, removed if it is not published before the end."""
        self.path.mkdir(parents=True, exist_ok=True)
        for left_behind in self.path.glob(f"{_UNFINISHED}*"):  # by a build that was killed
            shutil.rmtree(left_behind, ignore_errors=True)
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
            path.relative_to(unfinished).as_posix(): FileRecord(path.stat().st_size, _sha256(path))
            for path in sorted(unfinished.rglob("*"))
            if path.is_file()
        }
        digest = hashlib.sha256(msgspec.json.encode(files, order="sorted")).hexdigest()
        data_name = f"data-{digest[:16]}"
        manifest = Manifest(format=FORMAT, data=data_name, files=files, **facts).with_checksum()
        data = self.path / manifest.data
        for path in unfinished.rglob("*"):
            _flush(path)
        if not self._holds(data, files):
            shutil.rmtree(data, ignore_errors=True)  # a damaged copy of what is now written
            unfinished.rename(data)
        written = self.path / f"{_UNFINISHED}{_MANIFEST}"
        written.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
        _flush(written)
        written.replace(self.path / _MANIFEST)
        _flush(self.path)
        for old in self.path.glob("data-*"):
            if old != data:
                shutil.rmtree(old, ignore_errors=True)
        return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Bring a file or folder to the disk, so that a power cut finds it whole."""
    if os.name == "nt":
        return  # Windows flushes only what was opened for writing, and no folder
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
