"""JSON over HTTP: `POST /api/ask`, `GET /api/corpus`, `GET /healthz`, `POST /api/feedback`."""

from __future__ import annotations

import json
from time import perf_counter
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr
from starlette.responses import JSONResponse
from typing_extensions import TypedDict

from chatbot.bot import DEFAULT_COUNT, MOST_PASSAGES
from chatbot.question import MAX_CHARACTERS
from chatbot.regions import region_of
from chatbot.render.json_types import corpus_dict
from chatbot.render.schema import AnswerJSON, CorpusJSON
from chatbot.web import log
from chatbot.web.service import Refused, Service
from chatbot.web.source_page import MOST_LISTED


class Ask(BaseModel):
    """A question."""

    model_config = ConfigDict(extra="forbid")

    question: StrictStr = Field(
        description=f"In the patient's words; at most {MAX_CHARACTERS:,} characters are read.",
        examples=["Is walking safe if my feet are numb?"],
    )
    k: StrictInt = Field(
        DEFAULT_COUNT, ge=1, le=MOST_PASSAGES, description="Show at most this many passages."
    )
    history: list[StrictStr] = Field(
        [],
        max_length=10,
        description="Earlier questions, the latest last, that this one may lean on.",
    )
    region: StrictStr = Field(
        "",
        pattern="^([A-Za-z]{2})?$",
        description="ISO 3166 code of a country, for its emergency number.",
    )
    exactly: StrictBool = Field(
        False,
        description="Search for exactly these words: nothing mended, nothing joined, nothing "
        "added; `history` is ignored.",
    )


class Thumb(BaseModel):
    """Whether a passage helped."""

    model_config = ConfigDict(extra="forbid")

    passage: StrictStr = Field(
        description="document_id:start-end",
        max_length=1_000,
        examples=["starting-safely:2935-3692"],
    )
    thumb: Literal["up", "down"]


class DocumentJSON(TypedDict):
    """A document of the corpus."""

    id: str
    title: str
    file: str
    sha256: str
    publisher: str
    published: str
    reviewed: str
    review_status: str
    license: str
    language: str
    url: str


class WholeCorpusJSON(TypedDict):
    """What can be asked here; of very many documents the first 2,000."""

    corpus: CorpusJSON
    starters: list[str]
    languages: list[str]
    documents: list[DocumentJSON]


class ReadyJSON(TypedDict):
    """The index is open."""

    status: Literal["ready"]
    corpus: str
    digest: str
    passages: int


class ErrorJSON(TypedDict):
    """What went wrong, in a sentence for the person who asked."""

    error: str
    status: int


ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorJSON, "description": "The body is not JSON."},
    413: {"model": ErrorJSON, "description": "The body is longer than 16 KB."},
    415: {"model": ErrorJSON, "description": "The content type is not application/json."},
    422: {"model": ErrorJSON, "description": "A field is missing, unknown or out of range."},
    429: {"model": ErrorJSON, "description": "Too many questions; see Retry-After."},
    503: {"model": ErrorJSON, "description": "Busy; see Retry-After."},
}


def error_response(message: str, status: int, *, seconds: int = 0) -> JSONResponse:
    """An error as JSON, with `Retry-After` when it is worth trying again."""
    headers = {"Retry-After": str(seconds)} if seconds else None
    return JSONResponse({"error": message, "status": status}, status, headers)


def routes(service: Service) -> APIRouter:
    """The routes; those that stand in the API's description are the public ones."""
    router = APIRouter()

    @router.post(
        "/api/ask",
        summary="Ask a question",
        response_model=AnswerJSON,
        responses=ERRORS,
        tags=["answers"],
    )
    async def ask(asked: Ask, request: Request) -> JSONResponse:
        """Passages that answer the question, word for word, with their citations.

        "Nothing found" is an answer too: `status` is `not_found` and `passages` is empty.
        """
        start = perf_counter()
        try:
            region_of(asked.region)
        except ValueError as error:
            return error_response(str(error), 422)
        try:
            answer = await service.ask(
                asked.question,
                client=client_of(request),
                k=asked.k,
                history=asked.history,
                region=asked.region,
                exactly=asked.exactly,
            )
        except Refused as refused:
            log.event("refused", way="api", http=refused.status)
            return error_response(str(refused), refused.status, seconds=refused.seconds)
        log.answered(answer, way="api", milliseconds=1_000 * (perf_counter() - start))
        return JSONResponse(answer.to_dict())

    @router.get(
        "/api/corpus",
        summary="What can be asked here",
        response_model=WholeCorpusJSON,
        responses={422: ERRORS[422]},
        tags=["answers"],
    )
    async def corpus(topic: str = "") -> JSONResponse:
        """The documents, and questions to start with, on `topic` first if one is named."""
        found = await run_in_threadpool(service.starters, topic)
        return JSONResponse(_corpus(service, list(found)))

    @router.get(
        "/healthz",
        summary="Is the index open?",
        response_model=ReadyJSON,
        responses={503: ERRORS[503]},
        tags=["server"],
    )
    async def healthz() -> JSONResponse:
        """Answers only when questions can be asked: the server begins to listen after that.

        503 where the index is in a search engine that does not answer now.
        """
        await run_in_threadpool(service.bot.check)
        info = service.bot.corpus
        ready: ReadyJSON = {
            "status": "ready",
            "corpus": info.name,
            "digest": info.digest,
            "passages": info.passages,
        }
        return JSONResponse(ready)

    if service.feedback is not None:
        _add_feedback(router, service)
    return router


def client_of(request: Request) -> str:
    """Address of who asks; behind a trusted proxy the server has put the real one here."""
    return request.client.host if request.client else ""


def _corpus(service: Service, found: list[str]) -> WholeCorpusJSON:
    bot = service.bot
    return {
        "corpus": corpus_dict(bot.corpus),
        "starters": found,
        "languages": sorted(filter(None, bot.languages)),
        "documents": [
            {
                "id": document.id,
                "title": document.title,
                "file": document.file,
                "sha256": document.sha256,
                "publisher": document.source.publisher,
                "published": document.source.published,
                "reviewed": document.source.reviewed,
                "review_status": document.source.review_status,
                "license": document.source.license,
                "language": document.source.language,
                "url": document.source.url,
            }
            for document in map(bot.document_at, range(min(bot.corpus.documents, MOST_LISTED)))
        ],
    }


def _add_feedback(router: APIRouter, service: Service) -> None:
    path = service.feedback
    assert path is not None

    @router.post(
        "/api/feedback",
        summary="Say whether a passage helped",
        responses=ERRORS,
        tags=["answers"],
    )
    async def feedback(given: Thumb, request: Request) -> JSONResponse:
        """Appends the passage and the thumb to the clinic's file, and nothing else."""
        own = service.bot.passages_of(given.passage.rpartition(":")[0])
        if given.passage not in (passage.id for passage in own):
            return error_response("There is no such passage.", 404)

        def write() -> None:
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"passage": given.passage, "thumb": given.thumb}) + "\n")

        try:
            await service.run(write, client=client_of(request))
        except Refused as refused:
            return error_response(str(refused), refused.status, seconds=refused.seconds)
        return JSONResponse({"status": "noted"})
