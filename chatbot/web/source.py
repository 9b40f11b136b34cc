"""The source viewer: every document as it is stored, with a passage marked in it.

`/source/{document}?passage=120-480` works without JavaScript; `source.js` only makes
`/source/{document}#p-120-480` lead there too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import islice

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from chatbot.web.service import Service
from chatbot.web.source_page import (
    MOST_LISTED,
    Cited,
    document_page,
    documents_page,
    no_document_page,
    no_passage_page,
)
from corpus.model import Passage, Reference

# The page of the longest document that is read takes about 100 MB while it is made.
_AT_ONCE = 2
# Offsets of ten digits are beyond any document; no number of a million digits is ever read.
_PASSAGE = re.compile(r"(0|[1-9][0-9]{0,9})-(0|[1-9][0-9]{0,9})")


def routes(service: Service) -> APIRouter:
    """The pages `/source` and `/source/{document_id}`."""
    router = APIRouter(include_in_schema=False)
    bot = service.bot
    limiter = CapacityLimiter(_AT_ONCE)

    @router.get("/source")
    async def documents() -> HTMLResponse:
        def make() -> HTMLResponse:
            first = islice(bot.documents.values(), MOST_LISTED)
            return documents_page(list(first), bot.corpus, root="")

        return await to_thread.run_sync(make, limiter=limiter)

    @router.get("/source/{document_id:path}")
    async def source(
        document_id: str, request: Request, passage: str | None = None
    ) -> HTMLResponse:
        root = _root(document_id, request)
        document = bot.documents.get(document_id)
        if document is None:
            return no_document_page(root=root)
        try:
            span = None if passage is None else span_of(passage, len(document.text))
        except ValueError as error:
            return no_passage_page(document, str(error), root=root)
        known = cited_in(bot.passages_of(document_id), bot.references)
        make = partial(document_page, document, known, passage=span, root=root)
        return await to_thread.run_sync(make, limiter=limiter)

    return router


def cited_in(passages: Iterable[Passage], references: Mapping[str, Reference]) -> Cited:
    """What the passages of a document cite.

    :param passages: in the order of its text.
    """
    citations = [citation for passage in passages for citation in passage.citations]
    ids = dict.fromkeys(name for citation in citations for name in citation.reference_ids)
    return Cited(citations, [references[name] for name in ids])


def span_of(passage: str, length: int) -> tuple[int, int]:
    """Start and end of a passage written "120-480", in a text of `length` characters.

    :raises ValueError: there is no such passage; the message is for the person who followed the
        link.
    """
    found = _PASSAGE.fullmatch(passage)
    if not found:
        raise ValueError("A passage is written as two numbers with a hyphen: passage=120-480.")
    start, end = int(found[1]), int(found[2])
    if end <= start:
        raise ValueError("A passage ends after it begins, and this one does not.")
    if end > length:
        raise ValueError(
            f"The document has {length:,} characters, and the passage would end at {end:,}."
        )
    return start, end


def _root(document_id: str, request: Request) -> str:
    """Relative path from a document's page to the root; "%2F" in an address is no folder."""
    address: bytes = request.scope.get("raw_path") or b""
    folders = document_id.count("/") - address.lower().count(b"%2f")
    return "../" * (1 + folders)
