# ruff: noqa: T201
"""Is the sentence that we mark one that people selected? CLAPNQ, against two baselines."""

from __future__ import annotations

import numpy as np

from chatbot.highlight import nearness
from index import load_encoder
from tests.benchmarks.data import Options, bare_model, read_jsonl
from tests.benchmarks.figures import mean_interval, table


def run(options: Options) -> None:
    """Compare the best sentence by each measure with the sentences selected by people."""
    rows = read_jsonl(options, "clapnq/dev_answerable_half.jsonl")
    encoder, bare = load_encoder(), bare_model()
    right: dict[str, list[float]] = {}
    for row in rows:
        sentences = row["sentences"]
        chosen = {text for answer in row["output"] for text in answer["selected_sentences"]}
        selected = np.array([sentence in chosen for sentence in sentences], dtype=np.float64)
        if len(sentences) < 3 or selected.all() or not selected.any():
            continue
        words = encoder.word_vectors(encoder.word_ids(row["question"])[0])
        ids = [encoder.word_ids(sentence)[0] for sentence in sentences]
        firsts = np.cumsum([0, *map(len, ids[:-1])])
        ours = nearness(words, encoder.word_vectors(np.concatenate(ids)), firsts)
        dense = bare.encode(sentences, normalize_embeddings=True) @ bare.encode(
            row["question"], normalize_embeddings=True
        )
        for name, value in (
            ("ours, words against words", selected[np.argmax(ours)]),
            ("the first sentence", selected[0]),
            ("sentence embeddings", selected[np.argmax(dense)]),
            ("any sentence (chance)", selected.mean()),
        ):
            right.setdefault(name, []).append(value)
    mine, *others = right.values()
    print(f"{len(mine)} questions; share whose best sentence people selected [95 % interval]\n")
    table(("", "share"), [(name, mean_interval(values)) for name, values in right.items()])
    print()
    for name, values in zip(list(right)[1:], others, strict=True):
        print(f"ours less {name}, paired: {mean_interval(np.subtract(mine, values))}")
