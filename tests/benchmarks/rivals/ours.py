"""This project's index, built from the documents that the passages are cut from, and its search.

A build reads and splits the documents, embeds them, and fits the confidence. What is done once in a
store is done before: the model is exported, and the examples of emergencies are embedded.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from index import Index, build_index, load_encoder
from tests.benchmarks.rivals.task import Ask, Build, Task, main


def prepare(task: Task) -> Build:
    # Of no use to the search, whose start is measured.
    from chatbot import Chatbot

    encoder = load_encoder()
    corpus, store = Path(task.corpus), Path(task.folder)
    # On a document of its own, in the same store.
    one = store / "one"
    one.mkdir()
    shutil.copy(min(corpus.iterdir()), one)
    Chatbot.open(one, encoder=encoder, store=store / "store").ask("warm up")
    return lambda: build_index(corpus, encoder, store=store / "store")


def opened(task: Task) -> Ask:
    index = Index.open(Path(task.corpus), store=Path(task.folder, "store"), build=False)
    return lambda question: [hit.passage.id for hit in index.search(question, count=task.count)]


if __name__ == "__main__":
    main("faiss-cpu", "onnxruntime", prepare=prepare, opened=opened)
