"""The sha256 of files, none computed twice.

A hash is remembered with the file's size, times and number on its disk. Whoever changes a file
changes one of these, but for a broken disk or somebody who means harm and owns the machine; so
commands believe what is remembered, and a server's start and `python -m index verify` do not.
"""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from pathlib import Path

import msgspec

_FILE = "hashes.json"
# Seconds since its last change from which on a file is remembered. The clock of a file system is
# coarse: a file that changes twice within one of its ticks would look as if it had changed once.
_SETTLED = 1.0


class _Known(msgspec.Struct, frozen=True):
    """A file as it was when it was read, and its hash."""

    bytes: int
    modified: int  # nanoseconds, as the file system has it
    changed: int  # likewise, and no program can set it
    number: int
    sha256: str


class Hashes:
    """Hashes of files; `Hashes()` remembers none."""

    def __init__(self, store: Path | None = None, *, believe: bool = True) -> None:
        """:param store: the folder in which hashes are remembered.
        :param believe: False computes every hash anew.
        """
        self._path = store and store / _FILE
        before: dict[str, _Known] = {}
        if self._path:
            # No file, or none that we wrote: then nothing is known.
            with suppress(OSError, msgspec.MsgspecError):
                before = msgspec.json.decode(self._path.read_bytes(), type=dict[str, _Known])
        self._before = before  # which other commands may want
        self._known = dict(before) if believe else {}
        self._new = False

    def sha256(self, file: Path) -> str:
        """The hash of a file.

        :raises OSError: it cannot be read.
        """
        key = os.path.realpath(file)
        status = os.stat(key)
        known = self._known.get(key)
        if known and known == _known(status, known.sha256):
            return known.sha256
        with open(key, "rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        last_change = max(status.st_mtime, status.st_ctime)
        if time.time() - last_change >= _SETTLED and _known(os.stat(key), "") == _known(status, ""):
            self._known[key] = _known(status, found)
            self._new = True
        return found

    def keep(self) -> None:
        """Remember for the next process. A folder that cannot be written is no error."""
        if not self._path or not self._new:
            return
        known = {**self._before, **self._known}
        there = {key: one for key, one in known.items() if os.path.exists(key)}
        unfinished = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            unfinished.write_bytes(msgspec.json.encode(there))
            unfinished.replace(self._path)
        except OSError:
            with suppress(OSError):
                unfinished.unlink()
        self._new = False


def _known(status: os.stat_result, sha256: str) -> _Known:
    return _Known(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, sha256)
