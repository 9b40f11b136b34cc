"""Which sentences of a passage are nearest to the question.

Every word of the question is compared with every word of a sentence by the model's own word
vectors; a sentence scores the mean, over the question's words, of its best match. That needs no
run of the model. `python -m tests.benchmarks highlights` measures it against people's choice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chatbot.answer import Highlight
from corpus.model import Document, Passage
from corpus.sentences import sentence_spans
from index.encoder import Encoder, Numbers, Vectors

# A second sentence is marked as well when it scores this near to the first.
_AS_GOOD = 0.95
_MOST = 2


@dataclass(frozen=True, slots=True)
class Sentences:
    """A passage cut into sentences: their spans in the document, and the words of each."""

    spans: tuple[tuple[int, int], ...]
    words: tuple[Numbers, ...]


def sentences_of(passage: Passage, document: Document, encoder: Encoder) -> Sentences:
    """Cut a passage; worth keeping, as the same passages are shown again and again."""
    language = document.source.language
    spans = sentence_spans(document.text, passage.start, passage.end, language)
    ids, offsets = encoder.word_ids(passage.text)
    firsts = np.searchsorted(offsets, [start - passage.start for start, _ in spans[1:]])
    return Sentences(tuple(spans), tuple(np.split(ids, firsts)))


def highlights(question: Vectors, sentences: Sentences, encoder: Encoder) -> tuple[Highlight, ...]:
    """The sentences to mark, in the order of the text; none in a passage of one sentence.

    :param question: word vectors of the question, `(q, d)`.
    """
    if len(sentences.spans) < 2 or not len(question):
        return ()
    scores = [nearness(question, encoder.word_vectors(words)) for words in sentences.words]
    best = max(scores)
    order = sorted(range(len(scores)), key=lambda place: -scores[place])[:_MOST]
    chosen = sorted(place for place in order if scores[place] >= _AS_GOOD * best > 0)
    return tuple(Highlight(*sentences.spans[place]) for place in chosen)


def nearness(question: Vectors, sentence: Vectors) -> float:
    """How near a sentence is to the question, -1 to 1; higher is nearer.

    :param question: word vectors of the question, `(q, d)` with at least one row.
    :param sentence: word vectors of the sentence, `(w, d)`.
    :return: the mean over the question's words of the cosine to the nearest of the sentence's
        words; -1 for a sentence in which the model knows no word.
    """
    # One sentence at a time: a larger product would be given to several threads, which costs
    # more than it saves.
    return float((sentence @ question.T).max(axis=0).mean()) if len(sentence) else -1.0
