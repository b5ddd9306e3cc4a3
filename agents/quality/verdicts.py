"""What claims about a call come to, criterion by criterion: plain code, whoever made the claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from emads_voice.agents.minutes.checking import located_in
from emads_voice.agents.minutes.lines import Line

from .forms import Claim, Measures, Verdict
from .scorecard import Avoid, Criterion, Hours, Measure, Say, Scorecard


@dataclass(frozen=True, slots=True)
class Call:
    """A call, as far as verdicts need it.

    Attributes:
        lines: what was said, in order.
        agent: the label of the speaker who is judged; "" if nobody knows who that is.
        measures: of its sound.
        gaps: where somebody speaks and nothing could be written down: speaker, start, end.
        began: when; None if that is not known.
        language: that titles are written in, "vi".
    """

    lines: Sequence[Line]
    agent: str
    measures: Measures
    gaps: Sequence[tuple[str, float, float]] = ()
    began: datetime | None = None
    language: str = "en"


def located(claims: Sequence[Claim], scorecard: Scorecard, lines: Sequence[Line]) -> tuple[list[Claim], int]:
    """The claims whose words were said, as they stand in the call, each once; and how many were not."""
    known = {each.id for each in scorecard.criteria}
    kept: dict[tuple[str, bool, int], Claim] = {}
    dropped = 0
    for claim in claims:
        found = located_in(claim, lines) if claim.criterion in known else None
        if found is None:
            dropped += 1
        else:
            kept.setdefault((found.criterion, found.occasion, found.line), found)
    return sorted(kept.values(), key=lambda claim: (claim.start_s, claim.criterion)), dropped


def of_their_side(claims: Sequence[Claim], agent: str) -> list[Claim]:
    """The claims that count: about the agent's words, and occasions that others give; all, if no agent is known."""
    return [claim for claim in claims if not agent or (claim.speaker == agent) != claim.occasion]


def verdicts(claims: Sequence[Claim], scorecard: Scorecard, call: Call) -> list[Verdict]:
    """One for each criterion, in the order of the scorecard."""
    return [_verdict(criterion, claims, call) for criterion in scorecard.criteria]


def _verdict(criterion: Criterion, claims: Sequence[Claim], call: Call) -> Verdict:
    own = [claim for claim in claims if claim.criterion == criterion.id]
    match criterion:
        case Say():
            return _say(criterion, own, call)
        case Avoid():
            return _avoid(criterion, own, call)
        case Measure():
            return _measured(criterion, call)
        case Hours():
            return _in_hours(criterion, call)


def _say(criterion: Say, claims: Sequence[Claim], call: Call) -> Verdict:
    occasions = [claim for claim in claims if claim.occasion]
    said = [claim for claim in claims if not claim.occasion]
    verdict = _of(criterion, call)
    if criterion.when is not None:
        if not occasions:  # what was not heard may have been the occasion
            unheard = bool(_unheard(call, agents=False)) or not call.lines
            return (
                verdict("unknown", "not_all_heard") if unheard else verdict("not_applicable", "no_occasion")
            )
        said = [claim for claim in said if claim.line > occasions[0].line]
    first = call.lines[0].start_s if call.lines else 0.0
    until = None if criterion.within_s is None else first + criterion.within_s
    in_time = [claim for claim in said if until is None or claim.start_s <= until]
    if in_time:
        return verdict("met", "said", [*occasions, *in_time])
    gaps = [start for start in _unheard(call, agents=True) if until is None or start <= until]
    if gaps or not call.lines:
        return verdict("unknown", "not_all_heard", [*occasions, *said])
    return verdict("broken", "said_late" if said else "not_said", [*occasions, *said])


def _avoid(criterion: Avoid, claims: Sequence[Claim], call: Call) -> Verdict:
    verdict = _of(criterion, call)
    if claims:
        return verdict("broken", "said", claims)
    if _unheard(call, agents=True) or not call.lines:
        return verdict("unknown", "not_all_heard")
    return verdict("met", "not_said")


def _measured(criterion: Measure, call: Call) -> Verdict:
    measures = call.measures
    side = next((side for side in measures.sides if side.speaker == call.agent), None)
    value: float | None
    match criterion.measure:
        case "longest_silence_s":
            value = measures.longest_silence_s
        case "silence_share":
            value = measures.silence_share
        case "agent_talk_share":
            value = side.talk_share if side else None
        case "agent_interruptions":
            value = side.interruptions if side else None
        case "agent_words_per_minute":
            value = side.words_per_minute if side else None
    limit = " ".join(
        f"{sign} {bound:g}"
        for sign, bound in (("≥", criterion.at_least), ("≤", criterion.at_most))
        if bound is not None
    )
    verdict = _of(criterion, call, limit=limit, value=value)
    if value is None:
        return verdict("unknown", "not_measured")
    low = criterion.at_least is None or value >= criterion.at_least
    high = criterion.at_most is None or value <= criterion.at_most
    return verdict("met" if low and high else "broken", "measured")


def _in_hours(criterion: Hours, call: Call) -> Verdict:
    start, end = criterion.between
    limit = f"{start:%H:%M}–{end:%H:%M}"
    if call.began is None:
        return _of(criterion, call, limit=limit)("unknown", "no_time")
    ended = call.began + timedelta(seconds=max((line.end_s for line in call.lines), default=0.0))

    def within(moment: datetime) -> bool:
        of_day = moment.time()
        return start <= of_day <= end if start <= end else of_day >= start or of_day <= end

    verdict = _of(criterion, call, limit=limit, value=f"{call.began:%H:%M}")
    return verdict("met" if within(call.began) and within(ended) else "broken", "time")


class _of:  # noqa: N801
    """Makes the verdict of a criterion."""

    def __init__(
        self, criterion: Criterion, call: Call, *, limit: str = "", value: float | str | None = None
    ) -> None:
        self._known = {
            "criterion": criterion.id,
            "title": criterion.title.text(call.language),
            "kind": criterion.kind,
            "critical": criterion.critical,
            "weight": criterion.weight,
            "limit": limit,
            "value": value,
        }

    def __call__(self, outcome: str, why: str, evidence: Sequence[Claim] = ()) -> Verdict:
        return Verdict.model_validate(
            {**self._known, "outcome": outcome, "why": why, "evidence": list(evidence)}
        )


def _unheard(call: Call, *, agents: bool) -> list[float]:
    """When somebody of that side begins to say something that could not be written down.

    An agent of whom nothing at all is written down was not heard.
    """
    if agents and call.agent and not any(line.speaker == call.agent for line in call.lines):
        return [0.0]
    return [
        start
        for speaker, start, _ in call.gaps
        if not call.agent or not speaker or (speaker == call.agent) == agents
    ]
