"""The frame of our own pages: plain HTML, no script or style in the page itself."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse

STATIC = Path(__file__).parent / "static"


def page(
    *,
    title: str,
    body: str,
    root: str = "",
    styles: tuple[str, ...] = (),
    scripts: tuple[str, ...] = (),
    attributes: Mapping[str, str] | None = None,
    language: str = "en",
    status: int = 200,
) -> HTMLResponse:
    """A page as a response.

    :param title: plain text.
    :param body: HTML; whoever makes it has escaped every text in it.
    :param root: relative path from this page to the root of the application: "" for "/embed",
        "../" for "/source/x". Pages use relative addresses only, so that they work under any
        prefix behind a proxy.
    :param styles: files in `static/`, after `base.css`.
    :param scripts: files in `static/`; each is loaded deferred.
    :param attributes: attributes of the `html` element: {"data-theme": "dark"}.
    """
    links = "".join(
        f'<link rel="stylesheet" href="{root}{static_address(name)}">'
        for name in ("base.css", *styles)
    )
    loaded = "".join(
        f'<script src="{root}{static_address(name)}" defer></script>' for name in scripts
    )
    marks = "".join(f' {name}="{escape(value)}"' for name, value in (attributes or {}).items())
    return HTMLResponse(
        f'<!doctype html><html lang="{escape(language)}"{marks}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title>"
        f'<link rel="icon" href="{root}favicon.ico">{links}{loaded}</head>'
        f"<body>{body}</body></html>",
        status_code=status,
    )


def static_address(name: str) -> str:
    """Address of a static file, relative to the root, that changes when the file does."""
    return f"static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"
