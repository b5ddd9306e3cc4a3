"""A live conversation: one caller, one line, from the greeting to the hang-up, both sides free to speak.

Whose turn it is, is held by one lock, the floor: whoever takes it first ends what went on, and only then begins
something else. So there is one writer to the conversation's thread, whatever the caller does.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass

import numpy as np
from langchain_core.runnables import RunnableConfig

from emads_voice.graph.phrases import Phrase, phrase
from emads_voice.voice.errors import VoiceError
from emads_voice.voice.live_vad import LiveVad
from emads_voice.voice.mouth import Speech
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.synthesizer import Synthesizer

from .ahead import Ahead, Thought
from .back_channel import is_back_channel
from .background import Background
from .live_mouth import LiveMouth, voiced
from .live_turn import LiveTurn
from .manners import Manners
from .speaker import Speaker
from .transport import Digit, HungUp, MarkReturned, Samples, Sound, Transport
from .turn import VoiceGraph
from .turn_taking import Change, TurnTaking
from .utterance import Utterance

__all__ = ["Conversation", "Manners", "Voices"]

_log = logging.getLogger("emads_voice")

PRE_ROLL_S = 0.4
"""Sound from before a voice was noticed that belongs to the utterance: onsets are soft and noticed late."""

NO_OPINION_S = 1.0
"""Silence that ends an utterance where endpointing cannot tell: better to wait than to cut in."""

CLOSING_S = 5.0
"""How long noting what was heard last may take."""


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


class Conversation:
    """Conducts one call. Create it inside the event loop, await :meth:`run`, and forget it."""

    def __init__(
        self, voices: Voices, transport: Transport, *, thread_id: str, manners: Manners | None = None
    ) -> None:
        """
        Raises:
            ValueError: the parts do not fit together; the message says how to mend it.
        """
        if not voices.graph.checkpointer:
            raise ValueError("Compile the graph with a checkpointer: a conversation is remembered by it.")
        if voices.vad.rate != transport.rate:
            raise ValueError(f"Make the LiveVad for {transport.rate} Hz: that is the rate of the line.")
        self._voices = voices
        self._transport = transport
        self._thread_id = thread_id
        self._manners = manners or Manners()
        self._background = Background(thread_id)
        self._speaker = Speaker(transport)
        self._turns = TurnTaking(self._silence_needed, self._manners.sensitivity)
        self._listener = voices.vad.open(self._on_window)
        self._language = self._manners.language
        self._recent: deque[Samples] = deque()  # the last PRE_ROLL_S of sound
        self._recent_n = 0
        self._loudness: deque[float] = deque(maxlen=3)  # of frames; a window reaches into three
        self._utterance: Utterance | None = None
        self._judging: asyncio.Task[None] | None = None  # of an utterance that is over
        self._thought: Thought | None = None
        self._keys = ""
        self._floor = asyncio.Lock()
        self._turn: LiveTurn | None = None
        self._phrase: LiveMouth | None = None  # being said between turns
        self._owed_since = 0.0  # when the caller's turn ended
        self._failures = 0
        self._idle_prompts = 0
        self._ending = False

    async def run(self) -> str:
        """Conduct the call to its end; returns why it ended."""
        reason = "the line was closed"
        self._background.after("max", self._manners.max_call_s, lambda: self._say_and_end("goodbye"))
        self._background.start(self._open(self._manners.opening))
        try:
            async for event in self._transport.events():
                match event:
                    case Sound(samples):
                        self._on_sound(samples)
                    case MarkReturned(name):
                        self._speaker.mark_returned(name)
                    case Digit(digit):
                        self._on_key(digit)
                    case HungUp(why):
                        reason = why
        finally:
            await self._close()
        return reason

    # What the line brings.

    def _on_sound(self, samples: Samples) -> None:
        if self._utterance:
            self._utterance.add(samples)
        self._recent.append(samples)
        self._recent_n += len(samples)
        while self._recent_n - len(self._recent[0]) > PRE_ROLL_S * self._transport.rate:
            self._recent_n -= len(self._recent.popleft())
        self._loudness.append(float(np.dot(samples, samples)) / max(1, len(samples)))
        self._listener.feed(samples)

    def _on_window(self, probability: float) -> None:
        loudness = (sum(self._loudness) / max(1, len(self._loudness))) ** 0.5
        match self._turns.window(probability, loudness, self._speaker.loudness()):
            case Change.BEGAN:
                self._began()
            case Change.PAUSED:
                self._recognise()
            case Change.RESUMED:
                self._went_on()
            case Change.ENDED:
                self._ended()

    def _on_key(self, digit: str) -> None:
        if self._ending:
            return
        self._background.cancel("idle")
        self._speaker.hold()
        self._keys += digit
        if digit == "#":
            self._keyed()
        else:
            self._background.after("keys", self._manners.key_gap_s, self._keyed)

    # The caller's turn.

    def _began(self) -> None:
        if self._utterance:
            self._went_on()  # before we had understood them: it is one utterance
        else:
            ours = self._speaker.busy or self._turn or self._phrase or self._floor.locked()
            self._utterance = Utterance(self._recent, self._transport.rate, interrupting=bool(ours))
        self._background.cancel("idle")
        self._background.after("utterance", self._manners.max_utterance_s, self._cut_short)
        if not self._ending:
            self._speaker.hold()

    def _silence_needed(self) -> float:
        said = self._utterance.said if self._utterance else None
        needed = self._manners.endpointing.silence_s(said) if said else None
        return NO_OPINION_S if needed is None else needed

    def _recognise(self) -> None:
        self._drop_thought()
        if self._utterance and not self._ending:
            self._utterance.recognise(self._voices.recognizer).add_done_callback(self._recognised)

    def _recognised(self, task: asyncio.Task[Transcript]) -> None:
        """What was said up to a pause is known, and whether more comes is not."""
        utterance = self._utterance
        if not (
            utterance and task is utterance.recognition and self._turns.speaking and not task.exception()
        ):
            return
        if task.result().text and self._voices.ahead and not self._turn:
            self._background.start(self._think_ahead(self._voices.ahead, task))

    async def _think_ahead(self, ahead: Ahead, recognition: asyncio.Task[Transcript]) -> None:
        """Work out the answer while it is still uncertain whether they have finished."""
        heard = recognition.result()
        config: RunnableConfig = {"configurable": {"thread_id": self._thread_id}}
        state = (await self._voices.graph.aget_state(config)).values
        utterance = self._utterance
        if utterance and utterance.recognition is recognition:  # they have not gone on meanwhile
            language = heard.language or self._language
            self._thought = ahead.think(state.get("messages", []), heard.text, language)

    def _drop_thought(self) -> None:
        if self._thought:
            self._thought.drop()
            self._thought = None

    def _went_on(self) -> None:
        if self._utterance:
            self._utterance.go_on()
        if self._judging:
            self._judging.cancel()
            self._judging = None
        self._drop_thought()

    def _cut_short(self) -> None:
        """They never stop: what they have said so far is answered."""
        self._turns.cut_short()
        self._recognise()
        self._ended()

    def _ended(self) -> None:
        self._background.cancel("utterance")
        utterance = self._utterance
        if utterance is None or self._ending:
            self._forget_utterance()
            return
        if not self._background.waits("deadline"):  # else they went on, and wait since before
            self._owe_an_answer()
        self._judging = self._background.start(self._take_turn(utterance))
        if not utterance.interrupting:
            self._release()  # for a filler

    def _forget_utterance(self) -> None:
        self._went_on()
        self._utterance = None

    async def _take_turn(self, utterance: Utterance) -> None:
        """An utterance is over: it is a back-channel, nothing at all, or the caller's turn."""
        assert utterance.recognition
        try:
            heard = await utterance.recognition
        except Exception as error:
            self._judging = self._utterance = None
            self._fail(error)
            return
        self._judging = self._utterance = None
        if heard.text and not (utterance.interrupting and self._only_listens(heard.text)):
            await self._reply(heard)
        else:
            self._go_on()

    def _only_listens(self, text: str) -> bool:
        # A yes over the last words of a question is its answer.
        return is_back_channel(text) and not self._speaker.left.rstrip().endswith(("?", "？"))

    def _go_on(self) -> None:
        """It was nothing: whatever was going on goes on."""
        self._drop_thought()
        if not self._turn:
            self._background.cancel("filler", "deadline")
        self._release()
        self._listen_for_silence()

    def _release(self) -> None:
        """We may speak, unless the caller does."""
        if not (self._turns.speaking or self._keys):
            self._speaker.resume()

    def _keyed(self) -> None:
        self._background.cancel("keys")
        keys, self._keys = self._keys, ""
        if not self._ending:
            self._owe_an_answer()
            self._background.start(self._reply(Transcript(f"[keypad] {keys}", self._language, 0.0, "keypad")))

    # Our turn.

    async def _reply(self, heard: Transcript) -> None:
        """Take the floor and answer."""
        async with self._floor:
            await self._interrupt()
            if self._ending:
                return
            self._idle_prompts = 0
            self._language = heard.language or self._language
            self._turn = LiveTurn(self._voices.graph, self._thread_id, heard, self._new_mouth())
            self._background.start(self._answer(self._turn))
        self._release()

    async def _answer(self, turn: LiveTurn) -> None:
        try:
            language = await turn.finish()
        except Exception as error:  # whatever a graph does, the call goes on
            if turn is self._turn:
                self._drop_thought()
                self._fail(error)
            return  # else it was interrupted, and nobody waits for it
        if turn is self._turn:
            self._drop_thought()
            self._turn = None
            self._language = language
            self._failures = 0
            if not self._judging:
                self._background.cancel("filler", "deadline")
            self._listen_for_silence()

    async def _interrupt(self) -> None:
        """Whatever we were saying is over. Needs the floor."""
        turn, said, self._turn, self._phrase = self._turn, self._phrase, None, None
        self._speaker.stop()
        if said:
            await said.stop()
        if turn:
            await turn.interrupt()

    def _new_mouth(self) -> LiveMouth:
        return LiveMouth(self._voices.synthesizer, self._speaker, self._transport.rate)

    # When it takes too long, or fails.

    def _owe_an_answer(self) -> None:
        self._owed_since = asyncio.get_running_loop().time()
        self._background.after(
            "filler", self._manners.filler_after_s, lambda: self._background.start(self._fill())
        )
        self._background.after("deadline", self._manners.answer_within_s, self._late)

    @property
    def _answer_begun(self) -> bool:
        return self._turn is not None and self._turn.begun

    async def _fill(self) -> None:
        """Say that the answer takes a moment, unless it is there before that is said."""
        since = self._owed_since
        if self._answer_begun or self._speaker.busy or self._speaker.held:
            return
        text, language = phrase("moment", self._language)
        try:
            line = await voiced(self._voices.synthesizer, text, language=language, rate=self._transport.rate)
        except VoiceError:
            return  # the answer will meet it
        still_owed = since == self._owed_since and self._background.waits("deadline")
        if still_owed and not (self._answer_begun or self._speaker.held or self._ending):
            self._speaker.say(line)

    def _late(self) -> None:
        """Nothing has been heard of us for long enough to give up, unless the caller has the floor."""
        now, within_s = asyncio.get_running_loop().time(), self._manners.answer_within_s
        since = self._speaker.quiet_since if self._answer_begun else self._owed_since
        if self._turns.speaking or self._keys or (self._answer_begun and self._speaker.busy):
            since = now
        if since + within_s > now:
            self._background.after("deadline", since + within_s - now, self._late)
            return
        self._forget_utterance()
        self._fail(TimeoutError(f"no answer within {within_s:g} s"))

    def _fail(self, error: Exception) -> None:
        expected = isinstance(error, VoiceError | TimeoutError)
        told = "call %s: a turn failed (%s: %s)"
        _log.warning(told, self._thread_id, type(error).__name__, error, exc_info=None if expected else error)
        self._background.cancel("filler", "deadline")
        self._failures += 1
        self._background.start(self._recover(self._turn))

    async def _recover(self, failed: LiveTurn | None) -> None:
        """Say that something did not work; the second time in a row, hand the caller over."""
        async with self._floor:
            if self._ending or self._turn is not failed:
                return  # something else has begun
            await self._interrupt()
        if self._failures < 2:
            self._release()
            if not (await self._speak_phrase("unavailable")).error:
                self._listen_for_silence()
                return
        if not self._ending:
            self._ending = True
            await self._hand_over()

    async def _hand_over(self) -> None:
        if self._manners.transfer_to:
            self._speaker.resume()
            await self._speak_phrase("transfer")
            try:
                await self._transport.transfer(self._manners.transfer_to)
                return
            except Exception as error:  # a TransferError, or a bug in the line
                _log.warning("call %s: the transfer failed (%s)", self._thread_id, error)
        await self._end("goodbye")

    # Silence, phrases, the end.

    def _listen_for_silence(self) -> None:
        if not self._ending:
            self._background.after("idle", self._manners.idle_s, self._on_idle)

    def _on_idle(self) -> None:
        busy = self._turn or self._phrase or self._utterance or self._keys or self._speaker.busy
        if not busy:
            self._idle_prompts += 1
            if self._idle_prompts > self._manners.idle_prompts:
                self._say_and_end("goodbye")
                return
            self._background.start(self._speak_phrase("still_there"))
        self._listen_for_silence()

    async def _open(self, opening: Phrase | None) -> None:
        if opening:
            await self._speak_phrase(opening)
        self._listen_for_silence()

    async def _speak_phrase(self, which: Phrase) -> Speech:
        text, language = phrase(which, self._language)
        mouth = self._phrase = self._new_mouth()
        speech = await mouth.finish(text, language=language)
        if self._phrase is mouth:
            self._phrase = None
        return speech

    def _say_and_end(self, which: Phrase) -> None:
        if not self._ending:
            self._ending = True
            self._background.start(self._end(which))

    async def _end(self, which: Phrase) -> None:
        """Say goodbye, wait until it was heard, hang up."""
        self._background.cancel("filler", "deadline", "keys", "idle")
        try:
            async with self._floor:
                await self._interrupt()
            self._speaker.resume()
            await self._speak_phrase(which)
        finally:
            await self._transport.hang_up()

    async def _close(self) -> None:
        self._ending = True
        self._listener.close()
        self._forget_utterance()
        try:
            async with asyncio.timeout(CLOSING_S), self._floor:
                await self._interrupt()  # what was heard before they hung up
        except TimeoutError:
            _log.warning("call %s: what was heard last could not be noted in time", self._thread_id)
        finally:
            await self._background.close()
            await self._speaker.close()
