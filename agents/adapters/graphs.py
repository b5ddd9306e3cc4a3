"""Agents that are LangGraph graphs: run inside the node they are asked in, with a memory of their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, cast

from langchain_core.messages import BaseMessage
from langgraph.pregel import Pregel

from emads_voice.agents.forms import Analysis
from emads_voice.agents.heard import as_agent_sees

from .adapted import Adapted
from .ambient import agent_config, agent_context, node_config, reading_once, remembering, without_checkpoints
from .graph_run import Event, GraphRun
from .inputs import Input
from .memory import TOLD, recall
from .speakers import Speakers
from .streaming import SaidAnswer
from .traits import Traits

Graph = Pregel[Any, Any, Any, Any]


class GraphAgent(Adapted):
    """A graph whose answer is in its messages, or where ``output`` says."""

    def __init__(
        self, traits: Traits, graph: Graph, make_input: Input, *, adds_up: bool, answer_key: str
    ) -> None:
        """
        Args:
            traits: who it is.
            graph: compiled.
            make_input: makes its input of the messages it is told.
            adds_up: its state adds up what it is told, so it need not be told again.
            answer_key: the key of its state that has its answer: "messages", another, or "" where all of it is.
        """
        super().__init__(traits)
        self._remembers = graph.checkpointer is not False
        self._graph = graph.copy({"checkpointer": True})
        self._forgetful = graph.copy({"checkpointer": False})
        self._make_input = make_input
        self._adds_up = adds_up
        self._answer_key = answer_key
        self._speakers = Speakers(graph)

    async def _ask(self, messages: Sequence[BaseMessage], language: str, said: SaidAnswer) -> Analysis:
        around = node_config()
        if around and self._remembers and remembering(around):
            around = reading_once(around)
            graph, memory = self._graph, await recall(self._graph, around, messages)
            around = memory.goes_on(around)
            told = memory.news(messages, self.name) if self._adds_up else as_agent_sees(messages)
            noted: Mapping[str, Any] = {TOLD: messages[-1].id}
        else:
            graph, told, noted = self._forgetful, as_agent_sees(messages), {}
        traits = self.traits
        config = agent_config(around, language=language, metadata=noted)
        context = agent_context(around, traits.context, graph.context_schema, language=language)
        run = GraphRun(traits, self._speakers, told[-1], said)
        events = graph.astream(
            self._make_input(told, language),
            config if graph is self._graph else without_checkpoints(config),
            context=context,
            stream_mode=run.modes,
            subgraphs=True,
        )
        async with aclosing(cast("AsyncGenerator[Event, None]", events)) as stream:
            async for event in stream:
                run.take(*event)
        return run.analysis(self._answer_key)
