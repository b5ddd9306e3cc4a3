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
from typing import Literal

from emads_voice.channels.background import Background
from emads_voice.channels.preemptive.per_call import Preemption
from emads_voice.channels.speaking.announcer import PENDING_QUESTION, Announcer
from emads_voice.channels.speaking.manner import Manner
from emads_voice.channels.speaking.playout import Sentence
from emads_voice.channels.speaking.speaker import Speaker
from emads_voice.channels.telemetry.call import CallTelemetry
from emads_voice.channels.transport import (
    Digit,
    HungUp,
    Hush,
    MachineRecords,
    MarkReturned,
    Played,
    ResumingTransport,
    Sound,
    Transport,
    Words,
)
from emads_voice.channels.turn import Turn
from emads_voice.graph import VoiceContext
from emads_voice.graph.auditing import note, note_phrase, noting_happenings
from emads_voice.graph.state import caller_language
from emads_voice.observability import AuditLog, attributes
from emads_voice.observability.audit import Kind
from emads_voice.voice.ear import TranscriptEar
from emads_voice.voice.mouth import Speech

from .afterwards import Afterwards
from .answering.answer_deadline import AnswerDeadline
from .answering.fillers import FIRST, LATER, Fillers
from .caller.language import CallLanguage, spoken_last
from .caller.recording_pause import RecordingPause
from .caller.wrong_cut import WrongCut
from .caller_side import CallerSide
from .conduct import Conduct
from .handover import PERSON_WANTED, Handover
from .opening.consent import Consent
from .opening.opening import Opening
from .opening.outgoing import Outgoing
from .options import ConversationOptions
from .our_side import OurSide
from .phases import Action, Event, Phase, Speakers, step
from .presence import Presence
from .remarks.remarks import Remarks
from .review.review import Review
from .services import Services

__all__ = ["Conversation", "ConversationOptions", "Services"]

_log = logging.getLogger(__name__)

