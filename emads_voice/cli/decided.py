"""ReconcileGPT's decision in a line."""

from __future__ import annotations

from typing import Any


def decided(decision: dict[str, Any]) -> str:
    """The scores, the risk, and why a person must look at it."""
    options = [f"{option['name']} {option['score']['value']:.0f}/100" for option in decision["options"]]
    numbers = [f"{name} {decision[name]['value']:.3g}/12" for name in ("complexity", "risk")]
    risk = f"{', '.join(numbers)} (to be reviewed as {decision['risk_level']})"
    reasons = " ".join(reason["detail"] for reason in decision["escalation_reasons"])
    escalation = [f"escalate: {reasons}"] if decision["escalate"] else []
    return "; ".join([*options, risk, *escalation])
