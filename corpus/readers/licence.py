"""What a file says of its licence -> a short name, as `license` is written elsewhere."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"creativecommons\.org/(?:licenses|licences|publicdomain)/(by(?:-nc)?(?:-nd|-sa)?|zero|mark)"
    r"(?:/(\d\.\d))?",
    re.IGNORECASE,
)
_SHORT = re.compile(r"\bCC[ -](BY(?:-NC)?(?:-ND|-SA)?|0)(?:[ -]v?(\d\.\d))?(?!\w)", re.IGNORECASE)
_NAMED = re.compile(r"creative\s+commons\s+(attribution|cc0|public\s+domain)", re.IGNORECASE)
_VERSION = re.compile(r"\b([1-4]\.0)\b")
_PARTS = (
    ("NC", re.compile(r"non-?\s?commercial\b(?!\s+and)", re.IGNORECASE)),
    ("SA", re.compile(r"share-?\s?alike", re.IGNORECASE)),
    ("ND", re.compile(r"no-?\s?deriv", re.IGNORECASE)),
)
_LONGEST = 120


def licence_name(said: str, *addresses: str) -> str:
    """A name such as "CC-BY-4.0" or "CC0-1.0"; else what is said, if it is short; else "".

    :param said: the sentence in which the file states its licence.
    :param addresses: the addresses that this sentence links to.
    """
    for place in (*addresses, said):
        found = _ADDRESS.search(place)
        if found:
            return _name(found[1], found[2] or "")
    short = _SHORT.search(said)
    if short:
        return _name(short[1], short[2] or "")
    named = _NAMED.search(said)
    if named:
        return _from_words(said[named.start() :], named[1])
    line = " ".join(said.split())
    return line if len(line) <= _LONGEST else ""


def _name(kind: str, version: str) -> str:
    kind = kind.upper()
    if kind in ("ZERO", "0"):
        return f"CC0-{version or '1.0'}"
    if kind == "MARK":
        return "public domain"
    return f"CC-{kind}{f'-{version}' if version else ''}"


def _from_words(said: str, kind: str) -> str:
    if kind.lower() != "attribution":
        return "CC0-1.0"
    # Only the licence's own name counts, not the permissions that the sentence goes on to list.
    title = re.split(r"[.,;(]\s|\blicen[cs]e\b", said, maxsplit=1, flags=re.IGNORECASE)[0]
    parts = [short for short, words in _PARTS if words.search(title)]
    version = _VERSION.search(said[: len(title) + 40])
    return "-".join(["CC-BY", *parts, *([version[1]] if version else [])])
