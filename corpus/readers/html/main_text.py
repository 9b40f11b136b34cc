"""Which part of a page is its main text, and what around it is not.

Rules, not scores: a paragraph is never dropped for how it looks. What the page itself marks as
navigation, header, footer or search is left out; so is what bears the name of a cookie banner
and the like. Of the rest, the part that the author calls the main one is taken if it holds at
least half of the words, else all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus.readers.tree import Element

# What LibreOffice calls what stands at the head and foot of pages.
_OFFICE = ("header", "footer")
_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar",
     "toolbar", "tablist")
)  # fmt: skip
# Words of a class or id that name a part of a page that is not its text.
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?[_-]?(?:banner|bar|consent|notice|popup|message|law|modal|overlay)|"
    r"consent[_-]?(?:banner|bar|popup|modal|manager)|onetrust|gdpr|breadcrumbs?|navbar|navbox|"
    r"skip[_-]?(?:links?|nav|to)|social[_-]?(?:share|sharing|links|media|icons|buttons|bar)|"
    r"share[_-]?(?:buttons?|links|bar|this|tools)|newsletter[_-]?(?:sign|form|box|subscribe)|"
    r"pagination|pager|catlinks|printfooter|site[_-]?(?:header|footer|nav)|page[_-]?footer|"
    r"main[_-]?(?:menu|nav)|toc|table-of-contents|mw-indicators|ambox)(?=$|[\s_-])",
    re.IGNORECASE,
)
# Names that may stand on a part of the text too, and count only for a few words.
_NAMES_OF_SMALL = re.compile(r"(?:^|[\s_-])(?:no-?print|portlet|print-hidden)(?=$|[\s_-])")
_SMALL = 40  # words
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NEVER = frozenset(
    ("body", "html", "main", "article", "sup", "sub", "a", "li", "p", "tr", "td", *_HEADINGS)
)
_MANY = 100  # articles on one page: a list of news, of which none is the main text
_MOST_OF_PAGE = 0.4  # an element with more of the words than this is no banner, whatever its name
_LEAST = 0.5
_LEAST_OF_BODY = 0.2  # for the one that says of itself that it is the article's body, and no more
_ARTICLE = frozenset(("main", "article", "section"))


@dataclass(slots=True)
class MainText:
    """The element that holds the main text, and how many words around and in it are left out."""

    element: Element
    left_out: int = 0
    headings: list[Element] = field(default_factory=list)  # h1 elements outside, for the title


def find_main_text(root: Element) -> MainText:
    """Choose the main part of a page and take out of it what is no text. Changes the tree."""
    body = root.first("body") or root
    found = MainText(body)
    words = _words(body)
    headings = list(body.all("h1"))
    found.left_out += _prune(body, inside=False, total=words)
    left = _words(body)
    chosen = next((e for e in _candidates(body) if _words(e) >= _share(e) * left), body)
    found.left_out += left - _words(chosen)
    if chosen is body:
        found.left_out += _without_link_lists(body)
    inside = {id(heading) for heading in chosen.all("h1")}
    found.headings = [heading for heading in headings if id(heading) not in inside]
    found.element = chosen
    return found


def _words(element: Element) -> int:
    return len("".join(f"{text} " for text in element.texts()).split())


def _share(element: Element) -> float:
    """The share of the words that a part must hold to be the main one."""
    return _LEAST_OF_BODY if element.get("itemprop") else _LEAST


def _candidates(body: Element) -> Iterator[Element]:
    """Parts that the author calls the main one, the surest name first; only where it is one."""
    everything = list(_all_elements(body))
    for group in (
        [e for e in everything if "articlebody" in e.get("itemprop").lower().split()],
        [e for e in everything if e.name == "main" or e.get("role") == "main"],
        [e for e in everything if e.name == "article" or e.get("role") == "article"],
    ):
        if len(group) > _MANY:
            continue
        outer = [e for e in group if not any(e is not o and _holds(o, e) for o in group)]
        if len(outer) == 1:
            yield outer[0]


def _all_elements(element: Element) -> Iterator[Element]:
    pending = [element]
    while pending:
        current = pending.pop()
        yield current
        pending += current.elements[::-1]


def _holds(outer: Element, inner: Element) -> bool:
    return any(element is inner for element in _all_elements(outer))


def _prune(element: Element, *, inside: bool, total: int) -> int:
    """Take out what is no text below an element; gives the number of words that go with it.

    :param inside: within an article, where a header or an aside belongs to the text.
    """
    removed = 0
    kept: list[Element | str] = []
    for child in element.children:
        if isinstance(child, Element):
            if _is_furniture(child, inside=inside) and not _is_most(child, total):
                removed += _words(child)
                continue
            removed += _prune(child, inside=inside or _is_article(child), total=total)
        kept.append(child)
    element.children = kept
    return removed


def _is_article(element: Element) -> bool:
    return element.name in _ARTICLE or element.get("role") in ("main", "article")


def _is_furniture(element: Element, *, inside: bool) -> bool:
    if element.name in ("nav", "search") or element.get("role").lower() in _ROLES:
        return True
    if element.name in ("header", "footer", "aside") or element.get("role") == "complementary":
        return not inside or _is_links(element)
    if element.name in _NEVER:
        return False
    if element.get("title") in _OFFICE:
        return True
    named = f"{element.get('class')} {element.get('id')}"
    if _NAMES.search(named) or _chooses_language(element):
        return True
    return bool(_NAMES_OF_SMALL.search(named)) and _words(element) < _SMALL


def _chooses_language(element: Element) -> bool:
    """Whether it is a list of the same page in other languages."""
    if element.name not in ("ul", "ol"):
        return False
    links = list(element.all("a"))
    return len(links) > 1 and all(link.get("hreflang") for link in links)


def _is_most(element: Element, total: int) -> bool:
    return _words(element) > _MOST_OF_PAGE * total or any(True for _ in element.all("main"))


def _is_links(element: Element) -> bool:
    """Whether nearly all words are links to other pages: a list of related pages."""
    words = _words(element)
    outer = [link for link in element.all("a") if not link.get("href").startswith("#")]
    return len(outer) > 1 and sum(map(_words, outer)) > 0.8 * words


def _without_link_lists(element: Element) -> int:
    """On a page that names no main part, lists of nothing but links are its navigation."""
    removed = 0
    kept: list[Element | str] = []
    for child in element.children:
        if isinstance(child, Element):
            if child.name in ("ul", "ol") and len(child.elements) > 2 and _is_links(child):
                removed += _words(child)
                continue
            removed += _without_link_lists(child)
        kept.append(child)
    element.children = kept
    return removed
