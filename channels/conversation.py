"""A live conversation: one caller, one line, from the greeting to the hang-up, both sides free to speak."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from langchain_core.runnables import RunnableConfig

from emads_voice.graph import VoiceContext
from emads_voice.graph.answering import as_heard
from emads_voice.graph.phrases import Phrase, phrase
from emads_voice.voice.audio import Audio
from emads_voice.voice.endpointing import Endpointing, Said, default_endpointing
from emads_voice.voice.errors import VoiceError
from emads_voice.voice.languages import ENGLISH, Language, find_language
from emads_voice.voice.live_vad import LiveVad
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.synthesizer import Synthesizer

from .ahead import Ahead, Thought
from .back_channel import is_back_channel
from .live_mouth import LiveMouth
from .speaker import Speaker
from .transport import Digit, HungUp, MarkReturned, Samples, Sound, TransferError, Transport
from .turn import VoiceGraph, run_turn
from .turn_taking import Change, Sensitivity, TurnTaking

_log = logging.getLogger("emads_voice")

PRE_ROLL_S = 0.4
"""Sound from before a voice was noticed that belongs to the utterance: onsets are soft and noticed late."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How a conversation is conducted. Times in seconds.

    Attributes:
        language: what is spoken before the caller's language is known.
        opening: what the call begins with; None waits for the caller.
        sensitivity: how readily the caller is listened to.
        endpointing: how long a silence ends an utterance.
        max_utterance_s: a caller who never stops is answered after this much speech.
        filler_after_s: an answer later than this is announced ("One moment").
        answer_within_s: an answer that has not begun after this is given up.
        idle_s: silence before the caller is asked whether they are there.
        idle_prompts: how often they are asked before the goodbye.
        max_call_s: the goodbye comes after this.
        key_gap_s: silence on the keypad that ends a number; "#" ends it at once.
        transfer_to: who takes over when we cannot answer; "" says goodbye instead.
    """

    language: Language = ENGLISH
    opening: Phrase | None = "greeting"
    sensitivity: Sensitivity = field(default_factory=Sensitivity)
    endpointing: Endpointing = field(default_factory=default_endpointing)
    max_utterance_s: float = 60.0
    filler_after_s: float = 2.0
    answer_within_s: float = 20.0
    idle_s: float = 10.0
    idle_prompts: int = 2
    max_call_s: float = 3600.0
    key_gap_s: float = 3.0
    transfer_to: str = ""


@dataclass(frozen=True, slots=True)
class Voices:
    """What a process shares between all its conversations.

    Attributes:
        graph: compiled with a checkpointer.
        recognizer: hears.
        synthesizer: speaks.
        vad: judges voice activity.
        ahead: what the graph's agents and router, and the synthesizer, are wrapped in; None never thinks ahead.
    """

    graph: VoiceGraph
    recognizer: Recognizer
    synthesizer: Synthesizer
    vad: LiveVad
    ahead: Ahead | None = None


class _HeardEar:
    """An ear for what was recognised while it was being said."""

    def __init__(self, transcript: Awaitable[Transcript]) -> None:
        self._transcript = transcript

    async def hear(self) -> Transcript:
        return await self._transcript


class Conversation:
    """Conducts one call. Create it inside the event loop, await :meth:`run`, and forget it."""

    def __init__(
        self, voices: Voices, transport: Transport, *, thread_id: str, manners: Manners | None = None
    ) -> None:
        self._voices = voices
        self._transport = transport
        self._thread_id = thread_id
        self._manners = manners or Manners()
        self._speaker = Speaker(transport)
        self._turns = TurnTaking(self._silence_needed, self._manners.sensitivity)
        self._listener = voices.vad.open(self._on_window)
        self._language = self._manners.language
        self._recent: deque[Samples] = deque()  # sound before an utterance
        self._recent_n = 0
        self._utterance: list[Samples] = []
        self._said = Said(None, None, 0.0)
        self._recognition: asyncio.Task[Transcript] | None = None
        self._thought: Thought | None = None
        self._interrupting = False
        self._turn: asyncio.Task[None] | None = None
        self._mouth: LiveMouth | None = None
        self._answering = 0  # number of the turn being answered, once the graph has told it
        self._keys = ""
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._jobs: set[asyncio.Task[Any]] = set()
        self._failures = 0
        self._idle_prompts = 0
        self._ending = False
        self._loudness: deque[float] = deque()

    async def run(self) -> str:
        """Conduct the call to its end; returns why it ended."""
        reason = "the line was closed"
        self._after("max", self._manners.max_call_s, lambda: self._say_and_end("goodbye"))
        if self._manners.opening:
            self._start(self._open(self._manners.opening))
        try:
            async for event in self._transport.events():
                match event:
                    case Sound(samples):
                        self._on_sound(samples)
                    case MarkReturned(name):
                        self._speaker.mark_returned(name)
                    case Digit(digit):
                        self._on_key(digit)
                    case HungUp(reason):
                        break
        finally:
            await self._close()
        return reason

    # What the line brings.

    def _on_sound(self, samples: Samples) -> None:
        if self._turns.speaking:
            self._utterance.append(samples)
        else:
            self._recent.append(samples)
            self._recent_n += len(samples)
            while self._recent_n - len(self._recent[0]) > PRE_ROLL_S * self._transport.rate:
                self._recent_n -= len(self._recent.popleft())
        self._loudness.append(float(np.dot(samples, samples)) / max(1, len(samples)))
        if len(self._loudness) > 3:
            self._loudness.popleft()
        self._listener.feed(samples)

    def _on_window(self, probability: float) -> None:
        loudness = (sum(self._loudness) / max(1, len(self._loudness))) ** 0.5
        match self._turns.window(probability, loudness, self._speaker.loudness()):
            case Change.BEGAN:
                self._began()
            case Change.PAUSED:
                self._recognise()
            case Change.RESUMED:
                self._said = Said(None, self._said.language, self._turns.speech_s)
                self._drop_recognition()
            case Change.ENDED:
                self._ended()
            case None if self._turns.speaking and self._turns.speech_s > self._manners.max_utterance_s:
                self._turns.forget()
                self._recognise()
                self._ended()

    def _on_key(self, digit: str) -> None:
        if self._ending:
            return
        self._cancel_timer("idle")
        self._keys += digit
        if digit == "#":
            self._keyed()
        else:
            self._after("keys", self._manners.key_gap_s, self._keyed)

    # The caller's turn.

    def _began(self) -> None:
        self._utterance = [*self._recent]
        self._recent.clear()
        self._recent_n = 0
        self._said = Said(None, None, 0.0)
        self._cancel_timer("idle")
        self._interrupting = self._speaker.busy or self._turn is not None
        if self._interrupting and not self._ending:
            self._start(self._speaker.hold())

    def _silence_needed(self) -> float:
        needed = self._manners.endpointing.silence_s(self._said)
        return needed if needed is not None else 1.0

    def _recognise(self) -> None:
        self._drop_recognition()
        audio = Audio(np.concatenate(self._utterance), self._transport.rate)
        self._said = Said(None, self._said.language, self._turns.speech_s)
        self._recognition = task = self._start(self._voices.recognizer.transcribe(audio))
        task.add_done_callback(self._recognised)

    def _recognised(self, task: asyncio.Task[Transcript]) -> None:
        if task is self._recognition and not task.cancelled() and not task.exception():
            heard = task.result()
            self._said = Said(heard.text, heard.language, self._turns.speech_s)
            if heard.text and self._voices.ahead and not self._turn:
                self._start(self._think_ahead(self._voices.ahead, heard))

    async def _think_ahead(self, ahead: Ahead, heard: Transcript) -> None:
        """Work out the answer while it is still uncertain whether they have finished."""
        recognition = self._recognition
        config: RunnableConfig = {"configurable": {"thread_id": self._thread_id}}
        state = (await self._voices.graph.aget_state(config)).values
        if recognition and recognition is self._recognition:  # they have not gone on meanwhile
            language = heard.language or self._language
            self._thought = ahead.think(state.get("messages", []), heard.text, language)

    def _drop_thought(self) -> None:
        if self._thought:
            self._thought.drop()
            self._thought = None

    def _drop_recognition(self) -> None:
        if self._recognition:
            self._recognition.cancel()
            self._recognition = None
        self._drop_thought()

    def _ended(self) -> None:
        recognition, self._recognition = self._recognition, None
        utterance, self._utterance = self._utterance, []
        if recognition is None or self._ending:
            self._speaker.resume()
            return
        self._recent.extend(utterance[-2:])
        self._recent_n = sum(len(samples) for samples in self._recent)
        self._start(self._take_turn(recognition, interrupting=self._interrupting))

    async def _take_turn(self, recognition: asyncio.Task[Transcript], *, interrupting: bool) -> None:
        """An utterance is over: it is a back-channel, nothing at all, or the caller's turn."""
        try:
            heard = await asyncio.wait_for(recognition, self._manners.answer_within_s)
        except (VoiceError, TimeoutError) as error:
            await self._fail(error)
            return
        if not heard.text or (interrupting and is_back_channel(heard.text)):
            self._drop_thought()
            self._speaker.resume()
            self._listen_for_silence()
            return
        await self._interrupt()
        self._idle_prompts = 0
        self._turn = self._start(self._answer(heard))

    def _keyed(self) -> None:
        self._cancel_timer("keys")
        keys, self._keys = self._keys, ""
        if keys:
            self._start(self._take_keys(keys))

    async def _take_keys(self, keys: str) -> None:
        await self._interrupt()
        heard = Transcript(f"[keypad] {keys}", self._language, 0.0, "keypad")
        self._turn = self._start(self._answer(heard))

    # Our turn.

    async def _answer(self, heard: Transcript) -> None:
        mouth = self._mouth = LiveMouth(self._voices.synthesizer, self._speaker, self._transport.rate)
        if heard.language:
            self._language = heard.language
        ready: asyncio.Future[Transcript] = asyncio.get_running_loop().create_future()
        ready.set_result(heard)
        context = VoiceContext(ear=_HeardEar(ready), mouth=mouth)
        self._answering = 0
        self._after("filler", self._manners.filler_after_s, self._fill)
        self._after("deadline", self._manners.answer_within_s, lambda: self._late(mouth))
        try:
            turn = await run_turn(
                self._voices.graph, context, thread_id=self._thread_id, on_progress=self._on_progress
            )
        except Exception as error:  # whatever a graph does, the call goes on
            await self._fail(error)
            return
        finally:
            self._cancel_timer("filler")
            self._cancel_timer("deadline")
            self._drop_thought()
        self._failures = 0
        self._language = find_language(turn.state["language"])
        self._mouth = self._turn = None
        self._listen_for_silence()

    def _on_progress(self, node: str, update: dict[str, Any]) -> None:
        if node == "listen":
            self._answering = update["turn"]

    def _late(self, mouth: LiveMouth) -> None:
        if mouth is self._mouth and mouth.first_audio_at is None and self._turn:
            self._turn.cancel()
            self._start(self._fail(TimeoutError("the answer did not come in time")))

    def _fill(self) -> None:
        if self._mouth and self._mouth.first_audio_at is None and not self._speaker.busy:
            self._start(self._speak_phrase("moment"))

    async def _interrupt(self) -> None:
        """Our turn, if it is ours, is over: what was heard of the answer is all that was said."""
        turn, mouth, self._turn, self._mouth = self._turn, self._mouth, None, None
        self._cancel_timer("filler")
        self._cancel_timer("deadline")
        heard = await mouth.stop() if mouth else ""
        await self._speaker.stop()
        self._speaker.take_heard()
        if turn:
            turn.cancel()
            await asyncio.wait([turn])
            if self._answering:
                await self._remember(self._answering, heard)

    async def _remember(self, turn: int, heard: str) -> None:
        """Write into the conversation what the caller heard, in place of what was to be said, and close the turn."""
        graph = self._voices.graph
        config: RunnableConfig = {"configurable": {"thread_id": self._thread_id}}
        state = (await graph.aget_state(config)).values
        update = {"messages": as_heard(state["messages"], turn, heard)}
        await graph.aupdate_state(config, update, as_node="speak")

    async def _fail(self, error: Exception) -> None:
        """Something did not work: say so; the second time in a row, hand the caller over."""
        _log.warning("call %s: a turn failed (%s: %s)", self._thread_id, type(error).__name__, error)
        self._turn = self._mouth = None
        self._failures += 1
        if self._failures < 2:
            await self._speak_phrase("unavailable")
            self._listen_for_silence()
        elif self._manners.transfer_to:
            await self._speak_phrase("transfer")
            self._ending = True
            try:
                await self._transport.transfer(self._manners.transfer_to)
            except TransferError as refused:
                _log.warning("call %s: the transfer failed (%s)", self._thread_id, refused)
                await self._end("goodbye")
        else:
            await self._end("goodbye")

    # Silence, phrases, the end.

    def _listen_for_silence(self) -> None:
        self._after("idle", self._manners.idle_s, self._on_idle)

    def _on_idle(self) -> None:
        if self._turn or self._turns.speaking or self._speaker.busy:
            return self._listen_for_silence()
        self._idle_prompts += 1
        if self._idle_prompts > self._manners.idle_prompts:
            return self._say_and_end("goodbye")
        self._start(self._speak_phrase("still_there"))
        return self._listen_for_silence()

    def _say_and_end(self, which: Phrase) -> None:
        if not self._ending:
            self._start(self._end(which))

    async def _end(self, which: Phrase) -> None:
        """Say goodbye, wait until it was heard, hang up."""
        self._ending = True
        await self._interrupt()
        await self._speak_phrase(which)
        await self._transport.hang_up()

    async def _speak_phrase(self, which: Phrase) -> None:
        text, language = phrase(which, self._language)
        mouth = LiveMouth(self._voices.synthesizer, self._speaker, self._transport.rate)
        if not self._turn:
            self._mouth = mouth
        await mouth.finish(text, language=language)
        if self._mouth is mouth:
            self._mouth = None

    async def _open(self, which: Phrase) -> None:
        await self._speak_phrase(which)
        self._listen_for_silence()

    def _start(self, work: Any) -> Any:
        task = asyncio.ensure_future(work)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
        return task

    def _after(self, name: str, seconds: float, do: Callable[[], object]) -> None:
        self._cancel_timer(name)
        self._timers[name] = asyncio.get_running_loop().call_later(seconds, do)

    def _cancel_timer(self, name: str) -> None:
        if timer := self._timers.pop(name, None):
            timer.cancel()

    async def _close(self) -> None:
        self._listener.close()
        self._drop_thought()
        for name in list(self._timers):
            self._cancel_timer(name)
        if self._turn and self._mouth:
            await self._interrupt()  # what was heard before they hung up
        jobs = [job for job in self._jobs if job is not asyncio.current_task()]
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await self._speaker.close()
