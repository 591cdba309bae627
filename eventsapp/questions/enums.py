"""Kinds of questions."""

from enum import StrEnum


class QuestionKind(StrEnum):
    """What an answer is. In the database, answers are JSON (``models.Question``)."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    MANY = "many"
    NUMBER = "number"
    DATE = "date"
    FILE = "file"
    CONSENT = "consent"
