"""The form as a chat model is told it, and what of that nobody else is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emads_voice.agents.forms import Analysis
from emads_voice.agents.guards.instructions import Instructions

_OURS = frozenset(("degraded", "missing", "withheld"))


def protected_text(system: str, title: str, schema: dict[str, Any]) -> Instructions:
    """What no answer may repeat: the instructions, and how the form is explained. Everybody knows the title."""
    explained = [
        part["description"] for part in _parts(schema) if len(part.get("description", "").split()) >= 6
    ]
    return Instructions("\n\n".join([system, *explained]), known=[f"You are the {title} of the company"])


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {}).values()


def form_schema(form: type[Analysis], name: str) -> dict[str, Any]:
    """The JSON schema a model is given: without the fields it must not fill, the agent's name fixed."""
    schema = form.model_json_schema()
    properties = {key: value for key, value in schema["properties"].items() if key not in _OURS}
    properties["agent"] = {"const": name, "type": "string", "description": "who answers"}
    # What is left out cannot be told from what there is none of.
    inner = {
        name: {**part, "required": list(part["properties"])} for name, part in schema.get("$defs", {}).items()
    }
    # Not every provider reads a schema's title; it names the tool, which must be there.
    return {
        **schema,
        "$defs": inner,
        "title": form.__name__,
        "description": (form.__doc__ or "").strip(),
        "properties": properties,
        "required": list(properties),
    }
