"""What a page says of itself: `<meta>` elements, citation tags, JSON-LD and links.

Of two sources the more deliberate wins: citation tags, then JSON-LD, Dublin Core, Open Graph,
and the plain elements last. Nothing is guessed from the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.model import Source
from corpus.readers.dates import iso_date
from corpus.readers.draft import one_line
from corpus.readers.licence import licence_name
from corpus.readers.tree import Element, text_of
from corpus.references.links import URL, bare_doi

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PAGES = frozenset(
    ("webpage", "medicalwebpage", "article", "newsarticle", "medicalscholarlyarticle", "faqpage",
     "scholarlyarticle", "healthtopiccontent", "blogposting", "techarticle", "qapage", "report")
)  # fmt: skip
_MOST_NODES = 2_000  # of JSON-LD


@dataclass(frozen=True, slots=True)
class About:
    """What was found; empty where the page says nothing. `title` is that of its tags, if any."""

    title: str
    page_title: str  # of the `<title>` element, which often names the site too
    source: Source


def about_page(root: Element, linked_data: Sequence[str]) -> About:
    """Read the head of a page.

    :param linked_data: the JSON-LD of the page, as it is written.
    """
    said = _Said(root, linked_data)
    licence = said.link("license") or said.linked("license") or said.meta("dcterms.license")
    rights = said.meta("dc.rights", "dcterms.rights", "rights", "copyright")
    doi = bare_doi(said.meta("citation_doi", "dc.identifier.doi"))
    return About(
        title=said.meta("citation_title")
        or said.linked("headline")
        or said.meta("dc.title", "dcterms.title", "og:title", "twitter:title"),
        page_title=text_of(root.path("head", "title")),
        source=Source(
            publisher=said.meta("citation_publisher")
            or said.linked("publisher")
            or said.meta("dc.publisher", "dcterms.publisher", "og:site_name", "publisher"),
            url=_address(
                f"https://doi.org/{doi}" if doi.startswith("10.") else "",
                said.link("canonical"),
                said.meta("og:url"),
                said.linked("url"),
            ),
            license=licence_name(rights, licence),
            language=_language(root, said),
            published=iso_date(
                said.meta("citation_publication_date", "citation_date", "citation_online_date"),
                said.linked("datePublished"),
                said.meta("dcterms.issued", "dc.date.issued", "article:published_time", "dc.date"),
            ),
            reviewed=iso_date(said.linked("lastReviewed"), day=True),
        ),
    )


class _Said:
    """The names and values of a page's head."""

    def __init__(self, root: Element, linked_data: Sequence[str]) -> None:
        self._meta: dict[str, str] = {}
        self._links: dict[str, str] = {}
        for element in root.all("meta"):
            name = element.get("name") or element.get("property") or element.get("itemprop")
            content = one_line(element.get("content"))
            if name and content:
                self._meta.setdefault(name.strip().lower().replace("dc:", "dc."), content)
        for element in root.all("link"):
            for relation in element.get("rel").lower().split():
                self._links.setdefault(relation, element.get("href").strip())
        for element in root.all("a"):
            if "license" in element.get("rel").lower().split():
                self._links.setdefault("license", element.get("href").strip())
        self._pages = list(_pages(linked_data))

    def meta(self, *names: str) -> str:
        """The content of the first of these that is given."""
        return next((self._meta[name] for name in names if name in self._meta), "")

    def link(self, relation: str) -> str:
        """The address of the first link with this relation."""
        return self._links.get(relation, "")

    def linked(self, name: str) -> str:
        """A value of the page's JSON-LD; for an organisation its name."""
        for page in self._pages:
            if value := _value(page.get(name)):
                return value
        return ""


def _value(value: Any) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("name") or value.get("url") or value.get("@id")
    return one_line(value) if isinstance(value, str) else ""


def _pages(linked_data: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The objects of JSON-LD that describe a page."""
    for text in linked_data:
        try:
            pending: list[Any] = [json.loads(text)]
        except (ValueError, RecursionError):
            continue
        for _ in range(_MOST_NODES):
            if not pending:
                break
            node = pending.pop(0)
            if isinstance(node, list):
                pending += node
            elif isinstance(node, dict):
                pending += [node.get("@graph"), node.get("mainEntity")]
                kinds = node.get("@type")
                named = kinds if isinstance(kinds, list) else [kinds]
                if any(str(kind).lower() in _PAGES for kind in named):
                    yield node


def _address(*found: str) -> str:
    return next((address for address in found if URL.fullmatch(address)), "")


def _language(root: Element, said: _Said) -> str:
    for language in (
        root.get("lang"),
        said.meta("citation_language"),
        said.linked("inLanguage"),
        said.meta("dc.language", "dcterms.language", "language"),
    ):
        tag = language.strip().replace("_", "-")
        if _LANGUAGE.fullmatch(tag):
            first, _, rest = tag.partition("-")
            return "-".join(filter(None, (first.lower(), rest)))
    return ""
