"""An agent that answers from a script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from langchain_core.messages import BaseMessage

from emads_voice.agents.agent import Say
from emads_voice.agents.forms import Analysis


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
    asked: list[tuple[list[BaseMessage], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rest = iter(self.script)

    async def answer(self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None) -> Analysis:
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
