"""A live conversation: one caller, one line, from the greeting to the hang-up, both sides free to speak.

Whose turn it is, is held by one lock, the floor: whoever takes it first ends what went on, and only then begins
something else. So there is one writer to the conversation's thread, whatever the caller does.
"""

from __future__ import annotations

import asyncio
import logging

from emads_voice.graph.phrases import Phrase
from emads_voice.observability import AuditLog
from emads_voice.voice.ear import HeardEar
from emads_voice.voice.errors import VoiceError
from emads_voice.voice.recognizer import Transcript

from .announcer import Announcer
from .back_channel import is_back_channel
from .background import Background
from .caller import Began, Caller, Finished, Happening, NotUnderstood, Recognised, Understood, WentOn
from .consent import Consent
from .foresight import Foresight
from .keypad import KEYED, Keypad
from .live_mouth import LiveMouth
from .live_turn import LiveTurn
from .manners import Manners
from .patience import Patience
from .speaker import Speaker
from .transport import Digit, HungUp, MarkReturned, Sound, Transport
from .voices import Voices

__all__ = ["Conversation", "Manners", "Voices"]

_log = logging.getLogger("emads_voice")

CLOSING_S = 5.0
"""How long noting what was heard last may take."""


class Conversation:
    """Conducts one call. Create it inside the event loop, await :meth:`run`, and forget it."""

    def __init__(
        self,
        voices: Voices,
        transport: Transport,
        *,
        thread_id: str,
        manners: Manners | None = None,
        consents: AuditLog | None = None,
    ) -> None:
        """
        Args:
            voices: the parts that all conversations share.
            transport: the line.
            thread_id: the conversation to begin or to continue.
            manners: how it is conducted.
            consents: the caller is asked whether the call may be recorded, in place of the opening; the answer is kept
                here, and with a yes the line records. None asks nobody and records nothing.

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
        self._announcer = Announcer(
            voices.synthesizer, self._speaker, transport.rate, self._manners.language, thread_id
        )
        self._patience = Patience(
            self._manners,
            self._background,
            self._speaker,
            self._announcer,
            begun=lambda: self._turn is not None and self._turn.begun,
            theirs=lambda: self._caller.speaking or self._keypad.busy,
            give_up=self._give_up,
        )
        self._foresight = Foresight(voices.ahead, voices.graph, thread_id, self._background)
        self._consent = Consent(consents, transport, thread_id)
        self._keypad = Keypad(self._background, self._manners.key_gap_s, self._keyed)
        self._interrupting = False  # the utterance began while it was our turn
        self._floor = asyncio.Lock()
        self._turn: LiveTurn | None = None
        self._failures = 0
        self._idle_prompts = 0
        self._ending = False
        self._turns = 0

    @property
    def turns(self) -> int:
        """How many turns the caller has had so far."""
        return self._turns

    async def run(self) -> str:
        """Conduct the call to its end; returns why it ended."""
        reason = "the line was closed"
        self._background.after("max", self._manners.max_call_s, lambda: self._say_and_end("goodbye"))
        self._background.start(self._open())
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
                self._foresight.drop()
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
        self._keypad.press(digit, alone=self._consent.open)

    # The caller's turn.

    def _began(self) -> None:
        self._interrupting = self._ours or self._floor.locked()
        self._background.cancel("idle")
        self._speaker.hold()

    def _recognised(self, heard: Transcript) -> None:
        if heard.text and not self._turn:
            self._foresight.think(heard.text, heard.language or self._announcer.language)

    def _finished(self) -> None:
        if self._turn or not self._patience.tried:  # else they wait since before they went on
            self._patience.begin()
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
        if self._consent.open:
            return is_back_channel(text) and not self._announcer.asked
        left = self._speaker.left.rstrip()
        more = left or (self._turn and not self._turn.said)
        # A yes over the last words of a question is its answer.
        return bool(more) and is_back_channel(text) and not left.endswith(("?", "？"))

    def _go_on(self) -> None:
        """It was nothing: whatever was going on goes on."""
        self._foresight.drop()
        if not self._turn:
            self._patience.over()
        self._release()
        self._listen_for_silence()

    def _release(self) -> None:
        """We may speak, unless the caller does."""
        if not (self._caller.speaking or self._keypad.busy):
            self._speaker.resume()

    def _keyed(self, keys: str) -> None:
        if not self._ending:
            self._patience.begin()
            heard = Transcript(KEYED + keys, self._announcer.language, 0.0, "keypad")
            self._background.start(self._reply(HeardEar(heard)))

    # Our turn.

    @property
    def _ours(self) -> bool:
        """Whether we are saying something, or are about to."""
        return bool(self._turn or self._announcer.busy or self._speaker.busy)

    async def _reply(self, ear: HeardEar) -> None:
        """Take the floor and answer."""
        if self._consent.open and await self._take_consent(ear):
            return
        async with self._floor:
            await self._interrupt()
            if self._ending:
                return
            self._idle_prompts = 0
            self._announcer.language = ear.heard.language or self._announcer.language
            mouth = LiveMouth(self._voices.synthesizer, self._speaker, self._transport.rate)
            self._turn = LiveTurn(self._voices.graph, self._thread_id, ear, mouth)
            self._turns += 1
            self._background.start(self._answer(self._turn))
        self._release()

    async def _answer(self, turn: LiveTurn) -> None:
        try:
            language = await turn.finish()
        except Exception as error:  # whatever a graph does, the call goes on
            if turn is self._turn:
                self._foresight.drop()
                self._fail(error)
            else:
                _log.info("call %s: an interrupted turn ended with %r", self._thread_id, error)
            return
        if turn is self._turn:
            self._foresight.drop()
            self._turn = None
            self._announcer.language = language
            self._failures = 0
            if not self._caller.engaged:
                self._patience.over()
            self._listen_for_silence()

    async def _interrupt(self) -> None:
        """Whatever we were saying is over. Needs the floor."""
        turn, self._turn = self._turn, None
        self._speaker.stop()
        await self._announcer.stop()
        if turn:
            await turn.interrupt()

    # The question whether we may record.

    async def _take_consent(self, ear: HeardEar) -> bool:
        """Take what they said for the answer; False if it wants an answer itself."""
        async with self._floor:
            await self._interrupt()
        self._release()  # for a filler
        if self._ending:
            return True
        self._announcer.language = ear.heard.language or self._announcer.language
        reply = await self._consent.answer(ear, asked=self._announcer.asked)
        if reply and not (self._ending or self._turn):
            self._failures = 0
            self._go_on()
            await self._announcer.say(reply)
            self._listen_for_silence()
        return reply is not None or not ear.heard.text

    # When it takes too long, or fails.

    def _give_up(self, error: TimeoutError) -> None:
        self._caller.forget()
        self._fail(error)

    def _fail(self, error: Exception) -> None:
        expected = isinstance(error, VoiceError | TimeoutError)
        told = "call %s: a turn failed (%s: %s)"
        _log.warning(told, self._thread_id, type(error).__name__, error, exc_info=None if expected else error)
        self._patience.over()
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
            if not (await self._announcer.say("unavailable")).error:
                self._listen_for_silence()
                return
        if not self._ending:
            self._listen_no_more()
            await self._hand_over()

    async def _hand_over(self) -> None:
        if self._manners.transfer_to:
            await self._announcer.say("transfer")
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
        busy = self._ours or self._caller.engaged or self._keypad.busy
        if self._consent.open and not busy:
            self._background.start(self._reply(HeardEar(Transcript("", None, 0.0, ""))))
        elif not busy:
            self._idle_prompts += 1
            if self._idle_prompts > self._manners.idle_prompts:
                self._say_and_end("goodbye")
                return
            self._background.start(self._announcer.say("still_there"))
        self._listen_for_silence()

    async def _open(self) -> None:
        if opening := self._consent.question if self._consent.open else self._manners.opening:
            await self._announcer.say(opening)
        self._listen_for_silence()

    def _say_and_end(self, which: Phrase) -> None:
        if not self._ending:
            self._listen_no_more()
            self._background.start(self._end(which))

    def _listen_no_more(self) -> None:
        """What is said from now on is heard to its end."""
        self._ending = True
        self._caller.close()
        self._foresight.drop()
        self._background.cancel("idle")
        self._keypad.close()
        self._patience.over()
        self._speaker.resume()

    async def _end(self, which: Phrase) -> None:
        """Say goodbye, wait until it was heard, hang up."""
        try:
            async with self._floor:
                await self._interrupt()
            await self._announcer.say(which)
        finally:
            await self._transport.hang_up()

    async def _close(self) -> None:
        self._ending = True
        self._caller.close()
        self._foresight.drop()
        self._speaker.hold()  # nothing is heard from now on
        try:
            async with asyncio.timeout(CLOSING_S), self._floor:
                await self._interrupt()  # what was heard before they hung up
        except TimeoutError:
            _log.warning("call %s: what was heard last could not be noted in time", self._thread_id)
        finally:
            await self._background.close()
            await self._speaker.close()
