"""What was said of an answer so far: in front of it what earlier models said, and words of ours."""

from __future__ import annotations

from collections.abc import Callable

from emads_voice.agents.agent import Say
from emads_voice.agents.guards.answer import GuardedAnswer


class Spoken:
    """Says an answer while it comes. What was said cannot be taken back, so what follows is joined to it.

    Attributes:
        begun: the present model has begun to answer.
        over: it has told all of its answer.
        said: whether the caller heard something of it.
        withheld: the kinds of what was not said, of all models.
    """

    def __init__(self, say: Say | None, bridge: str = "") -> None:
        """
        Args:
            say: takes what is said; None: nobody listens.
            bridge: said where a model breaks off and another begins.
        """
        self._say = say
        self._bridge = bridge
        self._before = ""
        self._answer = ""
        self._space = ""  # after what was said: said with what follows it
        self._guard: GuardedAnswer | None = None
        self.begun = False
        self.over = False
        self.withheld: list[str] = []

    @property
    def said(self) -> bool:
        """Whether the caller heard something of the present model's answer."""
        return bool(self._say and self._answer)

    @property
    def text(self) -> str:
        """All that was said, or, where nobody listens, all of the answer."""
        return self._before + self._answer

    @property
    def full(self) -> bool:
        """Whether no more of the answer will be said."""
        return self.over or (self._guard is not None and "length" in self._guard.withheld)

    def start(self, guard: Callable[[], GuardedAnswer] | None) -> None:
        """Another model begins, or the same once more."""
        if self.said and self._say:
            self._say(self._bridge)
            self._before = self.text + self._bridge
        self._answer = self._space = ""
        self._guard = guard() if guard else None
        self.begun = self.over = False

    def of_ours(self, text: str) -> None:
        """Say something of ours before the answer, if nothing is said of it yet."""
        if self._say and not self._answer:
            self._say(text)
            self._before += text

    def add(self, text: str) -> None:
        """Say what is new, as far as it may be said.

        Raises:
            OtherLanguageError: it is not in the caller's language.
        """
        if text and not self.over:
            self.begun = True
            self._pass_on(self._guard.add(text) if self._guard else text)

    def finish(self) -> None:
        """The answer is complete: say the rest, and that it is over.

        Raises:
            OtherLanguageError: likewise.
        """
        if self.over:
            return
        self._pass_on(self._guard.end() if self._guard else "")
        self.over = True
        if self._guard:
            self.withheld += [kind for kind in self._guard.withheld if kind not in self.withheld]
        if self._say and self._answer:
            self._say("\n")

    def _pass_on(self, text: str) -> None:
        spaced = self._space + text
        said = spaced.rstrip() if self._answer else spaced.strip()
        self._space = spaced[len(spaced.rstrip()) :]
        if not said:
            return
        self._answer += said
        if self._say:
            self._say(said)
            if self._guard:  # which lets whole sentences go
                self._say("")
