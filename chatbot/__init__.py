"""Question -> cited answer."""

from chatbot.answer import Answer, Highlight, Quote
from chatbot.bot import Chatbot, ask

__all__ = ["Answer", "Chatbot", "Highlight", "Quote", "ask"]
