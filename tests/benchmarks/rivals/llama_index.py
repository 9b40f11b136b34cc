"""LlamaIndex: Hugging Face embeddings in a FAISS vector store, persisted to a folder."""

from __future__ import annotations

import faiss
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.faiss import FaissVectorStore

from tests.benchmarks.rivals.task import Ask, Build, Task, main


def prepare(task: Task) -> Build:
    embedding = HuggingFaceEmbedding(model_name=task.model, device="cpu")
    dimension = len(embedding.get_query_embedding("warm up"))
    # Nodes, not documents, which it would cut once more.
    nodes = [TextNode(text=p["text"], id_=p["id"]) for p in task.passages]

    def build() -> None:
        store = FaissVectorStore(faiss_index=faiss.IndexFlatL2(dimension))
        context = StorageContext.from_defaults(vector_store=store)
        index = VectorStoreIndex(nodes, storage_context=context, embed_model=embedding)
        index.storage_context.persist(persist_dir=task.folder)

    return build


def opened(task: Task) -> Ask:
    embedding = HuggingFaceEmbedding(model_name=task.model, device="cpu")
    store = FaissVectorStore.from_persist_dir(task.folder)
    context = StorageContext.from_defaults(vector_store=store, persist_dir=task.folder)
    index = load_index_from_storage(context, embed_model=embedding)
    retriever = index.as_retriever(similarity_top_k=task.count)
    return lambda question: [hit.node.node_id for hit in retriever.retrieve(question)]


if __name__ == "__main__":
    main(
        "llama-index-core",
        "llama-index-embeddings-huggingface",
        "llama-index-vector-stores-faiss",
        prepare=prepare,
        opened=opened,
    )
