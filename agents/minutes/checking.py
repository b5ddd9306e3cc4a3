"""Claims about a transcript, checked: whatever stands on words that nobody said is dropped, and counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from emads_voice.agents.text import content_words

from .forms import Action, Agreement, Findings, Said, Taken
from .lines import Line, find_quote

S = TypeVar("S", bound=Said)

UNSURE = 0.7
"""What remains of a claim's certainty where the speaker of its words is unsure."""


def checked(found: Findings, lines: Sequence[Line]) -> Findings:
    """What of it stands on the transcript, with the words, speakers and times as they are there, each once.

    An action whose owner is neither a speaker nor named in the transcript has none; an agreement that nobody said is
    none.
    """
    speakers = {line.speaker for line in lines if line.speaker}
    said = set(content_words(" ".join(line.text for line in lines)))
    actions, decisions = _standing(found.actions, lines), _standing(found.decisions, lines)
    appointments = _standing(found.appointments, lines)
    claimed = len(found.actions) + len(found.decisions) + len(found.appointments)
    dropped = claimed - len(actions) - len(decisions) - len(appointments)
    return Findings(
        actions=_once([_owned(action, speakers, said) for action in actions]),
        decisions=[_voted(taken, lines) for taken in _once(decisions)],
        appointments=_once(appointments),
        dropped=found.dropped + dropped,
    )


def _standing(claims: Sequence[S], lines: Sequence[Line]) -> list[S]:
    return [located for claim in claims if (located := located_in(claim, lines))]


def located_in(claim: S, lines: Sequence[Line]) -> S | None:
    """A claim with its words as they stand in the transcript; None if they do not."""
    quote = find_quote(claim.quote, lines)
    if quote is None:
        return None
    exact = claim.end_s > claim.start_s and quote.start_s <= claim.start_s and claim.end_s <= quote.end_s
    return claim.model_copy(
        update={
            "quote": claim.quote.strip() if exact else quote.text,
            "speaker": quote.speaker,
            "start_s": claim.start_s if exact else quote.start_s,
            "end_s": claim.end_s if exact else quote.end_s,
            "line": quote.line if not exact else claim.line,
            "confidence": claim.confidence * UNSURE if quote.unsure and not exact else claim.confidence,
        }
    )


def _owned(action: Action, speakers: set[str], said: set[str]) -> Action:
    named = set(content_words(action.owner))
    if action.owner in speakers or (named and named <= said):
        return action
    return action.model_copy(update={"owner": ""})


def _voted(taken: Taken, lines: Sequence[Line]) -> Taken:
    """With the votes that were said, by those who said them."""

    def stand(votes: Sequence[Agreement]) -> list[Agreement]:
        found: dict[str, Agreement] = {}
        for vote in votes:
            own = [line for line in lines if line.speaker == vote.who]
            words = vote.quote.strip().casefold()
            line = next((line for line in own if words and words in line.text.casefold()), None)
            if line:
                start = vote.start_s or line.start_s
                found.setdefault(vote.who, vote.model_copy(update={"start_s": start}))
        return list(found.values())

    return taken.model_copy(update={"agreed": stand(taken.agreed), "against": stand(taken.against)})


def _once(claims: Sequence[S]) -> list[S]:
    """In the order of time, without those that stand on the same words and say the same."""
    kept: list[S] = []
    for claim in sorted(claims, key=lambda claim: (claim.start_s, -claim.confidence)):
        if not any(_same(claim, other) for other in kept):
            kept.append(claim)
    return kept


def _same(one: Said, other: Said) -> bool:
    if one.line != other.line:
        return False
    ours, theirs = (set(content_words(_told(claim))) for claim in (one, other))
    return one.quote == other.quote or len(ours & theirs) * 2 > min(len(ours), len(theirs))


def _told(claim: Said) -> str:
    return claim.task if isinstance(claim, Action) else claim.quote
