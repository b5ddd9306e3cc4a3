"""Finds where a caller's utterances begin, pause and end, from how likely each window of sound is to be speech.

It has no clock: time is counted in windows of 32 ms. While we speak ourselves a voice must be louder than our echo, and
last longer, to count as an utterance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from emads_voice.voice.activity.vad import WINDOW_S

from .echo_gate import EchoGate

_SHORT_S = 1.0
"""An utterance with less voice in it is a short answer, which is recognised only after twice the pause: its last sound
may be voiceless. Without the "s" of a "yes" Whisper hears "yet"."""


class Change(Enum):
    """What a window of sound shows."""

    BEGAN = auto()
    """The caller speaks. While we speak too, this comes only once it may count as an interruption."""
    PAUSED = auto()
    """A pause begins that may be the end: time to recognise what was said so far."""
    RESUMED = auto()
    """They speak again: what was recognised so far is not all of it."""
    ENDED = auto()
    """The utterance is over."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How readily sound is taken for the caller's voice. Times in seconds.

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
        sensitivity: how readily sound is taken for their voice.
    """

    def __init__(self, silence_s: Callable[[], float], sensitivity: Sensitivity | None = None) -> None:
        self._silence_needed = silence_s
        self._sensitivity = sensitivity or Sensitivity()
        self.echo = EchoGate(self._sensitivity.echo_ratio)
        """What is taken for our echo."""
        self._speech = 0.0  # in the current burst, before BEGAN
        self._above = 0.0  # of it, what was louder than our echo can be
        self.silence_s = 0.0
        """Silence since the last voice; within an utterance."""
        self._voiced = False
        self._paused = False
        self._resumed = 0.0  # voice since the pause began
        self._deaf = False
        self.speaking = False
        """Between BEGAN and ENDED."""
        self.voice_s = 0.0
        """Seconds of voice since the last BEGAN."""

    def window(self, probability: float, loudness: float, own_loudness: float) -> Change | None:
        """Take the next window; returns what it shows, if anything.

        Args:
            probability: that it is speech.
            loudness: root mean square of its sound.
            own_loudness: the same of our own voice, an echo of which may be in the window; 0 while we are silent.
        """
        sensitivity = self._sensitivity
        self._voiced = probability >= sensitivity.threshold - (0.15 if self._voiced else 0)
        self.echo.window(own_loudness)
        if self._voiced:
            if not (self.speaking or self._speech):
                self.echo.begin()
            self.echo.voice(loudness, own_loudness)
        if self.speaking:
            return self._voice() if self._voiced else self._quiet()
        if not self._voiced:
            self._gap()
            return None
        # The loud parts of an echo stay below the gate; a voice need not be above it at every sound.
        above_s = WINDOW_S if self.echo.passes(loudness, own_loudness) else 0.0
        needed_s = sensitivity.interruption_s if own_loudness else sensitivity.onset_s
        return self._burst(above_s, needed_s)

    def cut_short(self) -> None:
        """End the utterance though they go on speaking; the next one begins only after a gap in their voice."""
        self._end()
        self._deaf = True

    def _end(self) -> None:
        self.speaking = self._paused = False
        self._speech = self._above = self.silence_s = 0.0

    def _gap(self) -> None:
        # One silent window may fall into a word; two are a gap.
        self.silence_s += WINDOW_S
        if self.silence_s > WINDOW_S:
            self._speech = self._above = 0.0
            self._deaf = False

    def _burst(self, above_s: float, needed_s: float) -> Change | None:
        self.silence_s = 0.0
        if self._deaf:
            return None
        self._speech += WINDOW_S
        self._above += above_s
        if self._speech < needed_s or self._above < min(needed_s, self._sensitivity.onset_s):
            return None
        self.speaking = True
        self.voice_s = self._speech
        self._speech = self._above = 0.0
        return Change.BEGAN

    def _voice(self) -> Change | None:
        self.voice_s += WINDOW_S
        if self._paused:
            self._resumed += WINDOW_S
            if self._resumed <= WINDOW_S:  # one window is a click, two are a voice
                return None
            self._paused = False
            self.silence_s = 0.0
            return Change.RESUMED
        self.silence_s = 0.0
        return None

    def _quiet(self) -> Change | None:
        self.silence_s += WINDOW_S
        self._resumed = 0.0
        pause_s = self._sensitivity.pause_s * (2 if self.voice_s < _SHORT_S else 1)
        if not self._paused and self.silence_s >= pause_s:
            self._paused = True
            return Change.PAUSED
        # A window early, as the silence may be over before the next one is heard; the rest is waited for by the clock.
        if self._paused and self.silence_s > self._silence_needed() - WINDOW_S:
            self._end()
            self.echo.ended()
            return Change.ENDED
        return None
