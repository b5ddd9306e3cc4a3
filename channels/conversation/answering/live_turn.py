"""Our turn in a live conversation: one run of the graph, spoken while it goes on, interrupted if need be."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.types import StateSnapshot

from emads_voice.agents.call_control import CallControl
from emads_voice.channels.live_events import LiveEvent, StageEnded
from emads_voice.channels.questions.pending import read
from emads_voice.channels.speaking.live_mouth import LiveMouth
from emads_voice.channels.telemetry.turn import TurnTelemetry
from emads_voice.channels.turn import INTERRUPT, Turn, VoiceGraph, run_turn
from emads_voice.graph import VoiceContext, VoiceState
from emads_voice.graph.answering import interrupted, withdrawn
from emads_voice.graph.auditing import note_phrase, note_said
from emads_voice.graph.own_graphs import end_turn, is_voice_graph
from emads_voice.graph.state import Ended, answer, call_control, caller_language
from emads_voice.graph.turn_link import TurnLink
from emads_voice.graph.voice_graph import REPEATABLE
from emads_voice.messages import Catalogue
from emads_voice.observability import AuditLog, new_trace
from emads_voice.voice.ear import Ear
from emads_voice.voice.errors import SynthesisError
from emads_voice.voice.mouth import Speech

from .at_work import AtWork

_log = logging.getLogger(__name__)

STOPPING_S = 2.0
"""How long a run may take to notice that it was interrupted."""

ACTING_S = 2.0
"""How long an agent that may be doing something when it is interrupted has to finish it, so that it knows of it."""


class LiveTurn:
    """One turn on a thread. There must be one at a time."""

    def __init__(
        self,
        graph: VoiceGraph,
        thread_id: str,
        ear: Ear,
        mouth: LiveMouth,
        *,
        context: VoiceContext,
        catalogue: Catalogue,
        audit: AuditLog | None,
        waits: bool | None,
        on_asked: Callable[[CallControl], None],
        on_question: Callable[[], None],
        tell: Callable[[LiveEvent], None],
        telemetry: TurnTelemetry,
    ) -> None:
        """Begin to answer what the ear hears; inside the event loop.

        ``context`` is what else the run is given; ``audit`` keeps what was said of an interrupted answer; ``waits`` is
        whether an agent waits to be told something, None where that is not known; ``on_asked`` is told what an agent
        asks to have done with the call, as soon as its answer is there; ``on_question`` is called where it waits to be
        told something, before it is asked aloud; ``tell`` tells the line what goes on; ``telemetry`` is what is traced
        of it.
        """
        self._tell = tell
        self._audit, self._catalogue = audit, catalogue
        self._telemetry = telemetry
        self._on_asked = on_asked
        self._on_question = on_question
        self._graph = graph
        self._config: RunnableConfig = {
            "configurable": {"thread_id": thread_id},
            "metadata": {**context.metadata},
        }
        self._at_work = AtWork()
        self._asked: Sequence[str] = ()
        self._failed: set[str] = set()
        self._interrupted = False
        self._name = context.call_sid or thread_id
        self._mouth = mouth
        self._link = None if is_voice_graph(graph) else TurnLink()
        self._listened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        with new_trace("call"):
            self._run: asyncio.Task[Turn] = asyncio.create_task(
                run_turn(
                    graph,
                    context.model_copy(
                        update={"ear": ear, "mouth": mouth, "on_asked": on_asked, "link": self._link}
                    ),
                    thread_id=thread_id,
                    config={**self._config, "callbacks": [self._at_work]},
                    catalogue=catalogue,
                    on_progress=self._on_progress,
                    waits=waits,
                    telemetry=telemetry,
                    audit=audit,
                )
            )

    @property
    def begun(self) -> bool:
        """Whether something of the answer was said."""
        return self._mouth.first_audio_at is not None

    @property
    def said(self) -> bool:
        """Whether the whole answer was handed to the speaker."""
        return self._mouth.said

    @property
    def failed(self) -> bool:
        """Whether all who were asked have failed: the answer is an apology."""
        return bool(self._failed) and self._failed.issuperset(self._asked)

    @property
    def id(self) -> str:
        """The turn's id; "" until the graph has listened."""
        return self._listened.result() if self._listened.done() else ""

    @property
    def tool(self) -> tuple[str, str] | None:
        """The tool that runs for it, if any: its name, and what models are told of it."""
        return self._at_work.tool

    def again(self) -> None:
        """Begin what was said of the answer again; while the speaker is held."""
        self._mouth.again()

    async def finish(self) -> Turn:
        """Wait until the answer was played to its end.

        Raises:
            SynthesisError: some of it could not be spoken.
            Exception: whatever the graph raises.
        """
        turn = await self._run
        if turn.error:
            raise SynthesisError(turn.error)
        return turn

    def heard_s(self) -> float:
        """How long the caller has been hearing the answer."""
        first = self._mouth.first_audio_at
        return 0.0 if first is None else asyncio.get_running_loop().time() - first

    async def fall_silent(self) -> None:
        """Say no more of the answer. What was played of it stands from now on."""
        self._interrupted = True
        await self._mouth.stop()

    def timed_out(self) -> None:
        """It is given up, as its answer is late."""
        self._telemetry.timed_out()

    async def interrupt(self, why: Ended, *, withdraw: bool = False) -> None:
        """Fall silent, end the run, and keep of the answer what was played.

        Also called for a failed turn; one played to its end is left to finish. An agent that is not
        ``repeatable`` may be booking a table this moment: until it says its answer, or only asks a model, it has
        :data:`ACTING_S` to come to an end, silently.

        Args:
            why: what ends it.
            withdraw: the question is asked again, with more to it: take this turn out of the conversation, unless
                somebody was asked who may have done something. What was done stays, marked as not heard.
        """
        self._interrupted = True
        self._telemetry.ends("went on" if withdraw else why)
        played = await self._mouth.stop()
        unasked = False
        if not self._mouth.finished:
            # Once the graph has listened the caller's words are kept, even if nobody answers them.
            either: list[asyncio.Future[Any]] = [self._run, self._listened]
            await asyncio.wait(either, timeout=STOPPING_S, return_when=asyncio.FIRST_COMPLETED)
            if why != "failed" and self._may_act():
                unasked = await self._let_act()
            self._run.cancel()
        late = (await asyncio.wait([self._run], timeout=STOPPING_S))[1]
        if late and self._link:  # another graph may have much to do after its answer
            self._run.cancel()
            late = (await asyncio.wait([self._run], timeout=STOPPING_S))[1]
        if late:
            _log.warning("call %s: a turn does not stop; it is left behind", self._name)
        if self._listened.done() and not (self._mouth.finished and self._spoken()):
            await self._remember(played, why, unasked=unasked, withdraw=withdraw and self.repeatable())

    def repeatable(self) -> bool:
        """Whether those who have been asked so far say that asking them changes nothing."""
        if self._link:  # what the nodes of another graph do is not known
            return False
        nodes = (self._graph.nodes[name] for name in self._asked)
        return all((node.metadata or {}).get(REPEATABLE) for node in nodes)

    def _may_act(self) -> bool:
        return self._at_work.uses_tools or not (self.repeatable() or self._mouth.begun)

    async def _let_act(self) -> bool:
        """Returns whether it ended with a question, which nobody was asked: we had fallen silent."""
        generates = asyncio.create_task(self._at_work.only_generates())
        try:
            either: list[asyncio.Future[Any]] = [self._run, generates]
            await asyncio.wait(either, timeout=ACTING_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            generates.cancel()
        done = self._run.done() and not self._run.cancelled() and not self._run.exception()
        return done and bool(self._run.result().interrupts)

    def _spoken(self) -> bool:
        if not self._run.done() or self._run.cancelled() or self._run.exception():
            return False
        return not self._run.result().error

    async def _remember(self, played: str, why: Ended, *, unasked: bool, withdraw: bool) -> None:
        """Put what was played in place of the answer that was to be spoken, and close the turn.

        An agent that waits to be told something goes on waiting, unless its question was not asked: what the caller
        says next is no answer to it.
        """
        try:
            snapshot = await self._graph.aget_state(self._config)
            if snapshot.interrupts and not unasked:
                await self._note_question(snapshot, played)
                return
            state = self._link.state if self._link else cast(VoiceState, snapshot.values)
            if not self._link and state["turn_id"] != self._listened.result():
                _log.warning("call %s: a turn was overtaken; what was played of it is not noted", self._name)
                return
            speech = Speech(answer(state) or played, played, caller_language(state), interrupted=True)
            left = withdrawn(state) if withdraw else interrupted(state, speech, why)
            await end_turn(self._graph, self._config, state, left)
            await note_said(
                self._audit,
                interrupted(state, speech, why)["speech"],
                thread_id=self._config["configurable"]["thread_id"],
                turn=state.get("turn", 0),
                trace=state.get("trace", ""),
            )
        except Exception:
            _log.exception("call %s: what was played of a turn could not be noted", self._name)

    async def _note_question(self, snapshot: StateSnapshot, played: str) -> None:
        """What was played of a question, where the run was ended while it was being asked."""
        if self._run.cancelled() and (question := read(snapshot.interrupts)):
            state = self._link.state if self._link else cast(VoiceState, snapshot.values)
            asked, language = question.spoken(caller_language(state), self._catalogue)
            await note_phrase(
                self._audit,
                "asked",
                Speech(asked, played, language, interrupted=True),
                thread_id=self._config["configurable"]["thread_id"],
                turn=state.get("turn", 0),
            )

    def _on_progress(self, node: str, update: dict[str, Any]) -> None:
        if chosen := update.get("route"):
            self._asked = chosen["agents"]
        if not self._interrupted:
            self._tell(StageEnded(node, update))
        if node == "listen":
            if not self._listened.done():
                self._listened.set_result(update["turn_id"])
            return
        self._failed |= update.get("failures", {}).keys()
        if self._interrupted:
            return  # it finishes what it was doing, and is heard no more
        if node == INTERRUPT:
            self._on_question()
        elif control := call_control(update.get("analyses", {})):
            self._on_asked(control)
