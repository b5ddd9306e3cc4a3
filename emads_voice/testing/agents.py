"""Agents and routers that follow a script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from langchain_core.messages import BaseMessage

from emads_voice.agents.agent import Agent, Say
from emads_voice.agents.forms import Analysis
from emads_voice.agents.routing.router import Route


@dataclass
class ScriptedAgent:
    """Gives its answers in order, word by word where it is asked to say them.

    Attributes:
        name: as in the graph.
        script: the answers: text, a whole analysis, or an exception to raise.
        asked: the conversations it was given, with the language: what to assert on.
    """

    name: str
    script: Iterable[str | Analysis | Exception]
    description: str = "Answers from a script."
    exemplars: Sequence[str] = ()
    titles: Sequence[str] = ()
    subjects: Sequence[str] = ()
    repeatable: bool = False
    acts: Sequence[str] = ()
    asked: list[tuple[list[BaseMessage], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rest = iter(self.script)

    async def warm_up(self) -> None:
        """Nothing to load."""

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        self.asked.append((list(messages), language))
        answer = next(self._rest, None)
        if answer is None:
            raise AssertionError(f"{self.name} was asked more often than it has answers")
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, str):
            answer = Analysis(answer=answer, agent=self.name)
        if say:
            for piece in re.findall(r"\S+\s*|\s+", answer.answer):
                say(piece)
        return answer


@dataclass
class ScriptedRouter:
    """Sends every question to the agents it is told, in order; the last answer is repeated."""

    script: Sequence[Sequence[str]]
    asked: list[list[BaseMessage]] = field(default_factory=list)

    async def warm_up(self, agents: Sequence[Agent]) -> None:
        """Nothing to load."""

    async def route(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Route:
        self.asked.append(list(messages))
        wanted = self.script[min(len(self.asked), len(self.script)) - 1]
        names = [agent.name for agent in agents if agent.name in wanted]
        return Route(agents=names, reason="It is in the script.", scores={})
