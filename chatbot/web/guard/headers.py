"""What every response says to the browser, and what requests say that nobody may believe."""

from __future__ import annotations

import secrets

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.web.guard.chat_page import ChatPage

# Headers that Gradio takes from anybody as the address that it is reached at.
_NOT_BELIEVED = {b"x-forwarded-host", b"x-gradio-server"}
_CHAT = "/chat/"


class SafeHeaders:
    """Adds the security headers, with a nonce for the scripts in Gradio's page."""

    def __init__(self, app: ASGIApp, *, allow_embed: tuple[str, ...] = ()) -> None:
        self._app = app
        self._ancestors = " ".join(("'self'", *allow_embed)) if allow_embed != ("*",) else "*"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on without the headers that are not believed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kept = [pair for pair in scope["headers"] if pair[0].lower() not in _NOT_BELIEVED]
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        chat = path == _CHAT
        nonce = secrets.token_urlsafe(16) if chat else ""
        policy = self._policy(path, nonce)
        passed_on: Send = ChatPage(send, nonce=nonce) if chat else send

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                _set(MutableHeaders(raw=message["headers"]), policy, path)
            await passed_on(message)

        await self._app({**scope, "headers": kept}, receive, answer)

    def _policy(self, path: str, nonce: str) -> str:
        # Gradio's components set styles in the page; ours do not.
        script, style, base = ("'self'", "'self'", "'none'")
        if nonce:
            script, style, base = (f"'self' 'nonce-{nonce}'", "'self' 'unsafe-inline'", "'self'")
        frames = "; frame-src 'self'" if path == "/embed/howto" else ""
        return (
            f"default-src 'none'; script-src {script}; style-src {style}; "
            "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
            f"base-uri {base}; form-action 'self'; object-src 'none'{frames}; "
            f"frame-ancestors {self._ancestors}"
        )


def _set(headers: MutableHeaders, policy: str, path: str) -> None:
    headers["Content-Security-Policy"] = policy
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if "set-cookie" in headers:
        del headers["set-cookie"]
    if path.startswith("/chat/assets/"):  # their names hold a hash of what is in them
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif path.startswith(("/api/", "/chat")):
        headers["Cache-Control"] = "no-store"
