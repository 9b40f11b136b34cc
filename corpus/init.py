"""Writes a `sources.yaml` to fill in: one entry a file, with what the files say of themselves."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.load import load_corpus
from corpus.model import Corpus, CorpusError, Document
from corpus.sources import SOURCES_FILE, WITH_FRONT_MATTER, read_sources

_HEAD = """\
# Where the documents of this folder come from. What is written here goes before what a file says
# of itself; a field left empty is as if it were not here. Look at what was found, and fill in
# the rest. After a change the index is built again by itself.
#
#   title          as it is shown above each quote
#   publisher      who answers for the text
#   url            web address of the publisher's copy: https://...
#   license        such as CC-BY-4.0, or the sentence that permits you to show it
#   language       en, de, pt-BR
#   published      2026-11-22, or the year alone
#   reviewed       day of the last review: 2026-11-22
#   review_status  what readers should know: "reviewed by a nurse", "not clinically reviewed"
#
# Not written here, but understood: topics and audience (as in: topics: [sleep, shoes]), and
# questions that a section answers, for tests (- question: ... and below it   section: ...).
"""
_FIELDS = ("publisher", "url", "license", "language", "published", "reviewed", "review_status")


def write_sources(folder: Path) -> tuple[Path | None, tuple[str, ...]]:
    """Write `sources.yaml` unless the folder has one.

    :return: the file that was written, and the files it is about; or None, and the files that
        an existing one has no entry for (all that need one have it, or no file needs one, if
        these are none).
    :raises CorpusError: the folder cannot be read or written.
    """
    corpus = load_corpus(folder)
    needed = [document for document in corpus.documents if needs_entry(document)]
    path = folder / SOURCES_FILE
    if path.exists():
        known = read_sources(folder).entries
        return None, tuple(document.file for document in needed if document.file not in known)
    if not needed:
        return None, ()
    try:
        # "x": a file that somebody else makes in this moment is not overwritten either.
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(sources_template(corpus))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CorpusError(
            f"cannot be written ({reason})", path=path, advice="Check the permissions of the folder"
        ) from None
    return path, tuple(document.file for document in needed)


def needs_entry(document: Document) -> bool:
    """Whether a document is of a format that has no front matter."""
    return not document.file.lower().endswith(WITH_FRONT_MATTER)


def sources_template(corpus: Corpus) -> str:
    """The content of the file, with an entry for each document that needs one."""
    entries = sorted(filter(needs_entry, corpus.documents), key=lambda document: document.file)
    return "\n".join([_HEAD, *map(_entry, entries)])


def _entry(document: Document) -> str:
    found = {name: getattr(document.source, name) for name in _FIELDS}
    lines = [f"{_quoted(document.file)}:", f"  title: {_quoted(document.title)}"]
    lines += [f"  {name}: {_quoted(value)}".rstrip() for name, value in found.items()]
    return "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    """A YAML text in double quotes, or nothing."""
    if not value:
        return ""
    return "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in _escaped(value))


def _escaped(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
