# ruff: noqa: T201
"""Is retrieval the same when passages are embedded in bfloat16 instead of float32?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpus.load import load_corpus
from index import load_encoder
from index.texts import embedded_text, heading, split_corpus
from tests.benchmarks import medquad
from tests.benchmarks.data import Options, bare_model
from tests.benchmarks.figures import best_by_document, gains, mean_interval, quality, rank, table

_DOCUMENTS = 3_800  # about 8,000 passages


def run(options: Options) -> None:
    """Score passages by text and heading as the index does; questions are float32 in both arms."""
    chosen, asked = medquad.rows(options)
    encoder, bare = load_encoder(), bare_model()
    folder = medquad.write_corpus(options.work / "precision", chosen[:_DOCUMENTS])
    corpus = load_corpus(folder)
    documents = {document.id: document for document in corpus.documents}
    passages = split_corpus(corpus, encoder)
    texts = [embedded_text(documents[passage.document_id], passage) for passage in passages]
    headings = [heading(documents[passage.document_id], passage) for passage in passages]
    numbers = {identifier: number for number, identifier in enumerate(documents)}
    owner = np.array([numbers[passage.document_id] for passage in passages])
    gold = [numbers[row["_id"]] for row in asked]
    questions = bare.encode([row["question"] for row in asked], normalize_embeddings=True)

    def exact(some: Sequence[str]) -> NDArray[np.float32]:
        return bare.encode(list(some), normalize_embeddings=True)

    scores = {}
    for name, encode in (("float32", exact), (encoder.precision, encoder.encode_texts)):
        names = sorted(set(headings))
        known = dict(zip(names, encode(names), strict=True))
        vectors = encode(texts) + np.array([known[name] for name in headings])
        scores[f"{name}, {'bare' if encode is exact else 'ours'}"] = questions @ vectors.T
    _report(scores, owner, gold)


def _report(scores: dict[str, NDArray[np.float32]], owner: NDArray, gold: Sequence[int]) -> None:
    ranks = {
        name: [rank(best_by_document(s, owner), right) for s, right in zip(all_, gold, strict=True)]
        for name, all_ in scores.items()
    }
    print(f"{len(owner):,} passages, {len(gold)} held-back questions; mean [95 % interval]\n")
    table(
        ("passages in", "hit@1", "hit@10", "nDCG@10"),
        [(name, *quality(places)) for name, places in ranks.items()],
    )
    first, second = ranks.values()
    tops = [np.argsort(-all_, axis=1, kind="stable")[:, :10] for all_ in scores.values()]
    shared = [len(set(a) & set(b)) / 10 for a, b in zip(*tops, strict=True)]
    print(f"\nsame top passage: {np.mean(tops[0][:, 0] == tops[1][:, 0]):.3f} of questions")
    print(f"mean overlap of the top ten passages: {np.mean(shared):.3f}")
    print(f"difference in nDCG@10, paired: {mean_interval(gains(second) - gains(first))}")
