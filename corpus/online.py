"""Reference lists compared with what a DOI service says. The only file that speaks HTTP.

Used by `python -m corpus check --online` and by nothing else. Nothing is sent but the DOIs.
"""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from http.client import HTTPException, HTTPResponse
from typing import Any, Final
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import quote

from corpus.check.findings import Finding, Kind
from corpus.check.reference_rules import reference_places
from corpus.model import Corpus, Reference
from corpus.references.identity import plain_key

DOI_SERVICE: Final = "https://doi.org"
_ACCEPT: Final = "application/vnd.citationstyles.csl+json"
_USER_AGENT: Final = "verbatim-patient-education-corpus-check/1"
_TIMEOUT: Final = 15.0  # seconds for one answer, all of it
_PAUSE: Final = 0.5  # seconds between two requests
_MOST_BYTES: Final = 5_000_000
_LEAST_ALIKE: Final = 0.9
_MOST_YEARS_APART: Final = 1  # published online before it was printed
_MOST_FAILURES: Final = 3  # in a row; then the service is left alone
_MOST_NAMED: Final = 5
_MARKUP: Final = re.compile(r"<[^<>]*>")


class _NotFound(Exception):
    """The service knows no such DOI."""


class _NoAnswer(Exception):
    """The service gave no record; the text says why."""


@dataclass(frozen=True, slots=True)
class _Record:
    titles: tuple[str, ...]  # without and with its subtitle
    years: tuple[int, ...]  # online, in print


def check_online(
    corpus: Corpus,
    *,
    service: str = DOI_SERVICE,
    timeout: float = _TIMEOUT,
    pause: float = _PAUSE,
) -> tuple[Finding, ...]:
    """Look up every DOI of the reference lists, and compare title and year.

    A service that fails three times in a row is not asked again; what could not be looked up is
    one note.

    :param service: http(s) address before the DOI, without the slash.
    :param timeout: seconds that one answer may take.
    :param pause: seconds between two requests.
    """
    places = reference_places(corpus)
    findings: list[Finding] = []
    failures: dict[str, str] = {}
    references = _with_doi(corpus)
    in_a_row = 0
    for reference in references:
        if in_a_row == _MOST_FAILURES:
            failures[reference.id] = "not asked any more"
            continue
        try:
            record = _look_up(reference.doi, service, timeout)
        except _NotFound:
            found = [(Kind.DOI_NOT_FOUND, f"'{reference.id}': {reference.doi} is not registered")]
            in_a_row = 0
        except _NoAnswer as error:
            failures[reference.id] = str(error)
            in_a_row += 1
            found = []
        else:
            found = list(_differences(reference, record))
            in_a_row = 0
        place = places[reference.id]
        findings += [Finding("", *place, kind, text, kind.fault) for kind, text in found]
        time.sleep(pause)
    return (*findings, *_not_looked_up(failures, len(references), service))


def _with_doi(corpus: Corpus) -> Sequence[Reference]:
    """Every reference with a DOI, each DOI once, the shared list first."""
    own = (reference for document in corpus.documents for reference in document.references)
    by_doi: dict[str, Reference] = {}
    for reference in (*corpus.references, *own):
        if reference.doi:
            by_doi.setdefault(reference.doi.casefold(), reference)
    return tuple(by_doi.values())


def _not_looked_up(failures: Mapping[str, str], asked: int, service: str) -> Iterator[Finding]:
    if failures:
        named = [f"{id_}: {why}" for id_, why in list(failures.items())[:_MOST_NAMED]]
        more = ["..."] if len(failures) > _MOST_NAMED else []
        kind = Kind.NOT_LOOKED_UP
        text = f"{len(failures)} of {asked} at {service} ({'; '.join([*named, *more])})"
        yield Finding("", "references.json", 0, kind, text, kind.fault)


# --- Comparing ---------------------------------------------------------------------------------


def _differences(reference: Reference, record: _Record) -> Iterator[tuple[Kind, str]]:
    if reference.title and not any(_alike(reference.title, title) for title in record.titles):
        text = f"'{reference.id}': registered as '{record.titles[-1]}'"
        yield Kind.TITLE_DIFFERS, text
    if reference.year is not None and record.years:
        apart = min(abs(reference.year - year) for year in record.years)
        if apart > _MOST_YEARS_APART:
            years = ", ".join(str(year) for year in record.years)
            yield Kind.YEAR_DIFFERS, f"'{reference.id}': {reference.year} here, {years} registered"


def _alike(one: str, other: str) -> bool:
    """Whether two titles are the same but for case, punctuation, markup and slips."""
    matcher = SequenceMatcher(None, _key(one), _key(other), autojunk=False)
    return matcher.quick_ratio() >= _LEAST_ALIKE and matcher.ratio() >= _LEAST_ALIKE


def _key(title: str) -> str:
    return plain_key(_MARKUP.sub("", html.unescape(title)))


# --- Asking ------------------------------------------------------------------------------------


def _opener() -> request.OpenerDirector:
    """Speaks http and https and nothing else, so that no redirect leads to a file or to FTP."""
    proxies = {k: v for k, v in request.getproxies().items() if k in ("http", "https")}
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(proxies),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPRedirectHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    opener.addheaders = [("User-Agent", _USER_AGENT)]
    return opener


def _look_up(doi: str, service: str, timeout: float) -> _Record:
    """The record of a DOI.

    :raises _NotFound: the service says that there is none.
    :raises _NoAnswer: anything else that is not a record.
    """
    try:
        asked = request.Request(f"{service}/{quote(doi, safe='/')}", headers={"Accept": _ACCEPT})
        with _opener().open(asked, timeout=timeout) as response:
            content = _content(response, time.monotonic() + timeout)
    except HTTPError as error:
        error.close()
        if error.code in (404, 410):
            raise _NotFound from None
        raise _NoAnswer(f"HTTP status {error.code}") from None
    except URLError as error:
        raise _NoAnswer(str(error.reason)) from None
    except (OSError, HTTPException, ValueError) as error:
        raise _NoAnswer(str(error) or type(error).__name__) from None
    return _record(content)


def _content(response: HTTPResponse, deadline: float) -> bytes:
    """All of the answer; the deadline holds against one that comes in drops."""
    content = b""
    while piece := response.read1(65_536):
        content += piece
        if len(content) > _MOST_BYTES:
            raise _NoAnswer(f"more than {_MOST_BYTES:,} bytes")
        if time.monotonic() > deadline:
            raise _NoAnswer("timed out")
    return content


def _record(content: bytes) -> _Record:
    try:
        fields = json.loads(content)
    except (ValueError, RecursionError):
        raise _NoAnswer("the answer is not JSON") from None
    titles = _titles(fields) if isinstance(fields, dict) else ()
    if not titles:
        raise _NoAnswer("the answer has no title")
    return _Record(titles, tuple(_years(fields)))


def _titles(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """The title, and the title with its subtitle; a service may give either as a list."""
    title, subtitle = _first_text(fields.get("title")), _first_text(fields.get("subtitle"))
    if not title:
        return ()
    return (title, f"{title}: {subtitle}") if subtitle else (title,)


def _first_text(value: object) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return " ".join(first.split()) if isinstance(first, str) else ""


def _years(fields: Mapping[str, Any]) -> Iterator[int]:
    """The years of every publication date, each once."""
    seen: set[int] = set()
    for name in ("issued", "published", "published-print", "published-online"):
        try:
            year = int(fields[name]["date-parts"][0][0])
        except (KeyError, IndexError, TypeError, ValueError):
            continue
        if year not in seen:
            seen.add(year)
            yield year
