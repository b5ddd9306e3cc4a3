"""Mends a question that was cut off: what the caller says next joins it, and the answer begun is dropped.

Endpointing waits where somebody dictates, or hangs in the middle of a sentence. Who pauses for longer is taken to have
finished; but if they go on before they can have heard of our answer, they had not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from emads_voice.voice.endpointing import Dictation, Said, Wording, continues
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Transcript
from emads_voice.writing import QUESTION_MARKS

UNHEARD_S = 0.8
"""Who begins to speak when they have heard no more than this of our answer does not answer it: people need about as
long to hear a word, to understand it and to begin to speak."""

SOON_S = 8.0
"""Who begins later has something else to say, even if they have heard nothing of us."""

_HANGING_S = 1.0
"""Silence beyond what complete words are given."""


_ANEW = re.compile(
    r"\W*(?:stop|wait|hold on|no|hello|hey|never mind|forget it|sorry|actually"
    r"|thôi|dừng|khoan|chờ|không phải|nhầm|alo|a lô|xin lỗi)\b"
)
"""Who begins so does not go on with what they were saying."""
_ON = re.compile(
    r"\W*(?:to|of|for|from|with|without|because|and|or|but|on|in|at|by|about|since|until|after|before|if|than"
    r"|vì|để|cho|ở|với|mà|và|nhưng|hoặc|nếu|từ|đến|trong|trên|tại|bằng|do|thì)\b"
)
"""Who begins so does, unless it is a question, or was: "Please send it" "to my home address"."""


class WrongCut:
    """Whether what one caller says goes on with the question that we have begun to answer.

    Args:
        now: the time, in seconds.

    Attributes:
        told: what we had told the caller before the question, which it may answer.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.told = ""
        self._cut: Transcript | None = None  # the question
        self._hangs = False  # whether it sounds as if it went on
        self._asked_at = 0.0
        self._heard_s: Callable[[], float] = lambda: 0.0
        self._repeatable: Callable[[], bool] = lambda: True
        self._goes_on = False
        self._dictation, self._wording = Dictation(), Wording()

    def asked(
        self, question: Transcript, told: str, heard_s: Callable[[], float], repeatable: Callable[[], bool]
    ) -> None:
        """We begin to answer.

        Args:
            question: what they said.
            told: what we had told them before.
            heard_s: says for how long they have been hearing the answer.
            repeatable: says whether asking all of it again does nothing twice. Where that is not sure, what was whole
                is not asked again.
        """
        self.told = told
        self._cut, self._hangs = question, self._is_hanging(question)
        self._heard_s = heard_s
        self._repeatable = repeatable
        self._asked_at = self._now()
        self._goes_on = False

    def began(self) -> None:
        """The caller speaks again."""
        soon = self._now() - self._asked_at <= SOON_S
        self._goes_on = self._cut is not None and soon and self._heard_s() <= UNHEARD_S

    def over(self) -> None:
        """They have heard something else of us: what they say next is a question of its own."""
        self._cut, self._goes_on = None, False

    def whole(self, said: Transcript) -> Transcript | None:
        """The whole question, where what they have said now goes on with it; else None."""
        if not self._cut or not self._goes_on or not said.text or _ANEW.match(said.text.casefold()):
            return None
        language = (said.language or self._cut.language or ENGLISH).base_code
        if not (self._hangs or continues(said.text, language) or self._is_taken_up(said.text)):
            return None
        return replace(
            said,
            text=f"{self._cut.text} {said.text}",
            duration_s=self._cut.duration_s + said.duration_s,
            segments=(),
            words=(),
        )

    def _is_taken_up(self, text: str) -> bool:
        assert self._cut
        asks = any(said.rstrip().endswith(tuple(QUESTION_MARKS)) for said in (self._cut.text, text))
        return not asks and _ON.match(text.casefold()) is not None and self._repeatable()

    def _is_hanging(self, question: Transcript) -> bool:
        said = Said(question.text, question.language, question.duration_s, asked=self.told)
        if self._dictation.silence_s(said) is not None:
            return True
        return (self._wording.silence_s(said) or 0.0) > _HANGING_S
