"""What a JATS file holds, counted by lxml alone: nothing of the reader is used here."""

import unicodedata
from pathlib import Path

from lxml import etree

# Formulas are written in another form, pictures not at all, and these are not displayed.
_APART = {
    "inline-formula", "disp-formula", "graphic", "inline-graphic", "object-id", "ref-list",
    "alt-text", "long-desc", "fn-group",
}  # fmt: skip
_LEAVES = {"p", "title", "label", "td", "th", "term"}


def _name(node):
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _body(path: Path):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.parse(str(path), parser).getroot().find("body")


def plain(text: str) -> str:
    """Letters and digits alone, raised and lowered ones as others."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def body_pieces(path: Path) -> list[str]:
    """The runs of text of the body between formulas and pictures, in their order."""
    pieces = [""]

    def walk(node):
        if _name(node) in _APART:
            pieces.append("")
        else:
            if _name(node) in _LEAVES:
                pieces.append("")
            pieces[-1] += node.text or "" if isinstance(node.tag, str) else ""
            for child in node:
                walk(child)
                pieces[-1] += child.tail or ""
            if _name(node) in _LEAVES:
                pieces.append("")

    walk(_body(path))
    return [piece for piece in map(plain, pieces) if piece]


def paragraphs(path: Path) -> list[str]:
    """The paragraphs that stand in a section, without what floats in them, in their order."""
    found = []
    for node in _body(path).iter("p"):
        inside = {_name(parent) for parent in node.iterancestors()}
        apart = {"fig", "table-wrap", "boxed-text", "supplementary-material", "list"}
        if not inside & apart and not any(_name(child) in _APART for child in node.iter()):
            found.append(plain("".join(node.itertext())))
    return found


def linked(path: Path) -> list[set[str]]:
    """For each `xref` to the reference list in the body, not in headings, the ids that it names."""
    return [
        set(node.get("rid").split())
        for node in _body(path).iter("xref")
        if node.get("ref-type") == "bibr"
        and not any(_name(a) == "title" for a in node.iterancestors())
    ]


def entry_ids(path: Path) -> list[str]:
    """The ids of the reference list, in its order."""
    return [node.get("id") for node in _body(path).getparent().iter("ref")]


def kept(path: Path, text: str) -> tuple[int, int]:
    """Characters of the body found in `text`, piece by piece, and all of them."""
    whole = plain(text)
    pieces = body_pieces(path)
    return sum(len(p) for p in pieces if p in whole), sum(map(len, pieces))
