"""Question -> Answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path

import numpy as np

from chatbot import wording
from chatbot.answer import Answer, CorpusInfo, Status
from chatbot.beside import Beside
from chatbot.confidence import Strictness, Thresholds, status_of, worth_showing
from chatbot.duplicates import Copies
from chatbot.question import MAX_CHARACTERS, cleaned, says_something
from chatbot.quoting import Quoter
from chatbot.regions import Region, region_of
from chatbot.understand import Reader, Understood, said
from chatbot.urgent.flags import RedFlag, RedFlags
from chatbot.urgent.passages import UrgentPassages
from chatbot.urgent.rules_file import RULES
from corpus.load import DEFAULT_CORPUS
from corpus.model import Document, Passage, Reference
from index import DEFAULT_STORE, Address, Encoder, Found, Hit, Index, open_pushed
from index.encoding.encoder import Vectors, unit_rows

DEFAULT_COUNT = 3
MOST_PASSAGES = 10
_SUGGESTIONS = 3
_TOPICS = 40
# Searched beyond what is shown, so that copies of a passage can give way to the next one and
# other sections can be suggested.
SEARCHED = 50
# Earlier questions that a follow-up may lean on.
_EARLIER = 3


class Chatbot:
    """Answers questions from one corpus. Made by `Chatbot.open`; safe to share between threads."""

    def __init__(
        self,
        index: Index,
        *,
        strictness: Strictness | float = "normal",
        red_flags: RedFlags | None = None,
    ) -> None:
        self._index = index
        self._thresholds = Thresholds.of(index.manifest.calibration, strictness)
        self._reader = Reader.of(index)
        self._red_flags = red_flags or RedFlags.open(encoder=index.encoder)
        self._urgent_passages = UrgentPassages.of(index, self._red_flags.sections)
        self._documents = Beside(self._urgent_passages.documents, index.documents)
        self._references = Beside(self._urgent_passages.references, index.references)
        self._copies = Copies(self._documents)
        self._quoter = Quoter(self._documents, self._references, index.encoder)
        self._corpus = CorpusInfo(
            name=index.manifest.corpus,
            digest=index.manifest.corpus_digest,
            documents=len(index.documents),
            passages=len(index.passages),
            topics=tuple(index.summary.topics or index.summary.titles)[:_TOPICS],
        )

    @classmethod
    def open(
        cls,
        corpus: Path | str | None = None,
        *,
        store: Path | str = DEFAULT_STORE,
        engine: Address | str | None = None,
        encoder: Encoder | None = None,
        build: bool = True,
        thorough: bool = False,
        report: Callable[[str], None] | None = None,
        strictness: Strictness | float = "normal",
        red_flags: Path | str = RULES,
    ) -> Chatbot:
        """Open the index of a folder of documents; see `index.Index.open` for the parameters.

        :param corpus: the folder; the bundled documents by default.
        :param engine: a server that the index was pushed to (`python -m index push`), as
            `index.server.milvus.Address.of` reads it. It is asked in place of an index on disk, and
            nothing is built. A corpus that is given must be the one that was pushed; see
            `index.open_pushed`.
        :param strictness: how sure to be before answering: "low", "normal", "high", or the share
            of near misses (questions on the subject that the documents do not answer) that may
            be answered, between 0 and 1.
        :param red_flags: the rules by which emergencies are seen, and which sections they bring
            up. Sections that the documents do not have are quoted from the bundled ones.
        :raises RulesError: the rules cannot be used.
        :raises ValueError: no such strictness.
        """
        if engine:
            index = open_pushed(
                Address.of(engine) if isinstance(engine, str) else engine,
                folder=Path(corpus) if corpus else None,
                store=Path(store),
                encoder=encoder,
                report=report,
            )
        else:
            index = Index.open(
                Path(corpus or DEFAULT_CORPUS),
                store=Path(store),
                encoder=encoder,
                build=build,
                thorough=thorough,
                report=report,
            )
        flags = RedFlags.open(red_flags, encoder=index.encoder, folder=Path(store))
        return cls(index, strictness=strictness, red_flags=flags)

    @property
    def corpus(self) -> CorpusInfo:
        """Which documents are asked."""
        return self._corpus

    @property
    def encoder(self) -> Encoder:
        """What questions are embedded with."""
        return self._index.encoder

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents by id, with the text that passages are cut from.

        Documents that only red flags bring up are among them, and not counted in `corpus`.
        """
        return self._documents

    @property
    def topics(self) -> Collection[str]:
        """All topics that documents of the corpus name."""
        return self._index.summary.topics.keys()

    @cached_property
    def languages(self) -> frozenset[str]:
        """BCP 47 tags of the corpus's documents; "" among them where a document has none."""
        return frozenset(self._index.summary.languages)

    def document_at(self, number: int) -> Document:
        """One of the corpus's own documents, from 0 to `corpus.documents` less one."""
        return self._index.documents.at(number)

    def numbers_on(self, topic: str) -> list[int]:
        """The numbers of the first documents on a topic, in any case, for `document_at`."""
        topics, wanted = self._index.summary.topics, topic.casefold().strip()
        return sorted({n for name in topics if name.casefold() == wanted for n in topics[name]})

    def passages_of(self, document_id: str) -> Sequence[Passage]:
        """The passages of a document, in the order of its text; of red flags' only those.

        None if there is no such document.
        """
        if own := self._index.passages_of(document_id):
            return own
        urgent = (p for group in self._urgent_passages.passages.values() for p in group)
        return list(dict.fromkeys(p for p in urgent if p.document_id == document_id))

    @property
    def references(self) -> Mapping[str, Reference]:
        """All publications that the documents list, by id."""
        return self._references

    def check(self) -> None:
        """Whether a question could be answered now.

        :raises EngineError: the server that holds the index does not answer.
        """
        self._index.searcher.check()

    def ask(
        self,
        question: str,
        *,
        k: int = DEFAULT_COUNT,
        history: Sequence[str] = (),
        region: str = "",
        exactly: bool = False,
    ) -> Answer:
        """Answer a question with passages from the documents, word for word.

        :param k: show at most this many passages, 1 to 10.
        :param history: earlier questions, the latest last. A question that leans on one of them
            ("and at night?") is taken together with it; a complete one only if the documents
            answer both together and not it alone.
        :param region: country whose emergency number the notices name, as in ISO 3166-1 ("GB").
        :param exactly: search for exactly these words: nothing mended, nothing joined, nothing
            added. `history` is ignored; an emergency is still looked for first, and a question in
            another language is still told so.
        :return: always an `Answer`, also to an empty question or one that nothing answers.
        :raises ValueError: `k` is out of range, or no number is known for the region.
        :raises EngineError: the server that holds the index does not answer.
        :raises TypeError: the question is not a `str`, or `k` not an `int`.
        """
        _check(question, k)
        country = region_of(region)
        asked = cleaned(question[:MAX_CHARACTERS])
        if len(question) > MAX_CHARACTERS:
            end = cleaned(question[-MAX_CHARACTERS:])
            return self._too_long(asked, end, len(question), k, country)
        if not says_something(asked):
            return self._without_passages(asked, (wording.EMPTY_QUESTION,))
        # The model takes most of the time; what it has embedded for this question is not again.
        embed = cache(self._index.encoder.encode_question)
        find = cache(partial(self._find, embed))

        def look(understood: Understood) -> Status:
            return self._status(find(understood), understood)

        spelt = self._reader.spelt(asked)
        if flags := self._red_flags.seen(asked, spelt=spelt, vector=embed(spelt)):
            searched = Understood(asked if exactly else spelt)
            answering = find(searched).hits if look(searched) == "answered" else ()
            return self._urgent(asked, flags, answering, k, country)
        if language := self._reader.foreign_language(asked):
            notices = (said(language, self.languages), wording.emergency(country))
            return self._without_passages(asked, notices)
        if exactly:
            understood = Understood(asked)
        else:
            earlier = [cleaned(text[:MAX_CHARACTERS]) for text in history[-_EARLIER:]]
            understood = self._reader.read(asked, earlier, look, spelt=spelt)
        return self._answer(asked, understood, find(understood), k, country)

    def _answer(
        self, asked: str, understood: Understood, found: Found, k: int, region: Region
    ) -> Answer:
        status = self._status(found, understood)
        if status != "not_found":
            shown = self._shown(found.hits, k)
            answer = self._with_passages(asked, understood, status, shown, region)
            answer = replace(answer, suggestions=self._headings(found.hits, shown))
        else:
            notices = (wording.not_found(self._corpus), wording.emergency(region))
            answer = self._without_passages(asked, notices)
        return replace(
            answer,
            confidence=found.answers,
            understood_as=understood.understood_as,
            searched_also=understood.searched_also,
        )

    def _urgent(
        self,
        question: str,
        flags: Sequence[RedFlag],
        answering: Sequence[Hit],
        k: int,
        region: Region,
        notices: tuple[str, ...] = (),
    ) -> Answer:
        """The passages that the red flags bring up, then others that answer the question."""
        authored = self._urgent_passages.of_flags(flags)
        known = {passage.id for passage in authored}
        others = [hit for hit in answering if hit.passage.id not in known]
        if any(flag.alone for flag in flags):
            others = []
        hits = [Hit(passage, score=0.0, dense=0.0, lexical=0.0) for passage in authored]
        shown = [*self._copies.grouped(hits), *self._shown(others, k)][:k]
        answer = self._with_passages(question, Understood(question), "urgent", shown, region)
        alone = {flag.alone for flag in flags}
        first = [wording.crisis(region)] if True in alone else []
        if False in alone:
            first.append(wording.urgent(region))
        # One notice, as pages read the first one out at once.
        return replace(answer, notices=(" ".join(first), *notices, *answer.notices))

    def _too_long(
        self, beginning: str, end: str, characters: int, k: int, region: Region
    ) -> Answer:
        """An emergency is looked for in the beginning and the end; no more is searched for."""
        shown = f"{beginning}…"
        too_long = wording.too_long(characters)
        ends = (beginning, end)
        seen = [f for e in ends for f in self._red_flags.seen(e, spelt=self._reader.spelt(e))]
        if flags := {flag.name: flag for flag in seen}:
            # What stands alone comes first: of the others there may be more than is shown.
            first = sorted(flags.values(), key=lambda flag: not flag.alone)
            return self._urgent(shown, first, (), k, region, (too_long,))
        notices = (too_long, wording.emergency(region))
        return replace(self._without_passages(shown, notices), suggestions=())

    def _without_passages(self, question: str, notices: tuple[str, ...]) -> Answer:
        return Answer(
            question=question,
            status="not_found",
            passages=(),
            references=(),
            notices=notices,
            suggestions=self._typical,
            confidence=0.0,
            corpus=self._corpus,
        )

    def _with_passages(
        self,
        asked: str,
        understood: Understood,
        status: Status,
        shown: Sequence[Sequence[Hit]],
        region: Region,
    ) -> Answer:
        quotes, references = self._quoter.quotes(understood.words, shown)
        in_full = self._read_in_full(understood.meant)
        return Answer(
            question=asked,
            status=status,
            passages=quotes,
            references=references,
            notices=wording.notices(status, quotes, read_in_full=in_full, region=region),
            suggestions=(),
            confidence=0.0,
            corpus=self._corpus,
        )

    def _find(self, embed: Callable[[str], Vectors], understood: Understood) -> Found:
        # The documents' words for everyday words count as words alone. Embedded with the question
        # they found the right section no more often, and near misses passed for answers.
        vectors = [embed(text) for text in understood.embedded]
        vector = unit_rows(np.sum(vectors, axis=0, keepdims=True))[0] if vectors[1:] else vectors[0]
        return self._index.find(understood.words, count=SEARCHED, vector=vector)

    def _status(self, found: Found, understood: Understood) -> Status:
        return status_of(found, self._thresholds, joined=bool(understood.own))

    def _shown(self, hits: Sequence[Hit], k: int) -> list[list[Hit]]:
        """At most `k` passages worth showing, each with its copies."""
        groups = self._copies.grouped(hits)
        return [group for group in groups if worth_showing(group[0], hits[0])][:k]

    def _headings(
        self, hits: Sequence[Hit], shown: Sequence[Sequence[Hit]] = ()
    ) -> tuple[str, ...]:
        """Headings of the nearest sections that are not shown, as questions to ask next."""
        taken = {self._heading(hit.passage) for group in shown for hit in group}
        headings = (self._heading(hit.passage) for hit in hits)
        return _first(heading for heading in headings if heading not in taken)

    @cached_property
    def _typical(self) -> tuple[str, ...]:
        """Headings nearest to the corpus's name, for somebody who asked something else."""
        return self._headings(self._index.search(self._corpus.name, count=SEARCHED))

    def _read_in_full(self, question: str) -> bool:
        encoder = self._index.encoder
        return encoder.count_tokens(question) <= encoder.window - 2

    def _heading(self, passage: Passage) -> str:
        return (passage.section or (self._documents[passage.document_id].title,))[-1]


@lru_cache(maxsize=1)
def _default() -> Chatbot:
    return Chatbot.open()


def ask(
    question: str,
    *,
    k: int = DEFAULT_COUNT,
    history: Sequence[str] = (),
    region: str = "",
    exactly: bool = False,
) -> Answer:
    """Answer a question from the bundled documents; see `Chatbot.ask`.

    The index is opened, and built if need be, by the first call.
    """
    return _default().ask(question, k=k, history=history, region=region, exactly=exactly)


def _check(question: object, k: object) -> None:
    if not isinstance(question, str):
        raise TypeError(f"the question must be a str, not {type(question).__name__}")
    if not isinstance(k, int):
        raise TypeError(f"k must be an int, not {type(k).__name__}")
    if not 1 <= k <= MOST_PASSAGES:
        raise ValueError(f"k must be 1 to {MOST_PASSAGES}, not {k}")


def _first(headings: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(headings))[:_SUGGESTIONS]
