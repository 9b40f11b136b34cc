"""Questions to start with: from the documents themselves, and only ones that they answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from chatbot.bot import Chatbot
from corpus.model import Document

STARTERS = 4
_TRIED = 40  # documents, at most: a large corpus may have many whose questions find another


def starters(bot: Chatbot, *, topic: str = "", count: int = STARTERS) -> tuple[str, ...]:
    """At most `count` questions that the corpus answers in its first passage.

    The questions in the documents' front matter are tried, then headings that are questions; one
    a document, from documents spread over the corpus, so that they show what it covers.

    :param topic: take documents on this topic (front matter `topics`, in any case) first; a topic
        that no document names changes nothing.
    """
    chosen: list[str] = []
    numbers = chain(bot.numbers_on(topic), _spread(bot.corpus.documents, count))
    for number in islice(numbers, _TRIED):
        if len(chosen) == count:
            break
        document = bot.document_at(number)
        question = next((q for q in _questions(document) if _answers(bot, q, document)), None)
        if question and question not in chosen:
            chosen.append(question)
    return tuple(chosen)


def _spread(documents: int, count: int) -> Iterator[int]:
    """The numbers of all documents, beginning with `count` at even distances."""
    step = max(1, documents // count)
    for first in range(step):
        yield from range(first, documents, step)


def _questions(document: Document) -> Iterator[str]:
    yield from (question.question for question in document.questions)
    headings = (section.path[-1] for section in document.sections if section.path)
    yield from (heading for heading in headings if heading.rstrip().endswith("?"))


def _answers(bot: Chatbot, question: str, document: Document) -> bool:
    answer = bot.ask(question, k=1)
    return answer.status == "answered" and answer.passages[0].document_id == document.id
