"""Haystack: sentence-transformers embedders and its in-memory document store, saved to a file."""

from __future__ import annotations

from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from tests.benchmarks.rivals.task import Ask, Build, Task, main


def prepare(task: Task) -> Build:
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    embedder = SentenceTransformersDocumentEmbedder(
        model=task.model, device=ComponentDevice.from_str("cpu"), progress_bar=False
    )
    embedder.warm_up()
    embedder.run([Document(content="warm up")])
    pipeline = Pipeline()
    pipeline.add_component("embedder", embedder)
    pipeline.add_component("writer", DocumentWriter(document_store=store))
    pipeline.connect("embedder", "writer")
    documents = [Document(id=p["id"], content=p["text"]) for p in task.passages]

    def build() -> None:
        pipeline.run({"embedder": {"documents": documents}})
        store.save_to_disk(str(_file(task)))

    return build


def opened(task: Task) -> Ask:
    store = InMemoryDocumentStore.load_from_disk(str(_file(task)))
    embedder = SentenceTransformersTextEmbedder(
        model=task.model, device=ComponentDevice.from_str("cpu"), progress_bar=False
    )
    pipeline = Pipeline()
    pipeline.add_component("embedder", embedder)
    pipeline.add_component(
        "retriever", InMemoryEmbeddingRetriever(document_store=store, top_k=task.count)
    )
    pipeline.connect("embedder.embedding", "retriever.query_embedding")

    def ask(question: str) -> list[str]:
        found = pipeline.run({"embedder": {"text": question}})
        return [document.id for document in found["retriever"]["documents"]]

    return ask


def _file(task: Task) -> Path:
    return Path(task.folder, "documents.json")


if __name__ == "__main__":
    main("haystack-ai", "sentence-transformers-haystack", prepare=prepare, opened=opened)
