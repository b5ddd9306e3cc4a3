"""What documents say of a decision is a floor: no model makes it cheaper, simpler or less delicate than is written."""

from __future__ import annotations

from typing import Any

from emads_voice.agents.forms import Analysis, Complexity, CostEstimate, Form, Option

from .names import named_words, relation

_AMOUNTS = ("one_time", "monthly", "one_time_most", "monthly_most")


def at_least(analysis: Analysis, written: Analysis) -> Analysis:
    """An analysis with costs, complexity and flags raised to what is written, and the options' ids from there.

    Args:
        analysis: a model's.
        written: what the documents say on the same question, in the same form.
    """
    options = [_raised_option(option, written.options) for option in analysis.options]
    changes: dict[str, Any] = {
        "options": options,
        "complexity": _raised_complexity(analysis.complexity, written.complexity),
        "flags": list(dict.fromkeys([*analysis.flags, *written.flags])),
    }
    if not _is_written(analysis, options, written):
        changes["cost_estimate"] = _raised_cost(analysis.cost_estimate, written.cost_estimate)
    return analysis.model_copy(update=changes)


def _is_written(analysis: Analysis, options: list[Option], written: Analysis) -> bool:
    """Whether what a model recommends is certainly an option of the documents, whose cost it has then."""
    told = set(named_words(analysis.recommendation))
    keys = {option.id for option in written.options}
    return any(
        option.id in keys
        and (analysis.recommendation == option.id or (told and set(named_words(option.name)) <= told))
        for option in options
    )


def _raised_option(option: Option, written: list[Option]) -> Option:
    known = [each for each in written if option.id and each.id.casefold() == option.id.casefold()]
    same = known or [each for each in written if relation(option.name, each.name) == "same"]
    near = same or [each for each in written if relation(option.name, each.name) in ("within", "around")]
    if len(near) != 1:
        return option
    found = near[0]
    return option.model_copy(
        update={"id": found.id or option.id, "cost": _raised_cost(option.cost, found.cost)}
    )


def _raised_cost(cost: CostEstimate | None, written: CostEstimate | None) -> CostEstimate | None:
    """Each part at the higher of both; in another currency, as written: a model may not convert."""
    if cost is None or written is None or cost.currency != written.currency:
        return written or cost
    return cost.model_copy(update={name: _higher(cost, written, name) for name in _AMOUNTS})


def _raised_complexity(counts: Complexity | None, written: Complexity | None) -> Complexity | None:
    if counts is None or written is None:
        return written or counts
    return Complexity(**{name: _higher(counts, written, name) for name in Complexity.model_fields})


def _higher(one: Form, other: Form, name: str) -> Any:
    return max((value for form in (one, other) if (value := getattr(form, name)) is not None), default=None)
