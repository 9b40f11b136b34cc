"""How urgent a message sounds, by what it has in common with examples.

Two texts have in common what the embedding model hears in both, and the words that they share.
Every example has a weight, fitted (kernel ridge regression) so that urgent examples come out at
about 1 and harmless ones at about -1; a message scores the sum of the weights of all examples,
each times what it has in common with the message. Shared words add much to the embedding, which
hardly tells "since 2014" from "since this morning".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from chatbot.urgent.fragments import BINS, Fragments, Numbers
from chatbot.urgent.kept import embedded, kept, ship
from chatbot.urgent.rules import Examples
from chatbot.urgent.text import plain
from index.encoding.encoder import Encoder, Vectors

# How fast similarity falls off, and how far a single example is believed: chosen by
# cross-validation, where half and double of either change little.
_SHARPNESS = 3.0
_RIDGE = 0.3
# The fit ends when what is left to explain is so small a part of the whole.
_CLOSE_ENOUGH = 1e-4
_MOST_STEPS = 500
# An emergency is named when most of so many of the nearest urgent examples belong to it.
_VOTERS = 5
_NAMED_BY = 3
_WORD = re.compile(r"[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class _Fit:
    """The examples' `vectors`, `(n, d)`, and `weights`, `(n,)`; what a fragment of each bin tells
    (`rarity`) and what it says for an emergency (`by_bin`), both `(BINS,)`.
    """

    vectors: Vectors
    weights: Numbers
    rarity: Numbers
    by_bin: Numbers


class Similar:
    """The examples of a rules file, fitted when first used, and kept in a folder."""

    def __init__(self, examples: Examples, encoder: Encoder, *, folder: Path | None = None) -> None:
        urgent = examples.urgent
        self._names = tuple(name for name, texts in urgent.items() for _ in texts)
        self._texts = (*(t for texts in urgent.values() for t in texts), *examples.harmless)
        self._encoder = encoder
        self._folder = folder

    def ship(self) -> None:
        """Write the examples' vectors into the program's own files."""
        ship(self._texts, self._encoder)

    def vector(self, text: str) -> Vectors:
        """A message, embedded: `(d,)`, length 1."""
        return self._encoder.encode_question(text)

    def score(self, text: str, vector: Vectors) -> float:
        """How urgent a message sounds: about 1 like the urgent examples, -1 like the others.

        :param vector: the message, `(d,)`, length 1.
        """
        fit = self._fit
        # Row by row on this thread: a product with a table would wait for other threads.
        heard = _similarity(np.vecdot(fit.vectors, vector)) @ fit.weights
        return float(heard) + self.by_words([text])[0]

    def known_words(self, text: str) -> int:
        """How many different words of a text stand in some example."""
        return len(self._words & set(_WORD.findall(plain(text))))

    def most_telling(self, sentences: Sequence[str]) -> str:
        """The sentence whose words sound most urgent; the model is not run for it."""
        return sentences[int(np.argmax(self.by_words(sentences)))]

    def by_words(self, texts: Sequence[str]) -> list[float]:
        """The part of each text's score that its words give."""
        fit = self._fit
        scores = Fragments.of(texts).weighed(fit.rarity).scores(fit.by_bin)
        return [float(score) for score in scores]

    def emergency(self, vector: Vectors) -> str:
        """The name of the emergency that the nearest urgent examples belong to, or empty."""
        vectors = self._fit.vectors[: len(self._names)]
        nearest = np.argsort(-np.vecdot(vectors, vector), kind="stable")[:_VOTERS]
        votes = Counter(self._names[row] for row in nearest).most_common(1)
        name, count = votes[0] if votes else ("", 0)
        return name if count >= _NAMED_BY else ""

    def nearest(self, vector: Vectors, *, count: int = 2) -> tuple[tuple[str, bool], ...]:
        """The examples most like a message, the nearest first, and whether each is urgent."""
        rows = np.argsort(-np.vecdot(self._fit.vectors, vector), kind="stable")[:count]
        return tuple((self._texts[row], bool(row < len(self._names))) for row in rows)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for text in self._texts for word in _WORD.findall(plain(text)))

    @cached_property
    def _fit(self) -> _Fit:
        vectors = embedded(self._texts, self._encoder, folder=self._folder)
        count = len(self._texts)
        settings = ("fit", _SHARPNESS, _RIDGE, BINS, len(self._names), self._encoder.fingerprint)
        numbers = kept(
            (*map(str, settings), *self._texts),
            lambda: self._fitted(vectors),
            shape=(count + 2 * BINS,),
            folder=self._folder,
        )
        weights, rarity, by_bin = np.split(numbers, (count, count + BINS))
        return _Fit(vectors, weights, rarity, by_bin)

    def _fitted(self, vectors: Vectors) -> Numbers:
        """Weights, rarity and what each bin says, one after the other. Urgent and harmless
        examples count alike, however many there are of either.
        """
        fragments = Fragments.of(self._texts)
        rarity = fragments.rarity()
        fragments = fragments.weighed(rarity)
        urgent = np.arange(len(self._texts)) < len(self._names)
        ridge = 2 * _RIDGE * np.where(urgent, urgent.mean(), 1 - urgent.mean())
        heard = _similarity(vectors @ vectors.T)

        def times(weights: Numbers) -> Numbers:
            shared = fragments.scores(fragments.spread(weights))
            return np.asarray(heard @ weights.astype(np.float32) + shared + ridge * weights)

        weights = _solved(times, np.where(urgent, 1.0, -1.0))
        return np.concatenate([weights, rarity, fragments.spread(weights)])


def _similarity(cosines: Vectors) -> Vectors:
    """1 for the same direction, falling off towards the opposite one."""
    return np.asarray(np.exp(np.float32(_SHARPNESS) * (cosines - np.float32(1))))


def _solved(times: Callable[[Numbers], Numbers], wanted: Numbers) -> Numbers:
    """The `x` for which `times(x)` is `wanted`, by conjugate gradients: `times` is a symmetric,
    positive matrix that is never written out.
    """
    found = np.zeros_like(wanted)
    left = wanted.copy()
    direction = left.copy()
    size = left @ left
    for _ in range(_MOST_STEPS):
        moved = times(direction)
        step = size / (direction @ moved)
        found += step * direction
        left -= step * moved
        before, size = size, left @ left
        if size <= _CLOSE_ENOUGH**2 * (wanted @ wanted):
            break
        direction = left + (size / before) * direction
    return found
