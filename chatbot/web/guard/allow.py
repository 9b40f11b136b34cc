"""Only the routes that a patient's page needs exist; everything else is a 404.

Gradio brings about sixty routes (upload, file, proxy, queue, call, monitoring, login and more)
and some of them are dangerous in an application that it is mounted in: they fetch addresses, read
files, or can be flooded until the queue stops for good.
"""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from chatbot.web.api import error_response

# By `app_id` Gradio finds out whether a server that it could not reach is back.
_GET = re.compile(
    r"/(?:healthz|favicon\.ico|static/[\w.-]+"
    r"|api/(?:corpus|docs|openapi\.json)"
    r"|embed(?:\.js|/howto)?|print|source(?:/.+)?"
    r"|chat/?|chat/assets/[\w.-]+|chat/static/js/iframeResizer\.contentWindow\.min\.js"
    r"|chat/theme\.css|chat/gradio_api/app_id/?)?",
    re.ASCII,
)
_POST = re.compile(r"/(?:api/(?:ask|feedback)|chat/gradio_api/run/predict)", re.ASCII)


class AllowList:
    """Answers 404 to every path that no page of ours uses, whatever is mounted below."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif is_allowed(scope):
            # The routes know GET only; the server leaves the body of an answer to HEAD out.
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            await self._app({**scope, "method": method}, receive, send)
        elif scope["type"] == "websocket":  # none is used; closing it is the refusal
            await send({"type": "websocket.close", "code": 1008})
        else:
            await error_response("Not found.", 404)(scope, receive, send)


def is_allowed(scope: Scope) -> bool:
    """Whether a page of ours uses this method and path."""
    if scope["type"] != "http":
        return False
    # Starlette keeps a proxy's prefix in `path` and names it in `root_path`.
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if scope["method"] in ("GET", "HEAD"):
        return _GET.fullmatch(path) is not None
    # OPTIONS would be a preflight of another site's script; no other site may call these routes.
    return scope["method"] == "POST" and _POST.fullmatch(path) is not None
