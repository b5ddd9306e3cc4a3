"""What happens to a model's form on its way: its words are in capitals, a field is missing, it is cut off.

Whatever it is, no decision may look safer for it, and none may be escalated less.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.utils.json import parse_partial_json

from emads_voice.channels.turn import Turn

from .replies import Change

_CHOSEN = frozenset(("probability", "impact", "effort", "kind", "stance", "flags"))
"""Fields in which one of a few words stands."""
_CUT_AT = (0.5, 0.7, 0.85, 0.95)
_SLIGHT = 1e-6


def form_variants(forms: Sequence[str]) -> Iterator[tuple[str, Change]]:
    """What a form may become: the name of each variant, and how it is made. Its answer stays.

    Args:
        forms: those that will be changed; each of their fields is left out once.
    """
    yield "form in capitals", _capitals
    fields = dict.fromkeys(name for form in forms for name in _parsed(form) if name != "answer")
    for name in fields:
        yield "form without a field", lambda form, name=name: _without(form, name)  # type: ignore[misc]
    for share in _CUT_AT:
        yield "form cut off", lambda form, share=share: form[: int(len(form) * share)]  # type: ignore[misc]


def no_safer(before: Turn, after: Turn) -> bool:
    """Whether a decision still has all the risk and is escalated as it was.

    Where the form was lost altogether the next model was asked, and it was said: its decision, if it has one, must be
    escalated too.
    """
    first, second = before.state.get("decision"), after.state.get("decision")
    if first is None:
        return True
    if any(view["degraded"] for view in after.state.get("analyses", {}).values()):
        return second is None or bool(second["escalate"]) or not first["escalate"]
    return second is not None and (
        second["risk"]["value"] >= first["risk"]["value"] - _SLIGHT
        and second["complexity"]["value"] >= first["complexity"]["value"] - _SLIGHT
        and (second["escalate"] or not first["escalate"])
    )


def _parsed(form: str) -> dict[str, Any]:
    try:
        parsed = parse_partial_json(form[max(0, form.find("{")) :])
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _without(form: str, name: str) -> str:
    fields = _parsed(form)
    return (
        json.dumps({key: value for key, value in fields.items() if key != name}) if name in fields else form
    )


def _capitals(form: str) -> str:
    fields = _parsed(form)
    return json.dumps(_shouted(fields)) if fields else form


def _shouted(value: Any, *, chosen: bool = False) -> Any:
    if isinstance(value, dict):
        return {key: _shouted(inner, chosen=key in _CHOSEN) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shouted(inner, chosen=chosen) for inner in value]
    return value.upper() if chosen and isinstance(value, str) else value
