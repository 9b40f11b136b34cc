"""Gradio's page on its way out: its scripts get the nonce, and browsers without them a sentence."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

_NO_SCRIPT = (
    b'<noscript><p style="margin:1rem">This chat needs JavaScript. Without it you can read '
    b'<a href="../source">the documents</a> that it answers from.</p></noscript>'
)


class ChatPage:
    """Passes the messages of one response on, with the page in them changed.

    The page is a template filled in with the configuration of our components, in which `<` is
    escaped; nothing that a user or a document wrote can be one of its script tags.
    """

    def __init__(self, send: Send, *, nonce: str) -> None:
        self._send = send
        self._nonce = nonce
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """Collect the page, and send it when it is whole."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body", False):
            return
        page = self._body.replace(b"<script", f'<script nonce="{self._nonce}"'.encode())
        page = page.replace(b"</body>", _NO_SCRIPT + b"</body>")
        headers = MutableHeaders(raw=self._start["headers"])
        if page and "content-length" in headers:
            headers["content-length"] = str(len(page))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": page})
