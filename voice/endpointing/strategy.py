"""The seam of endpointing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from emads_voice.voice.audio import Audio
from emads_voice.voice.languages import Language


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance that may be over.

    Attributes:
        text: what was recognised of it; None while that is not known yet.
        language: what it was said in; None while that is not known.
        speech_s: seconds from its beginning to the pause.
        finished: how likely it sounds finished, 0 to 1; None while nobody has judged that.
    """

    text: str | None
    language: Language | None
    speech_s: float
    finished: float | None = None


class Endpointing(Protocol):
    """Judges a pause."""

    def silence_s(self, said: Said) -> float | None:
        """Seconds of silence after which the utterance is over; None: no opinion.

        Called when a pause begins and again when its transcript is there; must take microseconds.
        """


class TurnModel(Protocol):
    """Tells by the sound of an utterance whether it is finished: what goes into :attr:`Said.finished`."""

    async def warm_up(self) -> None:
        """Load what the first pause would load.

        Raises:
            BackendError, WeightsError: it cannot be loaded.
        """

    async def finished(self, audio: Audio) -> float:
        """How likely it is, 0 to 1, that somebody whose last seconds these are has finished."""
