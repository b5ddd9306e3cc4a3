"""Agents that are chat models, chains or functions: they are given the whole conversation and remember nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, cast

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig, RunnableSequence
from langchain_core.runnables.base import RunnableBindingBase
from langgraph.pregel import Pregel

from emads_voice.agents.errors import ModelError
from emads_voice.agents.forms import Analysis
from emads_voice.agents.heard import as_agent_sees

from .adapted import Adapted
from .ambient import agent_config, node_config
from .answer import analysis_of
from .inputs import Input
from .streaming import SaidAnswer
from .traits import Traits

_PIECES = (AIMessageChunk, str)


class RunnableAgent(Adapted):
    """A chat model, a chain, or any other Runnable."""

    def __init__(self, traits: Traits, runnable: Runnable[Any, Any], make_input: Input) -> None:
        super().__init__(traits)
        self._runnable = runnable
        self._make_input = make_input
        self._streams = not (traits.output or _has_graph(runnable))

    async def _ask(self, messages: Sequence[BaseMessage], language: str, said: SaidAnswer) -> Analysis:
        told = as_agent_sees(messages)
        config = agent_config(node_config(), language=language)
        taken = self._make_input(told, language)
        if self._streams:
            result = await self._stream(taken, config, said)
        else:
            result = await self._runnable.ainvoke(taken, config)
        if isinstance(result, AIMessage) and result.tool_calls and not result.text.strip():
            raise ModelError(
                f"The agent {self.name} is a model that calls tools, and nobody runs them: "
                "make an agent of it, create_agent(model, tools)."
            )
        if self.traits.output:
            result = self.traits.output(result)
        return analysis_of(result, self.name, told[-1])

    async def _stream(self, taken: Any, config: RunnableConfig, said: SaidAnswer) -> Any:
        """Say its pieces as they come; returns what they come to, or the last if they are no pieces of one thing."""
        whole: Any = None
        stream = cast("AsyncGenerator[Any, None]", self._runnable.astream(taken, config))
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                if isinstance(piece, AIMessageChunk):
                    said.call("", piece.text, calls_tools=bool(piece.tool_call_chunks))
                elif isinstance(piece, str):
                    said.call("", piece)
                together = any(isinstance(whole, kind) and isinstance(piece, kind) for kind in _PIECES)
                whole = whole + piece if together else piece
        return whole


def _has_graph(runnable: Runnable[Any, Any]) -> bool:
    """Whether there is a graph in a chain: it streams what its nodes write, and that is not its result."""
    if isinstance(runnable, RunnableSequence):
        return any(_has_graph(step) for step in runnable.steps)
    if isinstance(runnable, RunnableBindingBase):
        return _has_graph(runnable.bound)
    return isinstance(runnable, Pregel)
