"""Markdown with YAML front matter -> Document. The only file that knows markdown-it.

The parser tells which lines are heading, paragraph, list or table; the text itself is left as
the file has it, markup included, so that offsets into the file are offsets into the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from corpus.model import Block, BlockKind, CorpusError, Document, Question, Section
from corpus.readers.characters import FileText, is_reference_heading, read_text, slug, trimmed
from corpus.readers.front_matter import REQUIRED, FrontMatter, parse_front_matter
from corpus.references.lists import parse_reference_list

_PARSER = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
_KINDS: dict[str, BlockKind] = {
    "paragraph_open": "paragraph",
    "blockquote_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "html_block": "paragraph",
}
_ITEMS = {"list": "list_item_open", "table": "tr_open"}


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    words: str
    start: int
    end: int


def read(path: Path, file: str) -> Document:
    """Read one Markdown file.

    :param file: the path inside the corpus folder, as it is shown.
    :raises CorpusError: unreadable file, or missing or wrong front matter.
    """
    source = read_text(path)
    tokens = _PARSER.parse(source.text)
    front = _front_matter(tokens, path)
    identifier = front.id or slug(path.stem)
    headings, blocks = _headings_and_blocks(tokens, source)
    if headings and headings[0].words == front.title:
        # The title is repeated as the first heading: it is above every section, not one of them.
        title, headings = headings[0], headings[1:]
    else:
        title = None
    list_start, list_end = _reference_span(headings, len(source.text))
    blocks = [block for block in blocks if not list_start <= block.start < list_end]
    headings = [heading for heading in headings if not list_start <= heading.start < list_end]
    return Document(
        id=identifier,
        title=front.title,
        text=source.text,
        sections=tuple(_sections(headings, blocks, title)),
        references=parse_reference_list(source.text, list_start, list_end, document_id=identifier),
        reference_list=(list_start, list_end),
        source=front.source,
        sha256=source.sha256,
        file=file,
        audience=front.audience,
        topics=front.topics,
        questions=_checked_questions(front, headings, path),
    )


def _front_matter(tokens: Sequence[Token], path: Path) -> FrontMatter:
    if not tokens or tokens[0].type != "front_matter":
        raise CorpusError(
            "no front matter",
            path=path,
            line=1,
            advice="Begin the file with a line '---', then 'field: value' lines for "
            f"{', '.join(REQUIRED)}, then another '---'",
        )
    return parse_front_matter(tokens[0].content, path=path, first_line=2)


def _headings_and_blocks(
    tokens: Sequence[Token], source: FileText
) -> tuple[list[_Heading], list[Block]]:
    headings: list[_Heading] = []
    blocks: list[Block] = []
    for index, token in enumerate(tokens):
        if token.level or not token.map:
            continue
        start, end = _span(token, source)
        if token.type == "heading_open":
            words = _words(tokens[index + 1])
            headings.append(_Heading(int(token.tag[1:]), words, start, end))
        elif token.type in _KINDS and not _is_comment(token):
            kind = _KINDS[token.type]
            items = tuple(_items(tokens[index + 1 :], token, kind, source))
            blocks.append(Block(kind, start, end, items))
    return headings, blocks


def _span(token: Token, source: FileText) -> tuple[int, int]:
    first, last = token.map or (0, 0)
    return trimmed(source.text, source.offset(first), source.offset(last))


def _words(inline: Token) -> str:
    """The words of a heading as a reader sees them, without markup."""
    parts = [child.content or " " for child in inline.children or [] if child.nesting == 0]
    return " ".join("".join(parts).split())


def _is_comment(token: Token) -> bool:
    """A comment for authors is not part of what readers see, and is never quoted."""
    content = token.content.strip()
    return token.type == "html_block" and content.startswith("<!--") and content.endswith("-->")


def _items(
    following: Sequence[Token], opening: Token, kind: BlockKind, source: FileText
) -> Iterator[tuple[int, int]]:
    """Spans of the items of a list or the rows of a table, up to the token that closes it."""
    wanted = _ITEMS.get(kind)
    if wanted is None:
        return
    closing = opening.type.replace("_open", "_close")
    level = 1 if kind == "list" else 2
    for token in following:
        if token.type == closing and token.level == 0:
            return
        if token.type == wanted and token.level == level and token.map:
            yield _span(token, source)


def _reference_span(headings: Sequence[_Heading], length: int) -> tuple[int, int]:
    """The reference list: from its heading to the next one that is not below it."""
    for index, heading in enumerate(headings):
        if is_reference_heading(heading.words):
            later = (h.start for h in headings[index + 1 :] if h.level <= heading.level)
            return heading.start, next(later, length)
    return length, length


def _sections(
    headings: Sequence[_Heading], blocks: Sequence[Block], title: _Heading | None
) -> Iterator[Section]:
    last = blocks[-1].end if blocks else 0
    first = title.end if title else 0
    path: list[_Heading] = []
    edges = [_Heading(0, "", first, first), *headings, _Heading(0, "", last, last)]
    for heading, following in pairwise(edges):
        if heading.level:
            path = [outer for outer in path if outer.level < heading.level] + [heading]
        end = max(following.start, heading.end)
        own = tuple(block for block in blocks if heading.end <= block.start < end)
        if own or heading.level:
            yield Section(
                tuple(outer.words for outer in path), heading.start, heading.end, end, own
            )


def _checked_questions(
    front: FrontMatter, headings: Sequence[_Heading], path: Path
) -> tuple[Question, ...]:
    known = {heading.words for heading in headings}
    for question in front.questions:
        if question.section not in known:
            raise CorpusError(
                f"no section is headed {question.section!r}",
                path=path,
                field="questions",
                advice="Name the heading exactly as it stands in the text",
            )
    return front.questions
