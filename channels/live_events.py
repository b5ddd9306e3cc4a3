"""What goes on in a live conversation, as its line is told: for lines whose other side has a screen.

A telephone shows nothing of it. What is told may be sent, or drawn, and changes nothing in the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Transcript


@dataclass(frozen=True, slots=True)
class CallerBegan:
    """The caller speaks. Whatever we were saying is held."""


@dataclass(frozen=True, slots=True)
class HeardSoFar:
    """What they have said up to a pause; they may go on, and it may change."""

    transcript: Transcript


@dataclass(frozen=True, slots=True)
class CallerWentOn:
    """They speak again, before what they said was understood."""


@dataclass(frozen=True, slots=True)
class CallerFinished:
    """They have finished, so long a silence ago; or were cut short, with none."""

    silence_s: float


@dataclass(frozen=True, slots=True)
class CallerHeard:
    """All of what they have said.

    Attributes:
        transcript: what was understood; its text is "" where it was no speech.
        answered: whether it is the caller's turn. What is a remark beside it, our echo or no speech changes nothing.
    """

    transcript: Transcript
    answered: bool


@dataclass(frozen=True, slots=True)
class EchoHeard:
    """Our own voice came back, and was taken for the caller's at first: they want headphones."""


@dataclass(frozen=True, slots=True)
class CallerNotHeard:
    """What they said could not be recognised: an apology follows."""


@dataclass(frozen=True, slots=True)
class TurnBegan:
    """The caller's words are being answered."""


@dataclass(frozen=True, slots=True)
class StageEnded:
    """A stage of the turn has come to its end.

    Attributes:
        stage: the graph's node: "route", an agent's name, "reconcile".
        update: what it added to the state; see :class:`emads_voice.graph.VoiceState`.
    """

    stage: str
    update: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WordsBegan:
    """The first words of something that we are about to say are there; its sound is being made."""


@dataclass(frozen=True, slots=True)
class WordsEnded:
    """All of it was played, or will not be."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence of ours, or what is left of one that was cut, begins to be sent; its sound follows."""

    text: str


@dataclass(frozen=True, slots=True)
class Cut:
    """What we were saying stops: of the sentences that were begun these words, the last of them, were not played.

    Told again where the line knows better how much was played.
    """

    unplayed: str


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The turn is over.

    Attributes:
        how: its answer was played to its end, something else was said before that, or it failed.
        answer: the whole answer; "" if there is none.
        language: the caller's, as far as it is known.
    """

    how: Literal["played", "interrupted", "failed"]
    answer: str = ""
    language: Language | None = None


LiveEvent = (
    CallerBegan
    | HeardSoFar
    | CallerWentOn
    | CallerFinished
    | CallerHeard
    | EchoHeard
    | CallerNotHeard
    | TurnBegan
    | StageEnded
    | WordsBegan
    | WordsEnded
    | Saying
    | Cut
    | TurnEnded
)
