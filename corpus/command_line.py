"""What every command of this program does alike: streams, interruptions, and the last errors."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn


def run(main: Callable[[], int]) -> NoReturn:
    """Run a command and end the process with its exit code.

    Standard input and output are UTF-8; what is not is replaced and is no reason to stop. An
    interruption ends with 130. A reader of our output that has seen enough is no error.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = main()
        if sys.stdout:
            sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # Python would try to flush once more at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        say(f"error: {error.strerror or error}")
        code = 2
    sys.exit(code)


def say(message: str) -> None:
    """A message for people, on standard error."""
    if sys.stderr:
        print(message, file=sys.stderr, flush=True)


def folder(text: str) -> Path:
    """Argument type: a path that is not empty, as that of an unset shell variable would be."""
    if not text:
        raise argparse.ArgumentTypeError("the folder's name is empty")
    return Path(text)
