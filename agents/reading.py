"""Reading a model's reply into the normal form, field by field: what is wrong with one costs none of the others.

Whatever was invalid, cut off or left out is listed in `Analysis.missing`, which ReconcileGPT escalates; in its place
stands the worst it can be. So a form that lost something never looks safer than it was.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from langchain_core.utils.json import parse_partial_json
from pydantic import ValidationError

from .errors import AgentError
from .forms import Analysis, Form
from .guards.fields import unfit
from .guards.instructions import Instructions

A = TypeVar("A", bound=Analysis)
Path = tuple[str | int, ...]

END = "the end of the form"
"""Stands in `Analysis.missing` where a reply was cut off."""

# What no decision depends on may be left out, and what we fill in ourselves.
_FREE_TEXT = """
agent answer objective alignment_okr architecture sources degraded missing withheld assumptions operational_impact id
present condition option mitigation one_time_most monthly_most now change_needed then
"""
_FREE = frozenset(_FREE_TEXT.split())
_WHOLE_FORM = 1000  # faults in one form: a reply with more is none
_QUOTED_CHARS = 40
_SENTENCE_WORDS = 4  # fewer are a name
_WRAPPINGS = 3  # objects around the form, of nothing else


class FormError(AgentError, ValueError):
    """A reply holds no form with an answer in it."""


def read_form(
    form: type[A], reply: str | Mapping[str, Any], *, agent: str, whole: bool = True, cut: bool = False
) -> A:
    """What a reply says, in the normal form.

    Args:
        form: what it should fill in.
        reply: its JSON, perhaps cut off, or the fields that were parsed from it.
        agent: who answers.
        whole: it was told to fill in every field, so those it left out are missing. Otherwise only what is there and
            cannot be read is.
        cut: fields are the beginning of a reply that broke off.

    Raises:
        FormError: there is no answer in it.
    """
    if isinstance(reply, str):
        fields, missing = _parsed(reply)
    else:
        fields = copy.deepcopy(dict(reply))
        missing = [*_cut_off(fields), END] if cut else []
    # No model ends or transfers a call by what it writes into a form.
    fields = {**_cleaned(fields), "agent": agent, "degraded": "", "missing": [], "withheld": [], "then": None}
    answer = fields.get("answer")
    if not isinstance(answer, str):
        raise FormError("It has no answer in it.")
    filled = _salvaged(form, fields, missing)
    if whole:
        lost = {path.partition(":")[0] for path in missing}
        missing += [path for path in _left_out(filled, "") if path not in lost]
    return filled.model_copy(update={"missing": list(dict.fromkeys(missing))})


def mended(first: A, again: A) -> A:
    """A form with what it is missing taken from a second reply of the same model, where that has it whole.

    What could be read the first time stays: a second reply takes nothing back.
    """
    lacking = {_field(path) for path in again.missing}
    changes: dict[str, Any] = {"flags": list(dict.fromkeys([*first.flags, *again.flags]))}
    for name in dict.fromkeys(map(_field, first.missing)):
        if name in lacking or name not in type(first).model_fields:
            continue
        old, new = getattr(first, name), getattr(again, name)
        if not isinstance(old, list) or len(new) >= len(old):
            changes.setdefault(name, new)
    left = [
        path
        for path in first.missing
        if _field(path) not in changes and (path != END or END in again.missing)
    ]
    if "flags" in lacking:
        left += [path for path in first.missing if _field(path) == "flags"]
    return first.model_copy(update={**changes, "missing": left})


def withhold(filled: A, instructions: Instructions) -> A:
    """A form without texts that nobody may be told: ReconcileGPT words them. What is taken out is missing."""
    fields = filled.model_dump(exclude_unset=True, exclude={"answer", "degraded", "missing", "withheld"})
    bad = [
        path
        for path, text in _texts(fields, ())
        if unfit(text) or (len(text.split()) >= _SENTENCE_WORDS and instructions.repeated_in(text))
    ]
    if not bad:
        return filled
    for path in reversed(bad):
        _taken_out(fields, path)
    kept = filled.model_copy(update=type(filled).model_validate({**fields, "answer": filled.answer}).__dict__)
    told = [f"{_told(path)}: not to be told" for path in bad]
    return kept.model_copy(
        update={"missing": [*filled.missing, *told], "degraded": filled.degraded, "withheld": filled.withheld}
    )


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text in a form, with its place, in order."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, (*path, number))


def _field(path: str) -> str:
    """The form's own field that a path in it begins with."""
    return path if path == END else re.split(r"[.\[:]", path, maxsplit=1)[0]


