"""What the parts of a call ask of whoever conducts it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from emads_voice.agents.dialogue import DialogueAct
from emads_voice.channels.background import Background
from emads_voice.channels.speaking.announcer import Announcer
from emads_voice.channels.telemetry.call import CallTelemetry
from emads_voice.graph.state import Ended
from emads_voice.messages import Phrase
from emads_voice.voice.ear import TranscriptEar
from emads_voice.voice.languages import Language

from .phases import Action, Event, Phase


@dataclass(slots=True)
class Conduct:
    """The conversation as its parts see it.

    Attributes:
        name: the call, as log lines name it.
        thread_id: the conversation; another one once the caller has begun it.
        background: the tasks and timers of the call.
        announcer: says our phrases.
        telemetry: what is traced and measured of the call.
        floor: the right to speak.
        phase: the call's phase.
        language: the caller's language.
        change_language: speaks the language that a caller wants from now on; False where we do not speak it.
        quiet: whether neither side is speaking.
        engaged: whether the caller is saying something that is not understood yet.
        happened: enters the phase that follows on an event, and returns what is to be done.
        fall_silent: ends what we are saying; needs the floor.
        say: says a phrase to its end, with the values of its placeholders; False if it cannot be spoken.
        tell: says a phrase, and waits for what the caller says to it.
        respond: does the same in answer to the caller, unless a turn of theirs has begun.
        reply: takes the floor, and does with the caller's words what is done with them in the phase.
        listen: begins to wait for what the caller says; for at least so many seconds, where they are given.
        release: lets us speak, unless the caller does.
        go_on: lets go on whatever was going on: what the caller did changes nothing.
        note: notes in the audit trail what happened, a kind of record and its details.
    """

    name: str
    thread_id: str
    background: Background
    announcer: Announcer
    telemetry: CallTelemetry
    floor: asyncio.Lock
    phase: Callable[[], Phase]
    language: Callable[[], Language]
    change_language: Callable[[DialogueAct], bool]
    quiet: Callable[[], bool]
    engaged: Callable[[], bool]
    happened: Callable[[Event], Action]
    fall_silent: Callable[[Ended], Coroutine[Any, Any, None]]
    say: Callable[..., Coroutine[Any, Any, bool]]
    tell: Callable[[Phrase], Coroutine[Any, Any, None]]
    respond: Callable[[Phrase], Coroutine[Any, Any, None]]
    reply: Callable[[TranscriptEar], Coroutine[Any, Any, None]]
    listen: Callable[..., None]
    release: Callable[[], None]
    go_on: Callable[[], None]
    note: Callable[..., None]
