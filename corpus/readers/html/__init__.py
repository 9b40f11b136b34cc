"""HTML -> Document: the main text of a page, by rules rather than by guessing.

In reading order: `decode` (characters), `parse` (selectolax, with `visible`), `about` (metadata),
`main_text` (what to read), `references`, `inline`, `blocks`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from corpus.model import CorpusError, Document
from corpus.readers.characters import is_reference_heading, read_bytes, slug
from corpus.readers.draft import Draft
from corpus.readers.html.about import About, about_page
from corpus.readers.html.blocks import Blocks
from corpus.readers.html.decode import decode
from corpus.readers.html.inline import Lines
from corpus.readers.html.main_text import MainText, find_main_text
from corpus.readers.html.parse import parse_page
from corpus.readers.html.references import ReferenceLists
from corpus.readers.tree import Element


def read(path: Path, file: str) -> Document:
    """Read one page.

    :param file: the path inside the corpus folder, as it is shown.
    :raises CorpusError: unreadable file, or a page without title or text.
    """
    data = read_bytes(path)
    text, unreadable = decode(data)
    page = parse_page(text, path)
    about = about_page(page.root, page.linked_data)
    main = find_main_text(page.root)
    title = _title(main, about)
    if not title:
        raise CorpusError("the page has no title", path=path, advice="Give it a <title> or an <h1>")
    identifier = slug(path.stem)
    lists = ReferenceLists(main.element, identifier)
    draft = Draft()
    lines = Lines(lists.targets, page.left_out)
    blocks = Blocks(draft, lines, skipped=lists.parts, is_title=_Once(title))
    blocks.write(main.element)
    if not draft.text:
        raise CorpusError(
            "the page has no text",
            path=path,
            advice="It may need its scripts to show one: save it from a browser, or as PDF",
        )
    _write_references(draft, lists)
    if unreadable:
        draft.note(f"{unreadable:,} characters cannot be read and are shown as \ufffd")
    if main.left_out:
        draft.note(
            f"{main.left_out:,} words around the main text are left out (menus and the like)"
        )
    for what, times in page.left_out.items():
        draft.note(f"{what} is left out{f' ({times} times)' if times > 1 else ''}")
    return draft.document(
        id=identifier,
        title=title,
        source=about.source,
        sha256=hashlib.sha256(data).hexdigest(),
        file=file,
        references=lists.references,
    )


def _title(main: MainText, about: About) -> str:
    """The first heading of the main text, else what the page calls itself."""
    inside = [heading.text() for heading in main.element.all("h1")]
    outside = [heading.text() for heading in main.headings if not _is_site_name(heading)]
    candidates = (*inside, about.title, *outside, about.page_title)
    return next((title for title in candidates if title), "")


def _is_site_name(heading: Element) -> bool:
    """Whether a heading outside the main text only leads home, as the name of a site does."""
    link = heading.first("a")
    return link is not None and link.text() == heading.text()


class _Once:
    """Tells the heading that is the title, once; the same words later are a heading."""

    def __init__(self, title: str) -> None:
        self._title = " ".join(title.split())
        self._seen = False

    def __call__(self, words: str) -> bool:
        first = not self._seen and words == self._title
        self._seen = self._seen or first
        return first


def _write_references(draft: Draft, lists: ReferenceLists) -> None:
    if not lists.references:
        return
    heading = lists.heading
    draft.heading(heading if is_reference_heading(heading) else "References", level=1)
    for reference in lists.references:
        number = f"{reference.label}. " if reference.label is not None else ""
        draft.reference(number + reference.text)
