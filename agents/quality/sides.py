"""Which speaker of a call is the agent: as given, or who says what agents say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .forms import Claim
from .scorecard import Say, Scorecard

KnownBy = Literal["given", "words", "alone", "unknown"]
"""It was said; they say what the scorecard asks of agents; nobody else speaks; nobody knows."""

CLEARLY = 2
"""So many more things that agents say the other side must say, for what was given to be in doubt."""


@dataclass(frozen=True, slots=True)
class AgentSide:
    """Who is judged.

    Attributes:
        label: the speaker; "" if nobody knows: then everybody's words count.
        known_by: how that is known.
        doubt: the speaker who says what agents say, where another was given: the channels may be swapped. "" if none.
    """

    label: str
    known_by: KnownBy
    doubt: str = ""


def tell_agent(
    claims: Sequence[Claim], scorecard: Scorecard, speakers: Sequence[str], given: str = ""
) -> AgentSide:
    """Who of the speakers is the agent.

    Args:
        claims: about anybody's words.
        scorecard: that they are about.
        speakers: all of them.
        given: the label of the agent; "" if that is not known.
    """
    asked = {criterion.id for criterion in scorecard.criteria if isinstance(criterion, Say)}
    said = {
        name: len({claim.criterion for claim in claims if _of(claim, name) and claim.criterion in asked})
        for name in speakers
    }
    ranked = sorted(speakers, key=lambda name: -said[name])
    if given:
        other = next((name for name in ranked if name != given), "")
        swapped = other and said[other] >= said.get(given, 0) + CLEARLY
        return AgentSide(given, "given", other if swapped else "")
    if len(speakers) == 1:
        return AgentSide(speakers[0], "alone")
    if len(ranked) > 1 and said[ranked[0]] > said[ranked[1]]:
        return AgentSide(ranked[0], "words")
    return AgentSide("", "unknown")


def _of(claim: Claim, speaker: str) -> bool:
    return claim.speaker == speaker and not claim.occasion
