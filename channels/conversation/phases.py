"""The phases of a call: one table says what each event does in each phase, and which phase comes next.

:class:`~.conversation.Conversation` asks :func:`step` and does what it says. docs/conversation.md shows the table.
"""

from __future__ import annotations

from enum import Enum


class Speakers(Enum):
    """Who may speak. While the caller may not, nobody listens to them: they cannot interrupt."""

    BOTH = "both"
    WE = "only we"
    NOBODY = "nobody"


class Phase(Enum):
    """What a call is occupied with, and who may speak meanwhile."""

    HELD_ELSEWHERE = "held elsewhere", Speakers.BOTH
    """Somebody else goes on with the conversation that this call is to continue, or we do not know yet."""
    ASKING_CONSENT = "asking consent", Speakers.BOTH
    """We have asked, or are about to ask, whether the call may be recorded."""
    CONVERSING = "conversing", Speakers.BOTH
    """The caller asks and the agents answer."""
    REVIEWING = "reviewing a decision", Speakers.BOTH
    """A plan is put to the caller, who decides by keys."""
    TAKING_MESSAGE = "taking a message", Speakers.BOTH
    """Nobody can be reached, and the caller says what is to be passed on."""
    HANDING_OVER = "handing over", Speakers.WE
    """We put the caller through to a person: because they are to talk to one, or because we cannot answer."""
    CLOSING = "closing", Speakers.WE
    """We say goodbye and then hang up."""
    ENDED = "ended", Speakers.NOBODY
    """The line is gone. What was played last is written down."""

    def __init__(self, title: str, speakers: Speakers) -> None:
        self.title = title
        self.speakers = speakers

    @classmethod
    def first(cls, *, held: bool, asks: bool) -> Phase:
        """The phase a call begins in.

        Args:
            held: others may have its conversation.
            asks: the caller is asked whether it may be recorded.
        """
        return cls.HELD_ELSEWHERE if held else cls.ASKING_CONSENT if asks else cls.CONVERSING

    @property
    def both_speak(self) -> bool:
        """Whether the caller may speak, and is listened to."""
        return self.speakers is Speakers.BOTH


class Event(Enum):
    """What can happen in a call."""

    TAKEN = "the conversation is ours"
    STILL_HELD = "it is held elsewhere for too long"
    KEY = "a key"
    WORDS = "words, or a whole number"
    """The caller said something that was understood, or has keyed all of a number."""
    CONSENT_SETTLED = "consent given, refused or not wanted"
    SILENCE = "silence for `idle_s`"
    STILL_SILENT = "silence after `idle_prompts` questions"
    FAILURE = "a failure"
    SECOND_FAILURE = "a second failure in a row"
    DECISION = "a plan waits for a decision"
    """It was proposed in an answer, or in an earlier call."""
    REVIEW_SETTLED = "it is decided, or left open"
    PERSON = "a person is to take over"
    """The caller or an agent wants it, and there is somebody to ring."""
    NOBODY_REACHED = "a person who was wanted cannot be reached"
    NOT_TRANSFERRED = "nobody takes over after failures"
    MESSAGE_SETTLED = "the message is kept, or not wanted"
    AMENDED = "the caller corrects a message that was kept"
    MACHINE = "an answering machine records"
    DONE = "an agent ends the call with its answer"
    DONE_SILENTLY = "an agent ends the call without a word, or the caller leaves"
    TIME_UP = "`max_call_s` is over"
    HUNG_UP = "the line is gone"


class Action(Enum):
    """What is done."""

    IGNORE = "ignored"
    PRESS = "taken for an answer by itself"
    GATHER = "part of a number"
    JUDGE = "taken for the answer to our question"
    GO_ON = "the call goes on"
    ANSWER = "answered by the agents"
    NOTE = "part of the message"
    REVIEW = "the plan is read back"
    TAKE_KEY = "taken for a decision, once the plan was read back"
    TAKE_WORDS = "what to change, or “Words do not decide this”; a question is answered"
    REMIND = "which keys decide; then it is left open"
    OFFER_MESSAGE = "“Please tell me now what I should pass on”"
    JUDGE_HELD = "they wait, begin a new one, or leave, as they want it"
    TELL_HELD = "“This conversation is being held on another line”"
    ASK_PRESENCE = "“Are you still there?”"
    APOLOGISE = "an apology"
    HAND_OVER = "the transfer"
    SAY_GOODBYE = "the goodbye"
    HANG_UP = "we hang up"
    LEAVE_MESSAGE = "it is told why we call, or hung up on"
    WRITE_DOWN = "what was played is written down"


