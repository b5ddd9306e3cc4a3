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
    """Someone who can be asked. Whoever inherits from this need not say what has a default here."""

    @property
    def name(self) -> str:
        """Identifies it in routes, spans and the graph: a lower-case word, "cto"."""

    @property
    def description(self) -> str:
        """What it should be asked about, in one sentence: read by routers and told to callers."""

    @property
    def exemplars(self) -> Sequence[str]:
        """A few questions it should get, in the callers' languages: what the default router learns from."""

    @property
    def titles(self) -> Sequence[str]:
        """What callers call it besides its name, in any language: "Chief Technology Officer", "giám đốc công nghệ"."""
        return ()

    @property
    def repeatable(self) -> bool:
        """Whether asking it changes nothing, so that it may be asked before the caller has certainly finished, and the
        answer thrown away. An agent that books, pays or writes is not."""
        return False

    async def warm_up(self) -> None:
        """Do once what the first answer would otherwise wait for; may be called again."""

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        """Answer the last message of a conversation.

        It is cancelled (``asyncio.CancelledError``) where the caller interrupts or hangs up, or an answer that was
        begun too early is not wanted. Let that through; what must not stay half done is done in a task of its own.

        Args:
            messages: the conversation so far, oldest first, ending with the caller's question.
            language: the caller's language by its English name, "Vietnamese"; the answer is in it.
            say: given when this agent alone answers: called with each piece of ``Analysis.answer`` as it is
                generated. Everything passed to it is spoken, so it must add up to a prefix of the answer.

        Raises:
            ModelError: the model, and every model it falls back on, failed.
        """


class AgentWrapper:
    """An `Agent` around another: all that is asked of it is passed on. A subclass changes what it is for."""

    def __init__(self, agent: Agent) -> None:
        """Take the agent that is asked."""
        self._agent = agent

    @property
    def name(self) -> str:
        return self._agent.name

    @property
    def description(self) -> str:
        return self._agent.description

    @property
    def exemplars(self) -> Sequence[str]:
        return self._agent.exemplars

    @property
    def titles(self) -> Sequence[str]:
        return self._agent.titles

    @property
    def repeatable(self) -> bool:
        return self._agent.repeatable

    async def warm_up(self) -> None:
        await self._agent.warm_up()

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        return await self._agent.answer(messages, language=language, say=say)
