"""The seam of endpointing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from emads_voice.voice.languages import Language


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance that may be over.

    Attributes:
        text: what was recognised of it; None while that is not known yet.
        language: what it was said in; None while that is not known.
        speech_s: seconds from its beginning to the pause.
    """

    text: str | None
    language: Language | None
    speech_s: float


class Endpointing(Protocol):
    """Judges a pause."""

    def silence_s(self, said: Said) -> float | None:
        """Seconds of silence after which the utterance is over; None: no opinion.

        Called when a pause begins and again when its transcript is there; must take microseconds.
        """
