"""Answering: the seam every agent implements, ours or yours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from langchain_core.messages import BaseMessage

from .forms import Analysis

Say = Callable[[str], None]
"""Takes the next piece of an answer while it is being generated; pieces joined are the answer. A line break after
the last one says early that the answer is over, so that its last sentence need not wait for the rest of the form."""


class Agent(Protocol):
    """Someone who can be asked."""

    @property
    def name(self) -> str:
        """Identifies it in routes, spans and the graph: a lower-case word, "cto"."""

    @property
    def description(self) -> str:
        """What it should be asked about, in one sentence: read by routers and told to callers."""

    @property
    def exemplars(self) -> Sequence[str]:
        """A few questions it should get, in the callers' languages: what the default router learns from."""

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        """Answer the last message of a conversation.

        Args:
            messages: the conversation so far, oldest first, ending with the caller's question.
            language: the caller's language by its English name, "Vietnamese"; the answer is in it.
            say: given when this agent alone answers: called with each piece of ``Analysis.answer`` as it is
                generated. Everything passed to it is spoken, so it must add up to a prefix of the answer.

        Raises:
            ModelError: the model, and every model it falls back on, failed.
        """
