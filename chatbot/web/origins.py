"""Which sites may frame the application: `--allow-embed ORIGIN`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

ANYBODY = "*"
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?)+|\[[0-9a-f:.]+\]")


class OriginError(ValueError):
    """Something that is no origin. `str(error)` says what one looks like."""


def origin(given: str) -> str:
    """An origin as browsers write it: "https://clinic.example", with the port if it is unusual.

    :param given: scheme and host, or "*", which lets every site in the world frame the pages.
    :raises OriginError: anything else: a path, a wildcard in a host name, another scheme.
    """
    if given == ANYBODY:
        return ANYBODY
    try:
        parts = urlsplit(given)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port
    except (ValueError, UnicodeError):
        raise OriginError(_wrong(given)) from None
    host = f"[{host}]" if ":" in host else host
    unwanted = parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or unwanted or not _HOST.fullmatch(host):
        raise OriginError(_wrong(given))
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def _wrong(given: str) -> str:
    return (
        f"{given!r} is no origin. Write scheme and host, such as https://clinic.example or "
        "https://clinic.example:8443, each site by itself; '*' alone allows every site"
    )
