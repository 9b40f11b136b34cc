"""All pages and routes, put together behind their guards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from chatbot.web import api, api_page, embed, howto, log, printout, source
from chatbot.web.chat import mount_chat
from chatbot.web.guard.allow import AllowList
from chatbot.web.guard.body import BodyLimit
from chatbot.web.guard.boundary import Boundary
from chatbot.web.guard.headers import SafeHeaders
from chatbot.web.page import STATIC
from chatbot.web.service import ENGINE_GONE, Service
from index import EngineError

_PAGES = (embed, howto, printout, source, api_page)


def create_application(service: Service, *, root_path: str = "") -> ASGIApp:
    """The web application.

    :param root_path: the prefix that a proxy serves it under, such as "/answers", or "".
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        service.close()

    app = FastAPI(
        title="Answers that are quotations",
        description="Passages of reviewed documents, word for word, with their citations.",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )
    # Gradio answers every other site's script with permission unless its parent has a policy. Ours:
    # no other site's script may read anything.
    app.add_middleware(CORSMiddleware, allow_origins=())
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(EngineError, _engine_gone)
    app.add_exception_handler(Exception, _unexpected)
    app.include_router(api.routes(service))
    for pages in _PAGES:
        app.include_router(pages.routes(service))
    app.mount("/static", _Static(directory=STATIC))
    app.add_api_route("/", _home, include_in_schema=False)
    app.add_api_route("/chat", _home, include_in_schema=False)
    app.add_api_route("/favicon.ico", _icon, include_in_schema=False)
    mount_chat(app, service, root_path=root_path)
    guarded: ASGIApp = AllowList(BodyLimit(Boundary(app)))
    safe = SafeHeaders(guarded, allow_embed=service.allow_embed)
    # The last levels of compression cost many times more for a few bytes less.
    return GZipMiddleware(safe, minimum_size=500, compresslevel=5)


class _Static(StaticFiles):
    """Static files, whose addresses change when they do (`page.static_address`)."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


async def _home(request: Request) -> Response:
    # Relative, so that it is right under any prefix.
    return RedirectResponse("chat/", 307)


async def _icon() -> Response:
    return Response(status_code=204)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Which field is wrong, without repeating what was sent."""
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(problem["type"] == "json_invalid" for problem in found):
        return api.error_response("The body is not JSON.", 400)
    problems = [f"{'.'.join(map(str, p['loc'][1:])) or 'body'}: {p['msg']}" for p in found]
    return api.error_response("; ".join(problems), 422)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return api.error_response(str(error.detail), error.status_code)


async def _engine_gone(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, EngineError)
    log.engine_gone(error)
    return api.error_response(ENGINE_GONE, 503, seconds=5)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    # The error itself goes on to `Boundary`, which logs it.
    return api.error_response("Something went wrong here. Please try again.", 500)
