"""The messages of one language, and how they are put into words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, partial, reduce
from typing import Any

from babel import Locale
from babel.lists import format_list
from fluent.runtime import FluentBundle
from fluent.runtime.types import FluentFloat, FluentNumber, NumberFormatOptions
from fluent.syntax import ast

from .keys import Key
from .names import language_name
from .placeholders import placeholders

# CLDR's plain English is American, which writes "a, b, and c".
_LOCALES = {"en": "en_001"}

# Fluent refuses more than 2,500 characters of placeholders, so a longer text is put in after formatting, in place of a
# mark. No message has more than five texts.
_LONG = 400
_HELD = "\ue000{}\ue001"


class Messages:
    """What we say in one language.

    Attributes:
        code: of the language, "vi".
        name: in English, "Vietnamese".
    """

    def __init__(self, code: str, entries: Mapping[str, ast.Message | ast.Term]) -> None:
        """
        Args:
            code: of the language; CLDR must know it.
            entries: messages by their keys, and the terms they are made with.
        """
        self.code = code
        self._locale = Locale.parse(_LOCALES.get(code, code))
        self.name = language_name(code)
        self._keys = frozenset(name for name, entry in entries.items() if isinstance(entry, ast.Message))
        self._bundle = FluentBundle([str(self._locale)], use_isolating=False, functions=self._functions())
        self._bundle.add_resource(ast.Resource(list(entries.values())))
        self._fixed = {
            name: self.try_text(name, {})[0]
            for name, entry in entries.items()
            if isinstance(entry, ast.Message) and not placeholders(entry).known
        }

    def has(self, keys: Collection[str]) -> bool:
        """Whether all these are there."""
        return self._keys.issuperset(keys)

    def text(self, key: Key, **values: str | float) -> str:
        """A message.

        Args:
            key: which.
            values: for its placeholders: texts, or numbers, which are written as the language does.

        Raises:
            ValueError: a placeholder has no value, or one of the wrong kind.
        """
        if (fixed := self._fixed.get(key)) is not None:
            return fixed
        text, faults = self.try_text(key, values)
        if faults:
            raise ValueError(f"The message {key} cannot be said: {faults[0]}")
        return text

    def try_text(self, key: str, values: Mapping[str, str | float]) -> tuple[str, Sequence[Exception]]:
        """A message, however faulty, and what is wrong with it."""
        held: dict[str, str] = {}
        given: dict[str, object] = {}
        for name, value in values.items():
            if not isinstance(value, str):
                given[name] = _Number(value)
            elif len(value) > _LONG:
                given[name] = _HELD.format(name)
                held[_HELD.format(name)] = value
            else:
                given[name] = value
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            return "", []
        try:
            written, faults = self._bundle.format_pattern(pattern, given)
        except RecursionError:
            return "", [ValueError("it refers to itself, or to what refers back to it")]
        text = str(written)
        for mark, value in held.items():
            text = text.replace(mark, value)
        return text, faults

    def listed(self, items: Sequence[str]) -> str:
        """One after the other, and the last with "and": "a, b and c"."""
        return format_list(items, locale=self._locale)

    def in_a_row(self, items: Sequence[str]) -> str:
        """One after the other: "a, b, c"."""
        between = self._locale.list_patterns["standard"]["middle"]
        return reduce(between.format, items) if items else ""

    def _functions(self) -> dict[str, Callable[[Any], Any]]:
        return {"SPOKEN": partial(_spoken, self._locale), "LOWER": _lower, "CAPITAL": _capital}


class _Number(FluentFloat):
    """Written without separators between thousands, which speech synthesisers misread."""

    default_number_format_options = NumberFormatOptions(useGrouping=False)


def _spoken(locale: Locale, amount: object) -> str:
    if not isinstance(amount, FluentNumber):
        raise TypeError("SPOKEN() takes a number")
    return spoken(round(float(amount)), locale)  # type: ignore[arg-type]  # all its subclasses are numbers


def spoken(amount: int, locale: Locale) -> str:
    """A whole number as a speech synthesiser reads it right: 85500 is "85 thousand 500", in Vietnamese "85 nghìn rưỡi".

    Args:
        amount: the number.
        locale: whose units are taken: thousand and million, or 万 and 亿.
    """
    parts = []
    half = _HALVES.get(locale.language, "")
    for unit, forms in _units(locale):
        if amount >= unit:
            count, amount = divmod(amount, unit)
            form = forms.get(locale.plural_form(count), forms["other"])
            parts.append(form.replace("0", str(count)))
            if half and amount * 2 == unit:
                return " ".join([*parts, half])
    if amount or not parts:
        parts.append(str(amount))
    return " ".join(parts)


_HALVES = {"vi": "rưỡi"}
"""By language what half of the last unit is called where people call it so, "6 nghìn rưỡi"; CLDR has no word for it."""


@cache
def _units(locale: Locale) -> Sequence[tuple[int, Mapping[str, str]]]:
    """The units a language counts in, largest first, each with its plurals: (1000, {"other": "0 thousand"})."""
    units: dict[int, dict[str, str]] = {}
    for plural, patterns in locale.compact_decimal_formats["long"].items():
        for size, pattern in patterns.items():
            # Each unit once: not "00 thousand", nor "0", where a size has no word of its own.
            if pattern.pattern.count("0") <= 1 and pattern.pattern != "0":
                units.setdefault(int(size), {})[plural] = pattern.pattern
    return sorted(units.items(), key=lambda unit: -unit[0])


def _lower(text: object, *, without: str = "") -> str:
    """In the middle of a sentence; names that begin with several capitals stay ("ERP …").

    Args:
        text: to be written small.
        without: an article that is left out at its beginning.
    """
    plain = str(text).removeprefix(without)
    return plain[:1].lower() + plain[1:] if plain[1:2].islower() or plain[1:2] == " " else plain


def _capital(text: object) -> str:
    """At the beginning of a sentence."""
    plain = str(text)
    return plain[:1].upper() + plain[1:]
