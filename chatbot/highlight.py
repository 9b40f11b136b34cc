"""Which sentences of a passage are nearest to the question.

Every word of the question is compared with every word of a sentence by the model's own word
vectors; a sentence scores the mean, over the question's words, of its best match. That needs no
run of the model. `python -m tests.benchmarks highlights` measures it against people's choice.
"""

from __future__ import annotations

import numpy as np

from chatbot.answer import Highlight
from corpus.model import Document, Passage
from corpus.sentences import sentence_spans
from index.encoder import Encoder, Vectors

# A second sentence is marked as well when it scores this near to the first.
_AS_GOOD = 0.95
_MOST = 2


def highlights(
    question: Vectors, passage: Passage, document: Document, encoder: Encoder
) -> tuple[Highlight, ...]:
    """The sentences to mark, in the order of the text; none in a passage of one sentence.

    :param question: word vectors of the question, `encoder.encode_words(question)`.
    """
    language = document.source.language
    spans = sentence_spans(document.text, passage.start, passage.end, language)
    if len(spans) < 2 or not len(question):
        return ()
    scores = [_nearness(question, encoder.encode_words(document.text[a:b])) for a, b in spans]
    best = max(scores)
    order = sorted(range(len(spans)), key=lambda place: -scores[place])
    chosen = [place for place in order[:_MOST] if scores[place] >= _AS_GOOD * best > 0]
    return tuple(Highlight(*spans[place]) for place in sorted(chosen))


def _nearness(question: Vectors, sentence: Vectors) -> float:
    """Mean over the question's words of the cosine to the nearest word, -1 to 1."""
    if not len(sentence):
        return -1.0
    return float(np.mean((sentence @ question.T).max(axis=0)))
