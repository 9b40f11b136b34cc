"""One module a format. Each reads one file into a `Document`; none of them splits or searches.

To add a format, write a module with a `read(path, *, file)` of this shape and name its suffixes
here; `corpus.load` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from corpus.model import Document
from corpus.readers import markdown, plain

Reader = Callable[[Path, str], Document]

READERS: Mapping[str, Reader] = {
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".txt": plain.read,
}
