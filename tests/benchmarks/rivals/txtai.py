"""txtai: an embeddings database with content, saved to a folder."""

from __future__ import annotations

from txtai import Embeddings

from tests.benchmarks.rivals.task import Ask, Build, Task, main


def prepare(task: Task) -> Build:
    embeddings = Embeddings(path=task.model, content=True, gpu=False)
    embeddings.transform("warm up")

    def build() -> None:
        embeddings.index(zip(task.ids, task.texts, strict=True))
        embeddings.save(task.folder)

    return build


def opened(task: Task) -> Ask:
    embeddings = Embeddings()
    embeddings.load(task.folder)
    return lambda question: [hit["id"] for hit in embeddings.search(question, task.count)]


if __name__ == "__main__":
    main("txtai", prepare=prepare, opened=opened)
