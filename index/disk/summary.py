"""What a start needs to know of all documents, counted when an index is built."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from corpus.model import Document

SUMMARY = "summary.json"
_FIRST = 40  # documents of a topic, and titles: as many as anything shows or tries


class Summary(msgspec.Struct, frozen=True):
    """`topics`: each topic with the numbers of the first documents on it, in their order.

    `titles` are those of the first documents; `languages` all tags, "" where a document has none.
    """

    topics: dict[str, list[int]]
    titles: list[str]
    languages: list[str]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Summary:
        """Look at every document once."""
        topics: dict[str, list[int]] = {}
        titles: list[str] = []
        languages: set[str] = set()
        for number, document in enumerate(documents):
            for topic in dict.fromkeys(document.topics):
                if len(own := topics.setdefault(topic, [])) < _FIRST:
                    own.append(number)
            if len(titles) < _FIRST:
                titles.append(document.title)
            languages.add(document.source.language)
        return cls(topics, titles, sorted(languages))

    @classmethod
    def open(cls, folder: Path) -> Summary:
        """What `save` wrote.

        :raises OSError, ValueError: the file is missing or damaged.
        """
        return msgspec.json.decode((folder / SUMMARY).read_bytes(), type=cls)

    def save(self, folder: Path) -> None:
        """Write what was counted."""
        (folder / SUMMARY).write_bytes(msgspec.json.encode(self) + b"\n")
