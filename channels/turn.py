"""One turn of conversation, run in-process: whatever hears and speaks, a turn is run here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.errors import is_invalid_resume
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command, Interrupt, StateSnapshot
from pydantic import ValidationError

from emads_voice.agents.call_control import CallControl
from emads_voice.graph import VoiceContext, VoiceInput, VoiceState
from emads_voice.graph.auditing import note_phrase, noting_happenings, record
from emads_voice.graph.context import Reply
from emads_voice.graph.own_graphs import end_turn, hears, is_voice_graph, kept_turn
from emads_voice.graph.state import (
    SpeechState,
    TranscriptState,
    call_control,
    caller_language,
    state_of,
    turn_id,
)
from emads_voice.graph.turn_link import TurnLink
from emads_voice.messages import Catalogue, shipped
from emads_voice.observability import AuditLog, attributes, traceparent
from emads_voice.voice.errors import AudioError
from emads_voice.voice.mouth import SilentMouth, Speech

from .errors import NothingPendingError, ResumeError, TurnTimeoutError
from .questions.pending import PendingQuestion, read
from .questions.resuming import resume_values
from .telemetry.turn import TurnTelemetry

VoiceGraph = CompiledStateGraph[VoiceState, VoiceContext, VoiceInput, VoiceState]
Progress = Callable[[str, dict[str, Any]], None]
"""Called as each node ends, with its name and what it added to the state; with :data:`INTERRUPT` before a question."""

INTERRUPT = "__interrupt__"
"""LangGraph's name for an agent's waiting to be told something, in streams and checkpoints."""

_HEAR: Any = object()
"""In place of a value to resume with: the ear brings a question, or the answer to one of ours."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn came to.

    Attributes:
        thread_id: the conversation it belongs to.
        state: the graph's state after it. Of a graph of your own, its keys and the voice graph's.
        took_ms: from the end of the question to the end of the answer.
        first_audio_ms: from the end of the question to the first sample of the answer; None if none was spoken.
        heard: what the ear heard; None where the turn was resumed without listening.
        interrupts: what the graph waits for: the turn goes on when it is told. Empty where the turn is over.
        asked: the words in which the caller was asked for the first of them; "" if there are none.
        error: why some of what was to be said could not be spoken; "" if nothing failed.
    """

    thread_id: str
    state: VoiceState
    took_ms: float
    first_audio_ms: float | None
    heard: TranscriptState | None = None
    interrupts: tuple[Interrupt, ...] = ()
    asked: str = ""
    error: str = ""

    @property
    def speech(self) -> SpeechState | None:
        """How the answer was spoken; None as long as an agent waits to be told something."""
        return self.state.get("speech")

    @property
    def answer(self) -> str | None:
        """The whole answer in words; None if there is none."""
        return self.state.get("answer")

    @property
    def act(self) -> str | None:
        """The dialogue act that was answered, by no agent: "thanks"; None if agents were asked, or nobody spoke."""
        return self.state.get("act")

    @property
    def then(self) -> CallControl | None:
        """What the agents ask to have done with the call now; None if that is nothing, or the turn is not over."""
        return None if self.interrupts else call_control(self.state.get("analyses", {}))

    @property
    def failed(self) -> bool:
        """Whether every agent that was asked failed: the answer is an apology."""
        return self.state.get("ended") == "failed"

    @property
    def degraded(self) -> list[str]:
        """One sentence for each agent that could not answer as it should have; usually empty."""
        views = self.state.get("analyses", {}).values()
        return [view["degraded"] for view in views if view["degraded"]]


async def run_turn(
    graph: VoiceGraph,
    context: VoiceContext,
    *,
    thread_id: str,
    resume: Any = _HEAR,
    config: RunnableConfig | None = None,
    catalogue: Catalogue | None = None,
    timeout_s: float | None = None,
    on_progress: Progress | None = None,
    waits: bool | None = None,
    telemetry: TurnTelemetry | None = None,
    audit: AuditLog | None = None,
) -> Turn:
    """Run one turn on a thread, in one trace.

    The same ``thread_id`` continues a conversation, if the graph was compiled with a checkpointer. There must
    be one writer at a time to a thread: a :class:`.thread_lock.ThreadLock` sees to it.

    Where an agent waits to be told something (``interrupt()``), it is asked aloud. What the ear hears next on the
    thread is taken for the answer; if it is none, the question is asked again and goes on waiting.

    Args:
        graph: a compiled voice graph, or a graph of your own that has one as a node or is made of its stages.
        context: the ear that hears the question and the mouth that speaks the answer.
        thread_id: the conversation.
        resume: instead of listening: what to tell the agent that waits, or, where several do,
            ``{interrupt id: value}``. None goes on with a turn that stopped in the middle, as when its process was
            killed.
        config: more of LangGraph's configuration: callbacks, tags, metadata, configurable values.
        catalogue: how questions are worded; by default as comes with the package.
        timeout_s: the longest the turn may take, speaking included.
        on_progress: told as each node ends; of a graph of your own, as each of our stages does.
        waits: whether an agent waits to be told something, where that is known since the last turn: it is not looked up
            then, which in a long conversation takes a while.
        telemetry: what is traced of it, for whoever may end it.
        audit: keeps a record of what the graph knows nothing of: what an agent asks aloud, words that do not answer
            that, who failed and was replaced by another.

    Raises:
        ValueError: nothing in the graph hears.
        VoiceError: the question could not be heard.
        AuditError: the record of it could not be kept.
        NothingPendingError: it is to be resumed, and no agent waits, or no turn has stopped in the middle.
        ResumeError: what it is to be resumed with is not what the agent waits for, which goes on waiting.
        TurnTimeoutError: it took longer than ``timeout_s``.
    """
    if not is_voice_graph(graph):
        if not hears(graph):
            raise ValueError(
                "Nothing in this graph hears: run the turn on a graph of create_voice_graph, which asks it with "
                "as_agent(graph), or give it such a graph as a node, or listen() of emads_voice.graph.nodes."
            )
        context = context.model_copy(update={"link": context.link or TurnLink()})
    thread = _on_thread(config, thread_id)
    run = _Run(graph, context, thread, thread_id, catalogue or shipped(), on_progress, waits, audit)
    telemetry = telemetry or TurnTelemetry()
    with telemetry.running(thread_id, context.channel), noting_happenings(audit, lambda: thread_id):
        try:
            async with asyncio.timeout(timeout_s) as limit:
                done = await run.turn(resume)
                _tell(telemetry, done)
                return done
        except TimeoutError:
            if not limit.expired():
                raise
            telemetry.timed_out()
            await _fall_silent(context)
            raise TurnTimeoutError(
                f"The turn took longer than {timeout_s:g} s and was given up: ask again, or give it more time."
            ) from None
        except Exception:
            await _fall_silent(context)
            raise


def _tell(telemetry: TurnTelemetry, done: Turn) -> None:
    """Trace what a turn came to."""
    telemetry.ends("question" if done.interrupts else done.state.get("ended") or "answered")
    told: dict[str, str | int] = {}
    if done.heard and done.heard["duration_s"]:
        told[attributes.LANGSMITH_MODALITY] = "audio"
    if number := done.state.get("turn"):
        told[attributes.TURN_NUMBER] = number
    if done.act:
        told[attributes.DIALOGUE_ACT] = done.act
    if done.then:
        told[attributes.CALL_CONTROL] = type(done.then).__name__
    telemetry.tell({**told})


async def _fall_silent(context: VoiceContext) -> None:
    """A turn that has failed says no more of what it had begun to say."""
    if context.mouth:
        await context.mouth.stop()


async def pending_question(graph: VoiceGraph, thread_id: str) -> PendingQuestion | None:
    """What the agents of a conversation wait to be told; None if that is nothing."""
    snapshot = await graph.aget_state({"configurable": {"thread_id": thread_id}})
    return read(snapshot.interrupts)


async def add_messages(graph: VoiceGraph, thread_id: str, messages: Sequence[BaseMessage]) -> bool:
    """Add to a conversation what was said outside of its turns.

    Returns:
        Whether it was added. Where an agent waits to be told something it is not: the agent would wait no more.
    """
    config: RunnableConfig = {"configurable": {"thread_id": thread_id}}
    turn, snapshot = await kept_turn(graph, config)
    if snapshot.interrupts:
        return False
    update: dict[str, Any] = {"messages": list(messages)}
    if heard := [message.id for message in messages if isinstance(message, HumanMessage)]:
        update["question_id"] = heard[-1]  # answered
    await end_turn(graph, config, turn, update)
    return True


def _on_thread(config: RunnableConfig | None, thread_id: str) -> RunnableConfig:
    given = config or {}
    return {**given, "configurable": {**given.get("configurable", {}), "thread_id": thread_id}}


@dataclass(slots=True)
class _Run:
    """One run of the graph, and the question that it may end with."""

    graph: VoiceGraph
    context: VoiceContext
    config: RunnableConfig
    thread_id: str
    catalogue: Catalogue
    on_progress: Progress | None
    waits: bool | None
    audit: AuditLog | None
    began: float = field(default_factory=time.monotonic)
    state: VoiceState = field(default_factory=VoiceState)
    interrupts: list[Interrupt] = field(default_factory=list)
    heard: TranscriptState | None = None

    async def turn(self, resume: Any) -> Turn:
        if self.context.link:
            self.context.link.told = self.on_progress
        if resume is _HEAR:
            return await self._listen()
        self.state, before = await self._kept()
        if resume is None:
            if before is None or not before.next:
                raise NothingPendingError(
                    "No turn of this conversation has stopped in the middle: ask a question."
                )
        elif before is None or not before.interrupts:
            raise NothingPendingError(
                "No agent of this conversation waits to be told anything: ask a question."
            )
        if self.context.link:
            self.context.link.see(self.state)
        value = None if resume is None or before is None else resume_values(resume, before.interrupts)
        await self._follow(None if value is None else Command(resume=value))
        return await self._done()

    async def _kept(self) -> tuple[VoiceState, StateSnapshot | None]:
        """The last turn of the thread; without a checkpointer there is none."""
        if not isinstance(self.graph.checkpointer, BaseCheckpointSaver):
            return VoiceState(), None
        return await kept_turn(self.graph, self.config)

    async def _listen(self) -> Turn:
        if self.context.ear is None:
            raise AudioError(
                "There is nothing to listen to: pass an ear in the context, or what to resume the turn with."
            )
        transcript = await self.context.ear.hear()
        heard = self.heard = state_of(transcript, (time.monotonic() - self.began) * 1000)
        question: PendingQuestion | None = None
        if await self._waits():
            self.state, before = await kept_turn(self.graph, self.config)
            question = read(before.interrupts)
        if question is None:
            await self._follow(self._heard(heard))
            return await self._done()
        value = question.answered(heard["text"])
        if value is None:
            self.interrupts = list(before.interrupts)
            turn = self.state.get("turn", 0)  # no node hears them
            await record(self.audit, heard, thread_id=self.thread_id, turn=turn, trace=traceparent())
            return await self._done(again=True)
        if self.context.link:
            self.context.link.see(self.state)
        self.context = self.context.model_copy(update={"ear": None, "reply": Reply(heard)})
        try:
            await self._follow(Command(resume=value, update={"messages": self._exchange(question, heard)}))
        except ResumeError:  # the agent has said of which form the answer is to be, and this is none
            self.interrupts = list(before.interrupts)
            return await self._done(again=True)
        return await self._done()

    def _heard(self, heard: TranscriptState) -> VoiceInput:
        """What the graph is given of it, once."""
        if link := self.context.link:
            self.context = self.context.model_copy(update={"ear": None})
            return {"messages": list(link.hear(heard))}
        return {"messages": [], "heard": heard}

    async def _waits(self) -> bool:
        """Whether an agent may be waiting: known, or a look at the checkpoint, which takes less than the state."""
        if self.waits is not None:
            return self.waits
        if not isinstance(self.graph.checkpointer, BaseCheckpointSaver):
            return False  # without one nobody has been asked anything
        last = await self.graph.checkpointer.aget_tuple(self.config)
        return last is not None and any(channel == INTERRUPT for _, channel, _ in last.pending_writes or [])

    def _exchange(self, question: PendingQuestion, heard: TranscriptState) -> list[AIMessage | HumanMessage]:
        """A question of an agent's and the caller's answer, as the conversation keeps them."""
        asked, _ = question.spoken(caller_language(self.state), self.catalogue)
        turn = turn_id({"turn": 0, **self.state})
        key, mark = f"{turn}-{question.interrupt.id}", {"interrupt": question.interrupt.id}
        return [
            AIMessage(asked, id=f"{key}-asked", additional_kwargs=mark),
            HumanMessage(heard["text"], id=f"{key}-answered", additional_kwargs=mark),
        ]

    async def _follow(self, given: VoiceInput | Command[Any] | None) -> None:
        """Run the graph, and keep what it comes to."""
        events: AsyncIterator[Any] = self.graph.astream(
            given,
            self.config,
            context=self.context,
            stream_mode=["updates", "values"],
            durability="async" if self.graph.checkpointer else None,
        )
        try:
            async for mode, event in events:
                self._take(mode, event)
        except ValidationError as error:
            if not is_invalid_resume(error):
                raise
            raise ResumeError(
                f"This is not what the agent waits for ({error.errors()[0]['msg']}): "
                "give what fits the response_schema of its interrupt."
            ) from error
        if link := self.context.link:
            theirs = cast(dict[str, Any], self.state)
            kept = {**theirs, **link.state, "answer": link.answer, "messages": theirs.get("messages", [])}
            self.state = cast(VoiceState, kept)

    def _take(self, mode: str, event: Any) -> None:
        if mode == "values":
            self.state = cast(VoiceState, {k: v for k, v in event.items() if k != INTERRUPT})
            return
        for name, update in event.items():
            if name == INTERRUPT:
                self.interrupts += update
            elif self.on_progress and not self.context.link:
                self.on_progress(name, update or {})

    async def _done(self, *, again: bool = False) -> Turn:
        speech = self.state.get("speech")
        asked, error = "", speech["error"] if speech else ""
        if question := read(self.interrupts):
            asked, language = question.spoken(caller_language(self.state), self.catalogue, again=again)
            if self.on_progress:
                self.on_progress(INTERRUPT, {})
            spoken: Speech = await (self.context.mouth or SilentMouth()).finish(asked, language=language)
            error = spoken.error
            await note_phrase(
                self.audit, "asked", spoken, thread_id=self.thread_id, turn=self.state.get("turn", 0)
            )
        first = self.context.mouth.first_audio_at if self.context.mouth else None
        return Turn(
            self.thread_id,
            self.state,
            took_ms=(time.monotonic() - self.began) * 1000,
            first_audio_ms=None if first is None else (first - self.began) * 1000,
            heard=self.heard,
            interrupts=tuple(self.interrupts),
            asked=asked,
            error=error,
        )
