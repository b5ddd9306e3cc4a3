"""Puts a plan to a caller, who decides by keys: what is read back is decided on, and nothing else.

A word never decides, nor does a key that is pressed before the plan was read back to its end, nor silence. Who the
caller is, the line says; what approving takes, the plan's risk. Keys are taken here, one by one, and become no text.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any

from emads_voice.agents.dialogue import Act, dialogue_act
from emads_voice.channels.conversation.caller.recording_pause import RecordingPause
from emads_voice.channels.conversation.conduct import Conduct
from emads_voice.channels.conversation.handover import WAIT_S
from emads_voice.channels.conversation.phases import Event, Phase
from emads_voice.decisions import Kept, ReadBack, Reviewer
from emads_voice.decisions.desk import Desk
from emads_voice.decisions.errors import (
    ChangedError,
    ClosedError,
    DecisionError,
    LockedError,
    NotAllowedError,
    WrongPinError,
)
from emads_voice.decisions.policy import Proof, requirement
from emads_voice.errors import EmadsVoiceError
from emads_voice.messages import Catalogue
from emads_voice.messages.keys import Review as Sentence
from emads_voice.voice.ear import TranscriptEar

from .read_back import moment, read_back, said, spelled
from .wording import means_to_decide

_log = logging.getLogger(__name__)

APPROVE, CHANGE, REJECT, AGAIN, END = "1", "2", "3", "*", "#"

MOST_REMINDERS = 2
"""How often in a row a silent caller is reminded of the keys, before the plan is left open."""
MOST_RETURNS = 2
"""How often a plan is put again to a caller who asks something else meanwhile."""
LONGEST_PIN = 12

_LEAVES = frozenset((Act.STOP, Act.GOODBYE))
_HEARD_AGAIN = frozenset((Act.REPEAT, Act.SLOWER, Act.FASTER, Act.LOUDER, Act.QUIETER))


class Review:
    """Of one call."""

    def __init__(
        self,
        call: Conduct,
        desk: Desk,
        catalogue: Catalogue,
        recording: RecordingPause,
        caller: str,
        *,
        want_person: Callable[[], None],
    ) -> None:
        """
        Args:
            call: the conversation.
            desk: where decisions are kept.
            catalogue: how they are worded.
            recording: pauses while a PIN is keyed.
            caller: the number they call from, as the telephone company says; "" on a line that knows none, on which
                nothing but low risk is approved.
            want_person: a person is wanted instead.
        """
        self._call = call
        self._desk = desk
        self._catalogue = catalogue
        self._recording = recording
        self._number = caller
        self._want_person = want_person
        self._id = ""  # of the decision that is put to them
        self._returns = 0
        self._reset()

    def _reset(self) -> None:
        self._kept: Kept | None = None
        self._who: Reviewer | None = None
        self._told: ReadBack | None = None  # None until it was read back to its end
        self._pin: str | None = None  # what was keyed of it; None where none is asked for
        self._changing = False  # whether they are to say what to change
        self._deciding = False  # whether a key of theirs is being acted on
        self._reminded = 0

    @property
    def left_open(self) -> bool:
        """Whether something else was asked, and the plan is to be put to them again."""
        return bool(self._id) and self._returns <= MOST_RETURNS

    def put(self, decision_id: str) -> None:
        """Put a plan to the caller, between two turns."""
        self._id, self._returns = decision_id, 0
        self._call.happened(Event.DECISION)

    async def put_left_open(self) -> None:
        """A call begins: put a plan of an earlier one to its caller, if one waits for them."""
        try:
            waiting = await self._desk.left_open(self._call.thread_id, self._number)
        except EmadsVoiceError as error:
            _log.warning("Call %s: what is left to decide is not known (%s)", self._call.name, error)
            return
        pending = [kept for kept in waiting if kept.status == "pending"]
        if pending and self._call.phase() is Phase.CONVERSING and self._call.quiet():
            await self._say("review_still_open")
            if self._call.phase() is Phase.CONVERSING and self._call.quiet():
                self.put(pending[0].id)

    def put_again(self) -> None:
        """Their question was answered: go on with the plan."""
        self._call.happened(Event.DECISION)

    async def begin(self) -> None:
        """Read the plan back, or say who decides on it."""
        self._reset()
        try:
            kept = self._kept = await self._desk.get(self._id)
            self._who = await self._desk.caller(self._number, self._call.thread_id)
        except EmadsVoiceError as error:
            await self._fail(error)
            return
        if kept.status != "pending":
            await self._settle("review_gone", status=kept.status)
        elif kept.level == "high":
            who = ", ".join(await self._desk.approvers()) or "none"
            await self._settle("review_in_writing", who=who, reference=spelled(kept.reference))
        elif kept.level == "medium" and self._who.proof is not Proof.NUMBER:
            await self._settle("review_not_by_phone", reference=spelled(kept.reference))
        else:
            await self._read()

    def press(self, key: str) -> None:
        """They have pressed a key."""
        self._call.background.cancel("idle")
        self._reminded = 0
        if self._deciding:
            return
        if self._pin is not None:
            self._press_pin(key)
        elif self._told is None:
            self._call.listen()  # too early: they have not heard what they would decide on
        elif key == APPROVE:
            self._do(self._approve)
        elif key == CHANGE:
            self._do(self._ask_what_to_change)
        elif key == REJECT:
            self._do(self._reject)
        elif key == AGAIN:
            self._do(self._read)
        else:
            self._do(self._remind)

    def judge(self, ear: TranscriptEar) -> None:
        """They have said something."""
        text = ear.transcript.text
        act = dialogue_act(text)
        does = set(act.acts) if act else set()
        self._call.background.cancel("idle")
        self._reminded = 0
        if self._deciding:
            self._call.go_on()
        elif Act.PERSON in does:
            self._leave()
            self._want_person()
        elif does & _LEAVES:
            self._call.background.start(self._leave_open(goodbye=Act.GOODBYE in does))
        elif Act.WAIT in does:
            self._call.go_on()
            self._call.listen(WAIT_S)
        elif does & _HEARD_AGAIN:
            self._call.background.start(self._read())
        elif self._changing and not does:
            self._do(lambda: self._change(text))
        elif self._pin is not None or means_to_decide(text):
            self._call.background.start(self._insist())
        else:
            self._returns += 1
            self._recording.end()
            self._call.happened(Event.REVIEW_SETTLED)
            self._call.background.start(self._call.reply(ear))

    def silent(self) -> None:
        """They have neither said nor pressed anything for a while."""
        self._reminded += 1
        if self._reminded > MOST_REMINDERS:
            self._call.background.start(self._leave_open())
        elif self._told is None:
            self._call.background.start(self._read())
        else:
            self._call.background.start(self._remind())

    # What we say.

    async def _say(self, which: Sentence, **values: str) -> bool:
        """Say a sentence; returns whether it was heard to its end."""
        self._call.release()
        text, language = said(self._catalogue, which, self._call.language(), **values)
        speech = await self._call.announcer.say_text(text, language, which)
        return not speech.interrupted and not speech.error

    async def _read(self) -> None:
        """Read the plan back. Only once all of it was heard, keys decide."""
        assert self._kept
        assert self._who
        self._told, self._pin, self._changing = None, None, False
        self._call.release()
        text, language = read_back(self._kept, self._catalogue, self._call.language())
        speech = await self._call.announcer.say_text(text, language, "review_read_back")
        if speech.interrupted or speech.error or self._call.phase() is not Phase.REVIEWING:
            self._call.listen()
            return
        told = ReadBack(sha256(text.encode()).hexdigest(), language.name)
        try:
            await self._desk.read_back(self._kept, self._who, told)
        except EmadsVoiceError as error:
            await self._fail(error)
            return
        self._told = told
        self._call.listen()

    async def _insist(self) -> None:
        """Say that keys decide."""
        if self._told is None:
            await self._say("review_key_needed")
            await self._read()
            return
        await self._say("review_key_needed")
        await self._remind()

    async def _remind(self) -> None:
        await self._say("review_pin" if self._pin is not None else "review_keys")
        self._call.listen()

    # What they decide.

    def _do(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Act on a key, one at a time; what we are saying is over."""
        self._deciding = True
        self._call.background.start(self._done(work))

    async def _done(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async with self._call.floor:
            await self._call.fall_silent("barge-in")
        self._deciding = False
        await work()

    async def _approve(self) -> None:
        assert self._kept
        if Proof.PIN in requirement(self._kept.level).proof and self._kept.level != "low":
            self._recording.begin()
            self._pin = ""
            await self._remind()
            return
        await self._decide(APPROVE)

    def _press_pin(self, key: str) -> None:
        assert self._pin is not None
        self._recording.begin()
        if key == AGAIN:
            self._pin = ""
        elif key != END and len(self._pin) < LONGEST_PIN:
            self._pin += key
        if key == END:
            self._do(self._check_pin)
        else:
            self._call.listen()

    async def _check_pin(self) -> None:
        assert self._who
        pin, self._pin = self._pin or "", ""
        try:
            self._who = await self._desk.check_pin(self._who, pin)
        except LockedError:
            await self._settle("review_locked")
        except WrongPinError:
            await self._say("review_wrong_pin")
            self._call.listen()
        except EmadsVoiceError as error:
            await self._fail(error)
        else:
            self._pin = None
            self._recording.end()
            await self._decide(APPROVE)

    async def _reject(self) -> None:
        await self._decide(REJECT)

    async def _ask_what_to_change(self) -> None:
        self._changing = True
        await self._say("review_change")
        self._call.listen()

    async def _change(self, feedback: str) -> None:
        await self._decide(CHANGE, feedback)

    async def _decide(self, digit: str, feedback: str = "") -> None:
        """One compare-and-set; what it came to is said."""
        assert self._kept
        assert self._who
        assert self._told
        told = ReadBack(self._told.digest, self._told.language, digit)
        try:
            if digit == APPROVE:
                kept = await self._desk.approve(self._kept, self._who, told)
                await self._settle(
                    "review_approved_partly" if kept.status == "pending" else "review_approved"
                )
            elif digit == REJECT:
                await self._desk.reject(self._kept, self._who, told)
                await self._settle("review_rejected")
            else:
                await self._desk.edit(self._kept, self._who, feedback, told)
                await self._settle("review_changing")
        except ChangedError:
            await self._changed()
        except ClosedError as error:
            await self._settle("review_gone", status=error.status)
        except NotAllowedError:
            await self._settle("review_not_by_phone", reference=spelled(self._kept.reference))
        except DecisionError as error:
            _log.info("Call %s: a plan is not changed (%s)", self._call.name, error)
            self._changing = False
            await self._say("review_too_often")
            await self._remind()
        except EmadsVoiceError as error:
            await self._fail(error)

    async def _changed(self) -> None:
        try:
            self._kept = await self._desk.get(self._id)
        except EmadsVoiceError as error:
            await self._fail(error)
            return
        if self._kept.status == "pending":
            await self._say("review_changed")
            await self.begin()
        else:
            await self._settle("review_changing")

    # How it ends.

    async def _settle(self, which: Sentence, **values: str) -> None:
        """It is decided, or cannot be here: say so, and go on with the call."""
        self._id = ""
        self._leave()
        await self._say(which, **values)
        self._call.listen()

    async def _leave_open(self, *, goodbye: bool = False) -> None:
        kept = self._kept
        if kept:
            until = moment(kept.expires_at, self._call.language())
            await self._settle("review_open", until=until, reference=spelled(kept.reference))
        if goodbye and self._call.phase() is Phase.CONVERSING:
            self._call.happened(Event.DONE_SILENTLY)

    async def _fail(self, error: EmadsVoiceError) -> None:
        _log.warning("Call %s: a plan could not be put to its caller (%s)", self._call.name, error)
        await self._settle("review_failed")

    def _leave(self) -> None:
        self._told = self._pin = None
        self._recording.end()
        if self._call.phase() is Phase.REVIEWING:
            self._call.happened(Event.REVIEW_SETTLED)
