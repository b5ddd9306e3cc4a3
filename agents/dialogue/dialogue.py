"""Which dialogue acts a conversation takes itself, and which its agents do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from .acts import ALL_ACTS, Act, DialogueAct
from .passing import mentions
from .recognition import beside_question, can_be_declined, dialogue_act, takes_up

_BESIDE = frozenset(
    (
        Act.LANGUAGE,
        Act.SLOWER,
        Act.FASTER,
        Act.LOUDER,
        Act.QUIETER,
        Act.IDENTITY,
        Act.STOP,
        Act.WAIT,
        Act.PRESENCE,
    )
)
"""Done, or answered in a word, while an agent answers the question that they are said with."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What one deployment makes of dialogue acts.

    Attributes:
        acts: those that the conversation takes itself; others are questions for the agents.
        names: what the agents are called.
        taken: by agents that take acts over, their names by the act.
        offers: what can be asked of each agent, a sentence with its name, by the name.
    """

    acts: frozenset[Act] = ALL_ACTS
    names: tuple[str, ...] = ()
    taken: Mapping[Act, tuple[str, ...]] = field(default_factory=dict)
    offers: Mapping[str, str] = field(default_factory=dict)

    def act(
        self,
        text: str,
        *,
        asked: str = "",
        answered: bool = False,
        waiting: bool = False,
        speaking: bool = False,
        parting: bool = False,
    ) -> DialogueAct | None:
        """What an utterance does that the conversation sees to itself; None if it is a question for the agents.

        Args:
            text: what was said.
            asked: the question that was put to the caller just before, if any: "yes", and what it names, answer it,
                and where it can be declined so does "never mind".
            answered: whether an agent has answered them, and the floor is theirs: consent is then for the agent.
            waiting: whether the caller waits for an answer: "Is it ready?" then asks whether we are there.
            speaking: whether we are speaking to them: "go on" then only says so.
            parting: whether they were answered already, so that "Chào em" is a goodbye.
        """
        found = self._found(text, asked=asked, answered=answered, waiting=waiting, speaking=speaking)
        if found and parting and found.parts:
            found = replace(found, acts=(Act.GOODBYE,))
        return found if found and self.acts.issuperset(found.acts) and found.act not in self.taken else None

    def beside(self, text: str) -> DialogueAct | None:
        """What of an utterance the conversation sees to itself, where the rest is a question for the agents."""
        found = beside_question(text, names=self.names)
        ours = found and _BESIDE.issuperset(found.acts) and self.acts.issuperset(found.acts)
        return found if found and ours and not self.taken.keys() & {*found.acts} else None

    def takers(self, text: str, *, allowed: Collection[str], asked: str = "") -> tuple[str, ...]:
        """The agents that have taken over what an utterance does, of those that may be asked; usually none."""
        found = self._found(text, asked=asked) if self.taken else None
        return tuple(name for name in self.taken.get(found.act, ()) if name in allowed) if found else ()

    def _found(
        self,
        text: str,
        *,
        asked: str,
        answered: bool = False,
        waiting: bool = False,
        speaking: bool = False,
    ) -> DialogueAct | None:
        found = dialogue_act(text, names=self.names)
        if found is None or (answered and found.agrees):
            return None
        if asked and (found.answers or (not found.asks and takes_up(text, asked))):
            return None
        if asked and found.chooses and (not can_be_declined(asked) or mentions(asked, "times")):
            return None
        if asked and found.act is Act.STOP and found.declines and can_be_declined(asked):
            return None
        if found.waiting and not (waiting or (speaking and found.act is Act.CHATTER)):
            return None
        # "Really?" wants an answer
        return None if found.act is Act.CHATTER and found.asks and not waiting else found
