"""What all adapted agents have in common: who they are, and that they fail in one way."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Sequence

from langchain_core.messages import BaseMessage
from langgraph.errors import GraphBubbleUp, is_invalid_resume

from emads_voice.agents.agent import Agent, Say
from emads_voice.agents.call_control import asking
from emads_voice.agents.errors import ModelError
from emads_voice.agents.forms import Analysis

from .streaming import SaidAnswer
from .traits import Traits


class Adapted(Agent):
    """An `Agent` around something of another kind."""

    reads_marks = True

    def __init__(self, traits: Traits) -> None:
        self.name = traits.name
        self.description = traits.description
        self.exemplars = traits.exemplars
        self.titles = traits.titles
        self.repeatable = traits.repeatable
        self.traits = traits

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        traits = self.traits
        said = SaidAnswer(say, self.name, several=traits.speaks is not None)
        try:
            with asking() as asked:
                async with asyncio.timeout(traits.timeout_s) as deadline:
                    analysis = await self._ask(messages, language, said)
        except (GraphBubbleUp, ModelError):
            raise
        except Exception as error:
            if is_invalid_resume(error):  # the question can be answered again
                raise
            if isinstance(error, TimeoutError) and deadline.expired():
                raise ModelError(
                    f"The agent {self.name} took longer than {traits.timeout_s:g} s; "
                    "give as_agent another timeout_s= if it needs more."
                ) from error
            raise ModelError(
                f"The agent {self.name} failed ({type(error).__name__}): see the log for what it says."
            ) from error
        said.finish(analysis.answer)
        return analysis.model_copy(update={"then": asked[-1]}) if asked else analysis

    @abstractmethod
    async def _ask(self, messages: Sequence[BaseMessage], language: str, said: SaidAnswer) -> Analysis:
        """Answer, and say the answer as it comes; may raise anything."""
