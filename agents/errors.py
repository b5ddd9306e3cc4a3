"""What can go wrong with the agents, each with a message that says what to do.

AgentError
├── ModelError       a chat model that is down, refuses, or answers nonsense instead of the form
└── HandbookError    company documents that are missing or cannot be read
"""


class AgentError(Exception):
    """Base of everything the agents raise."""


class ModelError(AgentError):
    """A chat model that is down, refuses, or answers nonsense instead of the form asked for."""


class HandbookError(AgentError):
    """Company documents that are missing or cannot be read."""
