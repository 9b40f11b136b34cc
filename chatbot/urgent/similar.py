"""How urgent a message sounds, by what it has in common with examples.

Two texts have in common what the embedding model hears in both, and the words that they share.
Every example has a weight, fitted (kernel ridge regression) so that urgent examples come out at
about 1 and harmless ones at about -1; a message scores the sum of the weights of all examples,
each times what it has in common with the message. Shared words add much to the embedding, which
hardly tells "since 2014" from "since this morning".

What two embeddings have in common is a polynomial of their cosine, so the sum over the examples is
one of the message's own coordinates. A table of its coefficients is all that a question needs;
it comes with the program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from chatbot.urgent.fragments import BINS, Fragments, Numbers
from chatbot.urgent.kept import embedded, kept, ship
from chatbot.urgent.misspelt import misspelt
from chatbot.urgent.rules import Examples
from index.encoding.encoder import Encoder, Vectors

# Of two embeddings with the cosine c: the first + the second times c + the third times c squared.
# Judging each writer's messages by the others' examples, the exponential that this stands for told
# hardly more, and needed all examples for every question.
_IN_COMMON = (0.025, 0.1, 0.4)
# How far a single example is believed; half and double of it change little.
_RIDGE = 0.3
# The same for the name of an emergency.
_NAMING_RIDGE = 3.0
# The fit ends when what is left to explain is so small a part of the whole.
_CLOSE_ENOUGH = 1e-4
_MOST_STEPS = 500
# One of so many examples is learnt misspelt, too.
_MISSPELT = 3
# A message with fewer words that the examples have too is a name, nonsense or code, and near to
# anything; unless the word is an example by itself.
_FEWEST_KNOWN = 2
_WORD = re.compile(r"[a-z]{2,}")
_SAMPLE = "Can’t I walk 5 miles in 2024 with 'burning' feet? I’ve fallen twice since Tuesday!"


@dataclass(frozen=True, slots=True)
class _Fit:
    """What the examples say of a message's vector: `constant` + `linear` `(d,)` times it +
    `squares` `(d, d)` times it twice; of its words: what a fragment of each bin tells (`rarity`)
    and says for an emergency (`by_bin`), both `(BINS,)`; and of the emergency's name: `naming`,
    `(names, d + 1)`, the last column to be added.
    """

    constant: float
    linear: Vectors
    squares: Vectors
    rarity: Numbers
    by_bin: Numbers
    naming: Vectors


class Similar:
    """The examples of a rules file, fitted when first used, and kept in a folder."""

    def __init__(self, examples: Examples, encoder: Encoder, *, folder: Path | None = None) -> None:
        self._urgent = examples.urgent
        self._harmless = examples.harmless
        self._names = tuple(examples.urgent)
        self._encoder = encoder
        self._folder = folder

    def ship(self) -> None:
        """Write the examples' vectors, and what is fitted to them, into the program's own files."""
        texts, _ = self._learnt
        ship(texts, self._encoder, self._made_from, self._fitted)

    def vector(self, text: str) -> Vectors:
        """A message, embedded: `(d,)`, length 1."""
        return self._encoder.encode_question(text)

    def score(self, text: str, vector: Vectors) -> float:
        """How urgent a message sounds: about 1 like the urgent examples, -1 like the others.

        :param vector: the message, `(d,)`, length 1.
        """
        fit = self._fit
        # Row by row on this thread: a product with a table would wait for other threads.
        heard = fit.constant + np.vecdot(fit.linear + np.vecdot(fit.squares, vector), vector)
        return float(heard) + self.by_words([text])[0]

    def can_judge(self, text: str) -> bool:
        """Whether the examples have enough of a message's words."""
        words = _words(text)
        known = self._known_words.intersection(words)
        return len(known) >= _FEWEST_KNOWN or " ".join(words) in self._single_words

    def most_telling(self, sentences: Sequence[str]) -> str:
        """The sentence whose words sound most urgent; the model is not run for it."""
        return sentences[int(np.argmax(self.by_words(sentences)))]

    def by_words(self, texts: Sequence[str]) -> list[float]:
        """The part of each text's score that its words give."""
        fit = self._fit
        scores = Fragments.of(texts).weighed(fit.rarity).scores(fit.by_bin)
        return [float(score) for score in scores]

    def emergency(self, vector: Vectors) -> str:
        """The name of the emergency whose examples a message is most like, however little."""
        naming = self._fit.naming
        return self._names[int(np.argmax(np.vecdot(naming[:, :-1], vector) + naming[:, -1]))]

    def nearest(self, vector: Vectors, *, count: int = 2) -> tuple[tuple[str, bool], ...]:
        """The examples most like a message, the nearest first, and whether each is urgent."""
        vectors = embedded(self._texts, self._encoder, folder=self._folder)
        rows = np.argsort(-np.vecdot(vectors, vector), kind="stable")[:count]
        harmless = len(self._texts) - len(self._harmless)
        return tuple((self._texts[row], bool(row < harmless)) for row in rows)

    @property
    def _texts(self) -> tuple[str, ...]:
        """All examples as they were written, the urgent ones first."""
        return (*(t for texts in self._urgent.values() for t in texts), *self._harmless)

    @cached_property
    def _known_words(self) -> frozenset[str]:
        return frozenset(word for text in self._texts for word in _words(text))

    @cached_property
    def _single_words(self) -> frozenset[str]:
        """Examples of one word."""
        short = (_words(text) for text in self._texts if len(text.split()) == 1)
        return frozenset(words[0] for words in short if len(words) == 1)

    @property
    def _learnt(self) -> tuple[list[str], list[str]]:
        """What is fitted to: the urgent examples, some of them once more misspelt, then the
        harmless ones likewise; and of each urgent one the emergency's name.
        """
        urgent = [
            (text, name) for name, texts in self._urgent.items() for text in _with_misspelt(texts)
        ]
        texts = [*(text for text, _ in urgent), *_with_misspelt(self._harmless)]
        return texts, [name for _, name in urgent]

    @property
    def _made_from(self) -> tuple[str, ...]:
        """What the fit depends on."""
        # Weights of a version that copied or cut texts otherwise are told by a sample.
        way = (misspelt(_SAMPLE), *Fragments.of([_SAMPLE]).bins.tolist())
        numbers = (*_IN_COMMON, _RIDGE, _NAMING_RIDGE, _MISSPELT, BINS)
        settings = (*numbers, *way, self._encoder.fingerprint)
        urgent = (part for name, texts in self._urgent.items() for part in (name, *texts))
        return (*map(str, settings), *urgent, "", *self._harmless)

    @cached_property
    def _fit(self) -> _Fit:
        names, dimension = len(self._names), self._encoder.dimension
        sizes = (1, dimension, dimension**2, BINS, BINS, names * (dimension + 1))
        numbers = kept(
            self._made_from,
            self._fitted,
            shape=(sum(sizes),),
            folder=self._folder,
        )
        constant, linear, squares, rarity, by_bin, naming = np.split(numbers, np.cumsum(sizes[:-1]))
        return _Fit(
            float(constant[0]),
            linear,
            squares.reshape(dimension, dimension),
            rarity.astype(np.float64),
            by_bin.astype(np.float64),
            naming.reshape(names, dimension + 1),
        )

    def _fitted(self) -> Vectors:
        """The fields of `_Fit`, one after the other. Urgent and harmless examples count alike,
        however many there are of either.
        """
        texts, names = self._learnt
        vectors = embedded(texts, self._encoder, folder=self._folder)
        fragments = Fragments.of(texts)
        rarity = fragments.rarity()
        fragments = fragments.weighed(rarity)
        urgent = np.arange(len(texts)) < len(names)
        ridge = 2 * _RIDGE * np.where(urgent, urgent.mean(), 1 - urgent.mean())

        def times(weights: Numbers) -> Numbers:
            constant, linear, squares = _polynomial(vectors, weights)
            heard = constant + ((linear + vectors @ squares) * vectors).sum(axis=1)
            return np.asarray(heard + fragments.scores(fragments.spread(weights)) + ridge * weights)

        weights = _solved(times, np.where(urgent, 1.0, -1.0))
        constant, linear, squares = _polynomial(vectors, weights)
        by_bin = fragments.spread(weights)
        naming = _naming(vectors[: len(names)], names, self._names)
        parts = ([constant], linear, squares.ravel(), rarity, by_bin, naming.ravel())
        return np.concatenate(parts, dtype=np.float32)