TABLE: dict[Phase, dict[Event, tuple[Action, Phase]]] = {
    Phase.HELD_ELSEWHERE: {
        Event.TAKEN: (Action.GO_ON, Phase.ASKING_CONSENT),
        Event.STILL_HELD: (Action.SAY_GOODBYE, Phase.CLOSING),
        Event.KEY: (Action.IGNORE, Phase.HELD_ELSEWHERE),
        Event.WORDS: (Action.JUDGE_HELD, Phase.HELD_ELSEWHERE),
        Event.SILENCE: (Action.TELL_HELD, Phase.HELD_ELSEWHERE),
        Event.FAILURE: (Action.APOLOGISE, Phase.HELD_ELSEWHERE),
        Event.SECOND_FAILURE: (Action.HAND_OVER, Phase.HANDING_OVER),
        Event.DONE_SILENTLY: (Action.SAY_GOODBYE, Phase.CLOSING),
        Event.MACHINE: (Action.IGNORE, Phase.HELD_ELSEWHERE),
        Event.TIME_UP: (Action.SAY_GOODBYE, Phase.CLOSING),
        Event.HUNG_UP: (Action.WRITE_DOWN, Phase.ENDED),
    },
    Phase.ASKING_CONSENT: {
        Event.KEY: (Action.PRESS, Phase.ASKING_CONSENT),
        Event.WORDS: (Action.JUDGE, Phase.ASKING_CONSENT),
        Event.CONSENT_SETTLED: (Action.GO_ON, Phase.CONVERSING),
        Event.SILENCE: (Action.JUDGE, Phase.ASKING_CONSENT),
        Event.FAILURE: (Action.APOLOGISE, Phase.ASKING_CONSENT),
        Event.SECOND_FAILURE: (Action.HAND_OVER, Phase.HANDING_OVER),
        Event.MACHINE: (Action.LEAVE_MESSAGE, Phase.CLOSING),
        Event.TIME_UP: (Action.SAY_GOODBYE, Phase.CLOSING),
        Event.HUNG_UP: (Action.WRITE_DOWN, Phase.ENDED),
    },
    Phase.CONVERSING: {
        Event.KEY: (Action.GATHER, Phase.CONVERSING),
        Event.WORDS: (Action.ANSWER, Phase.CONVERSING),
        Event.SILENCE: (Action.ASK_PRESENCE, Phase.CONVERSING),
        Event.STILL_SILENT: (Action.SAY_GOODBYE, Phase.CLOSING),
        Event.FAILURE: (Action.APOLOGISE, Phase.CONVERSING),
        Event.SECOND_FAILURE: (Action.HAND_OVER, Phase.HANDING_OVER),
        Event.DECISION: (Action.REVIEW, Phase.REVIEWING),
        Event.PERSON: (Action.HAND_OVER, Phase.HANDING_OVER),
        Event.NOBODY_REACHED: (Action.OFFER_MESSAGE, Phase.TAKING_MESSAGE),
        Event.AMENDED: (Action.NOTE, Phase.TAKING_MESSAGE),
        Event.DONE: (Action.HANG_UP, Phase.CLOSING),
        Event.DONE_SILENTLY: (Action.SAY_GOODBYE, Phase.CLOSING),
        Event.MACHINE: (Action.LEAVE_MESSAGE, Phase.CLOSING),
        Event.TIME_UP: (Action.SAY_GOODBYE, Phase.CLOSING),
        Event.HUNG_UP: (Action.WRITE_DOWN, Phase.ENDED),
    },
    Phase.REVIEWING: {
        Event.KEY: (Action.TAKE_KEY, Phase.REVIEWING),
        Event.WORDS: (Action.TAKE_WORDS, Phase.REVIEWING),
        Event.SILENCE: (Action.REMIND, Phase.REVIEWING),
        Event.FAILURE: (Action.APOLOGISE, Phase.REVIEWING),
        Event.SECOND_FAILURE: (Action.HAND_OVER, Phase.HANDING_OVER),
        Event.REVIEW_SETTLED: (Action.GO_ON, Phase.CONVERSING),
        Event.MACHINE: (Action.IGNORE, Phase.REVIEWING),
        Event.TIME_UP: (Action.SAY_GOODBYE, Phase.CLOSING),
        Event.HUNG_UP: (Action.WRITE_DOWN, Phase.ENDED),
    },
    Phase.TAKING_MESSAGE: {
        Event.KEY: (Action.GATHER, Phase.TAKING_MESSAGE),
        Event.WORDS: (Action.NOTE, Phase.TAKING_MESSAGE),
        Event.MESSAGE_SETTLED: (Action.GO_ON, Phase.CONVERSING),
        Event.SILENCE: (Action.ASK_PRESENCE, Phase.TAKING_MESSAGE),
        Event.STILL_SILENT: (Action.SAY_GOODBYE, Phase.CLOSING),
        Event.FAILURE: (Action.APOLOGISE, Phase.TAKING_MESSAGE),
        Event.SECOND_FAILURE: (Action.SAY_GOODBYE, Phase.CLOSING),
        Event.MACHINE: (Action.IGNORE, Phase.TAKING_MESSAGE),
        Event.TIME_UP: (Action.SAY_GOODBYE, Phase.CLOSING),
        Event.HUNG_UP: (Action.WRITE_DOWN, Phase.ENDED),
    },
    # From here on the caller is not listened to, unless nobody takes them over. What they had said just before, and
    # what an agent asked for, may still be on its way here.
    Phase.HANDING_OVER: {
        Event.KEY: (Action.IGNORE, Phase.HANDING_OVER),
        Event.WORDS: (Action.IGNORE, Phase.HANDING_OVER),
        Event.FAILURE: (Action.IGNORE, Phase.HANDING_OVER),
        Event.SECOND_FAILURE: (Action.IGNORE, Phase.HANDING_OVER),
        Event.PERSON: (Action.IGNORE, Phase.HANDING_OVER),
        Event.NOBODY_REACHED: (Action.OFFER_MESSAGE, Phase.TAKING_MESSAGE),
        Event.NOT_TRANSFERRED: (Action.SAY_GOODBYE, Phase.CLOSING),
        Event.MACHINE: (Action.IGNORE, Phase.HANDING_OVER),
        Event.TIME_UP: (Action.IGNORE, Phase.HANDING_OVER),
        Event.HUNG_UP: (Action.WRITE_DOWN, Phase.ENDED),
    },
    Phase.CLOSING: {
        Event.KEY: (Action.IGNORE, Phase.CLOSING),
        Event.WORDS: (Action.IGNORE, Phase.CLOSING),
        Event.FAILURE: (Action.IGNORE, Phase.CLOSING),
        Event.SECOND_FAILURE: (Action.IGNORE, Phase.CLOSING),
        Event.PERSON: (Action.IGNORE, Phase.CLOSING),
        Event.NOBODY_REACHED: (Action.IGNORE, Phase.CLOSING),
        Event.MESSAGE_SETTLED: (Action.IGNORE, Phase.CLOSING),
        Event.MACHINE: (Action.IGNORE, Phase.CLOSING),
        Event.TIME_UP: (Action.IGNORE, Phase.CLOSING),
        Event.HUNG_UP: (Action.WRITE_DOWN, Phase.ENDED),
    },
    Phase.ENDED: {
        Event.WORDS: (Action.IGNORE, Phase.ENDED),
        Event.FAILURE: (Action.IGNORE, Phase.ENDED),
        Event.SECOND_FAILURE: (Action.IGNORE, Phase.ENDED),
        Event.PERSON: (Action.IGNORE, Phase.ENDED),
        Event.NOBODY_REACHED: (Action.IGNORE, Phase.ENDED),
        Event.MESSAGE_SETTLED: (Action.IGNORE, Phase.ENDED),
        Event.NOT_TRANSFERRED: (Action.IGNORE, Phase.ENDED),
        Event.MACHINE: (Action.IGNORE, Phase.ENDED),
        Event.TIME_UP: (Action.IGNORE, Phase.ENDED),
    },
}
"""What each event does in each phase, and the phase after it. What is not in here cannot happen."""


def step(phase: Phase, event: Event) -> tuple[Action, Phase]:
    """What is done when this happens in that phase, and the phase from then on.

    Raises:
        RuntimeError: it cannot happen in that phase, so there is a bug in whoever says that it did.
    """
    try:
        return TABLE[phase][event]
    except KeyError:
        raise RuntimeError(f"“{event.value}” cannot happen in the phase “{phase.title}”.") from None
