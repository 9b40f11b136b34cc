"""What the sources say: documents, their passages, and the publications they cite."""

from corpus.load import DEFAULT_CORPUS, load_corpus
from corpus.model import (
    Citation,
    Corpus,
    CorpusError,
    Document,
    Passage,
    Reference,
    Section,
    Source,
)

__all__ = [
    "DEFAULT_CORPUS",
    "Citation",
    "Corpus",
    "CorpusError",
    "Document",
    "Passage",
    "Reference",
    "Section",
    "Source",
    "load_corpus",
]
