"""Some of many texts, so that one text more or less changes little of which."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

_AT_ONCE = 1_000


def sample(texts: Iterable[str], count: int) -> list[str]:
    """At most `count` different texts, those with the smallest hashes, in that order.

    Of texts that were sampled before, most stay: an incremental build has few to embed anew.
    """
    found: dict[bytes, str] = {}
    for text in texts:
        found[_hash(text)] = text
        if len(found) > _AT_ONCE + count:  # texts may be more than fit into memory
            found = dict(sorted(found.items())[:count])
    return [text for _, text in sorted(found.items())[:count]]


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
