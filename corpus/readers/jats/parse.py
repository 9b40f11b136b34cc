"""The bytes of an XML file -> the tree of its article. The only file that knows lxml.

Nothing outside the file is opened: no DTD, no external entity, no network.
"""

from __future__ import annotations

import re
from html.entities import html5
from pathlib import Path
from typing import Any

from lxml import etree

from corpus.model import CorpusError
from corpus.readers.tree import DEEPEST, Element, TooDeep, TreeBuilder

_PLACE = re.compile(r",? line \d+, column \d+$")
_ADVICE = "Only articles in JATS or NLM XML are read; remove the file or save it in another format"


def parse_article(data: bytes, path: Path) -> Element:
    """The element `article`, at the root or inside a wrapper such as that of a repository.

    :raises CorpusError: no well-formed XML, or not exactly one article in it.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, _ = error.position
        raise CorpusError(
            f"no well-formed XML ({_PLACE.sub('', error.msg or '')})",
            path=path,
            line=line or None,
            advice="Get the file again from its publisher",
        ) from None
    try:
        tree = _tree(root, path)
    except TooDeep:
        raise CorpusError(
            f"elements are nested more than {DEEPEST} deep", path=path, advice=_ADVICE
        ) from None
    articles = [tree] if tree.name == "article" else list(tree.all("article"))
    if len(articles) != 1:
        held = f" and holds {len(articles)} articles" if articles else ""
        raise CorpusError(f"the root is <{tree.name}>{held}", path=path, advice=_ADVICE)
    return articles[0]


def _tree(root: Any, path: Path) -> Element:
    builder = TreeBuilder()
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(node.tag, str):
            continue
        if event == "start":
            attributes = {_local(str(name)): str(value) for name, value in node.attrib.items()}
            builder.begin(Element(_local(node.tag), attributes))
            builder.add(node.text or "")
            _add_entities(builder, node[0] if len(node) else None, path)
        else:
            builder.end()
            if node is not root:
                builder.add(node.tail or "")
                _add_entities(builder, node.getnext(), path)
    return builder.root.elements[0]


def _add_entities(builder: TreeBuilder, node: Any, path: Path) -> None:
    """Characters given by name, such as "&alpha;", up to the next element; the walk skips them."""
    while node is not None and node.tag is etree.Entity:
        character = html5.get(f"{node.name};")
        if character is None:
            raise CorpusError(
                f"holds &{node.name};, which is defined outside the text and not read",
                path=path,
                advice="Replace it by the characters that it stands for",
            )
        builder.add(character)
        builder.add(node.tail or "")
        node = node.getnext()


def _local(name: str) -> str:
    return name.rpartition("}")[2]
