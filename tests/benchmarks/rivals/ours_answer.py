"""This project's whole answer: red flags, spelling, search, confidence, quotes and references."""

from __future__ import annotations

from pathlib import Path

from chatbot import Chatbot
from tests.benchmarks.rivals.ours import prepare
from tests.benchmarks.rivals.task import Ask, Task, main


def opened(task: Task) -> Ask:
    bot = Chatbot.open(Path(task.corpus), store=Path(task.folder, "store"), build=False)

    def ask(question: str) -> list[str]:
        quotes = bot.ask(question).passages
        return [f"{quote.document_id}:{quote.start}-{quote.end}" for quote in quotes]

    return ask


if __name__ == "__main__":
    main("faiss-cpu", "onnxruntime", prepare=prepare, opened=opened)
