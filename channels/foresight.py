"""What one call thinks ahead: one answer at a time, to what its caller has probably finished saying."""

from __future__ import annotations

import asyncio

from langchain_core.runnables import RunnableConfig

from emads_voice.voice.languages import Language

from .ahead import Ahead, Thought
from .background import Background
from .turn import VoiceGraph


class Foresight:
    """Thinks ahead on one thread."""

    def __init__(
        self, ahead: Ahead | None, graph: VoiceGraph, thread_id: str, background: Background
    ) -> None:
        """Without ``ahead`` nothing is thought."""
        self._ahead = ahead
        self._graph = graph
        self._thread_id = thread_id
        self._background = background
        self._thinking: asyncio.Task[None] | None = None
        self._thought: Thought | None = None

    def think(self, said: str, language: Language) -> None:
        """Begin to work out the answer; what was thought before is dropped."""
        self.drop()
        if self._ahead:
            self._thinking = self._background.start(self._think(self._ahead, said, language))

    def drop(self) -> None:
        """It does not matter any more."""
        if self._thinking:
            self._thinking.cancel()
        if self._thought:
            self._thought.drop()
        self._thinking = self._thought = None

    async def _think(self, ahead: Ahead, said: str, language: Language) -> None:
        config: RunnableConfig = {"configurable": {"thread_id": self._thread_id}}
        state = (await self._graph.aget_state(config)).values
        self._thought = ahead.think(state.get("messages", []), said, language)
