"""What is remembered across conversations, through LangGraph's Store: decisions, and what people had kept of them."""

from .asker import COMMAND_LINE, Asker
from .decided import Found, PastDecisions
from .memory import Memory, NoMemoryError, Remembering
from .persons import Fact, Persons, can_be_kept
from .relevance import Relevance

__all__ = [
    "COMMAND_LINE",
    "Asker",
    "Fact",
    "Found",
    "Memory",
    "NoMemoryError",
    "PastDecisions",
    "Persons",
    "Relevance",
    "Remembering",
    "can_be_kept",
]
