"""A decision as it is spoken, within half a minute: what is best, why, what is against it, its cost, who decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emads_voice.agents.decisions import Conflict, Decision
from emads_voice.agents.forms import Analysis, Level
from emads_voice.agents.guards.length import USUAL_S, seconds
from emads_voice.agents.money import say_first_year, say_option_cost
from emads_voice.agents.routing.followup import is_follow_up
from emads_voice.messages import Catalogue, Key, shipped

from .quoting import name, quotation
from .risks import risk_level

if TYPE_CHECKING:
    from emads_voice.messages.formatting import Messages

_LEVELS: dict[Level, Key] = {"low": "level_low", "medium": "level_medium", "high": "level_high"}

_ABOUT: dict[str, Key] = {
    "recommendation": "about_recommendation",
    "identity": "about_identity",
    "timeline": "about_timeline",
    "cost": "about_cost",
    "risk": "about_risk",
    "constraint": "about_timeline",
    "assumption": "about_risk",
    "confidence": "about_confidence",
}

_BECAUSE: dict[str, Key] = {
    "legal": "because_legal",
    "compliance": "because_compliance",
    "data_breach": "because_data_breach",
    "conflict": "because_conflict",
    "incomplete": "because_incomplete",
    "budget": "because_budget",
    "risk": "because_risk",
    "complexity": "because_complexity",
}


@dataclass(frozen=True, slots=True)
class _Cut:
    """How much is told.

    Attributes:
        name, quote: words of a name, and of a reason.
        topics: things that agents do not agree on.
        agents: of those who do not agree.
        scores: whether the points are told.
        digits: of the most that it costs in the first year; None tells it as it was stated.
        why: whether it is told what is for it.
    """

    name: int
    quote: int
    topics: int = 1
    agents: int = 2
    scores: bool = False
    digits: int | None = 2
    why: bool = True


_CUTS = (
    _Cut(6, 10, topics=6, agents=9, scores=True, digits=None),
    _Cut(5, 8, topics=3, agents=3, scores=True, digits=None),
    _Cut(4, 6, topics=2, scores=True, digits=None),
    _Cut(4, 6, digits=None),
    _Cut(4, 6),
    _Cut(3, 5),
    _Cut(2, 4),
    _Cut(2, 3, why=False),
)
"""The first is taken with which all is said in time, or the last. Who decides, every reason for which management
must look at it, and that something is missing are told whole."""
_NAMES_SAID = 2
_CLOSING_S = 15.0
"""What there is for it after one agent's own answer, however long that was: in less nobody hears what is against it."""


def answer_in_words(
    decision: Decision,
    analyses: Mapping[str, Analysis],
    *,
    question: str,
    language: str,
    catalogue: Catalogue | None = None,
) -> str:
    """What to say when agents were asked and one of them proposes something.

    One agent's answer stays as it spoke it, and is followed by what is against it, what it costs and who decides. So
    are the answers to a follow-up ("and what would that cost?"), which asks for one side of what is being decided and
    not for all of it again.

    Args:
        decision: what `reconcile` made of the analyses.
        analyses: agent → its analysis.
        question: the caller's own words.
        language: by its English name; one that the catalogue does not have gets English.
        catalogue: how it is worded; by default as comes with the package.
    """
    if len(analyses) > 1 and not is_follow_up(question) and decision.options:
        return word(decision, language=language, catalogue=catalogue)
    told = answers(analyses, language=language, catalogue=catalogue)
    left_s = max(USUAL_S - seconds(told, language), _CLOSING_S) if len(analyses) == 1 else USUAL_S
    ending = closing(decision, language=language, catalogue=catalogue, within_s=left_s)
    # A line break is what agents end their answers with while they are spoken.
    return "\n".join(filter(None, (told, ending)))


def answers(analyses: Mapping[str, Analysis], *, language: str, catalogue: Catalogue | None = None) -> str:
    """Each agent's own answer, with its name where there are several.

    Who knows nothing (confidence 0) is left out if others do.
    """
    known = {agent: each for agent, each in analyses.items() if each.confidence or each.degraded}
    told = {agent: each.answer.strip() for agent, each in sorted((known or analyses).items())}
    told = {agent: answer for agent, answer in told.items() if answer}
    if len(set(told.values())) <= 1:  # all say the same
        return next(iter(told.values()), "")
    messages = (catalogue or shipped()).wording(language)
    return " ".join(
        messages.text("agent_says", who=messages.text("speaker", agent=agent), answer=answer)
        for agent, answer in told.items()
    )


