"""One module a format. Each reads one file into a `Document`; none of them splits or searches.

To add a format, write a module with a `read(path, *, file)` of this shape and name its suffixes
here; `corpus.load` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from corpus.model import Document

Reader = Callable[[Path, str], Document]


def _markdown(path: Path, file: str) -> Document:
    # A question to an index that is up to date reads no document and should not pay for a parser.
    from corpus.readers import markdown

    return markdown.read(path, file)


def _plain(path: Path, file: str) -> Document:
    from corpus.readers import plain

    return plain.read(path, file)


READERS: Mapping[str, Reader] = {".md": _markdown, ".markdown": _markdown, ".txt": _plain}
