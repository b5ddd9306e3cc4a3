"""What an agent waits to be told: how it is asked aloud, and what a caller's words or keys answer.

A graph that calls LangGraph's ``interrupt()`` waits for a value. Two kinds of questions can be asked aloud: a plain
text ("Which day?"), whose answer is whatever is said, and a request to approve actions, in the shape of LangChain's
human-in-the-loop middleware, whose answer is a clear yes or no.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.types import Interrupt

from emads_voice.agents.dialogue import Act, agrees, declines, dialogue_act, refuses
from emads_voice.graph.phrases import phrase
from emads_voice.messages import Catalogue
from emads_voice.voice.languages import ENGLISH, Language
from emads_voice.voice.text.answer import is_only_shown

from .keyed import NO, YES, keys_of

_TEXTS = ("question", "message", "prompt", "description", "text")
"""Keys under which a payload that is no text may hold one."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing an agent wants to do.

    Attributes:
        told: what it is, in words.
        decisions: how it may be decided: "approve", "reject", "edit", "respond".
    """

    told: str
    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingQuestion:
    """One interrupt, read as a question to the caller.

    Attributes:
        interrupt: what the graph waits on.
        text: a plain question; "" if it is none.
        actions: what is to be approved, in order; empty for a plain question.
        together: whether the actions came in one request, whose answer is a list of decisions.
    """

    interrupt: Interrupt
    text: str = ""
    actions: tuple[Action, ...] = ()
    together: bool = True

    @property
    def free(self) -> bool:
        """Whether any words answer it."""
        return bool(self.text) or (
            len(self.actions) == 1 and not {"approve", "reject"} & {*self.actions[0].decisions}
        )

    @property
    def _can_be_asked(self) -> bool:
        return bool(self.text) or all(
            {"approve", "reject", "respond"} & {*action.decisions} for action in self.actions
        ) == bool(self.actions)

    def spoken(
        self, language: Language, catalogue: Catalogue, *, again: bool = False
    ) -> tuple[str, Language]:
        """The question in words, and the language it is in.

        Args:
            language: the caller's.
            catalogue: how it is worded.
            again: the caller has said something that does not answer it.
        """
        if not self._can_be_asked:
            return phrase(catalogue, "cannot_be_decided_here", language)
        if self.free:
            asked = self.text or self.actions[0].told
            if not is_only_shown(asked, language):
                return asked, language
            told, language = phrase(catalogue, "only_shown", language)
            return f"{asked}\n\n{told}", language
        what = "; ".join(action.told for action in self.actions)
        return phrase(catalogue, "may_do_again" if again else "may_do", language, what=what)

    def answered(self, said: str) -> Any | None:
        """What to resume the graph with, ``{interrupt id: value}``; None if the words do not answer the question.

        Args:
            said: the caller's words, or keys (1 is yes, 2 is no).
        """
        value = self._value(said.strip())
        return None if value is None else {self.interrupt.id: value}

    def _value(self, said: str) -> Any | None:
        if not said or not self._can_be_asked:
            return None
        keys = keys_of(said)
        if self.free:
            if keys is None and _says_nothing(said):
                return None
            words = said if keys is None else keys.rstrip("#")
            return words if self.text else self._decided([{"type": "respond", "message": words}])
        if keys is not None:
            agreed = {YES: True, NO: False}.get(keys.rstrip("#"))
        else:
            agreed = False if refuses(said) or declines(said) else agrees(said)
        if agreed is None:
            return None
        wanted = "approve" if agreed else "reject"
        if not all(wanted in action.decisions for action in self.actions):
            return None
        decision = {"type": "approve"} if agreed else {"type": "reject", "message": said}
        return self._decided([decision] * len(self.actions))

    def _decided(self, decisions: list[dict[str, str]]) -> Any:
        return {"decisions": decisions} if self.together else decisions[0]


def read(interrupts: Sequence[Interrupt]) -> PendingQuestion | None:
    """One of what a thread waits for, always the same one, as a question; None if it waits for nothing."""
    first = min(interrupts, key=lambda interrupt: interrupt.id, default=None)
    return _read(first) if first else None


def _read(interrupt: Interrupt) -> PendingQuestion:
    payload = interrupt.value
    if isinstance(payload, str):
        return PendingQuestion(interrupt, text=payload.strip())
    if not isinstance(payload, Mapping):
        return PendingQuestion(interrupt)
    if requests := payload.get("action_requests"):
        allowed = {
            config["action_name"]: tuple(config["allowed_decisions"])
            for config in payload.get("review_configs", [])
        }
        actions = tuple(
            Action(_told(request), allowed.get(request["name"], ("approve", "reject")))
            for request in requests
        )
        return PendingQuestion(interrupt, actions=actions)
    if payload.get("type") == "tool_approval":
        return PendingQuestion(
            interrupt, actions=(Action(_told(payload), ("approve", "reject")),), together=False
        )
    texts = (payload[key] for key in _TEXTS if isinstance(payload.get(key), str))
    return PendingQuestion(interrupt, text=next(texts, "").strip())


def _says_nothing(said: str) -> bool:
    """Whether words answer nothing: "um", but not "yes" or "I do not know"."""
    act = dialogue_act(said)
    return act is not None and act.acts == (Act.CHATTER,) and not act.answers


def _told(request: Mapping[str, Any]) -> str:
    """An action in words: as it is described, or by its name and arguments ("book table: day Friday, people 8").

    What is described by code alone would be silent, and a yes to it one to something that nobody has heard.
    """
    name, described = str(request["name"]), str(request.get("description") or "").strip()
    own = f"Tool: {name}" in described  # the middleware's own description is no sentence
    if described and not own and not is_only_shown(described, ENGLISH):
        return described.rstrip(".?!")
    arguments = ", ".join(f"{_words(key)} {value}" for key, value in dict(request.get("args") or {}).items())
    return f"{_words(name)}: {arguments}" if arguments else _words(name)


def _words(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")
