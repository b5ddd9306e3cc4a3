"""A decision as it is spoken, within half a minute: what is best, why, what is against it, its cost, who decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emads_voice.agents.decisions import Conflict, Decision
from emads_voice.agents.forms import Analysis, Level
from emads_voice.agents.money import say_option_cost
from emads_voice.agents.routing.followup import is_follow_up
from emads_voice.messages import Catalogue, Key, shipped

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
    """How many words are told of a name and of what is quoted, and how many reasons to escalate and things that agents
    do not agree on."""

    name: int
    quote: int
    reasons: int
    topics: int


_CUTS = (_Cut(6, 10, 3, 6), _Cut(5, 8, 3, 3), _Cut(4, 6, 2, 2), _Cut(3, 5, 2, 1), _Cut(3, 4, 1, 1))
"""The first is taken with which all is said in half a minute, or the last."""
_HALF_A_MINUTE = {"Vietnamese": 120}
_WORDS_IN_HALF_A_MINUTE = 80
"""As people speak: 160 words a minute, and 240 syllables of Vietnamese."""
_FIGURE = re.compile(r"\d+")
_QUOTE_CHARS = 90
_NAMES_SAID = 2


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
    ending = closing(decision, language=language, catalogue=catalogue)
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
            _who_decides(decision, messages, cut),
        ]
        return " ".join(filter(None, sentences))

    return _in_half_a_minute(told, language)


def closing(decision: Decision, *, language: str, catalogue: Catalogue | None = None) -> str:
    """What follows an agent's own answer: what speaks against it, its cost, and that a person decides."""
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
        return " ".join(filter(None, [*figures, _who_decides(decision, messages, cut)]))

    return _in_half_a_minute(told, language)


def _in_half_a_minute(told: Callable[[_Cut], str], language: str) -> str:
    """The longest that can be said in it, or the shortest there is."""
    most = _HALF_A_MINUTE.get(language, _WORDS_IN_HALF_A_MINUTE)
    return next((text for cut in _CUTS if _words_said(text := told(cut), language) <= most), told(_CUTS[-1]))


def _words_said(text: str, language: str) -> int:
    """About how many words a text is when its figures are said in words: "999" is three, and five in Vietnamese."""
    digits = [len(figure) for figure in _FIGURE.findall(text)]
    return len(_FIGURE.sub(" 1 ", text).split()) + sum(
        2 * (count - 1) if language == "Vietnamese" else count - 1 for count in digits
    )


def _best(decision: Decision, messages: Messages, cut: _Cut) -> str:
    points = {option.name: round(option.score.value) for option in decision.options}
    if not decision.recommended:
        names = [_clipped(option.name, cut.name) for option in decision.options[:_NAMES_SAID]]
        return messages.text("advised_against", options=messages.listed(names))
    first, *others = decision.recommended
    if not others:
        return messages.text("best_option", option=_clipped(first, cut.name), points=points[first])
    if decision.tied:
        names = [_clipped(name, cut.name) for name in decision.recommended[:_NAMES_SAID]]
        said = messages.in_a_row(names) if len(decision.recommended) > _NAMES_SAID else messages.listed(names)
        count = len(decision.recommended)
        return messages.text("tied_options", count=count, options=said, points=points[first])
    if outscored := _outscored(decision, messages, cut):
        return outscored
    second = others[0]
    return messages.text(
        "two_options",
        first=_clipped(first, cut.name),
        first_points=points[first],
        second=_clipped(second, cut.name),
        second_points=points[second],
    )


def _outscored(decision: Decision, messages: Messages, cut: _Cut) -> str:
    """What is recommended and what scores better, both by name; empty where nothing does."""
    scores = {option.name: option.score.value for option in decision.options}
    first, second, *_ = *decision.recommended, "", ""
    if not second or scores[second] <= scores[first]:
        return ""
    return messages.text(
        "outscored_option",
        option=_clipped(first, cut.name),
        points=round(scores[first]),
        better=_clipped(second, cut.name),
        better_points=round(scores[second]),
    )


