"""A limit on request bodies, counted on the stream, and a time in which they must arrive."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.web.api import error_response

MOST_BYTES = 16 * 1024
_SECONDS = 10


class BodyLimit:
    """Reads the whole (small) body before anything else sees the request.

    So a slow or endless sender costs one waiting task and at most `most` bytes, and no thread.
    Only JSON is taken: a browser lets another site's page send that only after a preflight.
    """

    def __init__(self, app: ASGIApp, *, most: int = MOST_BYTES, seconds: float = _SECONDS) -> None:
        self._app = app
        self._most = most
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body, or refuse it."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        kind = Headers(scope=scope).get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/json":
            refusal = error_response("Send JSON, with content-type: application/json.", 415)
            await refusal(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._read(receive)
        except TimeoutError:
            await error_response("The request took too long to arrive.", 408)(scope, receive, send)
            return
        if body is None:
            return  # the client went away
        if len(body) > self._most:
            message = f"The request is longer than {self._most:,} bytes."
            await error_response(message, 413)(scope, receive, send)
            return
        await self._app(scope, _replayed(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        body = b""
        while len(body) <= self._most:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        return body


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
