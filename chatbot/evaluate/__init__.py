"""Scores answers against a file of questions; `python -m chatbot.evaluate` is its command."""

from chatbot.evaluate.cases import Case, QuestionFileError, read_cases, section_name
from chatbot.evaluate.report import Report, evaluate

__all__ = ["Case", "QuestionFileError", "Report", "evaluate", "read_cases", "section_name"]
