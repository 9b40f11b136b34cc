"""`sources.yaml`: what is known of files that cannot say it themselves, such as PDF.

Its keys are paths inside the corpus folder; below each are fields as in the front matter of a
Markdown document. What it gives goes before what the file says of itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path

from corpus.model import CorpusError, Document, Source
from corpus.readers.characters import read_bytes, read_text
from corpus.readers.front_matter import FrontMatter, read_entry
from corpus.readers.yaml_lines import Lined, lined_mappings

SOURCES_FILE = "sources.yaml"
# Formats that have front matter, where these fields belong.
WITH_FRONT_MATTER = (".md", ".markdown")
# A file that says this of itself is not talked out of it.
RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Sources:
    """The entries of one `sources.yaml`, by file; none where there is no such file."""

    path: Path
    entries: Mapping[str, FrontMatter]
    lines: Mapping[str, Lined]

    def applied(self, document: Document) -> Document:
        """The document with what its entry says.

        :raises CorpusError: the entry names a section that the document has not.
        """
        entry = self.entries.get(document.file)
        if entry is None:
            return document
        self._refuse_unknown_section(document, entry)
        source = _over(document.source, entry.source)
        notes = document.notes
        if document.source.review_status == RETRACTED != source.review_status:
            source = replace(source, review_status=RETRACTED)
            notes = (*notes, f"its review status stays '{RETRACTED}', whatever {SOURCES_FILE} says")
        return replace(
            document,
            title=entry.title or document.title,
            source=source,
            audience=entry.audience or document.audience,
            topics=entry.topics or document.topics,
            questions=entry.questions or document.questions,
            notes=notes,
        )

    def refuse_unknown(self, files: Collection[str]) -> None:
        """Every entry must be about a file of the folder that has no front matter.

        :param files: the paths of all files that are documents, read or not.
        :raises CorpusError: an entry is about something else.
        """
        for name, lined in self.lines.items():
            if name.lower().endswith(WITH_FRONT_MATTER):
                raise self._error(name, lined.line, "has front matter of its own", _MARKDOWN)
            if name not in files:
                near = get_close_matches(name, files, n=1)
                meant = f"Did you mean '{near[0]}'? " if near else ""
                advice = f"{meant}Give the path inside the folder, or delete the entry"
                raise self._error(name, lined.line, "is no document of this folder", advice)

    def _refuse_unknown_section(self, document: Document, entry: FrontMatter) -> None:
        known = {section.path[-1] for section in document.sections if section.path}
        for question in entry.questions:
            if question.section not in known:
                raise self._error(
                    "questions",
                    self.lines[document.file].lines.get("questions", 1),
                    f"no section of {document.file} is headed {question.section!r}",
                    "Name the heading exactly as it stands in the text",
                )

    def _error(self, field: str, line: int, problem: str, advice: str) -> CorpusError:
        return CorpusError(problem, path=self.path, line=line, field=field, advice=advice)


_MARKDOWN = "Write the fields at the top of that file, and delete the entry"


def read_sources(folder: Path) -> Sources:
    """Read `sources.yaml` of a corpus folder, if it has one.

    :raises CorpusError: it cannot be read, or a field is unknown or malformed; the error names
        file, line and field.
    """
    path = folder / SOURCES_FILE
    if not path.is_file():
        return Sources(path, {}, {})
    text = read_text(path).text if read_bytes(path).strip() else ""
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.split("\n")):
        return Sources(path, {}, {})
    lines = lined_mappings(text, path=path, what=SOURCES_FILE)
    entries = {name: read_entry(lined, path=path) for name, lined in lines.items()}
    return Sources(path, entries, lines)


def _over(source: Source, given: Source) -> Source:
    """The fields that are given, over those of `source`."""
    names = [field.name for field in fields(Source)]
    return replace(source, **{name: v for name in names if (v := getattr(given, name))})