CLOSING_S = 5.0
"""How long writing down what was played last may take."""
_SETTLED_S = 0.5
"""How long after a sentence's sound a line tells what was played of it."""


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
        self._options = options or ConversationOptions()
        self._context = context or VoiceContext()
        self._services = services
        self._transport = transport
        self._name = self._context.call_sid or thread_id
        self._background = Background(self._name)
        self._telemetry = CallTelemetry(self._context.channel, self._context.direction)
        self._speaker = Speaker(transport, on_tell=self._telemetry.told, on_phrase=self._note_beside)
        self._language = CallLanguage(self._options.language, services.language_for)
        self._wrong_cut = WrongCut(asyncio.get_running_loop().time)
        manner = Manner()
        announcer = Announcer(
            services.synthesizer,
            self._speaker,
            transport.rate,
            lambda: self._call.thread_id,
            services.catalogue,
            manner,
            on_said=self._note_phrase,
        )
        call = self._call = Conduct(
            self._name,
            thread_id,
            self._background,
            announcer,
            self._telemetry,
            asyncio.Lock(),
            phase=lambda: self._phase,
            language=lambda: self._language.now,
            change_language=self._language.change,
            quiet=lambda: not (self._ours.turn or self._theirs.caller.speaking),
            engaged=lambda: self._theirs.caller.engaged,
            happened=self._happened,
            fall_silent=lambda why: self._ours.interrupt(why),
            say=lambda which, **values: self._ours.say(which, **values),
            tell=lambda which: self._ours.tell(which),
            respond=lambda which: self._ours.respond(which),
            reply=self._reply,
            listen=lambda *at_least_s: self._presence.listen(*at_least_s),
            release=lambda: self._theirs.release(),
            go_on=lambda: self._theirs.go_on(),
            note=self._note,
        )
        fillers = Fillers(
            announcer, call.language, tool=lambda: self._ours.turn.tool if self._ours.turn else None
        )
        self._deadline = AnswerDeadline(
            self._options,
            self._background,
            self._speaker,
            filler=lambda: fillers.waiting(FIRST),
            another=lambda: fillers.waiting(LATER),
            answering=lambda: self._ours.turn is not None and self._ours.turn.begun,
            caller_busy=lambda: self._theirs.busy,
            on_timeout=self._give_up,
        )
        self._preemption = Preemption(
            services.preemptive,
            services.graph,
            lambda: call.thread_id,
            self._background,
            self._context,
        )
        self._ours = OurSide(
            call,
            services,
            self._speaker,
            self._deadline,
            self._preemption,
            context=self._context,
            on_asked=lambda control: self._after.expect_keys(control),
            on_question=lambda: self._theirs.keypad.expect(),
            on_played=self._played,
            on_cut=lambda: self._remarks.interrupted(),
            on_failure=self._wrong_cut.over,
            afterwards=lambda done: self._after.do(done),
        )
        recording = RecordingPause(self._background, transport)
        self._review = (
            Review(
                call,
                services.decisions,
                services.catalogue,
                recording,
                self._context.caller,
                want_person=lambda: self._handover.want(PERSON_WANTED),
            )
            if services.decisions and self._context.channel == "phone"
            else None
        )
        consent = Consent(consents, transport, recording, call) if consents is not None else None
        self._outgoing = Outgoing(call, services, transport, self._context, self._options)
        self._opening = Opening(
            call,
            services,
            consent,
            self._outgoing,
            self._options.opening,
            returned=returned,
            hand_over=lambda wanted: self._handover.want(wanted),
            anew=self._anew,
        )
        self._handover = Handover(call, services, transport, self._options.transfer_to)
        self._presence = Presence(
            call,
            self._options,
            self._opening,
            self._handover,
            self._review,
            occupied=lambda: self._ours.occupied or self._theirs.engaged,
        )
        self._remarks = Remarks(
            call,
            services.dialogue,
            self._speaker,
            manner,
            turn=lambda: self._ours.turn,
            heard=self._presence.shown,
            answers_us=lambda text: self._outgoing.first(text, turns=self.turns),
            faint=lambda: self._theirs.caller.faint,
            acknowledge=lambda among, **values: self._deadline.acknowledge(
                lambda: fillers.make(among, **values)
            ),
            may_be_asked=self._context.agents,
            handover=self._handover,
            left_open=lambda: self._opening.asked,
            release=lambda: self._theirs.release(),
        )
        self._theirs = CallerSide(
            call,
            services,
            transport,
            self._speaker,
            self._options,
            self._language,
            self._ours,
            self._deadline,
            self._preemption,
            self._presence,
            self._remarks,
            self._wrong_cut,
            self._review,
            recording,
        )
        self._after = Afterwards(
            call,
            transport,
            self._theirs.keypad,
            self._opening,
            self._handover,
            self._remarks,
            self._review,
            outgoing=self._context.direction == "outbound",
        )
        self._phase = Phase.first(held=services.locks is not None, asks=consents is not None)

    @property
    def turns(self) -> int:
        """How many turns the caller has had so far."""
        return self._ours.turns

    async def run(self) -> str:
        """Conduct the call to its end; returns why it ended."""
        with (
            self._telemetry.running(self._call.thread_id),
            noting_happenings(self._services.audit, lambda: self._call.thread_id),
        ):
            self._background.enter()
            reason = await self._conduct()
            self._telemetry.ended(reason, self.turns)
        return reason

    async def _conduct(self) -> str:
        reason = "the line was closed"
        self._note_start()
        self._background.after("max", self._options.max_call_s, lambda: self._happened(Event.TIME_UP))
        self._background.start(self._begin())
        try:
            async for event in self._transport.events():
                match event:
                    case Sound(samples):
                        self._theirs.caller.hear(samples)
                    case MarkReturned(name):
                        self._speaker.mark_returned(name)
                    case Digit(digit):
                        self._theirs.press(digit)
                    case Words(ear):
                        self._deadline.begin()
                        self._background.start(self._read(ear))
                    case Hush():
                        self._ours.hush()
                    case Played(samples):
                        self._speaker.played(samples)
                    case MachineRecords():
                        self._outgoing.machine_records()
                    case HungUp(why):
                        reason = why
        finally:
            await self._close()
            self._note("ended", reason=reason, turns=self.turns)
        return reason

    def _note(self, kind: Kind, **details: str | bool | int | float | None) -> None:
        note(self._services.audit, kind, thread_id=self._call.thread_id, details=details)

    async def _note_phrase(self, name: str, speech: Speech) -> None:
        kind: Literal["asked", "announced"] = "asked" if name == PENDING_QUESTION else "announced"
        thread = self._call.thread_id
        await note_phrase(self._services.audit, kind, speech, thread_id=thread, phrase=name)

    def _note_beside(self, sentence: Sentence) -> None:
        """A phrase begins to be said that nobody waits for."""
        self._background.start(self._note_played(sentence))

    async def _note_played(self, sentence: Sentence) -> None:
        lasts_s = len(sentence.samples) / sentence.rate
        try:
            async with asyncio.timeout(lasts_s + _SETTLED_S):
                await self._speaker.drained()
        except TimeoutError:
            pass  # an answer follows
        finally:
            text, played = sentence.text.strip(), sentence.played.strip()
            speech = Speech(text, played, self._language.now, lasts_s, interrupted=played != text)
            await self._note_phrase(sentence.phrase, speech)

    def _note_start(self) -> None:
        context = self._context
        note(
            self._services.audit,
            "call_started",
            thread_id=self._call.thread_id,
            person=context.caller,
            details={"channel": context.channel, "direction": context.direction},
        )

    async def _begin(self) -> None:
        if language := await spoken_last(self._services.graph, self._call.thread_id):
            self._language.resume(language)
        await self._opening.begin()
        if self._review and self._context.direction == "inbound" and not self._opening.asked:
            await self._review.put_left_open()

    def _anew(self, thread_id: str) -> None:
        self._note_start()
        if isinstance(self._transport, ResumingTransport):
            self._transport.goes_on_with(thread_id)

    # The phases of the call.

    def _happened(self, event: Event) -> Action:
        """Enter the phase that follows, and return what is to be done. How a call ends is begun here."""
        action, phase = step(self._phase, event)
        before = self._phase
        if phase is not before:
            self._phase = phase
            self._telemetry.happened(
                attributes.PHASE_CHANGED,
                {attributes.PHASE: phase.title, attributes.PHASE_EVENT: event.name.lower()},
            )
            self._preemption.follows(None)  # a message may be added to the conversation
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
            case Action.REVIEW if self._review:
                self._background.start(self._review.begin())
            case Action.HANG_UP:
                self._background.start(self._transport.hang_up())
        return action

    def _listen_no_more(self) -> None:
        """What we say from now on is heard to its end, or not at all if the line is gone."""
        self._theirs.close()
        self._preemption.drop()
        self._background.cancel("idle")
        self._deadline.over()
        if self._phase.speakers is Speakers.WE:
            self._speaker.resume()
        else:
            self._speaker.hold()

    def _listen_again(self) -> None:
        """Nobody has taken the caller over."""
        self._theirs.caller.listen_again()
        self._speaker.resume()
        if not self._background.waits("max"):  # it was over meanwhile
            self._background.after("max", 0, lambda: self._happened(Event.TIME_UP))

    # The caller's turn becomes ours.

    async def _read(self, ear: TranscriptEar) -> None:
        """They have typed: words may come before it is known whether the conversation is ours. What was asked before
        they were told that others hold it is no answer to that, and is answered once it is ours."""
        asked_first = not self._opening.known.is_set()
        await self._opening.known.wait()
        if asked_first and self._phase is Phase.HELD_ELSEWHERE:
            self._deadline.over()
            await self._opening.settled.wait()
            self._deadline.begin()
        if not self._theirs.read(ear):
            await self._reply(ear)

    async def _reply(self, ear: TranscriptEar) -> None:
        """Take the floor and do with the caller's words what is done with them in this phase."""
        async with self._call.floor:
            heard_as = self._remarks.taken()
            whole = None if heard_as in ("remark", "parting") else self._wrong_cut.whole(ear.transcript)
            if self._phase.both_speak:  # else what we say is heard to its end
                await self._ours.interrupt("barge-in", withdraw=whole is not None)
            self._presence.shown()
            self._language.heard(ear.transcript.language)
            if self._handover.comes_back(ear):
                self._happened(Event.MESSAGE_SETTLED)
            match self._happened(Event.WORDS):  # only now: an interruption takes a while
                case Action.JUDGE_HELD:
                    self._theirs.go_on()
                    self._opening.judge_held(ear.transcript.text)
                case Action.JUDGE:
                    self._opening.judge(ear)
                case Action.NOTE:
                    self._deadline.over()
                    await self._handover.note(ear)
                case Action.TAKE_WORDS if self._review:
                    self._deadline.over()
                    self._review.judge(ear)
                case Action.ANSWER if self._opening.amends(ear) or self._handover.amends(ear):
                    self._deadline.over()
                    self._theirs.go_on()
                case Action.ANSWER if self._outgoing.takes(ear, turns=self.turns):
                    self._theirs.go_on()
                case Action.ANSWER:
                    ear = replace(ear, transcript=whole or ear.transcript)
                    told = self._wrong_cut.told if whole else self._speaker.told
                    turn = self._ours.begin(ear, heard_as)
                    self._wrong_cut.asked(ear.transcript, told, turn.heard_s, turn.repeatable)
        self._theirs.release()
        self._remarks.answering()

    def _played(self, done: Turn, begun: bool) -> None:
        self._outgoing.answered()
        self._theirs.heeding.answered(done.answer if begun else None)
        self._language.answered(caller_language(done.state))
        self._remarks.played(done)

    def _give_up(self, error: TimeoutError) -> None:
        unrecognised = self._theirs.caller.engaged and not self._ours.turn
        self._theirs.caller.forget()
        if unrecognised:
            self._theirs.not_recognised(error)
        else:
            self._ours.fail(error)

    async def _close(self) -> None:
        if self._phase is Phase.TAKING_MESSAGE or self._handover.message_begun:
            await self._handover.hear_out(self._theirs.caller.last_words())
        self._happened(Event.HUNG_UP)
        try:
            async with asyncio.timeout(CLOSING_S), self._call.floor:
                await self._ours.interrupt("hang-up")  # keeps what was played before they hung up
        except TimeoutError:
            _log.warning("call %s: what was played last could not be noted in time", self._name)
        finally:
            self._theirs.keypad.forget_secrets()
            await self._background.close()
            await self._opening.let_go()
            await self._speaker.close()
