"""LangChain: Hugging Face embeddings in a FAISS vector store, saved to a folder."""

from __future__ import annotations

from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings

from tests.benchmarks.rivals.task import Ask, Build, Task, main


def prepare(task: Task) -> Build:
    embeddings = HuggingFaceEmbeddings(model_name=task.model, model_kwargs={"device": "cpu"})
    embeddings.embed_query("warm up")
    documents = [Document(page_content=p["text"], id=p["id"]) for p in task.passages]

    def build() -> None:
        FAISS.from_documents(documents, embeddings).save_local(task.folder)

    return build


def opened(task: Task) -> Ask:
    embeddings = HuggingFaceEmbeddings(model_name=task.model, model_kwargs={"device": "cpu"})
    # It keeps its documents as a pickle, and wants to be told that this one is our own.
    store = FAISS.load_local(task.folder, embeddings, allow_dangerous_deserialization=True)
    return lambda question: [
        str(document.id) for document in store.similarity_search(question, k=task.count)
    ]


if __name__ == "__main__":
    main(
        "langchain-community",
        "langchain-core",
        "langchain-huggingface",
        prepare=prepare,
        opened=opened,
    )