def _why(decision: Decision, messages: Messages, cut: _Cut) -> str:
    if not decision.why or decision.tied:
        return ""
    return messages.text(
        "why" if len(decision.recommended) == 1 else "why_first", why=_quoted(decision.why, cut)
    )


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
                option=_clipped(position.rstrip("."), cut.name),
            )
            for agent, position in list(first.positions.items())[:_NAMES_SAID]
        ]
        return messages.text("disagreement_on_options", positions=messages.in_a_row(positions))
    keys = dict.fromkeys(
        _ABOUT[conflict.about] for conflict in decision.conflicts if len(conflict.positions) > 1
    )
    if not keys:
        return ""
    about = messages.listed([messages.text(key) for key in keys][: cut.topics])
    return messages.text("disagreement", who=_speakers(decision.conflicts, messages), about=about)


def _speakers(conflicts: list[Conflict], messages: Messages) -> str:
    agents = sorted({agent for conflict in conflicts for agent in conflict.positions})
    return messages.listed([messages.text("speaker", agent=agent) for agent in agents])


def _objection(decision: Decision, messages: Messages, cut: _Cut) -> str:
    if (
        not decision.objection or not decision.recommended
    ):  # against what nobody recommends, all has been said
        return ""
    who = messages.text("speaker", agent=decision.objection_by)
    quoted = _quoted(decision.objection, cut)
    if option := _one_of_several(decision, cut):
        return messages.text("objection_to", option=option, who=who, objection=quoted)
    return messages.text("objection", who=who, objection=quoted)


def _one_of_several(decision: Decision, cut: _Cut) -> str:
    """The option that is meant, where several were named; empty where "it" says as much."""
    return _clipped(decision.recommended[0], cut.name) if len(decision.recommended) > 1 else ""


def _figures(decision: Decision, messages: Messages, cut: _Cut) -> str:
    risk, complexity = risk_level(decision.risk.value), risk_level(decision.complexity.value)
    level = messages.text(_LEVELS[risk])
    if complexity == risk or decision.complexity.value < decision.risk.value:
        return _risk_and_cost(decision, level, messages, cut)
    # Two numbers, each by its name: a plan may be a complex one and risk little.
    told = messages.text("complexity_level", level=messages.text(_LEVELS[complexity]))
    return f"{told} {_risk_and_cost(decision, level, messages, cut)}"


def _risk_and_cost(decision: Decision, level: str, messages: Messages, cut: _Cut) -> str:
    if not decision.recommended:  # what nobody recommends is not priced
        return messages.text("risk_alone", level=level)
    if decision.cost and decision.cost.whole:
        cost = say_option_cost(decision.cost, messages)
        if option := _one_of_several(decision, cut):
            return messages.text("risk_with_cost_of", level=level, option=option, cost=cost)
        return messages.text("risk_with_cost", level=level, cost=cost)
    return messages.text("risk_without_cost", level=level)


def _who_decides(decision: Decision, messages: Messages, cut: _Cut) -> str:
    told = messages.text("who_decides", who=messages.text("speaker", agent=decision.accountable))
    rules = {reason.rule for reason in decision.escalation_reasons}
    because = [messages.text(key) for rule, key in _BECAUSE.items() if rule in rules][: cut.reasons]
    if not because:
        return told
    return f"{told} {messages.text('management_because', reasons=messages.listed(because))}"


def _quoted(text: str, cut: _Cut) -> str:
    return _clipped(text, cut.quote)


def _clipped(text: str, words: int) -> str:
    """The text, or its beginning, without the full stop that a sentence around it brings."""
    found = text.split()
    kept = " ".join(found[:words])
    kept = kept if len(kept) <= _QUOTE_CHARS else kept[:_QUOTE_CHARS]
    cut = len(kept) < len(" ".join(found))
    return f"{kept.rstrip(' ,;:.')}…" if cut else kept.rstrip(" .")
