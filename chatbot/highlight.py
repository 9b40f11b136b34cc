"""Which sentences of a passage are nearest to the question.

Every word of the question is compared with every word of a sentence by the model's own word
vectors; a sentence scores the mean, over the question's words, of its best match. That needs no
run of the model. `python -m tests.benchmarks highlights` measures it against people's choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.answer import Highlight
from corpus.model import Document, Passage
from corpus.sentences import sentence_spans
from index.encoding.encoder import Encoder, Numbers, Vectors

# A second sentence is marked as well when it scores this near to the first.
_AS_GOOD = 0.95
_MOST = 2


@dataclass(frozen=True, slots=True)
class Sentences:
    """A passage cut into sentences: their spans in the document, the passage's words, and at which
    word each sentence begins.
    """

    spans: tuple[tuple[int, int], ...]
    words: Numbers
    firsts: Numbers


def sentences_of(passage: Passage, document: Document, encoder: Encoder) -> Sentences:
    """Cut a passage; worth keeping, as the same passages are shown again and again."""
    language = document.source.language
    spans = sentence_spans(document.text, passage.start, passage.end, language)
    ids, offsets = encoder.word_ids(passage.text)
    # The first begins with the first word, whatever stands in front of it.
    starts = [0, *(start - passage.start for start, _ in spans[1:])]
    return Sentences(tuple(spans), ids, np.searchsorted(offsets, starts).astype(np.int32))


def highlights(question: Vectors, sentences: Sentences, encoder: Encoder) -> tuple[Highlight, ...]:
    """The sentences to mark, in the order of the text; none in a passage of one sentence.

    :param question: word vectors of the question, `(q, d)`.
    """
    if len(sentences.spans) < 2 or not len(question):
        return ()
    scores = nearness(question, encoder.word_vectors(sentences.words), sentences.firsts)
    best = scores.max()
    order = np.argsort(-scores, kind="stable")[:_MOST]
    chosen = sorted(place for place in order if scores[place] >= _AS_GOOD * best > 0)
    return tuple(Highlight(*sentences.spans[place]) for place in chosen)


def nearness(question: Vectors, words: Vectors, firsts: Numbers) -> NDArray[np.float32]:
    """How near each sentence is to the question, `(s,)`, -1 to 1; higher is nearer.

    :param question: word vectors of the question, `(q, d)` with at least one row.
    :param words: word vectors of all sentences, `(w, d)`.
    :param firsts: at which word each sentence begins, `(s,)` ascending.
    :return: the mean over the question's words of the cosine to the nearest of the sentence's
        words; -1 for a sentence in which the model knows no word.
    """
    scores = np.full(len(firsts), -1.0, dtype=np.float32)
    known = np.diff(firsts, append=len(words)) > 0
    if known.any():
        # One by one on this thread: so large a product of tables would be given to several
        # threads, which costs more than it saves.
        cosines = np.vecdot(words[:, np.newaxis], question)
        scores[known] = np.maximum.reduceat(cosines, firsts[known], axis=0).mean(axis=1)
    return scores
