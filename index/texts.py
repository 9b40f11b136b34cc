"""Documents -> passages, and the words that each is found by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from corpus.citations.bibliography import Bibliography
from corpus.model import Corpus, Document, Passage
from corpus.split import heading_of, split
from index.disk.contents import Contents
from index.disk.taken_over import split_before
from index.encoding.encoder import Encoder
from index.made_by import is_ours


def split_corpus(
    corpus: Corpus, encoder: Encoder, *, last: Contents | None = None
) -> list[Passage]:
    """The passages of every document; see `passages_of`."""
    return list(passages_of(corpus, encoder, last=last))


def passages_of(
    corpus: Corpus, encoder: Encoder, *, last: Contents | None = None
) -> Iterator[Passage]:
    """The passages of every document, in the order of the index: by document id, then offset.

    :param last: an index by the same model; see `gather`.
    """
    shared = corpus.references
    before = split_before(last, shared) if last and is_ours(last) else {}
    for document in corpus.documents:
        known, own = before.get(document.id, (None, ()))
        if known != document:
            bibliography = Bibliography((*document.references, *shared))
            own = split(document, bibliography, measure=encoder.count_tokens, window=encoder.window)
        for passage in own:
            if document.text[passage.start : passage.end] != passage.text:
                raise AssertionError(f"passage {passage.id!r} is no part of its document")
            yield passage


class Texts(Sequence[str]):
    """The words that passages are searched by, headings first, put together when asked for."""

    def __init__(self, documents: Mapping[str, Document], passages: Sequence[Passage]) -> None:
        self._documents = documents
        self._passages = passages

    def __len__(self) -> int:
        return len(self._passages)

    def __iter__(self) -> Iterator[str]:
        return map("\n".join, self.pairs())

    @overload
    def __getitem__(self, place: int, /) -> str: ...

    @overload
    def __getitem__(self, place: slice, /) -> list[str]: ...

    def __getitem__(self, place: int | slice, /) -> str | list[str]:
        if isinstance(place, slice):
            return ["\n".join(self._pair(passage)) for passage in self._passages[place]]
        return "\n".join(self._pair(self._passages[place]))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The heading and the text of each passage, as they are embedded."""
        return map(self._pair, self._passages)

    def _pair(self, passage: Passage) -> tuple[str, str]:
        document = self._documents[passage.document_id]
        return heading(document, passage), embedded_text(document, passage)


def heading(document: Document, passage: Passage) -> str:
    """Title and section of a passage as they are embedded."""
    return heading_of(document.title, passage.section)


def embedded_text(document: Document, passage: Passage) -> str:
    """The words of a passage as they are embedded: with the lead-in of a list cut in two."""
    if passage.lead_in is None:
        return passage.text
    return f"{document.text[slice(*passage.lead_in)]}\n{passage.text}"