def word(decision: Decision, *, language: str, catalogue: Catalogue | None = None) -> str:
    """Say a decision: what scores best and why, what speaks against it, its cost, and that a person decides.

    Args:
        decision: from `reconcile`.
        language: by its English name; one that the catalogue does not have gets English.
        catalogue: how it is worded; by default as comes with the package.
    """
    messages = (catalogue or shipped()).wording(language)
    if not decision.options:
        return messages.text("nothing_to_weigh")

    def told(cut: _Cut) -> str:
        sentences = [
            _best(decision, messages, cut),
            _why(decision, messages, cut),
            _disagreement(decision, messages, cut) or _objection(decision, messages, cut),
            _figures(decision, messages, cut),
            _who_decides(decision, messages),
        ]
        return " ".join(filter(None, sentences))

    return _in_time(told, messages.name, USUAL_S)


def closing(
    decision: Decision, *, language: str, catalogue: Catalogue | None = None, within_s: float = USUAL_S
) -> str:
    """What follows an agent's own answer: what speaks against it, its cost, and that a person decides.

    Args:
        decision: from `reconcile`.
        language: by its English name; one that the catalogue does not have gets English.
        catalogue: how it is worded; by default as comes with the package.
        within_s: the seconds that the answer has left. Where they are too few, it is as short as it can be.
    """
    messages = (catalogue or shipped()).wording(language)

    def told(cut: _Cut) -> str:
        figures = (
            [
                _outscored(decision, messages, cut),
                _objection(decision, messages, cut),
                _figures(decision, messages, cut),
            ]
            if decision.options
            else []
        )
        return " ".join(filter(None, [*figures, _who_decides(decision, messages)]))

    return _in_time(told, messages.name, within_s)


def _in_time(told: Callable[[_Cut], str], language: str, within_s: float) -> str:
    """The longest that can be said in it, or the shortest there is."""
    texts = map(told, _CUTS)
    return next((text for text in texts if seconds(text, language) <= within_s), told(_CUTS[-1]))


def _best(decision: Decision, messages: Messages, cut: _Cut) -> str:
    points = {option.name: round(option.score.value) for option in decision.options}

    def named(options: Sequence[str]) -> list[str]:
        return [name(each, cut.name, messages) for each in options[:_NAMES_SAID]]

    if not decision.recommended:
        names = named([option.name for option in decision.options])
        return messages.text("advised_against", options=messages.listed(names))
    first, *others = decision.recommended
    if decision.tied and others:
        names = named(decision.recommended)
        said = messages.in_a_row(names) if len(decision.recommended) > _NAMES_SAID else messages.listed(names)
        count = len(decision.recommended)
        if not cut.scores:
            return messages.text("tied_in_short", count=count, options=said)
        return messages.text("tied_options", count=count, options=said, points=points[first])
    if outscored := _outscored(decision, messages, cut):
        return outscored
    if not others:
        (option,) = named([first])
        if not cut.scores:
            return messages.text("best_in_short", option=option)
        return messages.text("best_option", option=option, points=points[first])
    second = others[0]
    best, next_best = named([first, second])
    if not cut.scores:
        return messages.text("close_in_short", first=best, second=next_best)
    return messages.text(
        "two_options",
        first=best,
        first_points=points[first],
        second=next_best,
        second_points=points[second],
    )


def _outscored(decision: Decision, messages: Messages, cut: _Cut) -> str:
    """What is recommended and what scores better, both by name; empty where nothing does."""
    scores = {option.name: option.score.value for option in decision.options}
    first, second, *_ = *decision.recommended, "", ""
    if not second or scores[second] <= scores[first]:
        return ""
    option, better = (name(each, cut.name, messages) for each in (first, second))
    if not cut.scores:
        return messages.text("outscored_in_short", option=option, better=better)
    return messages.text(
        "outscored_option",
        option=option,
        points=round(scores[first]),
        better=better,
        better_points=round(scores[second]),
    )