def _with_misspelt(texts: Sequence[str]) -> tuple[str, ...]:
    return (*texts, *map(misspelt, texts[::_MISSPELT]))


def _words(text: str) -> list[str]:
    # Not as `plain` as the rules read them, which would take long for thousands of examples.
    return _WORD.findall(text.casefold().replace("'", "").replace("’", ""))


def _polynomial(vectors: Vectors, weights: Numbers) -> tuple[float, Vectors, Vectors]:
    """The weighted sum over all vectors `v` of what a vector `x` has in common with each, as
    coefficients of `x`: constant, linear `(d,)`, squares `(d, d)`.
    """
    none, once, twice = _IN_COMMON
    light = weights.astype(np.float32)
    squares = np.float32(twice) * (vectors.T @ (light[:, np.newaxis] * vectors))
    return none * float(weights.sum()), np.float32(once) * (light @ vectors), squares


def _naming(vectors: Vectors, own: Sequence[str], names: Sequence[str]) -> Numbers:
    """For each name what tells its vectors from the others' (ridge regression of 1 or 0), and what
    is to be added, `(names, d + 1)`.
    """
    wanted = np.array([[float(name == one) for name in names] for one in own])
    mean = vectors.mean(axis=0, dtype=np.float64)
    centred = vectors - mean
    square = centred.T @ centred + _NAMING_RIDGE * np.eye(vectors.shape[1])
    told = np.linalg.solve(square, centred.T @ (wanted - wanted.mean(axis=0))).T
    return np.column_stack([told, wanted.mean(axis=0) - told @ mean])


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
