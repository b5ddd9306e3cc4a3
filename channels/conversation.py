"""A live conversation: one caller, one line, from the greeting to the hang-up, both sides free to speak.

Whose turn it is, is held by one lock, the floor: whoever takes it first ends what went on, and only then begins
something else. So there is one writer to the conversation's thread, whatever the caller does.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from langchain_core.runnables import RunnableConfig

from emads_voice.graph.phrases import Phrase, phrase
from emads_voice.voice.ear import HeardEar
from emads_voice.voice.errors import VoiceError
from emads_voice.voice.live_vad import LiveVad
from emads_voice.voice.mouth import Speech
from emads_voice.voice.recognizer import Recognizer, Transcript
from emads_voice.voice.synthesizer import Synthesizer

from .ahead import Ahead, Thought
from .back_channel import is_back_channel
from .background import Background
from .caller import Began, Caller, Finished, Happening, NotUnderstood, Recognised, Understood, WentOn
from .live_mouth import LiveMouth, voiced
from .live_turn import LiveTurn
from .manners import Manners
from .speaker import Speaker
from .transport import Digit, HungUp, MarkReturned, Sound, Transport
from .turn import VoiceGraph

__all__ = ["Conversation", "Manners", "Voices"]

_log = logging.getLogger("emads_voice")

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
        self._caller = Caller(
            voices.vad,
            voices.recognizer,
            self._background,
            self._manners,
            own_loudness=self._speaker.loudness,
            tell=self._on_caller,
        )
        self._language = self._manners.language
        self._interrupting = False  # the utterance began while it was our turn
        self._thinking: asyncio.Task[None] | None = None
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
                        self._caller.hear(samples)
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

    def _on_caller(self, happening: Happening) -> None:
        match happening:
            case Began():
                self._began()
            case Recognised(heard):
                self._recognised(heard)
            case WentOn():
                self._drop_thought()
                self._speaker.hold()
            case Finished():
                self._finished()
            case Understood():
                self._understood(happening)
            case NotUnderstood(error):
                self._fail(error)

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
        self._interrupting = bool(self._speaker.busy or self._turn or self._phrase or self._floor.locked())
        self._background.cancel("idle")
        self._speaker.hold()

    def _recognised(self, heard: Transcript) -> None:
        if heard.text and self._voices.ahead and not self._turn:
            self._drop_thought()
            self._thinking = self._background.start(self._think_ahead(self._voices.ahead, heard))

    async def _think_ahead(self, ahead: Ahead, heard: Transcript) -> None:
        """Work out the answer while it is still uncertain whether they have finished."""
        config: RunnableConfig = {"configurable": {"thread_id": self._thread_id}}
        state = (await self._voices.graph.aget_state(config)).values
        language = heard.language or self._language
        self._thought = ahead.think(state.get("messages", []), heard.text, language)

    def _drop_thought(self) -> None:
        if self._thinking:
            self._thinking.cancel()
        if self._thought:
            self._thought.drop()
        self._thinking = self._thought = None

    def _finished(self) -> None:
        if self._turn or not self._background.waits("deadline"):  # else they wait since before they went on
            self._owe_an_answer()
        if not self._interrupting:
            self._release()  # for a filler

    def _understood(self, what: Understood) -> None:
        """It was a back-channel, nothing at all, or the caller's turn."""
        text = what.heard.text
        if text and not (self._interrupting and self._only_listens(text)):
            self._background.start(self._reply(HeardEar(what.heard, what.began_ns, what.ended_ns)))
        else:
            self._go_on()

    def _only_listens(self, text: str) -> bool:
        left = self._speaker.left.rstrip()
        more = left or (self._turn and not self._turn.said)
        # A yes over the last words of a question is its answer.
        return bool(more) and is_back_channel(text) and not left.endswith(("?", "？"))

    def _go_on(self) -> None:
        """It was nothing: whatever was going on goes on."""
        self._drop_thought()
        if not self._turn:
            self._background.cancel("filler", "deadline")
        self._release()
        self._listen_for_silence()

    def _release(self) -> None:
        """We may speak, unless the caller does."""
        if not (self._caller.speaking or self._keys):
            self._speaker.resume()

    def _keyed(self) -> None:
        self._background.cancel("keys")
        keys, self._keys = self._keys, ""
        if not self._ending:
            self._owe_an_answer()
            heard = Transcript(f"[keypad] {keys}", self._language, 0.0, "keypad")
            self._background.start(self._reply(HeardEar(heard)))

    # Our turn.

    async def _reply(self, ear: HeardEar) -> None:
        """Take the floor and answer."""
        async with self._floor:
            await self._interrupt()
            if self._ending:
                return
            self._idle_prompts = 0
            self._language = ear.heard.language or self._language
            self._turn = LiveTurn(self._voices.graph, self._thread_id, ear, self._new_mouth())
            self._background.start(self._answer(self._turn))
        self._release()

    async def _answer(self, turn: LiveTurn) -> None:
        try:
            language = await turn.finish()
        except Exception as error:  # whatever a graph does, the call goes on
            if turn is self._turn:
                self._drop_thought()
                self._fail(error)
            else:
                _log.info("call %s: an interrupted turn ended with %r", self._thread_id, error)
            return
        if turn is self._turn:
            self._drop_thought()
            self._turn = None
            self._language = language
            self._failures = 0
            if not self._caller.engaged:
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
        if self._caller.speaking or self._keys or (self._answer_begun and self._speaker.busy):
            since = now
        if since + within_s > now:
            self._background.after("deadline", since + within_s - now, self._late)
            return
        self._caller.forget()
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
            self._listen_no_more()
            await self._hand_over()

    async def _hand_over(self) -> None:
        if self._manners.transfer_to:
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
        busy = self._turn or self._phrase or self._caller.engaged or self._keys or self._speaker.busy
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
            self._listen_no_more()
            self._background.start(self._end(which))

    def _listen_no_more(self) -> None:
        """What is said from now on is heard to its end."""
        self._ending = True
        self._caller.close()
        self._drop_thought()
        self._background.cancel("filler", "deadline", "keys", "idle")
        self._speaker.resume()

    async def _end(self, which: Phrase) -> None:
        """Say goodbye, wait until it was heard, hang up."""
        try:
            async with self._floor:
                await self._interrupt()
            await self._speak_phrase(which)
        finally:
            await self._transport.hang_up()

    async def _close(self) -> None:
        self._ending = True
        self._caller.close()
        self._drop_thought()
        self._speaker.hold()  # nothing is heard from now on
        try:
            async with asyncio.timeout(CLOSING_S), self._floor:
                await self._interrupt()  # what was heard before they hung up
        except TimeoutError:
            _log.warning("call %s: what was heard last could not be noted in time", self._thread_id)
        finally:
            await self._background.close()
            await self._speaker.close()
