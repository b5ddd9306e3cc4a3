"""The acts there are, and what is known of an utterance that is nothing but acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What a caller does with words that ask no agent anything; where several are done, the first here is foremost."""

    PERSON = "person"
    """Wants to speak to a human being."""
    CALLBACK = "callback"
    """Wants to be called back."""
    GOODBYE = "goodbye"
    LANGUAGE = "language"
    """Wants another language to be spoken."""
    REPEAT = "repeat"
    """Wants to hear again what was said last."""
    SLOWER = "slower"
    FASTER = "faster"
    LOUDER = "louder"
    QUIETER = "quieter"
    CAPABILITIES = "capabilities"
    """Asks what can be asked here."""
    IDENTITY = "identity"
    """Asks who answers: a human being or a machine."""
    STOP = "stop"
    """Wants nothing more of the answer."""
    WAIT = "wait"
    """Needs a moment."""
    PRESENCE = "presence"
    """Asks whether anybody is there, and can hear them."""
    THANKS = "thanks"
    GREETING = "greeting"
    CHATTER = "chatter"
    """Shows that they listen, or thinks aloud: "uh-huh", "okay", "um"."""


ALL_ACTS = frozenset(Act)

SMALL_TALK = frozenset((Act.THANKS, Act.GREETING, Act.CHATTER))
"""Said beside an answer they do not make it less of one: "Yes, thank you"."""


@dataclass(frozen=True, slots=True)
class DialogueAct:
    """What an utterance does that is nothing but acts, politeness and names.

    Attributes:
        acts: all that it does, the foremost first.
        answers: whether it is an answer where a question was asked just before: "yes", "okay, thanks". "um" is none.
        agrees: whether that answer is consent, which an agent may want without a question: "yes", "okay".
        waiting: whether it is an act only while the caller waits for an answer: "Is it ready?"
        asks: whether it ends in a question mark.
        declines: whether it turns down what was offered, or asked, just before: "never mind".
        chooses: whether it answers a question that asks for a choice, or a time: "See you Friday", asked "When?".
        parts: whether it is a greeting that is a goodbye at the end of a talk: "Chào em".
        last: whether of what was said only the last sentence is meant: "repeat the last sentence".
        language: the language that is wanted, by its English name; "" where none is named.
        question: what is said beside it, and is for the agents: "Can you hear me? When do you open?"
    """

    acts: tuple[Act, ...]
    answers: bool = False
    agrees: bool = False
    waiting: bool = False
    asks: bool = False
    declines: bool = False
    chooses: bool = False
    parts: bool = False
    last: bool = False
    language: str = ""
    question: str = ""

    @property
    def act(self) -> Act:
        """The foremost."""
        return self.acts[0]


def chosen_acts(acts: Iterable[Act | str]) -> frozenset[Act]:
    """Acts by their names.

    Raises:
        ValueError: there is no act of a name; the message says which there are.
    """
    given = [acts] if isinstance(acts, str) else list(acts)
    names = {act.value for act in Act}
    if unknown := [str(act) for act in given if act not in names]:
        raise ValueError(f"There is no act {', '.join(unknown)}: there are {', '.join(sorted(names))}.")
    return frozenset(Act(act) for act in given)
