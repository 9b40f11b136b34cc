"""What the properties of a PDF say about it: language and date."""

from __future__ import annotations

import re

_DATE = re.compile(r"D:(\d{4})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def language_of(properties: dict[str, str]) -> str:
    """The language as BCP 47 writes it, or nothing."""
    said = properties.get("Language", "").strip().replace("_", "-")
    return said if _LANGUAGE.fullmatch(said) else ""


def date_of(properties: dict[str, str]) -> str:
    """The day on which the file was made, as ISO 8601, or nothing."""
    found = _DATE.match(properties.get("CreationDate", ""))
    return "-".join(found.groups()) if found else ""
