"""Which sentences of a passage are nearest to the question.

Every word of the question is compared with every word of a sentence by the model's own word
vectors; a sentence scores the mean, over the question's words, of its best match. That needs no
run of the model. `python -m tests.benchmarks highlights` measures it against people's choice.
"""

from __future__ import annotations

from itertools import pairwise

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

    :param question: word vectors of the question, from `encoder.encode_words(question)`.
    """
    language = document.source.language
    spans = sentence_spans(document.text, passage.start, passage.end, language)
    words, offsets = encoder.encode_words(passage.text)
    firsts = np.searchsorted(offsets, [start - passage.start for start, _ in spans])
    scores = [
        nearness(question, words[first:last])
        for first, last in pairwise([*firsts.tolist(), len(words)])
    ]
    if len(spans) < 2 or not len(question):
        return ()
    best = max(scores)
    order = sorted(range(len(spans)), key=lambda place: -scores[place])[:_MOST]
    chosen = sorted(place for place in order if scores[place] >= _AS_GOOD * best > 0)
    return tuple(Highlight(*spans[place]) for place in chosen)


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
