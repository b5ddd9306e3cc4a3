"""Saying an answer while it is being generated, and nothing else that a run says.

A run may call models several times, and which call is the last is known only afterwards. So a call is heard if it may
be the last (see `speakers`) and is not data or a thought; each of its sentences once something follows it, so that a
sentence before a tool call stays unsaid; and what turns out to be no part of the answer is replaced by the mouth, which
gets the whole answer at the end.
"""

from __future__ import annotations

from emads_voice.agents.agent import Say
from emads_voice.agents.errors import ModelError
from emads_voice.agents.sentences import HeldSentences
from emads_voice.agents.thinking import Thoughts

MAX_CHARS = 20_000
"""About twenty minutes of speech: who goes on longer will not stop."""

_DATA = ("{", "[", "```")


class _Call:
    """One call of a model, as far as it was streamed."""

    def __init__(self) -> None:
        self.over = False
        self._begun = ""
        self._speaks: bool | None = None  # not known before its first letter
        self._thoughts = Thoughts()
        self._sentences = HeldSentences()

    def add(self, text: str, *, calls_tools: bool) -> str:
        """Take the next piece; returns what may be said with it."""
        if calls_tools:
            self._speaks = False
        text = self._thoughts.without(text)
        if self._speaks is None:
            self._begun += text
            if not (first := self._begun.lstrip()) or "```".startswith(first):
                return ""
            self._speaks, text = not first.startswith(_DATA), self._begun
        return self._sentences.add(text) if self._speaks else ""

    def end(self) -> str:
        """It is over; returns the rest."""
        self.over = True
        return self._sentences.rest() if self._speaks else ""


class SaidAnswer:
    """The answer as far as it was said.

    Attributes:
        said: what was passed on so far.
    """

    def __init__(self, say: Say | None, name: str, *, several: bool = False) -> None:
        """
        Args:
            say: takes what is said; None: nobody listens.
            name: the agent's.
            several: all calls that are heard belong to the answer, not only the last.
        """
        self.said = ""
        self._say = say
        self._name = name
        self._several = several
        self._calls: dict[str, _Call] = {}
        self._speaking: str | None = None
        self._lost = False  # something was said that is no part of the answer
        self._chars = 0

    @property
    def listened_to(self) -> bool:
        """Whether anybody listens."""
        return self._say is not None

    def call(self, key: str, text: str, *, calls_tools: bool = False, last: bool = False) -> None:
        """Take the next piece of a model's call.

        Args:
            key: tells calls apart.
            text: the words in it.
            calls_tools: there is a tool call in it, so what came before it is no answer.
            last: the call is over.

        Raises:
            ModelError: the agent does not come to an end.
        """
        self._count(text)
        call = self._calls.setdefault(key, _Call())
        if call.over:
            return
        piece = call.add(text, calls_tools=calls_tools and not self._several)
        if last:
            piece += call.end()
        if piece:
            self._say_of(key, piece)

    def piece(self, text: str) -> None:
        """Say what is certainly the next piece of the answer.

        Raises:
            ModelError: the agent does not come to an end.
        """
        self._count(text)
        if text:
            self._pass_on(text)

    def finish(self, answer: str) -> None:
        """Say what is left of the whole answer; one that does not begin with what was said is left to the mouth."""
        said = self.said.lstrip()
        if not self._lost and answer.startswith(said) and (rest := answer[len(said) :]):
            self._pass_on(rest)

    def _say_of(self, key: str, piece: str) -> None:
        if self._speaking != key:
            if self._speaking is not None and not self._several:
                self._lost = True
            elif self.said and not self.said[-1:].isspace():
                piece = f" {piece}"
            self._speaking = key
        if not self._lost:
            self._pass_on(piece)

    def _pass_on(self, text: str) -> None:
        self.said += text
        if self._say:
            self._say(text)

    def _count(self, text: str) -> None:
        self._chars += len(text)
        if self._chars > MAX_CHARS:
            raise ModelError(
                f"The agent {self._name} goes on and on: more than {MAX_CHARS:,} characters in one answer. "
                "Let it answer in a few sentences."
            )
