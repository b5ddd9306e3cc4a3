"""Where specialists do not agree."""

from __future__ import annotations

from collections.abc import Mapping

from .forms import Analysis, Conflict, Risk
from .text import words

COST_FACTOR = 2.0
"""First-year estimates further apart than this cannot both be right."""

CONFIDENCE_GAP = 0.4
"""Confidences further apart than this are worth asking about."""

_SURE = 0.6  # confidence of a recommendation that another's grave risk contradicts

# Words that do not tell one option from another, in both languages, without accents.
_FILLERS = frozenset(
    ("a", "an", "the", "to", "our", "we", "option", "plan", "go", "with", "phuong", "viec", "cua")
)


def option_key(name: str) -> str:
    """Equal for names that mean the same: case, accents, punctuation, order and filler words do not count."""
    told = words(name)
    return " ".join(sorted(set(told) - _FILLERS) or sorted(told))


def recommended_key(analysis: Analysis) -> str:
    """The key of the option an agent recommends; of its own words if none of its options is named in them.

    "Go with managed Kubernetes, after Tet" names the option "Managed Kubernetes".
    """
    told = set(option_key(analysis.recommendation).split())
    named = [
        key for option in analysis.options if (key := option_key(option.name)) and set(key.split()) <= told
    ]
    return max(named, key=lambda key: (len(key.split()), key), default=" ".join(sorted(told)))


def find_conflicts(views: Mapping[str, Analysis]) -> list[Conflict]:
    """Every kind of disagreement among analyses that have a view, each with the positions taken."""
    ordered = {name: views[name] for name in sorted(views)}
    found = (_recommendation(ordered), _cost(ordered), _risk(ordered), _confidence(ordered))
    return [conflict for conflict in found if conflict]


def _recommendation(views: Mapping[str, Analysis]) -> Conflict | None:
    positions = {name: a.recommendation for name, a in views.items() if recommended_key(a)}
    if len({recommended_key(views[name]) for name in positions}) < 2:
        return None
    return Conflict(about="recommendation", positions=positions)


def _cost(views: Mapping[str, Analysis]) -> Conflict | None:
    """Only of agents who recommend the same: the costs of different options may differ."""
    years = {
        name: a.cost_estimate.one_time + 12 * a.cost_estimate.monthly
        for name, a in views.items()
        if a.cost_estimate
    }
    keys = {recommended_key(views[name]) for name in years} - {""}
    if len(years) < 2 or len(keys) > 1 or max(years.values()) <= COST_FACTOR * min(years.values()):
        return None
    return Conflict(
        about="cost", positions={name: f"{year:,.0f} USD in the first year" for name, year in years.items()}
    )


def _risk(views: Mapping[str, Analysis]) -> Conflict | None:
    """One sees a grave risk where another, who sees none, recommends with confidence."""
    graves = {name: [risk.risk for risk in a.risks if _is_grave(risk)] for name, a in views.items()}
    positions = {name: "; ".join(risks) for name, risks in graves.items() if risks}
    calm = {
        name: a.recommendation
        for name, a in views.items()
        if name not in positions and recommended_key(a) and a.confidence >= _SURE
    }
    return Conflict(about="risk", positions=positions | calm) if positions and calm else None


def _is_grave(risk: Risk) -> bool:
    """Likely and bad whatever is done, or bad, not unlikely, and nothing is said to prevent it."""
    if risk.impact != "high" or risk.probability == "low":
        return False
    return risk.probability == "high" or not risk.mitigation


def _confidence(views: Mapping[str, Analysis]) -> Conflict | None:
    told = {name: a.confidence for name, a in views.items() if recommended_key(a)}
    if len(told) < 2 or max(told.values()) - min(told.values()) < CONFIDENCE_GAP:
        return None
    return Conflict(
        about="confidence", positions={name: f"{confidence:g}" for name, confidence in told.items()}
    )
