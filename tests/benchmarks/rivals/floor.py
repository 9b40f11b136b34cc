"""The floor: bare sentence-transformers, and an exact FAISS search. It returns ids, no texts."""

from __future__ import annotations

import json
from pathlib import Path

import faiss
import numpy as np
from sentence_transformers import SentenceTransformer

from tests.benchmarks.rivals.task import Ask, Build, Task, main


def prepare(task: Task) -> Build:
    model = SentenceTransformer(task.model, device="cpu")
    model.encode("warm up")

    def build() -> None:
        vectors = model.encode(task.texts, batch_size=32, show_progress_bar=False)
        np.save(Path(task.folder, "vectors.npy"), vectors)
        Path(task.folder, "ids.json").write_text(json.dumps(task.ids), encoding="utf-8")

    return build


def opened(task: Task) -> Ask:
    model = SentenceTransformer(task.model, device="cpu")
    ids = json.loads(Path(task.folder, "ids.json").read_text(encoding="utf-8"))
    vectors = np.load(Path(task.folder, "vectors.npy"))
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)

    count = min(task.count, len(ids))

    def ask(question: str) -> list[str]:
        _, rows = flat.search(model.encode([question]), count)
        return [ids[row] for row in rows[0]]

    return ask


if __name__ == "__main__":
    main("sentence-transformers", "faiss-cpu", prepare=prepare, opened=opened)
