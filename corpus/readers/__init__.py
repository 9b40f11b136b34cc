"""One module a format. Each reads one file into a `Document`; none of them splits or searches.

To add a format, write a module with a `read(path, *, file)` of this shape and name its suffixes
here; `corpus.load` does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from corpus.model import Document

Reader = Callable[[Path, str], Document]


def _late(module: str) -> Reader:
    """The reader in a module that is imported, with its parser, when it is first used.

    A question to an index that is up to date reads no document and should not pay for a parser.
    """

    def read(path: Path, file: str) -> Document:
        document: Document = import_module(module).read(path, file)
        return document

    return read


# Formats whose files are programs of a kind, written by others: their parsers run in a process
# with limits (`corpus.limits`), and a file that cannot be read is reported and left out.
LIMITED: Mapping[str, Reader] = {
    ".pdf": _late("corpus.readers.pdf"),
    ".docx": _late("corpus.readers.docx"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), _late("corpus.readers.html")),
    **dict.fromkeys((".xml", ".nxml"), _late("corpus.readers.jats")),
}

READERS: Mapping[str, Reader] = {
    **dict.fromkeys((".md", ".markdown"), _late("corpus.readers.markdown")),
    ".txt": _late("corpus.readers.plain"),
    **LIMITED,
}
