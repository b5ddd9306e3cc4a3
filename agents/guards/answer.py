"""An answer on its way from a chat model to the caller: each sentence is judged when it is over, said or withheld."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from emads_voice.agents.errors import AgentError
from emads_voice.agents.sentences import HeldSentences, split
from emads_voice.messages import Key
from emads_voice.messages.formatting import Messages

from .claims import claims
from .instructions import Instructions, begins_to_tell
from .language import enough, other_language
from .length import longest_s, seconds

Judged = Literal["always", "first", "never"]
"""When the language of an answer is judged: of each sentence, of its beginning, or not at all."""
Withheld = Literal["claim", "instructions", "length"]


_READS_OUT = 2
"""Sentences out of the instructions after which all that follows is taken for more of them."""
_INSTEAD: dict[Withheld, Key] = {
    "claim": "nothing_done",
    "instructions": "instructions_kept",
    "length": "there_is_more",
}


class OtherLanguageError(AgentError):
    """An answer is not in the caller's language."""

    def __init__(self, answered: str) -> None:
        super().__init__(answered)
        self.answered = answered


@dataclass
class GuardedAnswer:
    """Takes the pieces of one answer and gives back what may be said.

    A claim that something was approved or done, and what repeats the model's instructions, is left out; in its place
    stands, once, a sentence of ours. What is longer than the caller wants to hear ends with one.

    Attributes:
        language: the caller's, by its English name.
        instructions: what the model was instructed.
        question: what the caller asked.
        messages: our phrases in the caller's language.
        acted: whether a tool has done something for this answer.
        judged: when its language is judged.
        withheld: the kinds of what was left out.
    """

    language: str
    instructions: Instructions
    question: str
    messages: Messages
    acted: bool = False
    judged: Judged = "always"
    withheld: list[Withheld] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._held = HeldSentences()
        self._unjudged = ""  # of the answer's beginning, too short to know its language
        self._before = ""  # what the model said before, said or withheld
        self._known = False
        self._repeated = 0
        self._telling = False
        self._over = False
        self._longest_s = longest_s(self.question)
        self._said_s = 0.0

    def add(self, text: str) -> str:
        """Take the next piece; returns what may be said with it.

        Raises:
            OtherLanguageError: it is not in the caller's language; what was returned before was.
        """
        return self._judged(self._held.add(text))

    def end(self) -> str:
        """It is over; returns the rest.

        Raises:
            OtherLanguageError: likewise.
        """
        return self._judged(self._held.rest(), last=True)

    def _judged(self, text: str, *, last: bool = False) -> str:
        self._unjudged += text
        if not last and not self._known and self.judged != "never" and not enough(self._unjudged):
            return ""
        sentences, self._unjudged = split(self._unjudged), ""
        return "".join(map(self._sentence, sentences))

    def _sentence(self, sentence: str) -> str:
        if self._over or not sentence.strip():
            return "" if self._over else sentence
        self._judge_language(sentence)
        before, self._before = self._before[-400:], self._before[-400:] + sentence
        if self._tells(sentence, before):
            return self._instead("instructions")
        if claims(sentence, acted=self.acted):
            return self._instead("claim")
        takes = seconds(sentence)
        if self._said_s and self._said_s + takes > self._longest_s:
            self._over = True
            return self._instead("length")
        self._said_s += takes
        return sentence

    def _judge_language(self, sentence: str) -> None:
        if self.judged == "never" or (self._known and self.judged == "first"):
            return
        so_far = sentence if self._known else self._before + sentence
        if answered := other_language(so_far, self.language):
            raise OtherLanguageError(answered)
        self._known = self._known or enough(so_far)

    def _tells(self, sentence: str, before: str) -> bool:
        repeated = self.instructions.repeated_in(sentence, before)
        self._repeated += repeated
        # Whoever has begun to read them out goes on, in words of their own or a translation.
        self._telling = self._telling or self._repeated >= _READS_OUT or begins_to_tell(sentence)
        return self._telling or repeated

    def _instead(self, kind: Withheld) -> str:
        if kind in self.withheld:
            return ""
        self.withheld.append(kind)
        text = self.messages.text(_INSTEAD[kind])
        self._said_s += seconds(text)
        return f"{text} "
