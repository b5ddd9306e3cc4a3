"""What can go wrong with the agents, each with a message that says what to do.

AgentError
├── FormError        a reply that holds no form with an answer in it
├── ModelError       a chat model that is down, refuses, or answers nonsense instead of the form
└── HandbookError    company documents that are missing or cannot be read
"""

from emads_voice.errors import EmadsVoiceError


class AgentError(EmadsVoiceError):
    """Base of everything the agents raise."""


class ModelError(AgentError):
    """A chat model that is down, refuses, or answers nonsense instead of the form asked for."""


class HandbookError(AgentError):
    """Company documents that are missing or cannot be read."""
