"""Answering: the seam every agent implements, ours or yours."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Protocol, runtime_checkable

from langchain_core.messages import BaseMessage

from .dialogue import Act, chosen_acts
from .forms import Analysis
from .heard import as_agent_sees

Say = Callable[[str], None]
"""Takes the next piece of an answer while it is being generated; pieces joined are the answer. An empty one says that
the sentence before it is over, though the next may take a while; a line break after the last one says early that the
answer is over, so that its last sentence need not wait for the rest of the form."""

_OFFICER = re.compile(r"c[a-z]o")  # "cto", "coo", "cfo": no word of either language


@runtime_checkable
class Agent(Protocol):
    """Someone who can be asked. Whoever inherits from this need not say what has a default here."""

    name: str
    """Identifies it in routes, spans and the graph: a lower-case word, "cto"."""

    description: str
    """What it should be asked about, in one sentence: read by routers and told to callers."""

    exemplars: Sequence[str]
    """A few questions it should get, in the callers' languages: what the default router learns from."""

    titles: Sequence[str] = ()
    """What callers call it besides its name, in any language: "Chief Technology Officer", "giám đốc công nghệ"."""

    repeatable: bool = False
    """Whether asking it changes nothing, so that it may be asked before the caller has certainly finished, and the
    answer thrown away. An agent that books, pays or writes is not."""

    async def warm_up(self) -> None:
        """Do once what the first answer would otherwise wait for; may be called again."""
        return  # type checkers take a body of nothing but this text for one that is missing

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        """Answer the last message of a conversation.

        It is cancelled (``asyncio.CancelledError``) where the caller interrupts or hangs up, or an answer that was
        begun too early is not wanted. Let that through; what must not stay half done is done in a task of its own.

        Args:
            messages: the conversation so far, oldest first, ending with the caller's question. An answer of yours that
                they interrupted is in it in whole, as you gave it, and before their next words stands in brackets how
                much of it they heard (:mod:`emads_voice.agents.heard`): what you did is done, heard or not.
            language: the caller's language by its English name, "Vietnamese"; the answer is in it.
            say: given when this agent alone answers: called with each piece of ``Analysis.answer`` as it is
                generated. Everything passed to it is spoken, so it must add up to a prefix of the answer.

        Raises:
            ModelError: the model, and every model it falls back on, failed.
        """


@runtime_checkable
class TakesActs(Protocol):
    """An agent that answers some dialogue acts itself, in place of the conversation."""

    acts: Collection[str]
    """Which: "greeting", "thanks"; see :class:`~emads_voice.agents.dialogue.Act`."""


@runtime_checkable
class ReadsMarks(Protocol):
    """An agent that is given the conversation as it is kept, with interrupted answers as far as they were heard. It
    reads in the messages' marks itself what else there is to know (:mod:`emads_voice.agents.heard`)."""

    reads_marks: bool


@runtime_checkable
class HasDocuments(Protocol):
    """An agent that answers from documents."""

    subjects: Sequence[str]
    """What they say, a paragraph each, in any language: evidence for the default router of what is the agent's."""


def documented_subjects(agent: Agent) -> Sequence[str]:
    """What an agent's documents say; nothing where it has none."""
    return agent.subjects if isinstance(agent, HasDocuments) else ()


def as_told(agent: Agent, conversation: Sequence[BaseMessage]) -> Sequence[BaseMessage]:
    """What an agent is given of a conversation: what was heard of its answers is told, unless it reads the marks."""
    reads = isinstance(agent, ReadsMarks) and agent.reads_marks
    return conversation if reads else as_agent_sees(conversation)


def taken_acts(agent: Agent) -> frozenset[Act]:
    """The dialogue acts that an agent takes over; usually none.

    Raises:
        ValueError: there is no such act.
    """
    return chosen_acts(agent.acts) if isinstance(agent, TakesActs) else frozenset()


def is_officer(title: str) -> bool:
    """Whether a name or title is the abbreviation of an officer's, such as "cto"."""
    return bool(_OFFICER.fullmatch(title))


def label(name: str) -> str:
    """How people are told an agent's name: an officer's in capitals, "CTO", any other as it is, "support"."""
    return name.upper() if is_officer(name) else name


class AgentWrapper:
    """An `Agent` around another: all that is asked of it is passed on. A subclass changes what it is for."""

    def __init__(self, agent: Agent) -> None:
        """Take the agent that is asked."""
        self._agent = agent
        self.name = agent.name
        self.description = agent.description
        self.exemplars = agent.exemplars
        self.titles = agent.titles
        self.subjects = documented_subjects(agent)
        self.repeatable = agent.repeatable
        self.acts: Collection[str] = taken_acts(agent)
        self.reads_marks = isinstance(agent, ReadsMarks) and agent.reads_marks

    async def warm_up(self) -> None:
        await self._agent.warm_up()

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        return await self._agent.answer(messages, language=language, say=say)
