"""`python -m corpus.worker BYTES`: reads files for `corpus.limits`, which starts and ends it.

A request is a line of JSON on standard input; the answer is its length, in `LENGTH_BYTES`, and a
`Reply` as MessagePack on standard output.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from corpus.model import CorpusError, Document
from corpus.readers import LIMITED

LENGTH_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Request:
    """The file to read, and how it is called inside the corpus folder."""

    path: str
    file: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A document, or what a `CorpusError` would say; `last` when the process ends after it."""

    document: Document | None = None
    problem: str = ""
    line: int | None = None
    field: str | None = None
    advice: str = ""
    out_of_memory: bool = False
    last: bool = False


def main(arguments: list[str]) -> None:
    """Answer requests until there are none."""
    # Parsers written in C may print; what they print must not get between the answers.
    replies = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    _limit(int(arguments[0]))
    for line in sys.stdin.buffer:
        reply = _answer(msgspec.json.decode(line, type=Request))
        _send(replies, reply)
        if reply.last:
            return


def _limit(memory: int) -> None:
    """Limit what this process may take, as far as the system can."""
    try:
        import resource  # not on Windows
    except ImportError:
        return
    for kind, most in (("RLIMIT_AS", memory), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        try:
            resource.setrlimit(getattr(resource, kind), (most, most))
        except (AttributeError, OSError, ValueError):
            continue


def _answer(request: Request) -> Reply:
    path = Path(request.path)
    try:
        return Reply(document=LIMITED[path.suffix.lower()](path, request.file))
    except CorpusError as error:
        return Reply(problem=error.problem, line=error.line, field=error.field, advice=error.advice)
    except MemoryError:
        return Reply(out_of_memory=True, last=True)
    except Exception as error:  # a parser may raise anything at all on a damaged file
        return Reply(
            problem=f"it cannot be parsed ({type(error).__name__})",
            advice="It is probably damaged: open it in its program and save it anew",
            last=True,
        )


def _send(replies: BinaryIO, reply: Reply) -> None:
    try:
        data = msgspec.msgpack.encode(reply)
    except (ValueError, MemoryError):
        data = msgspec.msgpack.encode(Reply(problem="it holds text that cannot be stored"))
    replies.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
    replies.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
