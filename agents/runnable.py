"""Asking an agent somebody else built: any LangGraph graph or Runnable that takes and gives messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable

from .agent import Agent, Say
from .errors import ModelError
from .forms import Analysis


def from_runnable(
    runnable: Runnable[Any, Any],
    *,
    name: str,
    description: str,
    exemplars: Sequence[str],
    also_called: Sequence[str] = (),
) -> Agent:
    """Adapt a graph that takes ``{"messages": …}`` and gives ``{"messages": […]}``.

    Its last AI message is the answer; an `Analysis` (or a dict of its fields) under ``structured_response``
    is used as it is. The caller's language is in ``config["configurable"]["language"]``. The answer is spoken
    when it is complete: which tokens of a graph are meant for the caller cannot be told from outside.

    Args:
        runnable: a compiled graph, or anything with ``ainvoke``.
        name: a lower-case word; the key of its analysis.
        description: what to ask it about, in one sentence.
        exemplars: questions it should get, in each of the callers' languages.
        also_called: titles callers use for it.
    """
    return _RunnableAgent(runnable, name, description, tuple(exemplars), tuple(also_called))


class _RunnableAgent:
    def __init__(
        self,
        runnable: Runnable[Any, Any],
        name: str,
        description: str,
        exemplars: Sequence[str],
        titles: Sequence[str],
    ) -> None:
        self.name = name
        self.description = description
        self.exemplars = exemplars
        self.titles = titles
        self.repeatable = False  # whether its tools change anything cannot be told from outside
        self._runnable = runnable

    async def warm_up(self) -> None:
        """Nothing is known that could be loaded."""

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        try:
            result = await self._runnable.ainvoke(
                {"messages": list(messages)}, config={"configurable": {"language": language}}
            )
        except Exception as error:
            raise ModelError(
                f"The agent {self.name} failed ({type(error).__name__}); see its own log."
            ) from error
        analysis = self._analysis(result)
        if say:
            say(analysis.answer)
        return analysis

    def _analysis(self, result: object) -> Analysis:
        fields = result if isinstance(result, Mapping) else {}
        structured = fields.get("structured_response")
        if isinstance(structured, Mapping):
            try:
                structured = Analysis.model_validate({"agent": self.name, **structured})
            except ValueError:
                structured = None
        if isinstance(structured, Analysis):
            return structured.model_copy(update={"agent": self.name})
        answers = [
            m.text for m in fields.get("messages") or [] if isinstance(m, AIMessage) and m.text.strip()
        ]
        if not answers:
            raise ModelError(f'The agent {self.name} gave no answer: it must return {{"messages": […]}}.')
        return Analysis(answer=answers[-1], agent=self.name)