def _why(decision: Decision, messages: Messages, cut: _Cut) -> str:
    if not decision.why or decision.tied or not cut.why:
        return ""
    why = quotation(decision.why, cut.quote, messages)
    return messages.text("why" if len(decision.recommended) == 1 else "why_first", why=why)


def _disagreement(decision: Decision, messages: Messages, cut: _Cut) -> str:
    """The one that matters most: on what to do, with the positions; else on what."""
    if not decision.conflicts:
        return ""
    first = decision.conflicts[0]
    if first.about == "recommendation":
        positions = [
            messages.text(
                "position",
                who=messages.text("speaker", agent=agent),
                option=name(position, cut.name, messages),
            )
            for agent, position in list(first.positions.items())[:_NAMES_SAID]
        ]
        return messages.text("disagreement_on_options", positions=messages.in_a_row(positions))
    told = [conflict for conflict in decision.conflicts if len(conflict.positions) > 1]
    keys = dict.fromkeys(_ABOUT[conflict.about] for conflict in told)
    if not keys:
        return ""
    about = messages.listed([messages.text(key) for key in keys][: cut.topics])
    return messages.text("disagreement", who=_speakers(told, messages, cut), about=about)


def _speakers(conflicts: Sequence[Conflict], messages: Messages, cut: _Cut) -> str:
    agents = sorted({agent for conflict in conflicts for agent in conflict.positions})[: cut.agents]
    return messages.listed([messages.text("speaker", agent=agent) for agent in agents])


def _objection(decision: Decision, messages: Messages, cut: _Cut) -> str:
    if (
        not decision.objection or not decision.recommended
    ):  # against what nobody recommends, all has been said
        return ""
    who = messages.text("speaker", agent=decision.objection_by)
    quoted = quotation(decision.objection, cut.quote, messages)
    if option := _one_of_several(decision, messages, cut):
        return messages.text("objection_to", option=option, who=who, objection=quoted)
    return messages.text("objection", who=who, objection=quoted)


def _one_of_several(decision: Decision, messages: Messages, cut: _Cut) -> str:
    """The option that is meant, where several were named; empty where "it" says as much."""
    return name(decision.recommended[0], cut.name, messages) if len(decision.recommended) > 1 else ""


def _figures(decision: Decision, messages: Messages, cut: _Cut) -> str:
    # What is told among the reasons need not be told twice, where time is short.
    short = cut.digits is not None
    reasons = {reason.rule for reason in decision.escalation_reasons} if short else set()
    risk, complexity = risk_level(decision.risk.value), risk_level(decision.complexity.value)
    more_complex = risk != complexity and decision.complexity.value > decision.risk.value
    higher_alone = more_complex and "complexity" not in reasons and not cut.why
    level = "" if "risk" in reasons or higher_alone else messages.text(_LEVELS[risk])
    told = _risk_and_cost(decision, level, messages, cut)
    if not more_complex or "complexity" in reasons:
        return told
    # Two numbers, each by its name: a plan may be a complex one and risk little.
    return f"{messages.text('complexity_level', level=messages.text(_LEVELS[complexity]))} {told}"


def _risk_and_cost(decision: Decision, level: str, messages: Messages, cut: _Cut) -> str:
    if not decision.recommended:  # what nobody recommends is not priced
        return messages.text("risk_alone", level=level) if level else ""
    if not (decision.cost and decision.cost.whole):
        return messages.text("risk_without_cost", level=level) if level else messages.text("without_cost")
    cost = (
        say_option_cost(decision.cost, messages)
        if cut.digits is None
        else say_first_year(decision.cost, messages, digits=cut.digits)
    )
    option = _one_of_several(decision, messages, cut)
    if not level:
        return messages.text("cost_of", option=option or "none", cost=cost)
    if option:
        return messages.text("risk_with_cost_of", level=level, option=option, cost=cost)
    return messages.text("risk_with_cost", level=level, cost=cost)


def _who_decides(decision: Decision, messages: Messages) -> str:
    told = messages.text("who_decides", who=messages.text("speaker", agent=decision.accountable))
    rules = {reason.rule for reason in decision.escalation_reasons}
    because = [messages.text(key) for rule, key in _BECAUSE.items() if rule in rules]
    if not because:
        return told
    return f"{told} {messages.text('management_because', reasons=messages.listed(because))}"
