"""What is traced and measured of one live call, from what its line is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.trace import Span
from opentelemetry.trace.propagation import set_span_in_context

from emads_voice.channels.live_events import (
    CallerBegan,
    CallerFinished,
    CallerHeard,
    CallerNotHeard,
    Cut,
    LiveEvent,
    Saying,
    TurnBegan,
    TurnEnded,
    WordsBegan,
)
from emads_voice.observability import attributes, happened, metrics, new_trace, span

from .turn import TurnTelemetry


@dataclass(slots=True)
class _Wait:
    """A caller waits for an answer since their last word. Times are the event loop's; None: not yet.

    Attributes:
        since: their last word.
        finished: it was certain that they had finished.
        heard: what they said was understood.
        worded: the first words of the answer were there.
        filled: something was said to them meanwhile.
    """

    since: float
    finished: float
    heard: float | None = None
    worded: float | None = None
    filled: bool = False


class CallTelemetry:
    """Of one call: a span from its first moment to its last, and what becomes of its caller's words.

    Attributes:
        span: the call's; it records nothing before :meth:`running` and after it.
        turn: the last turn that was begun.
    """

    def __init__(self, channel: str = "", direction: str = "") -> None:
        """Take how the caller reaches us, and who rang whom."""
        self.span: Span = trace.INVALID_SPAN
        self.turn = TurnTelemetry()
        self._named = {attributes.CHANNEL: channel, attributes.CALL_DIRECTION: direction}
        self._spoken: _Wait | None = None  # since words that are no turn yet
        self._wait: _Wait | None = None  # for the answer of the present turn
        self._began = False  # whether the caller speaks, and nothing of it is understood yet
        self._cut = False  # whether they were heard over us

    @contextmanager
    def running(self, thread_id: str) -> Iterator[None]:
        """The block is the call, in a trace of its own."""
        began = self._now()
        told = {attributes.CONVERSATION_ID: thread_id, attributes.LANGSMITH_THREAD: thread_id}
        metrics.CALLS_ACTIVE.add(1, self._named)
        try:
            with new_trace(), span(attributes.CALL, {**self._named, **told}) as self.span:
                yield
        finally:
            metrics.CALLS_ACTIVE.add(-1, self._named)
            metrics.CALL_DURATION.record(self._now() - began, self._named)

    def ended(self, why: str, turns: int) -> None:
        """The line is gone."""
        self.span.set_attributes({attributes.CALL_ENDED: why, attributes.CALL_TURNS: turns})

    def begin_turn(self) -> TurnTelemetry:
        """A turn of the caller's begins."""
        self.turn = TurnTelemetry()
        return self.turn

    def happened(self, event: str, told: Mapping[str, str | float | bool] | None = None) -> None:
        """Something has happened in the call."""
        happened(event, told, to=self.span)

    def told(self, event: LiveEvent) -> None:
        """The line is told what goes on."""
        match event:
            case CallerBegan():
                self._began, self._cut = True, False
            case Cut() if self._began:
                self._cut = True
            case CallerFinished(silence_s):
                now = self._now()
                self._spoken = _Wait(now - silence_s, now)
            case CallerHeard(answered=answered):
                self._heard("turn" if answered else "aside")
            case CallerNotHeard():
                self._heard("not_heard")
            case TurnBegan():
                now = self._now()  # of what they typed, or keyed
                self._wait, self._spoken = self._spoken or _Wait(now, now, now), None
            case WordsBegan() if self._wait:
                self._wait.worded = self._now()
            case Saying():
                if wait := self._spoken or self._wait:
                    self._sounds(wait)
            case TurnEnded():
                self._wait = None

    def _heard(self, outcome: str) -> None:
        metrics.UTTERANCES.add(1, {**self._named, "outcome": outcome})
        if outcome == "not_heard":
            self.happened(attributes.SPEECH_NOT_HEARD)
        if outcome != "turn":
            self._spoken = None
        elif self._spoken:
            self._spoken.heard = self._now()
        if self._cut:
            over = self.turn.span if self.turn.span.is_recording() else self.span
            happened(attributes.BARGE_IN if outcome == "turn" else attributes.FALSE_INTERRUPTION, to=over)
        self._began = self._cut = False

    def _sounds(self, wait: _Wait) -> None:
        """The caller hears something of us: the answer, or what is said until it is there."""
        now = self._now()
        total_s, context = now - wait.since, set_span_in_context(self.turn.span)
        if wait.worded is None or wait.heard is None:
            if not wait.filled:
                metrics.FIRST_SOUND.record(total_s, {**self._named, "sound": "filler"}, context)
            wait.filled = True
            return
        self._wait = None
        metrics.FIRST_SOUND.record(total_s, {**self._named, "sound": "answer"}, context)
        parts = {
            attributes.ENDPOINTING_S: wait.finished - wait.since,
            attributes.RECOGNITION_S: wait.heard - wait.finished,
            attributes.ANSWERING_S: wait.worded - wait.heard,
            attributes.SYNTHESIS_S: now - wait.worded,
        }
        for name, seconds in parts.items():
            part = name.rpartition(".")[2].removesuffix("_s")
            metrics.TURN_PART.record(seconds, {**self._named, "part": part}, context)
        self.turn.tell({attributes.FIRST_SOUND_S: total_s, **parts})

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
