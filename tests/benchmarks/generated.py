"""Any number of different documents out of MedQuAD's sentences; the same number gives the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.model import Block, Document, Passage, Section, Source
from index.encoding.encoder import unit_rows
from tests.benchmarks.sampled import Sampled

Vectors = NDArray[np.float32]

PASSAGES = 2  # of a document
_TOGETHER = 2_000  # documents made at once
_MOST = 12  # sentences of a passage
# Of a passage's sentences these shares are from its own answer, and from that of its other
# subject; the rest is from anywhere.
_OWN, _OTHER = 0.7, 0.2
_HEADING = 0.6  # weight of a passage's own subject in the vector of its heading
_SOURCE = Source(
    publisher="Generated from MedQuAD", license="CC-BY-4.0", language="en", review_status="unknown"
)


@dataclass(frozen=True, slots=True)
class Made:
    """One document with its passages and their vectors, `(PASSAGES, dimension)`."""

    document: Document
    passages: tuple[Passage, ...]
    vectors: Vectors


def documents(sampled: Sampled, passages: int) -> Iterator[Made]:
    """So many passages, two a document, sorted by id.

    The first documents have one subject each, as MedQuAD has; the others are about two.
    """
    seen: set[int] = set()
    for first in range(0, passages // PASSAGES, _TOGETHER):
        count = min(_TOGETHER, passages // PASSAGES - first)
        yield from _part(sampled, first, count, seen)


def _part(sampled: Sampled, first: int, count: int, seen: set[int]) -> Iterator[Made]:
    generator = np.random.default_rng([20_261_122, first])
    total = len(sampled.answers)
    subjects = generator.integers(total, size=(count, 2))
    alone = np.arange(first, first + count) < total
    subjects[alone] = np.arange(first, first + count)[alone, None] if alone.any() else 0
    lengths = np.clip(generator.choice(sampled.counts, size=(count, PASSAGES)), 1, _MOST)
    kinds = generator.random((count, PASSAGES, _MOST))
    draws = generator.integers(2**31, size=(count, PASSAGES, _MOST))
    chosen: list[list[list[int]]] = [
        [
            _sentences(sampled, subjects[row], place, lengths[row, place], kinds[row, place],
                       draws[row, place], seen)
            for place in range(PASSAGES)
        ]
        for row in range(count)
    ]  # fmt: skip
    flat = [own for some in chosen for own in some]
    sizes = np.array([len(own) for own in flat])
    every = sampled.sentence_vectors[[one for own in flat for one in own]]
    texts = unit_rows(np.add.reduceat(every, np.cumsum(sizes) - sizes))
    noise = generator.standard_normal(texts.shape, dtype=np.float32)
    texts = unit_rows(texts + sampled.noise * unit_rows(noise))
    own = sampled.headings[subjects]  # (count, 2, dimension)
    names = _HEADING * own + (1 - _HEADING) * own[:, ::-1]
    vectors = texts + unit_rows(names.reshape(len(texts), -1))
    for row in range(count):
        document, passages = _document(sampled, first + row, subjects[row], chosen[row])
        yield Made(document, passages, vectors[row * PASSAGES : (row + 1) * PASSAGES])


def _sentences(
    sampled: Sampled,
    subjects: NDArray[np.int64],
    place: int,
    length: int,
    kinds: NDArray[np.float64],
    draws: NDArray[np.int64],
    seen: set[int],
) -> list[int]:
    """Numbers of sentences that no other passage has in this order."""
    own = sampled.answers[subjects[place]].sentences
    other = sampled.answers[subjects[1 - place]].sentences
    found: dict[int, None] = {}
    for kind, draw in zip(kinds[:length].tolist(), draws[:length].tolist(), strict=True):
        if kind < _OWN:
            found[own[draw % len(own)]] = None
        elif kind < _OWN + _OTHER:
            found[other[draw % len(other)]] = None
        else:
            found[draw % len(sampled.sentences)] = None
    numbers = list(found)
    extra = int(draws[-1])
    while (key := hash(tuple(numbers))) in seen:
        extra = (1_103_515_245 * extra + 12_345) % 2**31
        numbers.append(extra % len(sampled.sentences))
    seen.add(key)
    return numbers


def _document(
    sampled: Sampled, number: int, subjects: NDArray[np.int64], chosen: list[list[int]]
) -> tuple[Document, tuple[Passage, ...]]:
    first, second = (sampled.answers[one] for one in subjects)
    title = first.focus if first is second else f"{first.focus} and {second.focus}"
    name = f"generated-{number:07}"
    text, sections, passages = "", [], []
    for answer, numbers in zip((first, second), chosen, strict=True):
        start = len(text)
        body = " ".join(sampled.sentences[one] for one in numbers)
        text += f"## {answer.kind}\n\n"
        begin = len(text)
        text += f"{body}\n\n"
        end = begin + len(body)
        block = Block("paragraph", begin, end)
        sections.append(Section((answer.kind,), start, begin, len(text), (block,)))
        passages.append(Passage(f"{name}:{begin}-{end}", name, (answer.kind,), begin, end, body))
    document = Document(
        id=name,
        title=title,
        text=text,
        sections=tuple(sections),
        references=(),
        reference_list=(len(text), len(text)),
        source=_SOURCE,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        file=f"{name}.md",
    )
    return document, tuple(passages)
