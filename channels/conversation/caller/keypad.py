"""The keys a caller presses, gathered into numbers.

"#" ends a number, and so does a pause. "*" erases what was keyed, and the number begins again. What a caller says
before a number is whole belongs to it: both are one turn. Digits that must stay secret leave this file as a reference
(:mod:`emads_voice.agents.secret_keys`), never as text. So do all keys after them, as some may belong to them: one too
many, one keyed slowly or late.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from emads_voice.agents.secret_keys import forget_keys, keep_keys
from emads_voice.channels.background import Background
from emads_voice.channels.questions.keyed import keyed
from emads_voice.voice.ear import TranscriptEar
from emads_voice.voice.recognizer import Transcript

from .recording_pause import MOVED_ON_S, RecordingPause

ERASE, END = "*", "#"

LONGEST = 40
"""Keys of one number; the longest that people key, those of bank accounts (IBAN), have 34."""

TOO_SOON_S = 1.0
"""A key pressed this soon after a pause had ended a number is no answer to what we say then: the number goes on."""

_NO_NUMBER = ("", float("-inf"))


class Keypad:
    """Gathers keys. A whole number waits for what the caller is saying, and what they have said for a whole number."""

    def __init__(
        self,
        background: Background,
        gap_s: float,
        *,
        speaking: Callable[[], bool],
        on_number: Callable[[TranscriptEar | None], None],
        recording: RecordingPause,
        on_secret: Callable[[], None] | None = None,
    ) -> None:
        """
        Args:
            background: the timers of the call.
            gap_s: the pause that ends a number.
            speaking: whether the caller is saying something that is not understood yet.
            on_number: called with each number as it is written down, ``"[keypad] 42"``, and what was said with it;
                with None where the caller has erased what they had keyed, and keyed nothing else.
            recording: pauses while keys are secret.
            on_secret: called when a secret number was taken; with none of its digits.
        """
        self._background = background
        self._gap_s = gap_s
        self._speaking = speaking
        self._on_number = on_number
        self._recording = recording
        self._on_secret = on_secret
        self._most = LONGEST
        self._secret = False
        self._holds_secret = False  # whether a key of this number was pressed while keys were secret
        self._keys: str | None = None  # None between numbers
        self._whole = False
        self._words: TranscriptEar | None = None  # said, and waiting for the number to be whole
        self._words_first = False  # whether they spoke before they began to key
        self._keying = False  # whether they have pressed a key since they began to speak
        self._paused = _NO_NUMBER  # the last number that a pause had ended, and when
        self._references: list[str] = []

    @property
    def busy(self) -> bool:
        """Whether a number has begun."""
        return self._keys is not None

    @property
    def ended_by_pause(self) -> bool:
        """Whether a pause has just ended a number, so that its "#" may still come."""
        return self._now() - self._paused[1] < self._gap_s

    def expect(self, digits: int | None = None, *, secret: bool = False) -> None:
        """Keys are expected anew.

        Args:
            digits: how many the next number has, if that is known: it needs no "#" then.
            secret: no key that is pressed until keys are expected anew may ever be text.
        """
        self._most, self._secret = digits or LONGEST, secret
        self._paused = _NO_NUMBER  # what is keyed from now on is an answer
        if secret:
            self._recording.begin()
        else:
            self._recording.end()

    def press(self, key: str, *, alone: bool = False) -> None:
        """Take the next key; one that is pressed ``alone`` is a number by itself."""
        most = 1 if alone else self._most
        if self._secret:
            self._recording.begin()
        if not self.busy:
            number, at = self._paused
            self._paused = _NO_NUMBER
            self._words_first = self._speaking()
            self._keys = number if number and self._now() - at < TOO_SOON_S else None
        self._holds_secret = self._holds_secret or self._secret
        self._whole, self._keying = False, self._speaking() or self._words is not None
        if key == END and (self.busy or self._secret):
            self._complete()
            return
        if key == ERASE and self.busy:
            self._keys = ""
        elif self._keys in (None, ERASE):
            self._keys = key
        else:
            self._keys = f"{self._keys}{key}"
        if key == END or len(self._keys or "") >= most:
            self._complete()
        else:
            self._background.after("keys", self._gap_s, lambda: self._complete(paused=True))

    def with_words(self, words: TranscriptEar) -> TranscriptEar | None:
        """What the caller has said, with the number that they had keyed, whole or not, when they began to speak.

        None: they are still keying, and are told of when the number is whole. A secret number goes on without the words
        that follow on its beginning.
        """
        if self._words:
            words = _with_text(words, f"{self._words.transcript.text} {words.transcript.text}")
        if not self._keys:
            self.close()  # erased, and then they spoke
            self._recording.end(MOVED_ON_S)
            return words
        if self._secret and not self._keying:
            return words
        self._words = words
        return None if self._keying and not self._whole else self._taken()

    def go_on(self) -> bool:
        """The caller has said nothing: a number that waited for it is told of. Returns whether there is one."""
        whole = self._whole
        if whole:
            self._on_number(self._taken())
        return whole

    def aside(self, wait_s: float) -> None:
        """What the caller has said is no part of the number, nor its end: it may go on for so long at least."""
        if not self.go_on():
            self._keying = False
            self._background.after("keys", max(self._gap_s, wait_s), lambda: self._complete(paused=True))

    def close(self) -> None:
        """Forget the number that has begun."""
        self._background.cancel("keys")
        self._keys, self._words, self._whole, self._keying = None, None, False, False
        self._holds_secret = False

    def forget_secrets(self) -> None:
        """The call is over: secret digits that nobody has taken are forgotten."""
        for reference in self._references:
            forget_keys(reference)

    def _complete(self, *, paused: bool = False) -> None:
        self._background.cancel("keys")
        self._whole = True
        if self._keys and paused and not (self._secret or self._holds_secret or self._words):
            self._paused = (self._keys, self._now())
        if not self._speaking():
            self._on_number(self._taken())

    def _taken(self) -> TranscriptEar | None:
        keys, words, secret = self._keys, self._words, self._secret or self._holds_secret
        self.close()
        self._recording.end()
        if not keys:
            return words
        self._most = LONGEST
        if secret:
            keys = keep_keys(keys)
            self._references.append(keys)
            if self._on_secret:
                self._on_secret()
        number = keyed(keys)
        if not words:
            return TranscriptEar(Transcript(number, None, 0.0, "keypad"))
        said = words.transcript.text
        return _with_text(words, f"{said} {number}" if self._words_first else f"{number} {said}")

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def _with_text(ear: TranscriptEar, text: str) -> TranscriptEar:
    return replace(ear, transcript=replace(ear.transcript, text=text))
