"""What the pages say about themselves, the same on the chat page and in the embed."""

from __future__ import annotations

from chatbot.answer import CorpusInfo

LABEL = "Your question"
DOES = (
    "Type a question. This page shows passages from a fixed set of documents, word for word, and "
    "where they come from. It writes nothing of its own, makes no diagnosis and does not replace "
    "your clinician. Your question is not stored."
)


def title(corpus: CorpusInfo) -> str:
    """Heading of the page: what the corpus is about."""
    return f"Questions about {corpus.name.replace('-', ' ').replace('_', ' ')}"
