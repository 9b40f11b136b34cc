"""The sections that red flags bring up -> passages, whatever corpus is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chatbot.urgent.flags import RedFlag
from chatbot.urgent.rules import SectionName
from chatbot.urgent.rules_file import RulesError
from corpus.load import DEFAULT_CORPUS, load_corpus
from corpus.model import Document, Passage, Reference
from index.store import Index
from index.texts import split_corpus


@dataclass(frozen=True, slots=True)
class UrgentPassages:
    """Passages by section; `documents` and `references` are those that the index does not have."""

    passages: Mapping[SectionName, Sequence[Passage]]
    documents: Mapping[str, Document]
    references: Mapping[str, Reference]

    @classmethod
    def of(cls, index: Index, names: Sequence[SectionName]) -> UrgentPassages:
        """Find every section, in the corpus or else in the bundled documents.

        :raises RulesError: a section is in neither, or in a document that the corpus has in
            another wording, so that its id would mean two documents.
        """
        named = dict.fromkeys(name.document_id for name in names)
        own = _by_section([passage for one in named for passage in index.passages_of(one)])
        missing = [name for name in names if name not in own]
        if not missing:
            return cls({name: own[name] for name in names}, {}, {})
        for name in missing:
            if name.document_id in index.documents:
                raise RulesError(
                    f"the document '{name.document_id}' has no section '{name.heading}'",
                    field="sections",
                    advice="Give its heading in a rules file of your own (--red-flags FILE), or "
                    "the document another id",
                )
        corpus = load_corpus(DEFAULT_CORPUS)
        wanted = {name.document_id for name in missing}
        documents = tuple(d for d in corpus.documents if d.id in wanted)
        bundled = _by_section(split_corpus(replace(corpus, documents=documents), index.encoder))
        for name in missing:
            if name not in bundled:
                raise RulesError(f"no document has the section '{name}'", field="sections")
        listed = (*(r for document in documents for r in document.references), *corpus.references)
        ids = {reference.id: _free_id(reference, index) for reference in listed}
        return cls(
            passages={name: own.get(name) or _renamed(bundled[name], ids) for name in names},
            documents={document.id: document for document in documents},
            references={ids[r.id]: replace(r, id=ids[r.id]) for r in listed},
        )

    def of_flags(self, flags: Sequence[RedFlag]) -> list[Passage]:
        """The passages that flags bring up, each once, in the order of the flags."""
        sections = dict.fromkeys(name for flag in flags for name in flag.sections)
        return [passage for name in sections for passage in self.passages[name]]


def _free_id(reference: Reference, index: Index) -> str:
    """An id under which the corpus does not list another publication."""
    known = index.references.get(reference.id)
    return reference.id if known in (None, reference) else f"{reference.id} (bundled)"


def _renamed(passages: Sequence[Passage], ids: Mapping[str, str]) -> list[Passage]:
    """Passages whose citations lead to references under their new ids."""
    return [
        replace(
            passage,
            citations=tuple(
                replace(cited, reference_ids=tuple(ids[known] for known in cited.reference_ids))
                for cited in passage.citations
            ),
        )
        for passage in passages
    ]


def _by_section(passages: Sequence[Passage]) -> dict[SectionName, list[Passage]]:
    found: dict[SectionName, list[Passage]] = {}
    for passage in passages:
        if passage.section:
            name = SectionName(passage.document_id, passage.section[-1])
            found.setdefault(name, []).append(passage)
    return found
