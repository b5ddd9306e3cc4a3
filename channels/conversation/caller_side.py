"""The caller's side of a call: what is made of their voice, their words and their keys, as they come."""

from __future__ import annotations

from dataclasses import replace

from emads_voice.channels.live_events import (
    CallerBegan,
    CallerFinished,
    CallerHeard,
    CallerNotHeard,
    CallerWentOn,
    HeardSoFar,
)
from emads_voice.channels.preemptive.per_call import Preemption
from emads_voice.channels.speaking.speaker import Speaker
from emads_voice.channels.transport import Transport
from emads_voice.voice.ear import TranscriptEar

from .answering.answer_deadline import AnswerDeadline
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
from .caller.language import CallLanguage
from .caller.recording_pause import RecordingPause
from .caller.wrong_cut import WrongCut
from .conduct import Conduct
from .options import ConversationOptions
from .our_side import OurSide
from .phases import Action, Event, Phase
from .presence import Presence
from .remarks.heeding import Heed, Heeding
from .remarks.remarks import Remarks
from .review.review import Review
from .services import Services


class CallerSide:
    """Of one call.

    Attributes:
        caller: their voice.
        keypad: their keys.
        heeding: what of all that is heeded.
    """

    def __init__(
        self,
        call: Conduct,
        services: Services,
        transport: Transport,
        speaker: Speaker,
        options: ConversationOptions,
        language: CallLanguage,
        ours: OurSide,
        deadline: AnswerDeadline,
        preemption: Preemption,
        presence: Presence,
        remarks: Remarks,
        wrong_cut: WrongCut,
        review: Review | None,
        recording: RecordingPause,
    ) -> None:
        """
        Args:
            call: the conversation.
            services: recognise what they say.
            transport: the line, whose recording pauses where keys are secret.
            speaker: holds what we say while they speak.
            options: how readily they are heard.
            language: what the call is held in.
            ours: our side.
            deadline: measures how long they wait.
            preemption: has the answer generated early.
            presence: asks whether they are there.
            remarks: does what they ask of the conversation itself.
            wrong_cut: mends a question that was cut off.
            review: takes keys while a plan is put to them; None where none is.
            recording: pauses where keys are secret.
        """
        self._call = call
        self._speaker = speaker
        self._language = language
        self._ours = ours
        self._deadline = deadline
        self._preemption = preemption
        self._presence = presence
        self._remarks = remarks
        self._wrong_cut = wrong_cut
        self._review = review
        self.caller = Caller(
            services.vad,
            services.recognizer,
            call.background,
            options,
            language=lambda: (language.now, language.resumed or ours.turns > 0),
            whole=wrong_cut.whole,
            asked=lambda mended: wrong_cut.told if mended else speaker.told,
            own_loudness=speaker.loudness,
            on_event=self._on_caller,
        )
        self.keypad = Keypad(
            call.background,
            options.key_gap_s,
            speaking=lambda: self.caller.engaged,
            on_number=self._on_number,
            recording=recording,
            on_secret=lambda: call.note("secret_keys"),
        )
        self.heeding = Heeding(
            speaker,
            self.caller,
            phase=call.phase,
            remark=lambda text, interrupting: remarks.take(text, interrupting=interrupting),
        )
        self._interrupting = False  # whether what they are saying began while we were speaking

    @property
    def engaged(self) -> bool:
        """Whether they are saying or keying something, or what they said is not recognised yet."""
        return self.caller.engaged or self.keypad.busy

    @property
    def busy(self) -> bool:
        """Whether they are saying or keying something, and so do not wait for us."""
        return self.caller.speaking or self.keypad.busy

    def press(self, key: str) -> None:
        """They have pressed a key."""
        occupied = self._ours.occupied or self.caller.engaged or self.keypad.ended_by_pause
        if key == END and occupied and not self.keypad.busy:
            return  # late: it ends nothing, and interrupts nothing
        action = self._call.happened(Event.KEY)
        if action is Action.TAKE_KEY and self._review:
            self._review.press(key)
        elif action is not Action.IGNORE:
            self._call.background.cancel("idle")
            self._speaker.hold()
            self.keypad.press(key, alone=action is Action.PRESS)

    def read(self, ear: TranscriptEar) -> bool:
        """They have typed something, or decided themselves when their utterance ends: do with it what a remark asks of
        us; False where it wants a turn."""
        interrupting = self._ours.occupied or self._call.floor.locked()
        self._remarks.began()
        self._call.background.cancel("idle")
        self._speaker.hold()
        if not self._remarks.take(ear.transcript.text, interrupting=interrupting, typed=True):
            return False
        if self._ours.turn:
            self._deadline.as_before()
        self.go_on()
        return True

    def release(self) -> None:
        """We may speak, unless they do."""
        if self._call.phase().both_speak and not (self.busy or self._remarks.paused):
            self._speaker.resume()

    def go_on(self) -> None:
        """What they did changes nothing: whatever was going on goes on."""
        self._preemption.drop()
        if self.keypad.go_on():
            return
        if not self._ours.turn:
            self._deadline.over()
        self.release()
        self._presence.listen()
        self._ours.afterwards()

    def close(self) -> None:
        """They are listened to no more."""
        self.caller.close()
        self.keypad.close()

    def _on_number(self, number: TranscriptEar | None) -> None:
        if number:
            self._deadline.begin()
            heard = replace(number.transcript, language=number.transcript.language or self._language.now)
            self._call.background.start(self._call.reply(replace(number, transcript=heard)))
        else:
            self.go_on()

    def _on_caller(self, event: CallerEvent) -> None:
        match event:
            case Began():
                self._speaker.tell(CallerBegan())
                self._interrupting = self._ours.occupied or self._call.floor.locked()
                self._wrong_cut.began()
                self.heeding.began()
                self._remarks.began()
                self._call.background.cancel("idle")
                self._speaker.hold()
            case RecognisedSoFar(transcript):
                self._speaker.tell(HeardSoFar(transcript))
                asks = self._call.phase() in (Phase.ASKING_CONSENT, Phase.CONVERSING) and not self._ours.turn
                if transcript.text and asks and not self._remarks.is_remark(transcript.text):
                    self._preemption.begin(transcript.text, transcript.language or self._language.now)
            case WentOn():
                self._speaker.tell(CallerWentOn())
                self._preemption.drop()
                if not self._presence.coming_in:
                    self._speaker.hold()
            case TalksLong():
                if not self._ours.occupied:
                    self._presence.come_in(self._speaker)
            case Finished(silence_s):
                self._speaker.tell(CallerFinished(silence_s))
                if self._ours.turn or not self._deadline.waiting:  # else they wait since before they went on
                    self._deadline.begin()
                if not self._interrupting:
                    self.release()  # for a filler
            case Understood():
                self._understood(event)
            case NotUnderstood(error):
                self.not_recognised(error)

    def not_recognised(self, error: Exception) -> None:
        """What they said could not be recognised: they are told so, as it may have been heard well."""
        self._speaker.tell(CallerNotHeard())
        self._ours.fail(error, "not_recognised")

    def _understood(self, utterance: Understood) -> None:
        """It is the caller's turn, unless what was said changes nothing."""
        transcript = utterance.transcript
        if self.keypad.busy and (wait_s := self._remarks.aside_s(transcript.text)) is not None:
            self._speaker.tell(CallerHeard(transcript, answered=False))
            self._deadline.over()
            self.keypad.aside(wait_s)
            return
        heed = self.heeding.judge(transcript.text, interrupting=self._interrupting)
        self._speaker.tell(CallerHeard(transcript, answered=heed is Heed.TURN))
        match heed:
            case Heed.TURN:
                ear = TranscriptEar(transcript, utterance.began_ns, utterance.ended_ns, utterance.events)
                if whole := self.keypad.with_words(ear):
                    self._call.background.start(self._call.reply(whole))
            case Heed.NOBODY:
                self.go_on()
                self._presence.doubtful()
            case Heed.NOTHING:
                if self._ours.turn:
                    self._deadline.as_before()
                self.go_on()
