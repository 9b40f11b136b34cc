"""Files of formats that parsers can choke on are read in a process of their own, within limits.

The process is started once for many files, and again when it had to be ended. It may take so
long and so much memory for a file, writes nothing, and answers with a document or with what is
wrong; nothing that it sends is executed here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import IO, Final

import msgspec

from corpus.model import CorpusError, Document
from corpus.worker import LENGTH_BYTES, Reply, Request

SECONDS: Final = 30.0  # for every file
SECONDS_A_MEGABYTE: Final = 2.0
MOST_SECONDS: Final = 120.0
MEMORY: Final = 2_000_000_000  # bytes, where the system can limit them
_MOST_FILES = 300  # by one process, so that what a parser leaks is given back
_LARGEST_REPLY = 500_000_000
_ROOT = Path(__file__).resolve().parents[1]


class LimitedReading:
    """Reads files, one after the other, in another process. To be used in a `with` statement.

    :param seconds: time for every file, to which `SECONDS_A_MEGABYTE` is added, up to
        `MOST_SECONDS`.
    :param memory: bytes that the process may take.
    """

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0

    def __enter__(self) -> LimitedReading:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def read(self, path: Path, file: str) -> Document:
        """Read one file.

        :param file: the path inside the corpus folder, as it is shown.
        :raises CorpusError: the file cannot be used, or not within the limits.
        """
        if self._files >= _MOST_FILES:
            self._end()
        process = self._process or self._start()
        self._files += 1
        waiting = _Waiting(process, Request(os.path.abspath(path), file))
        waiting.start()
        seconds = self._time_for(path)
        waiting.join(seconds)
        if waiting.is_alive():
            self._end()
            waiting.join()
            raise _over_limit(path, f"more than {seconds:.0f} seconds")
        reply = waiting.reply
        if reply is None:
            self._end()
            raise CorpusError(
                "reading it made the parser break off",
                path=path,
                advice="It is damaged, or made to do harm: remove it, or save it anew",
                over_limit=True,
            )
        if reply.last:
            self._end()
        return self._document(reply, path)

    def _document(self, reply: Reply, path: Path) -> Document:
        if reply.document is not None:
            return reply.document
        if reply.out_of_memory:
            raise _over_limit(path, f"more than {self._memory / 1e9:.1f} GB of memory")
        raise CorpusError(
            reply.problem,
            path=path,
            line=reply.line,
            field=reply.field,
            advice=reply.advice,
        )

    def _time_for(self, path: Path) -> float:
        try:
            size = path.stat().st_size
        except OSError:
            size = 0
        return min(MOST_SECONDS, self._seconds + SECONDS_A_MEGABYTE * size / 1e6)

    def _start(self) -> subprocess.Popen[bytes]:
        paths = (str(_ROOT), os.environ.get("PYTHONPATH", ""))
        self._files = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "corpus.worker", str(self._memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            _close(stream)


def _close(stream: IO[bytes] | None) -> None:
    if stream:
        try:
            stream.close()
        except OSError:  # what was still to be sent has nobody to read it any more
            return


def _over_limit(path: Path, limit: str) -> CorpusError:
    return CorpusError(
        f"reading it takes {limit}",
        path=path,
        advice="Split it, or save it anew in a simpler form",
        over_limit=True,
    )


class _Waiting(Thread):
    """Sends one request and waits for the reply, which is None when the process has ended."""

    def __init__(self, process: subprocess.Popen[bytes], request: Request) -> None:
        super().__init__(daemon=True)
        self._process = process
        self._request = request
        self.reply: Reply | None = None

    def run(self) -> None:
        requests, replies = self._process.stdin, self._process.stdout
        if requests is None or replies is None:
            return
        try:
            requests.write(msgspec.json.encode(self._request) + b"\n")
            requests.flush()
            size = int.from_bytes(replies.read(LENGTH_BYTES), "big")
            if 0 < size <= _LARGEST_REPLY:
                data = replies.read(size)
                self.reply = msgspec.msgpack.decode(data, type=Reply)
        except (OSError, ValueError, msgspec.DecodeError):
            return
