"""A live conversation: one caller, one line, from the greeting to the hang-up, both sides free to speak.

Only who holds a lock, the floor, may begin to answer or to say goodbye, and first ends what was going on. So the
conversation's thread has one writer, whatever the caller does; and a call holds its thread from beginning to end, so
that nobody else's turns come between its own. What is done about a key, about silence or a failure, depends on the
phase of the call: the table in phases.py says it.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from emads_voice.channels.background import Background
from emads_voice.channels.live_events import (
    CallerBegan,
    CallerFinished,
    CallerHeard,
    CallerNotHeard,
    CallerWentOn,
    EchoHeard,
    HeardSoFar,
    TurnBegan,
    TurnEnded,
)
from emads_voice.channels.preemptive.per_call import Preemption
from emads_voice.channels.speaking.announcer import Announcer
from emads_voice.channels.speaking.manner import Manner
from emads_voice.channels.speaking.speaker import Speaker
from emads_voice.channels.transport import (
    Digit,
    HungUp,
    Hush,
    MachineRecords,
    MarkReturned,
    Played,
    Sound,
    Transport,
    Words,
)
from emads_voice.channels.turn import Turn
from emads_voice.graph import VoiceContext
from emads_voice.graph.state import Ended, caller_language
from emads_voice.messages import Phrase
from emads_voice.observability import AuditLog
from emads_voice.voice.ear import TranscriptEar
from emads_voice.voice.errors import SynthesisError

from .afterwards import Afterwards
from .answer_deadline import AnswerDeadline
from .caller.caller import (
    Began,
    Caller,
    CallerEvent,
    Finished,
    NotUnderstood,
    RecognisedSoFar,
    TalksLong,
    Understood,
    WentOn,
)
from .caller.keypad import END, Keypad
from .caller.language import CallLanguage, spoken_last
from .caller.wrong_cut import WrongCut
from .conduct import Conduct
from .failures import Failures
from .fillers import Fillers
from .handover import Handover
from .live_turn import LiveTurn
from .opening.consent import Consent
from .opening.opening import Opening
from .opening.outgoing import Outgoing
from .options import ConversationOptions
from .phases import Action, Event, Phase, Speakers, step
from .presence import Presence
from .remarks.heeding import Heed, Heeding
from .remarks.remarks import Remarks
from .services import Services

__all__ = ["Conversation", "ConversationOptions", "Services"]

_log = logging.getLogger(__name__)

CLOSING_S = 5.0
"""How long writing down what was played last may take."""

HUSH_S = 0.3
"""How long a line may take to tell how much was played of what it has asked us to stop."""


class Conversation:
    """Conducts one call. Create it inside the event loop, await :meth:`run`, and forget it."""

    def __init__(
        self,
        services: Services,
        transport: Transport,
        *,
        thread_id: str,
        options: ConversationOptions | None = None,
        consents: AuditLog | None = None,
        context: VoiceContext | None = None,
        returned: bool = False,
    ) -> None:
        """
        Args:
            services: the parts that all conversations share.
            transport: the line.
            thread_id: the conversation to begin or to continue.
            options: how it is conducted.
            consents: the caller is asked whether the call may be recorded, in place of the opening; the answer is kept
                here, and with a yes the line records. None asks nobody and records nothing.
            context: what every turn is given besides its ear and mouth: who calls, and what the call was given. Log
                lines name the call by its SID, by the conversation where it has none.
            returned: the caller comes back from a transfer that nobody took, and may leave a message.

        Raises:
            ValueError: the parts do not fit together; the message says how to mend it.
        """
        if not services.graph.checkpointer:
            raise ValueError("Compile the graph with a checkpointer: a conversation is remembered by it.")
        if services.vad.rate != transport.rate:
            raise ValueError(f"Make the LiveVad for {transport.rate} Hz: that is the rate of the line.")
        self._services = services
        self._transport = transport
        self._thread_id = thread_id
        self._options = options or ConversationOptions()
        self._context = context or VoiceContext()
        self._name = self._context.call_sid or thread_id
        self._background = Background(self._name)
        self._speaker = Speaker(transport)
        self._wrong_cut = WrongCut(asyncio.get_running_loop().time)
        self._language = CallLanguage(self._options.language, services.language_for)
        self._caller = Caller(
            services.vad,
            services.recognizer,
            self._background,
            self._options,
            language=lambda: (self._language.now, self._language.resumed or self._turns > 0),
            whole=self._wrong_cut.whole,
            asked=lambda: self._speaker.last,
            own_loudness=self._speaker.loudness,
            on_event=self._on_caller,
        )
        manner = Manner()
        self._announcer = Announcer(
            services.synthesizer, self._speaker, transport.rate, thread_id, services.catalogue, manner
        )
        fillers = Fillers(self._announcer, lambda: self._language.now)
        self._deadline = AnswerDeadline(
            self._options,
            self._background,
            self._speaker,
            filler=fillers.make,
            answering=lambda: self._turn is not None and self._turn.begun,
            caller_busy=lambda: self._caller.speaking or self._keypad.busy,
            on_timeout=self._give_up,
        )
        self._heeding = Heeding(
            self._speaker,
            phase=lambda: self._phase,
            on_echo=self._on_echo,
            remark=lambda text, interrupting: self._remarks.take(text, interrupting=interrupting),
        )
        self._preemption = Preemption(
            services.preemptive, services.graph, thread_id, self._background, self._context
        )
        consent = Consent(consents, transport, thread_id, name=self._name) if consents is not None else None
        self._keypad = Keypad(
            self._background,
            self._options.key_gap_s,
            speaking=lambda: self._caller.engaged,
            on_number=self._on_number,
        )
        self._floor = asyncio.Lock()
        call = self._conduct = Conduct(
            self._name,
            thread_id,
            self._background,
            self._announcer,
            self._floor,
            phase=lambda: self._phase,
            language=lambda: self._language.now,
            quiet=lambda: not (self._turn or self._caller.speaking),
            happened=self._happened,
            fall_silent=self._interrupt,
            say=self._say,
            tell=self._tell,
            respond=self._respond,
            reply=self._reply,
            listen=lambda *at_least_s: self._presence.listen(*at_least_s),
        )
        self._outgoing = Outgoing(call, services, transport, self._context, self._options)
        greeting = self._options.opening
        self._opening = Opening(call, services, consent, self._outgoing, greeting, returned=returned)
        self._handover = Handover(call, services, transport, self._options.transfer_to)
        self._presence = Presence(
            call,
            self._options,
            self._opening,
            self._handover,
            occupied=lambda: self._ours or self._caller.engaged or self._keypad.busy,
        )
        self._remarks = Remarks(
            call,
            services.dialogue,
            self._speaker,
            manner,
            turn=lambda: self._turn,
            heard=self._presence.shown,
            answers_us=lambda text: self._outgoing.first(text, turns=self._turns),
            acknowledge=lambda among: self._deadline.acknowledge(lambda: fillers.make(among)),
            change_language=self._language.change,
            hand_over=self._handover.want,
        )
        self._after = Afterwards(call, transport, self._keypad, self._opening, self._handover, self._remarks)
        self._phase = Phase.first(held=services.locks is not None, asks=consents is not None)
        self._turn: LiveTurn | None = None
        self._then: Turn | None = None  # was heard; what was asked for with it is to be done
        self._interrupting = False  # whether what the caller is saying began while we were speaking
        self._failures = Failures(self._name)
        self._turns = 0

    @property
    def turns(self) -> int:
        """How many turns the caller has had so far."""
        return self._turns

    async def run(self) -> str:
        """Conduct the call to its end; returns why it ended."""
        reason = "the line was closed"
        self._background.after("max", self._options.max_call_s, lambda: self._happened(Event.TIME_UP))
        self._background.start(self._begin())
        try:
            async for event in self._transport.events():
                match event:
                    case Sound(samples):
                        self._caller.hear(samples)
                    case MarkReturned(name):
                        self._speaker.mark_returned(name)
                    case Digit(digit):
                        self._on_key(digit)
                    case Words(ear):
                        self._on_words(ear)
                    case Hush():
                        self._on_hush()
                    case Played(samples):
                        self._speaker.played(samples)
                    case MachineRecords():
                        self._outgoing.machine_records()
                    case HungUp(why):
                        reason = why
        finally:
            await self._close()
        return reason

    async def _begin(self) -> None:
        if language := await spoken_last(self._services.graph, self._thread_id):
            self._language.resume(language)
        await self._opening.begin()

    # The phases of the call.

    def _happened(self, event: Event) -> Action:
        """Enter the phase that follows, and return what is to be done. How a call ends is begun here."""
        action, phase = step(self._phase, event)
        before = self._phase
        if phase is not before:
            self._phase = phase
            if not phase.both_speak:
                self._listen_no_more()
            elif not before.both_speak:
                self._listen_again()
        match action:
            case Action.HAND_OVER:
                self._background.start(self._handover.put_through())
            case Action.OFFER_MESSAGE:
                self._background.start(self._handover.offer_message())
            case Action.SAY_GOODBYE:
                self._background.start(self._after.say_goodbye())
            case Action.LEAVE_MESSAGE:
                self._background.start(self._outgoing.leave_message())
            case Action.HANG_UP:
                self._background.start(self._transport.hang_up())
        return action

    def _listen_no_more(self) -> None:
        """What we say from now on is heard to its end, or not at all if the line is gone."""
        self._caller.close()
        self._preemption.drop()
        self._background.cancel("idle")
        self._keypad.close()
        self._deadline.over()
        if self._phase.speakers is Speakers.WE:
            self._speaker.resume()
        else:
            self._speaker.hold()

    def _listen_again(self) -> None:
        """Nobody has taken the caller over."""
        self._caller.listen_again()
        self._speaker.resume()
        if not self._background.waits("max"):  # it was over meanwhile
            self._background.after("max", 0, lambda: self._happened(Event.TIME_UP))

    # The caller's turn.

    def _on_key(self, key: str) -> None:
        occupied = self._ours or self._caller.engaged or self._keypad.ended_by_pause
        if key == END and occupied and not self._keypad.busy:
            return  # late: it ends nothing, and interrupts nothing
        if (action := self._happened(Event.KEY)) is not Action.IGNORE:
            self._background.cancel("idle")
            self._speaker.hold()
            self._keypad.press(key, alone=action is Action.PRESS)

    def _on_number(self, number: TranscriptEar | None) -> None:
        if number:
            self._deadline.begin()
            heard = replace(number.transcript, language=number.transcript.language or self._language.now)
            self._background.start(self._reply(replace(number, transcript=heard)))
        else:
            self._go_on()

    def _on_words(self, ear: TranscriptEar) -> None:
        self._background.cancel("idle")
        self._deadline.begin()
        self._background.start(self._reply(ear))

    def _on_hush(self) -> None:
        self._speaker.hold()
        silenced = self._turn
        # The line may yet tell how much of it was played.
        self._background.after("hush", HUSH_S, lambda: self._background.start(self._hush(silenced)))

    async def _hush(self, silenced: LiveTurn | None) -> None:
        async with self._floor:
            if self._turn is not silenced:  # something else was asked meanwhile
                return
            self._preemption.drop()
            await self._interrupt("barge-in")
        self._deadline.over()
        self._release()
        self._presence.listen()

    def _on_caller(self, event: CallerEvent) -> None:
        match event:
            case Began():
                self._transport.tell(CallerBegan())
                self._interrupting = self._ours or self._floor.locked()
                self._wrong_cut.began()
                self._heeding.began()
                self._remarks.began()
                self._background.cancel("idle")
                self._speaker.hold()
            case RecognisedSoFar(transcript):
                self._transport.tell(HeardSoFar(transcript))
                asks = self._phase in (Phase.ASKING_CONSENT, Phase.CONVERSING) and not self._turn
                if transcript.text and asks and not self._remarks.is_remark(transcript.text):
                    self._preemption.begin(transcript.text, transcript.language or self._language.now)
            case WentOn():
                self._transport.tell(CallerWentOn())
                self._preemption.drop()
                if not self._presence.coming_in:
                    self._speaker.hold()
            case TalksLong():
                if not self._ours:
                    self._presence.come_in(self._speaker)
            case Finished(silence_s):
                self._transport.tell(CallerFinished(silence_s))
                if self._turn or not self._deadline.waiting:  # else they wait since before they went on
                    self._deadline.begin()
                if not self._interrupting:
                    self._release()  # for a filler
            case Understood():
                self._understood(event)
            case NotUnderstood(error):
                self._transport.tell(CallerNotHeard())
                self._fail(error)

    def _on_echo(self) -> None:
        self._caller.was_echo()
        self._transport.tell(EchoHeard())

    def _understood(self, utterance: Understood) -> None:
        """It is the caller's turn, unless what was said changes nothing."""
        transcript = utterance.transcript
        if self._keypad.busy and (wait_s := self._remarks.aside_s(transcript.text)) is not None:
            self._transport.tell(CallerHeard(transcript, answered=False))
            self._deadline.over()
            self._keypad.aside(wait_s)
            return
        heed = self._heeding.judge(transcript.text, interrupting=self._interrupting)
        self._transport.tell(CallerHeard(transcript, answered=heed is Heed.TURN))
        match heed:
            case Heed.TURN:
                ear = TranscriptEar(transcript, utterance.began_ns, utterance.ended_ns)
                if whole := self._keypad.with_words(ear):
                    self._background.start(self._reply(whole))
            case Heed.NOBODY:
                self._go_on()
                self._presence.doubtful()
            case Heed.NOTHING:
                if self._turn:
                    self._deadline.as_before()
                self._go_on()

    def _go_on(self) -> None:
        """What the caller did changes nothing: whatever was going on goes on."""
        self._preemption.drop()
        if self._keypad.go_on():
            return
        if not self._turn:
            self._deadline.over()
        self._release()
        self._presence.listen()
        self._afterwards()

    def _release(self) -> None:
        """We may speak, unless the caller does."""
        if self._phase.both_speak and not (
            self._caller.speaking or self._keypad.busy or self._remarks.paused
        ):
            self._speaker.resume()

    # Our turn.

    @property
    def _ours(self) -> bool:
        """Whether we are saying something, or are about to."""
        return bool(self._turn or self._announcer.busy or self._speaker.busy)

    async def _reply(self, ear: TranscriptEar) -> None:
        """Take the floor and do with the caller's words what is done with them in this phase."""
        async with self._floor:
            heard_as = self._remarks.taken()
            whole = None if heard_as == "remark" else self._wrong_cut.whole(ear.transcript)
            if self._phase.both_speak:  # else what we say is heard to its end
                await self._interrupt("barge-in", withdraw=whole is not None)
            self._presence.shown()
            self._language.heard(ear.transcript.language)
            match self._happened(Event.WORDS):  # only now: an interruption takes a while
                case Action.TELL_HELD:
                    self._go_on()
                    self._background.start(self._say("held_elsewhere"))
                case Action.JUDGE:
                    self._opening.judge(ear)
                case Action.NOTE:
                    self._deadline.over()
                    await self._handover.note(ear)
                case Action.ANSWER if self._outgoing.takes(ear, turns=self._turns):
                    self._go_on()
                case Action.ANSWER:
                    ear = replace(ear, transcript=whole or ear.transcript)
                    mouth = self._announcer.mouth()
                    self._turn = LiveTurn(
                        self._services.graph,
                        self._thread_id,
                        ear,
                        mouth,
                        context=self._context.model_copy(update={"heard_as": heard_as}),
                        catalogue=self._services.catalogue,
                        on_asked=self._after.expect_keys,
                        on_question=self._keypad.expect,
                        tell=self._transport.tell,
                    )
                    self._transport.tell(TurnBegan())
                    self._wrong_cut.asked(ear.transcript, self._turn.heard_s, self._turn.repeatable)
                    self._turns += 1
                    self._background.start(self._answer(self._turn))
        self._release()

    async def _answer(self, turn: LiveTurn) -> None:
        try:
            done = await turn.finish()
        except Exception as error:  # whatever a graph does, the call goes on
            if turn is self._turn:
                self._transport.tell(TurnEnded("failed"))
                self._preemption.drop()
                self._fail(error)
            else:
                _log.info("call %s: an interrupted turn ended with %r", self._name, error)
            return
        if turn is self._turn:
            self._preemption.drop()
            self._turn = None
            self._transport.tell(TurnEnded("played", done.answer or "", caller_language(done.state)))
            self._outgoing.answered()
            self._heeding.answered(done.answer if turn.begun else None)
            self._language.answered(caller_language(done.state))
            self._remarks.played(done)
            if not self._caller.engaged:
                self._deadline.over()
            if self._failures.count(done):
                self._happened(Event.SECOND_FAILURE)
            self._presence.listen()
            self._then = done
            if not self._caller.engaged:
                self._afterwards()

    def _afterwards(self) -> None:
        done, self._then = self._then, None
        if done:
            self._after.do(done)

    async def _interrupt(self, why: Ended, *, withdraw: bool = False) -> None:
        """Whatever we were saying is over. Needs the floor. See :meth:`.live_turn.LiveTurn.interrupt`."""
        turn, self._turn, self._then = self._turn, None, None
        self._speaker.stop()
        await self._announcer.stop()
        if turn:
            self._transport.tell(TurnEnded("interrupted"))
            self._remarks.interrupted()
            await turn.fall_silent()
            self._release()  # for a filler: ending what an agent does may take a while
            await turn.interrupt(why, withdraw=withdraw)

    # When it fails, and phrases of ours.

    def _give_up(self, error: TimeoutError) -> None:
        self._caller.forget()
        self._fail(error)

    def _fail(self, error: Exception) -> None:
        self._failures.add(error)
        self._deadline.over()
        self._wrong_cut.over()
        failed = self._turn
        self._background.start(self._failures.recover(self._conduct, lambda: self._turn is failed))

    async def _say(self, which: Phrase, **values: str) -> bool:
        """Say a phrase until it was played or stopped. One that cannot be spoken is a failure, and False."""
        speech = await self._announcer.say(which, self._language.now, **values)
        if failed := bool(speech.error) and not speech.interrupted:
            self._fail(SynthesisError(f"{which!r} could not be spoken: {speech.error}"))
        return not failed

    async def _tell(self, which: Phrase) -> None:
        """Say a phrase, and wait for what the caller says to it."""
        self._release()
        if await self._say(which):
            self._presence.listen()

    async def _respond(self, which: Phrase) -> None:
        """Say a phrase in answer to the caller, unless a turn of theirs has begun."""
        if self._phase.both_speak and not self._turn:
            self._go_on()
            if await self._say(which):
                self._failures.over()
            self._presence.listen()

    async def _close(self) -> None:
        if self._phase is Phase.TAKING_MESSAGE or self._handover.message_begun:
            await self._handover.hear_out(self._caller.last_words())
        self._happened(Event.HUNG_UP)
        try:
            async with asyncio.timeout(CLOSING_S), self._floor:
                await self._interrupt("hang-up")  # keeps what was played before they hung up
        except TimeoutError:
            _log.warning("call %s: what was played last could not be noted in time", self._name)
        finally:
            self._keypad.forget_secrets()
            await self._background.close()
            await self._opening.let_go()
            await self._speaker.close()
