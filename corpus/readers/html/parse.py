"""Characters of an HTML file -> a tree of what readers see. The only file that knows selectolax.

The parser builds the tree that browsers build, whatever is wrong with the file.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.model import CorpusError
from corpus.readers.html.visible import Visible
from corpus.readers.tree import DEEPEST, Element, TooDeep, TreeBuilder

# The parser's time grows with the square of the depth; pages have some thirty levels.
_DEEPEST_FILE = 5_000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)[^<>]*?(/?)>")
_NEVER_CLOSED = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
     "wbr", "p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "param",
     "optgroup", "colgroup", "rt", "rp", "html", "head", "body")
)  # fmt: skip
_WRAPPERS = {
    **dict.fromkeys(("div", "section", "article", "center", "form", "fieldset"), " "),
    **dict.fromkeys(("span", "b", "i", "em", "strong", "font", "u", "small", "big", "tt"), ""),
}
_UNPRINTED = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


@dataclass(frozen=True, slots=True)
class Parsed:
    """The tree below `html`, the JSON-LD of the page, and what was left out, with how often."""

    root: Element
    linked_data: tuple[str, ...]
    left_out: Counter[str]


def parse_page(text: str, path: Path) -> Parsed:
    """Parse a page; scripts, styles, controls and hidden elements are left out of the tree.

    :raises CorpusError: the elements are nested so deep that it can only be meant to harm.
    """
    if _depth(text) > _DEEPEST_FILE:
        raise _too_deep(path, _DEEPEST_FILE)
    visible = Visible()
    builder = TreeBuilder(visible.leaves_out, _WRAPPERS)
    linked_data: list[str] = []
    try:
        _build(LexborHTMLParser(text.replace("\0", "\ufffd")).root, builder, linked_data)
    except TooDeep:
        raise _too_deep(path, DEEPEST) from None
    root = next(iter(builder.root.elements), Element("html"))
    return Parsed(root, tuple(linked_data), visible.left_out)


def _too_deep(path: Path, most: int) -> CorpusError:
    return CorpusError(
        f"elements are nested more than {most:,} deep",
        path=path,
        advice="Save the page again from a browser, or copy its text into a new file",
    )


def _build(root: LexborNode | None, builder: TreeBuilder, linked_data: list[str]) -> None:
    node = root
    while node is not None:
        entered = _enter(node, builder, linked_data)
        if entered and node.child is not None:
            node = node.child
            continue
        if entered:
            builder.end()
        node = _following(node, root, builder)


def _depth(text: str) -> int:
    """How many elements are open at once at most; those that need no end are not counted."""
    depth = deepest = 0
    for closing, name, itself in _TAG.findall(text):
        if itself or name.lower() in _NEVER_CLOSED:
            continue
        depth += -1 if closing else 1
        depth = max(depth, 0)
        deepest = max(deepest, depth)
    return deepest


def _enter(node: LexborNode, builder: TreeBuilder, linked_data: list[str]) -> bool:
    """Open the element of a node; False if it is none or is left out."""
    if node.is_text_node:
        builder.add((node.text_content or "").translate(_UNPRINTED))
        return False
    if not node.is_element_node:
        return False
    name = node.tag or ""
    attributes = {key: value or "" for key, value in node.attributes.items()}
    if name == "script" and attributes.get("type", "").strip().lower() == "application/ld+json":
        linked_data.append(node.text(deep=True))
    return builder.begin(Element(name.rpartition(":")[2], attributes))


def _following(
    node: LexborNode, root: LexborNode | None, builder: TreeBuilder
) -> LexborNode | None:
    """The next node that is not inside this one; elements that end before it are closed."""
    while node.next is None:
        parent = node.parent
        if (
            parent is None
            or node.mem_id == (root.mem_id if root else 0)
            or not parent.is_element_node
        ):
            return None
        node = parent
        builder.end()
    return node.next
