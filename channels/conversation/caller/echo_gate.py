"""How loud a voice must be, while we speak, to be more than our own echo: learned from the echoes that there were.

An echo that was recognised raises the gate above it, but below the caller, as far as their own loudness is known from
when we were silent. It is forgotten after a while of our speaking, so that a mistake does not deafen us to them; one
that comes back is remembered for longer.
"""

from __future__ import annotations

from emads_voice.voice.activity.vad import WINDOW_S

LOUDEST_ECHO = 1.25
"""How much louder than we are an echo is at most: speakerphones amplify a little."""

_ABOVE, _LEAST_ABOVE = 1.25, 1.05
"""How much louder than an echo that was recognised a voice must be; where the caller is no louder than that, at
least."""
_FORGOTTEN_S, _LONGEST_S = 15.0, 240.0
"""Seconds of our speaking after which an echo is forgotten, the first time and at most; it doubles each time."""
_ENOUGH_S = 0.2
"""Voice by which to tell how loud somebody is."""
_FAINT = 0.35
_LEARNING = 0.3
"""Weight of the last utterance in how loud the caller is."""


class EchoGate:
    """Of one caller. Loudness is a root mean square."""

    def __init__(self, usual: float) -> None:
        """``usual`` is the part of our own loudness below which a voice is an echo, where none was recognised."""
        self._usual = self._ratio = usual
        self._loudest = self._ours = 0.0  # of the utterance; ours when it was loudest
        self._alone, self._alone_s = (
            0.0,
            0.0,
        )  # of it, what was said while we were silent: the loudest, how much
        self._caller = 0.0
        self._left_s, self._remembered_s = 0.0, _FORGOTTEN_S

    def passes(self, loudness: float, own: float) -> bool:
        """Whether this is louder than an echo can be."""
        return loudness >= own * self._ratio

    def begin(self) -> None:
        """Something begins that may be an utterance."""
        self._loudest = self._ours = self._alone = self._alone_s = 0.0

    def voice(self, loudness: float, own: float) -> None:
        """A window of it."""
        if not own:
            self._alone, self._alone_s = max(self._alone, loudness), self._alone_s + WINDOW_S
        if loudness > self._loudest:
            self._loudest, self._ours = loudness, own

    def ended(self) -> None:
        """The utterance is over: nobody but the caller can have said what was said while we were silent."""
        if self._alone_s >= _ENOUGH_S:
            before = self._caller or self._alone
            self._caller = before + _LEARNING * (self._alone - before)

    def window(self, own: float) -> None:
        """A window of 32 ms has passed; ``own`` is above 0 where we were speaking in it."""
        if own and self._left_s > 0:
            self._left_s -= WINDOW_S
            if self._left_s <= 0:
                self._ratio = self._usual

    @property
    def too_loud(self) -> bool:
        """Whether the utterance is louder than an echo ever is."""
        return self._loudest > LOUDEST_ECHO * self._ours

    @property
    def faint(self) -> bool:
        """Whether the utterance is much softer than the caller is; False if we do not know them."""
        return self._loudest < _FAINT * self._caller

    def was_echo(self) -> None:
        """The utterance was our echo: from now on, a voice must be louder than that."""
        if not self._ours:
            return
        above = _ABOVE
        if self._caller:
            above = min(above, max(_LEAST_ABOVE, (self._caller / self._loudest) ** 0.5))
        echo = min(LOUDEST_ECHO, above * self._loudest / self._ours)
        self._ratio = max(self._ratio, echo)
        self._left_s = self._remembered_s
        self._remembered_s = min(_LONGEST_S, 2 * self._remembered_s)
