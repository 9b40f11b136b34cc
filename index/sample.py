"""Some of many texts, so that one text more or less changes little of which."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def sample(texts: Iterable[str], count: int) -> list[str]:
    """At most `count` different texts, those with the smallest hashes, in that order.

    Of texts that were sampled before, most stay: an incremental build has few to embed anew.
    """
    return sorted(set(texts), key=_hash)[:count]


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
