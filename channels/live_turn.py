"""Our turn in a live conversation: one run of the graph, spoken while it goes on, interrupted if need be."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from langchain_core.runnables import RunnableConfig

from emads_voice.graph import VoiceContext
from emads_voice.graph.answering import as_heard
from emads_voice.observability import new_trace
from emads_voice.voice.ear import Ear
from emads_voice.voice.errors import SynthesisError
from emads_voice.voice.languages import Language, find_language

from .live_mouth import LiveMouth
from .turn import Turn, VoiceGraph, run_turn

_log = logging.getLogger("emads_voice")

STOPPING_S = 2.0
"""How long a run may take to notice that it was interrupted."""


class LiveTurn:
    """One turn on a thread. There must be one at a time."""

    def __init__(self, graph: VoiceGraph, thread_id: str, ear: Ear, mouth: LiveMouth) -> None:
        """Begin to answer what the ear hears; inside the event loop."""
        self._graph = graph
        self._thread_id = thread_id
        self._mouth = mouth
        self._number: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        context = VoiceContext(ear=ear, mouth=mouth)
        with new_trace():
            self._run: asyncio.Task[Turn] = asyncio.create_task(
                run_turn(graph, context, thread_id=thread_id, on_progress=self._on_progress)
            )

    @property
    def begun(self) -> bool:
        """Whether something of the answer was said."""
        return self._mouth.first_audio_at is not None

    @property
    def said(self) -> bool:
        """Whether nothing is left to be said but what the speaker has."""
        return self._mouth.said

    async def finish(self) -> Language:
        """Wait until the answer was heard to its end; returns the language the conversation is held in from now on.

        Raises:
            SynthesisError: some of it could not be spoken.
            Exception: whatever the graph raises.
        """
        turn = await self._run
        if error := turn.state["speech"]["error"]:
            raise SynthesisError(error)
        if self._mouth.finished and not self.begun:
            raise SynthesisError("There was nothing in the answer to speak.")
        return find_language(turn.state["language"])

    async def interrupt(self) -> None:
        """Fall silent and end the run; what was heard of the answer is from now on all that was said.

        A turn that failed is interrupted too, to make that true. One that was heard to its end is left to end.
        """
        heard = await self._mouth.stop()
        if not self._mouth.finished:
            # Once the graph has listened the caller's words are kept, even if nobody answers them.
            either: list[asyncio.Future[Any]] = [self._run, self._number]
            await asyncio.wait(either, timeout=STOPPING_S, return_when=asyncio.FIRST_COMPLETED)
            self._run.cancel()
        if (await asyncio.wait([self._run], timeout=STOPPING_S))[1]:
            _log.warning("call %s: a turn does not stop; it is left behind", self._thread_id)
        if self._number.done() and not (self._mouth.finished and self._spoken()):
            await self._remember(self._number.result(), heard)

    def _spoken(self) -> bool:
        if not self._run.done() or self._run.cancelled() or self._run.exception():
            return False
        return not self._run.result().state["speech"]["error"]

    async def _remember(self, turn: int, heard: str) -> None:
        """Write what the caller heard in place of what was to be said, and close the turn."""
        config: RunnableConfig = {"configurable": {"thread_id": self._thread_id}}
        try:
            state = (await self._graph.aget_state(config)).values
            update = {"messages": as_heard(state["messages"], turn, heard)}
            await self._graph.aupdate_state(config, update, as_node="speak")
        except Exception:
            _log.exception("call %s: what was heard of turn %d could not be noted", self._thread_id, turn)

    def _on_progress(self, node: str, update: dict[str, Any]) -> None:
        if node == "listen" and not self._number.done():
            self._number.set_result(update["turn"])
