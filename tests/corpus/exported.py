"""A document of the bundled corpus, written as HTML or JATS: to be read back and compared."""

import re
from html import escape

_MARK = re.compile(r"(?:[-*+]|\d+\.)\s+")


def to_html(document):
    """A page with navigation around the text."""
    parts = [
        f'<!doctype html><html lang="en"><head><title>{escape(document.title)} | Clinic</title>',
        "</head><body><nav><a href='/'>Home</a></nav>",
        f"<main><h1>{escape(document.title)}</h1>",
    ]
    for section in document.sections:
        if section.path:
            level = len(section.path) + 1
            parts.append(f"<h{level}>{escape(section.path[-1])}</h{level}>")
        for block in section.blocks:
            text = document.text[block.start : block.end]
            items = [_without_mark(document.text[a:b]) for a, b in block.items]
            if block.kind == "list":
                tag = "ol" if text[0].isdigit() else "ul"
                listed = "".join(f"<li>{escape(item)}</li>" for item in items)
                parts.append(f"<{tag}>{listed}</{tag}>")
            else:
                parts.append(f"<p>{escape(text)}</p>")
    return "".join([*parts, "</main><footer>About us</footer></body></html>"])


def to_jats(document):
    """An article whose sections are nested as the headings are."""
    body, depth = [], 0
    for section in document.sections:
        while depth and depth >= len(section.path):
            body.append("</sec>")
            depth -= 1
        if section.path:
            body.append(f"<sec><title>{escape(section.path[-1])}</title>")
            depth += 1
        for block in section.blocks:
            text = document.text[block.start : block.end]
            items = [_without_mark(document.text[a:b]) for a, b in block.items]
            if block.kind == "list":
                kind = "order" if text[0].isdigit() else "bullet"
                listed = "".join(f"<list-item><p>{escape(i)}</p></list-item>" for i in items)
                body.append(f'<list list-type="{kind}">{listed}</list>')
            else:
                body.append(f"<p>{escape(text)}</p>")
    body.append("</sec>" * depth)
    return (
        '<article xml:lang="en"><front><article-meta><title-group>'
        f"<article-title>{escape(document.title)}</article-title></title-group></article-meta>"
        f"</front><body>{''.join(body)}</body></article>"
    )


def _without_mark(item):
    return _MARK.sub("", item, count=1)


def same_words(text):
    """Without white space and what Markdown needs to draw lists and tables."""
    return re.sub(r"[\s|]|-{3,}", "", text)
