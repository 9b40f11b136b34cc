# ruff: noqa: T201
"""What generated passages are made of: MedQuAD's sentences and headings, embedded for real.

To embed a million passages takes hours; to embed the sentences that they are made of takes minutes.
The model averages over the tokens of a text, so the vector of a text is near to the mean of its
sentences' vectors. How near is measured on real passages, and as much noise is added as is missing.
Whether neighbours are as near as those of real passages is measured, too (`likeness`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.load import load_corpus
from corpus.split import heading_of
from index.encoding.encoder import Encoder, unit_rows
from index.encoding.reference import load_encoder
from index.texts import embedded_text, heading, split_corpus
from tests.benchmarks import medquad
from tests.benchmarks.data import Options
from tests.benchmarks.figures import table

Vectors = NDArray[np.float32]

_ROWS = 6_000  # answers whose sentences are used
_REAL = 1_500  # answers that are split and embedded as they are, too
_QUESTIONS = 300
_END = re.compile(r"(?<=[.?!])\s+")
_SHORTEST, _LONGEST = 40, 400  # characters of a sentence
_PLACES = (5, 25, 50, 75, 95)  # per cent


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of MedQuAD: its subject, the kind of question, and its sentences by number."""

    focus: str
    kind: str
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sampled:
    """Sentences, and answers with their headings, with real vectors, unit rows.

    `counts` are of how many sentences real passages are, and `noise` is the length of what the
    mean of their vectors lacks.
    """

    sentences: tuple[str, ...]
    sentence_vectors: Vectors
    answers: tuple[Answer, ...]
    headings: Vectors
    questions: tuple[str, ...]
    question_vectors: Vectors
    counts: NDArray[np.int64]
    noise: float


class Kept:
    """Vectors of texts, embedded once and kept in `--work`."""

    def __init__(self, work: Path) -> None:
        self._work = work

    def vectors(self, name: str, texts: Sequence[str]) -> Vectors:
        path = self._work / f"{name}-{len(texts)}.npy"
        if not path.exists():
            print(f"embedding {len(texts):,} {name}", flush=True)
            different = list(dict.fromkeys(texts))
            rows = {text: row for row, text in enumerate(different)}
            encoded = self.encoder.encode_texts(different)
            np.save(path, encoded[[rows[text] for text in texts]], allow_pickle=False)
        return np.load(path, allow_pickle=False)

    @cached_property
    def encoder(self) -> Encoder:
        return load_encoder()


def sample(options: Options) -> Sampled:
    """Embed what is not yet there.

    :raises MissingData: MedQuAD is not there.
    """
    rows, asked = medquad.rows(options)
    numbers: dict[str, int] = {}
    answers = tuple(filter(lambda a: a.sentences, (_answer(row, numbers) for row in rows[:_ROWS])))
    questions = tuple(row["question"] for row in asked[:_QUESTIONS])
    kept = Kept(options.work)
    texts, means, counts = _real(options, rows)
    cosine = float((texts * unit_rows(means)).sum(axis=1).mean())
    return Sampled(
        sentences=tuple(numbers),
        sentence_vectors=kept.vectors("sentences", tuple(numbers)),
        answers=answers,
        headings=kept.vectors("headings", [heading_of(a.focus, (a.kind,)) for a in answers]),
        questions=questions,
        question_vectors=kept.vectors("questions", questions),
        counts=counts,
        noise=float(np.tan(np.arccos(cosine))),
    )


def cut(text: str) -> list[str]:
    """The sentences of a text, on one line each."""
    return [one for one in _END.split(" ".join(text.split())) if one]


def _answer(row: medquad.Row, numbers: dict[str, int]) -> Answer:
    focus = " ".join((row["focus"] or row["source"]).split())
    usable = [one for one in cut(row["answer"]) if _SHORTEST <= len(one) <= _LONGEST]
    own = tuple(dict.fromkeys(numbers.setdefault(one, len(numbers)) for one in usable))
    return Answer(focus, row["qtype"].capitalize(), own)


def _real(options: Options, rows: list[medquad.Row]) -> tuple[Vectors, Vectors, NDArray[np.int64]]:
    """Of real passages the vectors of the texts, the means of their sentences' vectors, and of how
    many sentences they are. The vectors as they are searched are kept as `real.npy`.
    """
    path = options.work / "real.npz"
    if not path.exists():
        kept = Kept(options.work)
        corpus = load_corpus(medquad.write_corpus(options.work / "real", rows[:_REAL]))
        documents = {document.id: document for document in corpus.documents}
        passages = split_corpus(corpus, kept.encoder)
        texts = [embedded_text(documents[one.document_id], one) for one in passages]
        names = [heading(documents[one.document_id], one) for one in passages]
        parts = [cut(text) for text in texts]
        counts = np.array([len(some) for some in parts])
        flat = kept.vectors("real-sentences", [one for some in parts for one in some])
        means = np.add.reduceat(flat, np.cumsum(counts) - counts) / counts[:, None]
        vectors = kept.vectors("real-texts", texts)
        whole = vectors + kept.vectors("real-headings", names)
        np.savez(path, texts=vectors, means=means, counts=counts, whole=whole)
    with np.load(path) as found:
        return found["texts"], found["means"], found["counts"]


def likeness(options: Options, generated: Vectors) -> None:
    """Print how near the neighbours of generated passages are, beside those of real ones.

    :param generated: vectors of as many generated passages, or more.
    """
    with np.load(options.work / "real.npz") as found:
        real, texts, means = found["whole"], found["texts"], found["means"]
    cosines = (texts * unit_rows(means)).sum(axis=1)
    print(f"\n{len(real):,} real passages; cosine of a text with the mean of its sentences")
    print(f"{cosines.mean():.3f}; cosines with the nearest and the tenth nearest passage:\n")
    rows = []
    for name, vectors in (("real", real), ("generated", generated[: len(real)])):
        unit = unit_rows(vectors)
        near = np.sort(unit @ unit.T, axis=1)[:, ::-1]
        for place in (1, 10):
            spread = np.percentile(near[:, place], _PLACES)
            rows.append((f"{name}, {place}", *(f"{value:.3f}" for value in spread)))
    table(("", *(f"{place} %" for place in _PLACES)), rows)
