"""What somebody typed -> a question that can be searched and shown. Nothing is stored."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 2_000

# Marks that reorder or hide the text around them: of no use in a question, and able to make an
# answer's page show something other than what was asked. Those that words copied from a page or a
# PDF carry (soft hyphen, zero-width space, word joiner) would hide a word from every search.
_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A),
     0xFEFF]
)  # fmt: skip
_SURROGATE = re.compile("[\ud800-\udfff]")


def cleaned(question: str) -> str:
    """One line of Unicode NFC without control characters; lone surrogates become U+FFFD."""
    text = _SURROGATE.sub("\ufffd", question).translate(_INVISIBLE)
    text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def says_something(question: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(character.isalnum() for character in question)