def _parsed(text: str) -> tuple[dict[str, Any], list[str]]:
    """The JSON object in a text, and what is lost of it: by a cut the value being written, and the lists it was in; and
    what it says twice, differently."""
    cut, repeated = False, list[str]()
    text = text[max(0, text.find("{")) :]  # models introduce it, or put it into a Markdown fence
    try:
        read = json.JSONDecoder(strict=False, object_pairs_hook=lambda pairs: _each_once(pairs, repeated))
        parsed, _ = read.raw_decode(text)
    except (ValueError, RecursionError):
        try:
            parsed = parse_partial_json(text)
        except (ValueError, RecursionError):
            raise FormError("It is no JSON.") from None
        cut = True
    parsed = _unwrapped(parsed)
    if not isinstance(parsed, dict):
        raise FormError("It is no JSON object.")
    return parsed, [*_cut_off(parsed), END] if cut else repeated


def _each_once(pairs: Sequence[tuple[str, Any]], repeated: list[str]) -> dict[str, Any]:
    """An object that may say a field twice, where JSON gives the last: of two lists all is kept, of other
    values that differ none."""
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name not in fields or fields[name] == value:
            fields[name] = value
            continue
        repeated.append(name)
        before = fields[name]
        fields[name] = [*before, *value] if isinstance(before, list) and isinstance(value, list) else None
    return fields


def _unwrapped(parsed: Any) -> Any:
    """The form out of objects that have nothing else in them: "{"CTOAnalysis": {…}}"."""
    for _ in range(_WRAPPINGS):
        inner = next(iter(parsed.values())) if isinstance(parsed, dict) and len(parsed) == 1 else None
        if isinstance(inner, dict):
            parsed = inner
    return parsed


def _cut_off(fields: dict[str, Any]) -> list[str]:
    """Take out the last value, of which only a part may be there, and tell what may be lost with it."""
    path: list[str | int] = []
    lost = []
    value: Any = fields
    while isinstance(value, (dict, list)) and value:
        holder, key = value, next(reversed(value)) if isinstance(value, dict) else len(value) - 1
        path.append(key)
        value = holder[key]
        if isinstance(value, list):
            lost.append(_told(tuple(path)))
    if path and path != ["answer"]:
        if not isinstance(value, list):
            lost.append(_told(tuple(path)))
        if not isinstance(value, (dict, list)):
            del holder[key]
    return lost


def _cleaned(value: Any) -> Any:
    """The same with keys as the form writes them: "costEstimate", "Cost estimate"."""
    if isinstance(value, Mapping):
        kept: dict[str, Any] = {}
        for key, inner in value.items():
            ours = re.sub(r"[\s\-]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(key)).strip()).lower()
            if ours not in kept or key == ours:
                kept[ours] = _cleaned(inner)
        return kept
    if isinstance(value, list):
        return [_cleaned(inner) for inner in value]
    # Half of a character is no text, and nothing could store it.
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def _salvaged(form: type[A], fields: dict[str, Any], missing: list[str]) -> A:
    """The form without what is invalid in it."""
    for _ in range(_WHOLE_FORM):
        try:
            return form.model_validate(fields)
        except ValidationError as error:
            places = {tuple(fault["loc"]) for fault in error.errors(include_url=False, include_context=False)}
        # From the end, so that places in lists stay what they are.
        for place in sorted(places, key=lambda place: [(isinstance(p, int), p) for p in place], reverse=True):
            path = _existing(fields, place)
            if not path or path[0] in ("answer", "agent"):
                raise FormError("It is no form.")
            missing.append(f"{_told(path)}: {_quoted(_taken_out(fields, path))}")
    raise FormError("It is no form.")


def _existing(fields: Any, place: Path) -> Path:
    """The part of a place that is there; pydantic adds words of its own behind it."""
    path: list[str | int] = []
    value = fields
    for part in place:
        there = (isinstance(value, dict) and part in value) or (
            isinstance(value, list) and isinstance(part, int) and part < len(value)
        )
        if not there:
            break
        path.append(part)
        value = value[part]
    return tuple(path)


def _taken_out(fields: Any, path: Path) -> Any:
    holder = fields
    for part in path[:-1]:
        holder = holder[part]
    return holder.pop(path[-1])


def _left_out(form: Form, path: str) -> list[str]:
    """The fields that were not given, in this form and in those in it."""
    found = []
    for name in type(form).model_fields:
        at = f"{path}.{name}" if path else name
        if name not in form.model_fields_set:
            found += [] if name in _FREE else [at]
            continue
        value = getattr(form, name)
        for number, inner in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(inner, Form) and name not in _FREE:
                found += _left_out(inner, f"{at}[{number}]" if isinstance(value, list) else at)
    return found


def _told(path: Path) -> str:
    told = ""
    for part in path:
        told += f"[{part}]" if isinstance(part, int) else f".{part}" if told else part
    return told


def _quoted(value: Any) -> str:
    told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return told if len(told) <= _QUOTED_CHARS else f"{told[:_QUOTED_CHARS]}…"
