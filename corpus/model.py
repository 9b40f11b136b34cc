"""The nouns: documents, passages, citations, references and the corpus that holds them.

Every offset in this file counts Unicode code points of `Document.text`, from 0, half-open:
`text[start:end]`. Nothing here reads a file, splits a text or searches; the other modules of
this package make these objects, and everything above only reads them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

BlockKind = Literal["paragraph", "list", "table", "code"]


class CorpusError(Exception):
    """A document, a reference file or a folder that cannot be used, said so that it can be mended.

    `str(error)` is one line: where (file, line, field), what is wrong, what to do next.
    `over_limit`: the reader was ended, for its time or memory or by itself; another time it may
    not be.
    """

    def __init__(
        self,
        problem: str,
        *,
        path: Path | None = None,
        line: int | None = None,
        field: str | None = None,
        advice: str = "",
        over_limit: bool = False,
    ) -> None:
        self.problem = problem
        self.over_limit = over_limit
        self.path = path
        self.line = line  # counted from 1, as editors do
        self.field = field
        self.advice = advice
        place = "" if path is None else printable(str(path))
        place += "" if line is None else f":{line}"
        named = "" if field is None else f"field '{field}': "
        said = f"{place}: {named}{problem}" if place else f"{named}{problem}"
        super().__init__(f"{said}. {advice}" if advice else said)


def is_unicode(text: str) -> bool:
    """Whether a text can be written: escapes in YAML and JSON can give half of a character."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def printable(name: str) -> str:
    """A file name on one line, with characters that cannot be shown or encoded escaped."""
    if name.isprintable():
        return name
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


@dataclass(frozen=True, slots=True)
class Name:
    """An author: a person (`family`, `given`) or, in `literal`, an organisation."""

    family: str = ""
    given: str = ""
    literal: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A publication that a document rests on. The fields are those of CSL-JSON.

    `verified` is True or False when somebody looked the publication up, and None when nobody
    did; `verified_by` says how and when. `unchecked` names the fields that were not part of
    that look-up. `label` is the entry's number in its list, for "[3]"; `text` is the entry as
    the document prints it, where it stands in a document.
    """

    id: str
    type: str = ""
    genre: str = ""  # what kind of publication it is: "systematic review"
    title: str = ""
    author: tuple[Name, ...] = ()
    year: int | None = None
    year_suffix: str = ""  # the "a" of "2021a"
    container_title: str = ""
    volume: str = ""
    issue: str = ""
    page: str = ""
    doi: str = ""  # bare: "10.1000/xyz", never a URL
    pmid: str = ""
    url: str = ""
    verified: bool | None = None
    verified_by: str = ""
    unchecked: tuple[str, ...] = ()
    label: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """An in-text citation: `document.text[start:end] == marker`.

    `reference_ids` is empty when nothing in the reference lists fits (unresolved) and has
    more than one id for one cited work when several fit (`ambiguous`).
    """

    marker: str
    start: int
    end: int
    reference_ids: tuple[str, ...]
    ambiguous: bool = False

    @property
    def resolved(self) -> bool:
        """Whether at least one reference fits the marker."""
        return bool(self.reference_ids)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, table or code block: `text[start:end]`, the smallest unit a reader gives.

    `items` are the spans of a list's top-level items or of a table's rows; a list may be cut
    between two of them, never inside one unless that one item alone is too long.
    """

    kind: BlockKind
    start: int
    end: int
    items: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading of any level.

    `path` holds the headings from the outermost to this one, without the document's title; it
    is empty for text before the first heading. `heading_start:start` is the heading itself
    (empty for that first text), `start:end` the body that `blocks` lie in.
    """

    path: tuple[str, ...]
    heading_start: int
    start: int
    end: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document comes from. Dates are ISO 8601 (`2026-11-22`) or empty when not given."""

    publisher: str = ""
    url: str = ""
    license: str = ""
    language: str = ""  # BCP 47: "en", "pt-BR"
    published: str = ""
    reviewed: str = ""
    review_status: str = ""
    pages: tuple[int, ...] = ()  # offset at which each page begins; empty where there are none


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a document's author says a section answers; never shown as document text."""

    question: str
    section: str


@dataclass(frozen=True, slots=True)
class Document:
    """One document.

    `text` is canonical: for Markdown and plain text the file's own characters, as Unicode NFC
    with line feeds as line ends and without a byte order mark. `sha256` is that of the file's
    bytes, so that anybody can check it with `sha256sum`. `reference_list` is the span of the
    document's own reference list, with its heading (empty, at the end, if there is none). `file`
    is the path inside the corpus folder. `citations` are those that the file itself links to an
    entry of `references`; most formats have none, and theirs are found by their form. `notes`
    says, in sentences, what the file holds that `text` does not (pictures, unreadable tables).
    """

    id: str
    title: str
    text: str
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    reference_list: tuple[int, int]
    source: Source
    sha256: str
    file: str
    audience: str = ""
    topics: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    citations: tuple[Citation, ...] = ()
    notes: tuple[str, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """Number of the page (from 1) that holds `offset`, or None for a text without pages."""
        return bisect_right(self.source.pages, offset) or None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that is shown word for word.

    Promise: `document.text[start:end] == text`; carried from the reader and the splitter,
    never found again by searching for the words. `lead_in` is the span of the sentence that
    introduces a list, for the later parts of a list too long for one passage: it is shown
    before them, and None everywhere else.
    """

    id: str
    document_id: str
    section: tuple[str, ...]
    start: int
    end: int
    text: str
    citations: tuple[Citation, ...] = ()
    lead_in: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file of the folder that is not part of the corpus, and why.

    `fault` says that it ought to be: it is a document, and cannot be read. `sha256` is then that
    of the file, if the reason lies in it alone. `over_limit` says that reading it took too long or
    too much memory, or ended the parser, which another time it might not.
    """

    file: str
    reason: str
    fault: bool = False
    sha256: str = ""
    over_limit: bool = False


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of documents, sorted by id, with its shared reference list.

    `digest` is a sha256 over the name and sha256 of every document file and of the reference
    file: it changes when anything that is quoted or cited changes. `as_read` are the documents as
    their files alone have them, without what `sources.yaml` and `questions.jsonl` say.
    """

    path: Path
    name: str
    documents: tuple[Document, ...]
    references: tuple[Reference, ...]
    digest: str
    skipped: tuple[Skipped, ...] = ()
    as_read: tuple[Document, ...] = ()
