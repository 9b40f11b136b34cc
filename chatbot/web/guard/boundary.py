"""The last line: an error that nobody expected is a plain 500 and a log line without words."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.web import log
from chatbot.web.api import error_response


class Boundary:
    """Keeps tracebacks, whose last line may hold a question, out of the server's log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and answer for it if it fails."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:  # whatever it was, its words stay here
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            log.failed(error, way=path.split("/")[1])
            if not started:
                response = error_response("Something went wrong here. Please try again.", 500)
                await response(scope, receive, send)
