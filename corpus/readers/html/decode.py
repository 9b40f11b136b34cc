"""The bytes of an HTML file -> characters, by the rules of the HTML standard.

A byte order mark goes before what the file says of itself, and that before a guess: UTF-8 if
all of it is UTF-8, else windows-1252.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SEARCHED = 4096  # bytes; the standard says 1,024, and pages written by programs need more
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_CHARSET = re.compile(rb"<meta\s[^>]*?charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w:.-]+)", re.IGNORECASE)
# Names that the standard reads as another encoding than Python does.
_SAME_AS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-8",  # a page that could be searched for its name is not UTF-16
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}


def decode(data: bytes) -> tuple[str, int]:
    """The characters, and how many of them could not be read (U+FFFD stands in their place)."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _with(data[len(mark) :], encoding)
    declared = _declared(data[:_SEARCHED])
    if declared:
        return _with(data, declared)
    try:
        return data.decode("utf-8"), 0
    except UnicodeDecodeError:
        return _with(data, "cp1252")


def _with(data: bytes, encoding: str) -> tuple[str, int]:
    text = data.decode(encoding, errors="replace")
    return text, text.count("\ufffd")


def _declared(head: bytes) -> str:
    head = _COMMENT.sub(b"", head)
    found = _XML.match(head) or _CHARSET.search(head)
    if not found:
        return ""
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
        "".encode(name)  # "base64" is a codec, but not of characters
    except (LookupError, UnicodeError):
        return ""
    return _SAME_AS.get(name, name)
