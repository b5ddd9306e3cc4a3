"""Whose turn it is: what the windows of voice activity mean, given what we are saying ourselves.

Pure and without a clock: it is driven by windows, 32 ms each, and answers each with what has become of the turn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from emads_voice.voice.vad import WINDOW_S

_SHORT_S = 1.0
"""An utterance of less voice is a short answer, of which every sound counts: it is recognised after twice the pause.
The "s" of a "yes" has no voice in it, and without it Whisper hears "yet"."""


class Change(Enum):
    """What a window brought about."""

    BEGAN = auto()
    """Somebody speaks. While we speak ourselves this comes only once it may count as an interruption."""
    PAUSED = auto()
    """A pause begins that may be the end: time to recognise what was said so far."""
    RESUMED = auto()
    """They go on: what was recognised is outdated."""
    ENDED = auto()
    """The utterance is over."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How readily a caller is listened to. Times in seconds.

    Attributes:
        threshold: probability at which speech begins; it goes on until 0.15 below (Silero's values).
        onset_s: speech before it is taken for an utterance: shorter is a click or a breath.
        interruption_s: speech before it interrupts us. Shorter reacts sooner, longer forgives more noise.
        pause_s: silence before recognition starts on what was said so far; twice that after a short answer.
        echo_ratio: while we speak, a voice that never exceeds this part of our own loudness is our echo.
            Telephone hybrids return 20 dB less (0.1), speakerphones up to about 10 dB less (0.3).
    """

    threshold: float = 0.5
    onset_s: float = 0.1
    interruption_s: float = 0.2
    pause_s: float = 0.096
    echo_ratio: float = 0.3


class TurnTaking:
    """Follows one caller's voice.

    Args:
        silence_s: asked in every silent window for the silence that ends the utterance, in seconds.
        sensitivity: how readily the caller is listened to.
    """

    def __init__(self, silence_s: Callable[[], float], sensitivity: Sensitivity | None = None) -> None:
        self._silence_s = silence_s
        self._sensitivity = sensitivity or Sensitivity()
        self._speech = 0.0  # in the current burst, before BEGAN
        self._above = 0.0  # of it, what was louder than our echo can be
        self._silence = 0.0
        self._voiced = False
        self._voice_s = 0.0  # in the utterance
        self._paused = False
        self._resumed = 0.0  # voice since the pause began
        self._deaf = False
        self.speaking = False
        """Between BEGAN and ENDED."""

    def window(self, probability: float, loudness: float, own_loudness: float) -> Change | None:
        """Take the next window.

        Args:
            probability: of speech.
            loudness: root mean square of the window.
            own_loudness: of what we may be hearing of ourselves; 0 while we are silent.
        """
        sensitivity = self._sensitivity
        self._voiced = probability >= sensitivity.threshold - (0.15 if self._voiced else 0)
        if self.speaking:
            return self._voice() if self._voiced else self._quiet()
        if not self._voiced:
            self._gap()
            return None
        # The loud parts of an echo stay below the gate; a voice need not be above it at every sound.
        above_s = WINDOW_S if loudness >= own_loudness * sensitivity.echo_ratio else 0.0
        needed_s = sensitivity.interruption_s if own_loudness else sensitivity.onset_s
        return self._burst(above_s, needed_s)

    def cut_short(self) -> None:
        """The utterance is over, though they go on: they are not listened to again before they draw breath."""
        self._end()
        self._deaf = True

    def _end(self) -> None:
        self.speaking = self._paused = False
        self._speech = self._above = self._silence = 0.0

    def _gap(self) -> None:
        # One silent window may fall into a word; two are a gap.
        self._silence += WINDOW_S
        if self._silence > WINDOW_S:
            self._speech = self._above = 0.0
            self._deaf = False

    def _burst(self, above_s: float, needed_s: float) -> Change | None:
        self._silence = 0.0
        if self._deaf:
            return None
        self._speech += WINDOW_S
        self._above += above_s
        if self._speech < needed_s or self._above < min(needed_s, self._sensitivity.onset_s):
            return None
        self.speaking = True
        self._voice_s = self._speech
        self._speech = self._above = 0.0
        return Change.BEGAN

    def _voice(self) -> Change | None:
        self._voice_s += WINDOW_S
        if self._paused:
            self._resumed += WINDOW_S
            if self._resumed <= WINDOW_S:  # one window is a click, two are a voice
                return None
            self._paused = False
            self._silence = 0.0
            return Change.RESUMED
        self._silence = 0.0
        return None

    def _quiet(self) -> Change | None:
        self._silence += WINDOW_S
        self._resumed = 0.0
        pause_s = self._sensitivity.pause_s * (2 if self._voice_s < _SHORT_S else 1)
        if not self._paused and self._silence >= pause_s:
            self._paused = True
            return Change.PAUSED
        if self._paused and self._silence >= self._silence_s():
            self._end()
            return Change.ENDED
        return None
