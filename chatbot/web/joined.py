"""Static files that a page gets in one request instead of several."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from starlette.responses import Response

from chatbot.web.page import STATIC

_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript"}


@dataclass(frozen=True, slots=True)
class Joined:
    """Files of `static/`, one after the other, under a name of their own."""

    name: str
    content: bytes

    @classmethod
    def of(cls, name: str, files: tuple[str, ...]) -> Joined:
        """Read and join the files.

        :param name: as which they are served, beside the files of `static/`: "embed-all.js".
        """
        return cls(name, b"\n".join((STATIC / file).read_bytes() for file in files))

    @property
    def path(self) -> str:
        """Where to serve it, below the root."""
        return f"static/{self.name}"

    @property
    def address(self) -> str:
        """Its path, with a part that changes when a file does."""
        return f"{self.path}?v={sha256(self.content).hexdigest()[:12]}"

    def response(self) -> Response:
        """The joined files, to be kept for good: another content has another address."""
        return Response(
            self.content,
            media_type=_MEDIA_TYPES[self.name.rpartition(".")[2]],
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )
