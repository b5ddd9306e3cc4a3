"""The seam of endpointing: what is known of an utterance, and who judges whether it is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from emads_voice.voice.languages import Language
from emads_voice.voice.sound.audio import Audio


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance that may be over.

    Attributes:
        text: what was recognised of it; None while that is not known yet.
        language: what it was said in; None while that is not known.
        speech_s: seconds from its beginning to the pause.
        finished: how likely it sounds finished, 0 to 1; None while nobody has judged that.
        asked: what they were told last, which it may answer.
    """

    text: str | None
    language: Language | None
    speech_s: float
    finished: float | None = None
    asked: str = ""


class Endpointing(Protocol):
    """Says how long a silence ends an utterance."""

    def silence_s(self, said: Said) -> float | None:
        """Seconds of silence after which the utterance is over; None: no opinion.

        Called when a pause begins and again when its transcript is there, on the event loop; must take less than a
        millisecond.
        """


class TurnModel(Protocol):
    """Judges by the sound of an utterance whether it is finished, for :attr:`Said.finished`."""

    async def warm_up(self) -> None:
        """Load what the first pause would load.

        Raises:
            BackendError, WeightsError: it cannot be loaded.
        """

    async def finished(self, audio: Audio) -> float:
        """How likely it is, 0 to 1, that somebody whose last seconds these are has finished."""
