"""A conversation with agents of others, through the assembled voice graph."""

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.types import Command

from emads_voice import Agent, Language, Speech, TypedEar, VoiceContext, create_voice_graph
from emads_voice.testing import ScriptedRouter


class RecordingMouth:
    """Keeps what it is given.

    Attributes:
        fed: the pieces, in order, before the answer was whole.
        finished: the answers that were.
    """

    first_audio_at = None

    def __init__(self) -> None:
        self.fed: list[str] = []
        self.finished: list[str] = []

    def feed(self, text: str, *, language: Language) -> None:
        self.fed.append(text)

    async def finish(self, text: str, *, language: Language) -> Speech:
        self.finished.append(text)
        return Speech(text, text, language)

    async def stop(self) -> str:
        return ""


class Talk:
    """A caller's conversation with agents.

    Attributes:
        graph: the voice graph, compiled.
        mouth: of the last turn.
        state: after the last turn.
    """

    def __init__(
        self,
        agents: Sequence[Agent],
        saver: BaseCheckpointSaver[str] | None,
        *,
        routes: Sequence[Sequence[str]] = (),
        store: Any = None,
        **context: Any,
    ) -> None:
        router = ScriptedRouter(routes) if routes else None
        self.graph = create_voice_graph(agents, router=router).compile(checkpointer=saver, store=store)
        self.config: RunnableConfig = {"configurable": {"thread_id": "caller"}}
        self.mouth = RecordingMouth()
        self.state: dict[str, Any] = {}
        self._names = [agent.name for agent in agents]
        self._context = context

    def context(self, said: str = "") -> VoiceContext:
        self.mouth = RecordingMouth()
        return VoiceContext(ear=TypedEar(said), mouth=self.mouth, **self._context)

    async def ask(self, said: str, config: RunnableConfig | None = None) -> str:
        """Have the caller say something; returns the answer of the agent that was asked."""
        return await self._run({"messages": []}, said, config)

    async def resume(self, value: Any) -> str:
        """Answer what an agent asked with ``interrupt()``."""
        return await self._run(Command(resume=value), "", None)

    async def _run(self, given: Any, said: str, config: RunnableConfig | None) -> str:
        context = self.context(said)
        durability: Literal["sync"] | None = "sync" if self.graph.checkpointer else None
        self.state = await self.graph.ainvoke(
            given, config or self.config, context=context, durability=durability
        )
        views = self.state["analyses"]
        return " / ".join(views[name]["answer"] for name in self._names if name in views)

    @property
    def degraded(self) -> str:
        return " ".join(view["degraded"] for view in self.state["analyses"].values())

    @property
    def questions(self) -> list[Any]:
        """What was asked with ``interrupt()`` and is not answered."""
        return [interrupt.value for interrupt in self.state.get("__interrupt__", ())]

    async def was_heard(self, played: str) -> None:
        """Have the last answer interrupted while it was being played."""
        messages: list[BaseMessage] = (await self.graph.aget_state(self.config)).values["messages"]
        answer = messages[-1]
        assert isinstance(answer, AIMessage)
        kwargs = {"interrupted": True, "whole_answer": answer.text}
        cut = AIMessage(played, id=answer.id, name=answer.name, additional_kwargs=kwargs)
        await self.graph.aupdate_state(self.config, {"messages": [cut]}, as_node="speak")

    async def hang_up(self, *, name: str, played: str = "…") -> None:
        """Close a turn whose run was cancelled before the agent had come to its end."""
        state = (await self.graph.aget_state(self.config)).values
        key = str(state["messages"][-1].id).replace("question", "answer")
        cut = AIMessage(played, id=key, name=name, additional_kwargs={"interrupted": True})
        await self.graph.aupdate_state(self.config, {"messages": [cut]}, as_node="speak")


@pytest.fixture(params=["memory", "sqlite"])
async def saver(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    """Both checkpointers, one after the other."""
    if request.param == "memory":
        yield InMemorySaver()
    else:
        async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "checkpoints.sqlite")) as sqlite:
            yield sqlite


@pytest.fixture
def talk(saver: Any) -> Callable[..., Talk]:
    """Begins a conversation with agents; see `Talk`."""

    def begin(*agents: Agent, **more: Any) -> Talk:
        return Talk(agents, saver, **more)

    return begin


@pytest.fixture
def talk_without_checkpoints() -> Callable[..., Talk]:
    """The same, where nothing is kept."""

    def begin(*agents: Agent, **more: Any) -> Talk:
        return Talk(agents, None, **more)

    return begin
