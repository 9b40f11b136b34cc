"""Text on one line, joined without gaps, and cut free of the stops around it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WHITESPACE: Final = re.compile(r"\s+")


def one_line(text: str) -> str:
    """`text` as Unicode NFC, with single spaces for any white space."""
    return _WHITESPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def joined(separator: str, *parts: str) -> str:
    """The parts that are not empty, with the separator between them."""
    return separator.join(part for part in parts if part)


def without_stop(text: str) -> str:
    """`text` without the punctuation behind it and the quotation marks around it."""
    return text.strip().rstrip(".,;").strip(' "“”')
