"""What the million passages are made of: MedQuAD's sentences and headings, embedded for real.

To embed a million passages takes hours; to embed the sentences that they are made of takes minutes.
The model averages over the tokens of a text, so the vector of a passage is close to the mean of its
sentences' vectors; a little noise is added to it, so much that the cosine with the real vector of
such a passage is matched (`python -m tests.benchmarks million` prints both).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.load import load_corpus
from corpus.split import heading_of
from index.build import embedded_text, heading, split_corpus
from index.encoder import Encoder
from tests.benchmarks import medquad
from tests.benchmarks.data import Options

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]

ROWS = 6_000  # answers whose sentences are used
REAL = 1_500  # answers that are split and embedded as they are, too
QUESTIONS = 300
_END = re.compile(r"(?<=[.?!])\s+")
_SHORTEST, _LONGEST = 40, 400  # characters of a sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of MedQuAD: its subject, the kind of question, and its sentences by number."""

    focus: str
    kind: str
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sampled:
    """Sentences and headings with their real vectors, unit rows; and real passages to compare.

    `headings` has a row an answer. `real_texts` and `real_headings` are of the same passages.
    """

    sentences: tuple[str, ...]
    sentence_vectors: Vectors
    answers: tuple[Answer, ...]
    headings: Vectors
    questions: tuple[str, ...]
    question_vectors: Vectors
    real_texts: Vectors
    real_headings: Vectors
    # Of each real passage the mean of its sentences' vectors, and how many they are.
    real_means: Vectors
    real_counts: Numbers

    @classmethod
    def of(cls, options: Options, encoder: Encoder) -> Sampled:
        """Embed what is not yet in `--work`.

        :raises MissingData: MedQuAD is not there.
        """
        rows, asked = medquad.rows(options)
        rows = rows[:ROWS]
        numbers: dict[str, int] = {}
        answers = [_answer(row, numbers) for row in rows]
        kept = tuple(answer for answer in answers if answer.sentences)
        sentences = tuple(numbers)
        texts, headings, parts = _real(options, rows[:REAL], encoder)
        flat = [sentence for some in parts for sentence in some]
        counts = np.array([len(some) for some in parts])
        kept_vectors = _kept(options.work, encoder)
        part_vectors = kept_vectors("real-sentences", flat)
        starts = np.cumsum(counts) - counts
        return cls(
            sentences=sentences,
            sentence_vectors=kept_vectors("sentences", sentences),
            answers=kept,
            headings=kept_vectors("headings", [heading_of(a.focus, (a.kind,)) for a in kept]),
            questions=tuple(row["question"] for row in asked[:QUESTIONS]),
            question_vectors=kept_vectors("questions", [r["question"] for r in asked[:QUESTIONS]]),
            real_texts=kept_vectors("real-texts", texts),
            real_headings=kept_vectors("real-headings", headings),
            real_means=np.add.reduceat(part_vectors, starts) / counts[:, None],
            real_counts=counts,
        )


def cut(text: str) -> list[str]:
    """The sentences of a text, on one line each."""
    return [one for one in _END.split(" ".join(text.split())) if one]


def _answer(row: medquad.Row, numbers: dict[str, int]) -> Answer:
    focus = " ".join((row["focus"] or row["source"]).split())
    usable = [one for one in cut(row["answer"]) if _SHORTEST <= len(one) <= _LONGEST]
    own = tuple(numbers.setdefault(one, len(numbers)) for one in usable)
    return Answer(focus, row["qtype"].capitalize(), own)


def _real(
    options: Options, rows: list[medquad.Row], encoder: Encoder
) -> tuple[list[str], list[str], list[list[str]]]:
    """Texts and headings of real passages as they are embedded, and the sentences of each."""
    corpus = load_corpus(medquad.write_corpus(options.work / "real", rows))
    documents = {document.id: document for document in corpus.documents}
    passages = split_corpus(corpus, encoder)
    texts = [embedded_text(documents[one.document_id], one) for one in passages]
    headings = [heading(documents[one.document_id], one) for one in passages]
    return texts, headings, [cut(text) for text in texts]


def _kept(work: Path, encoder: Encoder):
    def vectors(name: str, texts: list[str] | tuple[str, ...]) -> Vectors:
        path = work / f"{name}-{len(texts)}.npy"
        if not path.exists():
            print(f"embedding {len(texts):,} {name}", flush=True)
            different = list(dict.fromkeys(texts))
            rows = {text: row for row, text in enumerate(different)}
            encoded = encoder.encode_texts(different)
            np.save(path, encoded[[rows[text] for text in texts]], allow_pickle=False)
        return np.load(path, allow_pickle=False)

    return vectors
