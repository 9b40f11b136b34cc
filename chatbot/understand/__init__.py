"""Understanding the question: what somebody typed -> what to search for. Never touches a quote."""

from chatbot.understand.language import Language, said
from chatbot.understand.reader import Look, Reader, Understood

__all__ = ["Language", "Look", "Reader", "Understood", "said"]
