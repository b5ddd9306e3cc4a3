"""What is done with a call once an answer was heard to its end: as an agent asks with it, or the caller did."""

from __future__ import annotations

from emads_voice.agents.call_control import AskKeys, CallControl, HangUp, Pause, Transfer
from emads_voice.agents.dialogue import Act
from emads_voice.channels.transport import Transport
from emads_voice.channels.turn import Turn
from emads_voice.messages import Phrase

from .caller.keypad import Keypad
from .conduct import Conduct
from .handover import Handover
from .opening.opening import Opening
from .phases import Event, Phase
from .remarks.remarks import Remarks
from .review.review import Review


class Afterwards:
    """Of one call."""

    def __init__(
        self,
        call: Conduct,
        transport: Transport,
        keypad: Keypad,
        opening: Opening,
        handover: Handover,
        remarks: Remarks,
        review: Review | None,
        *,
        outgoing: bool,
    ) -> None:
        """Take the conversation, its line, those of its parts of which something may be asked, and whether we call."""
        self._call = call
        self._transport = transport
        self._keypad = keypad
        self._opening = opening
        self._handover = handover
        self._remarks = remarks
        self._review = review
        self._goodbye: Phrase = "goodbye_outgoing" if outgoing else "goodbye"

    def expect_keys(self, control: CallControl) -> None:
        """An agent has asked for keys: from now on, as callers key them before they have heard all of the question."""
        if isinstance(control, AskKeys):
            self._keypad.expect(control.digits, secret=control.secret)

    async def say_goodbye(self) -> None:
        """Say goodbye, wait until it was played, hang up."""
        try:
            async with self._call.floor:
                await self._call.fall_silent("goodbye")
            await self._call.say(self._goodbye)
        finally:
            await self._transport.hang_up()

    def do(self, done: Turn) -> None:
        """Do with the call what was asked for with the answer."""
        if self._call.phase() is not Phase.CONVERSING:
            return
        disclosure = self._opening.disclosure
        if not done.interrupts and disclosure.due:
            told = done.act == Act.IDENTITY and done.answer
            self._call.background.start(disclosure.told_by(told) if told else disclosure.make_up())
        self._remarks.afterwards(done)
        match done.then:
            case Transfer() as wanted:
                self._handover.want(wanted, announced=bool(done.answer))
            case HangUp():
                self._call.happened(Event.DONE if done.answer else Event.DONE_SILENTLY)
            case Pause(seconds=seconds):
                self._call.listen(seconds)
        self._put_plan(done)

    def _put_plan(self, done: Turn) -> None:
        """Put a plan to the caller that was proposed in the answer, or that they have asked something about."""
        if not self._review or self._call.phase() is not Phase.CONVERSING:
            return
        if decision_id := done.state.get("decision_id"):
            self._review.put(decision_id)
        elif self._review.left_open:
            self._review.put_again()
