"""Where specialists do not agree, each with its own words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from emads_voice.agents.decisions import Conflict
from emads_voice.agents.forms import Analysis
from emads_voice.agents.text import content_words, fold
from emads_voice.agents.written.durations import months

from .costs import Stated, estimates, stated_prices
from .policy import Policy
from .positions import Position
from .risks import belongs, is_grave
from .slate import Slate, SlateOption

COST_FACTOR = 2.0
"""First-year costs of one option further apart than this cannot both be right."""

TIME_FACTOR = 2.0
"""The same for how long one option takes."""

CONFIDENCE_GAP = 0.4
"""Confidences further apart than this are worth asking about."""

_SMALL_USD = 1_000  # sums that nobody would argue about
_SMALL_MONTHS = 1
_SAME_RISK = 0.5  # from this share of a risk's words on, an assumption speaks of it

# Words before a time that a constraint does not let be exceeded; accents folded.
_LIMIT = re.compile(r"\b(within|before|by|in under|under|less than|at most|no more than|no later than|max(?:imum)?|must"
                    r"|trong(?: vong)?|truoc|khong qua|toi da|duoi|khong muon hon|phai)\b")  # fmt: skip


def find_conflicts(slate: Slate, views: Mapping[str, Analysis], policy: Policy) -> list[Conflict]:
    """Every kind of disagreement, among any two agents."""
    found = [
        *_recommendation(slate),
        *(Conflict(about="identity", positions=doubt) for doubt in slate.doubts),
    ]
    for option in slate.options.values():
        found += _timeline(option)
        found += _cost(option, slate, views, policy)
        found += _constraint(option, slate, views)
        found += _risk(option, slate, views)
    found += _assumption(views)
    found += _confidence(slate, views)
    return found


def _recommendation(slate: Slate) -> list[Conflict]:
    """For different options, or one for and one against the same."""
    agents = sorted(slate.positions)
    opposed = any(
        _opposed(slate.positions[one], slate.positions[other])
        for number, one in enumerate(agents)
        for other in agents[number + 1 :]
    )
    if not opposed:
        return []
    return [
        Conflict(
            about="recommendation", positions={name: _said(slate.positions[name], slate) for name in agents}
        )
    ]


def _opposed(one: Position, other: Position) -> bool:
    if one.option == other.option:
        return one.positive != other.positive
    return one.positive and other.positive


def _said(position: Position, slate: Slate) -> str:
    """An agent's words; where they are the id of an option, its name, with what the agent says of it."""
    option = slate.options[position.option]
    words = option.name if position.words.casefold() in option.ids else position.words
    if position.stance in ("against", "not_now") and words in option.names:
        return f"{'not now' if position.stance == 'not_now' else 'no'}: {words}"
    return words


def _timeline(option: SlateOption) -> list[Conflict]:
    told = {
        agent: (time, entry.timeline)
        for agent, entry in option.entries
        if (time := months(entry.timeline)) is not None
    }
    times = [time for time, _ in told.values()]
    if len(told) < 2 or max(times) <= TIME_FACTOR * min(times) or max(times) - min(times) < _SMALL_MONTHS:
        return []
    return [
        Conflict(
            about="timeline",
            option=option.name,
            positions={agent: words for agent, (_, words) in told.items()},
        )
    ]


def _cost(option: SlateOption, slate: Slate, views: Mapping[str, Analysis], policy: Policy) -> list[Conflict]:
    stated: dict[str, Stated] = {}
    for agent, cost in (*stated_prices(option, policy), *estimates(option, slate, views, policy)):
        # What an agent says of the option itself goes before its estimate of everything.
        stated.setdefault(agent, cost)
    years = {agent: cost.first_year for agent, cost in stated.items() if cost.once or cost.monthly}
    if len(years) < 2:
        return []
    low, high = min(years.values()), max(years.values())
    if high - low < _SMALL_USD or (low > 0 and high <= COST_FACTOR * low):
        return []
    positions = {agent: f"{year:,.0f} USD in the first year" for agent, year in years.items()}
    return [Conflict(about="cost", option=option.name, positions=positions)]


def _constraint(option: SlateOption, slate: Slate, views: Mapping[str, Analysis]) -> list[Conflict]:
    """A time that must be kept against how long an option takes that somebody is for."""
    if not any(p.option == option.id and p.positive for p in slate.positions.values()):
        return []
    found = []
    for agent, view in sorted(views.items()):
        for constraint in view.constraints:
            limit = months(constraint) if _LIMIT.search(fold(constraint)) else None
            if limit is None:
                continue
            broken = {
                other: entry.timeline
                for other, entry in option.entries
                if (time := months(entry.timeline)) is not None and time > limit
            }
            if broken:
                own = f"{constraint}; {broken[agent]}" if list(broken) == [agent] else constraint
                positions = {**broken, agent: own}
                found.append(Conflict(about="constraint", option=option.name, positions=positions))
    return found


def _risk(option: SlateOption, slate: Slate, views: Mapping[str, Analysis]) -> list[Conflict]:
    """One sees a grave risk where another is for the option and does not see it."""
    named = {
        agent: risk.risk
        for agent, view in views.items()
        for risk in view.risks
        if is_grave(risk) and belongs(risk, option, slate)
    }
    calm = {
        agent: position.words
        for agent, position in slate.positions.items()
        if position.option == option.id and position.positive and agent not in named
    }
    return [Conflict(about="risk", option=option.name, positions=named | calm)] if named and calm else []


def _assumption(views: Mapping[str, Analysis]) -> list[Conflict]:
    """A risk one names and another assumes away."""
    found = []
    for agent, view in sorted(views.items()):
        for risk in view.risks:
            feared = set(content_words(risk.risk))
            for other, other_view in sorted(views.items()):
                if other == agent or len(feared) < 2 or risk.impact == "low":
                    continue
                for assumed in other_view.assumptions:
                    if len(feared & set(content_words(assumed))) >= _SAME_RISK * len(feared):
                        found.append(
                            Conflict(about="assumption", positions={agent: risk.risk, other: assumed})
                        )
    return found


def _confidence(slate: Slate, views: Mapping[str, Analysis]) -> list[Conflict]:
    told = {name: views[name].confidence for name in sorted(slate.positions)}
    if len(told) < 2 or max(told.values()) - min(told.values()) < CONFIDENCE_GAP:
        return []
    return [
        Conflict(about="confidence", positions={name: f"{confidence:g}" for name, confidence in told.items()})
    ]
