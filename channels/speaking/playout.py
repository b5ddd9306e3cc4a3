"""The playout ledger: what of our speech has been played to the other side.

Sound handed to a line is played later, in order. After each sentence a mark is sent, which comes back when the
sentence has been played. A clear drops what is not yet played and brings every pending mark back at once: since no
mark is used twice, one that is not waited for any more says nothing.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from emads_voice.writing import HAN, KANA, SYLLABIC

_WORD = re.compile(rf"[{HAN}{KANA}]\W*|[^\s{HAN}{KANA}]+\s*")  # without spaces each syllable counts as a word
_SYLLABLE = re.compile(f"[{SYLLABIC}]")

LETTER_S, SYLLABLE_S = 0.055, 0.22
"""What a letter takes to say, and a character that is a whole syllable (kana, Han, Hangul). Measured on Piper and
eSpeak: English, Vietnamese and German 0.05-0.06, Chinese 0.23, Korean 0.14."""


@dataclass(slots=True, eq=False)
class Sentence:
    """One sentence on its way. Its sound may still be growing while it is played.

    Attributes:
        text: its words, with the white space that follows.
        rate: of the sound.
        samples: its sound so far, shape ``(n,)``; kept until it is played, to go on from where it was cut. Without
            any it counts as played when its turn has come.
        whole: whether that is all of it.
        sent: samples handed to the line and not taken back.
        played_samples: how many were played.
        over: whether it was played to its end.
        changing: whether its sound is changed once it is whole, and none of it is to be played before.
        phrase: the name of the phrase that it is by itself; "" for sentences of an answer, or of something longer.
    """

    text: str
    rate: int
    samples: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    whole: bool = False
    sent: int = 0
    played_samples: int = 0
    over: bool = False
    changing: bool = False
    phrase: str = ""

    def grow(self, samples: NDArray[np.float32]) -> None:
        """More of its sound is there."""
        self.samples = np.concatenate([self.samples, samples]) if len(self.samples) else samples

    def change(self, change: Callable[[NDArray[np.float32], int], NDArray[np.float32]]) -> None:
        """Change its sound, at once or once it is whole; while none of it is on its way to the line."""
        if not self.whole:
            self.changing = True
            return
        before = max(1, len(self.samples))
        self.samples = change(self.samples, self.rate)
        self.played_samples = self.played_samples * len(self.samples) // before
        self.sent = self.sent * len(self.samples) // before

    def break_off(self) -> None:
        """No more of its sound will come: of the words, those remain that were spoken."""
        self.text = self._words_until(len(self.samples))
        self.whole = True

    @property
    def played(self) -> str:
        """The words that were played, white space included; of one that grows an estimate, until it is whole."""
        return self.text if self.over else self._words_until(self.played_samples)

    def cut_at(self, sample: int, *, before: int | None = None) -> None:
        """Its sound was cut off here: whole words before were played; what goes on begins at the word that was cut.

        Args:
            sample: where.
            before: how many samples were played before this was sent, where the cut is told again, more exactly.
        """
        self.played_samples = max(self.played_samples if before is None else before, sample)
        ended = self.whole and sample >= len(self.samples)
        self.over = ended or (self.over and before is None)
        self.sent = min(sample, int(len(self.played) * self._length / max(1, self._letters)))

    @property
    def _length(self) -> int:
        """Samples it has, or will have."""
        if self.whole:
            return len(self.samples)
        syllables = len(_SYLLABLE.findall(self.text))
        expected_s = syllables * SYLLABLE_S + (self._letters - syllables) * LETTER_S
        return max(len(self.samples), round(expected_s * self.rate))

    @property
    def _letters(self) -> int:
        return len(self.text.rstrip())

    def _words_until(self, sample: int) -> str:
        # As if all letters took the same time: a synthesiser does not tell.
        letters = self._letters * sample / max(1, self._length)
        end = 0
        for word in _WORD.finditer(self.text):
            if word.start() + len(word[0].rstrip()) > letters:
                break
            end = word.end()
        return self.text[:end]


@dataclass(slots=True)
class _Sent:
    """A sentence the line has, or is getting."""

    mark: str
    sentence: Sentence
    start: int  # sample its playing begins at
    since: float  # when
    at: int  # samples that the line had got before
    before: int  # samples of it that had been played before
    count: int = 0  # samples of it that the line has got since


class PlayoutLedger:
    """Keeps what was sent, what came back, and so what was played. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._sent: deque[_Sent] = deque()
        self._cut: list[_Sent] = []  # by the last clear, as long as nothing was sent since
        self._marks = 0
        self._line = 0  # samples that the line has got
        self.last_played: tuple[str, float] | None = None
        """The text of the sentence that was played last, and when its mark came back."""

    @property
    def pending(self) -> bool:
        """Whether something sent is still to be played."""
        return bool(self._sent)

    def begin(self, sentence: Sentence, since: float) -> str:
        """A sentence, or what is left of it, begins to be sent.

        Args:
            sentence: which.
            since: when its playing will begin.

        Returns:
            The mark to send after it.
        """
        self._marks += 1
        mark = str(self._marks)
        self._cut = []
        self._sent.append(_Sent(mark, sentence, sentence.sent, since, self._line, sentence.played_samples))
        return mark

    def sent(self, samples: int) -> None:
        """The line has got so many more samples of what began to be sent last."""
        self._line += samples
        if self._sent:
            self._sent[-1].count += samples

    def fell_silent(self, seconds: float) -> None:
        """The sentence that is being sent went on this much late: its sound was not there in time."""
        if self._sent:
            self._sent[-1].since += seconds

    def returned(self, mark: str, now: float) -> None:
        """A mark came back: everything up to it was played, unless it is of before a clear."""
        if not any(sent.mark == mark for sent in self._sent):
            return
        while self._sent:
            sent = self._sent.popleft()
            sent.sentence.over = True
            self.last_played = sent.sentence.text, now
            if sent.mark == mark:
                break
        if self._sent:
            self._sent[0].since = max(self._sent[0].since, now)

    def assume_played(self) -> None:
        """Everything sent was played, though no mark says so."""
        while self._sent:
            self._sent.popleft().sentence.over = True

    def cut(self, now: float) -> list[Sentence]:
        """A clear is being sent: returns what is left to say, in order, should we go on.

        What was played is estimated from the time since each sentence began.
        """
        left: list[Sentence] = []
        for sent in self._sent:
            sentence = sent.sentence
            if left:  # an earlier one was not played to its end
                sentence.sent = sent.start
            else:
                played_samples = sent.start + max(0, int((now - sent.since) * sentence.rate))
                sentence.cut_at(min(played_samples, sentence.sent))
            if not sentence.over:
                left.append(sentence)
        self._cut = list(self._sent)
        self._sent.clear()
        return left

    @property
    def cut_sentences(self) -> list[Sentence]:
        """What the last clear has cut, as long as nothing was sent since."""
        return [sent.sentence for sent in self._cut]

    @property
    def unplayed(self) -> str:
        """The words that were not played of what the last clear has cut."""
        return "".join(sent.sentence.text[len(sent.sentence.played) :] for sent in self._cut)

    def settle(self, samples: int) -> list[Sentence] | None:
        """The line knows how much it had played when it was cleared last.

        Args:
            samples: since the line opened.

        Returns:
            What is left to say of what was cut, in order; None where something was sent since.
        """
        if not self._cut:
            return None
        left: list[Sentence] = []
        for sent in self._cut:
            played = 0 if left else min(max(samples - sent.at, 0), sent.count)
            sent.sentence.cut_at(sent.start + played, before=sent.before)
            if left:  # an earlier one was not played to its end
                sent.sentence.sent, sent.sentence.over = sent.start, False
            if not sent.sentence.over:
                left.append(sent.sentence)
        return left
