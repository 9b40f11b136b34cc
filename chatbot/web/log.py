"""Log lines in JSON: when, what, how long. Never a question, an address or a word of an answer."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from chatbot.answer import Answer
from index import EngineError

_FRAMES = 5  # of a traceback, from where the error arose
_logger = logging.getLogger("chatbot.web")


def start() -> None:
    """Write log lines to standard error; call once per process."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    _logger.handlers = [handler]
    _logger.setLevel(logging.INFO)
    _logger.propagate = False


def event(name: str, **fields: Any) -> None:
    """One line: {"time": ..., "event": name, ...}."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    _logger.info(json.dumps({"time": now, "event": name, **fields}))


def answered(answer: Answer, *, way: str, milliseconds: float) -> None:
    """A question was answered: its status and passages, which the corpus's owner may count."""
    event(
        "answered",
        way=way,
        status=answer.status,
        passages=[f"{q.document_id}:{q.start}-{q.end}" for q in answer.passages],
        milliseconds=round(milliseconds, 1),
    )


def engine_gone(error: EngineError) -> None:
    """The server that holds the index did not answer. No words of a question ever go there."""
    event("engine", error=str(error))


def failed(error: BaseException, *, way: str) -> None:
    """Something that should not happen. An error's message may hold a question, so it is left out:
    the kind of the error and the lines of code that it passed are logged.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    event(
        "failed",
        way=way,
        error=type(error).__name__,
        at=[f"{frame.filename}:{frame.lineno}" for frame in frames],
    )
