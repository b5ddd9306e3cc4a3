"""Sums of money as they are written: "85 nghìn đô la", "$1.2M", "2 tỷ đồng a year"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from emads_voice.agents.text import fold

_UNITS = {
    "k": 1e3, "thousand": 1e3, "nghin": 1e3, "ngan": 1e3,
    "m": 1e6, "mn": 1e6, "million": 1e6, "trieu": 1e6, "tr": 1e6,
    "b": 1e9, "bn": 1e9, "billion": 1e9, "ty": 1e9, "ti": 1e9,
}  # fmt: skip
_CURRENCIES = {
    "USD": ("$", "us$", "usd", "dollar", "dollars", "us dollars", "do", "do la", "do la my"),
    "VND": ("d", "₫", "vnd", "dong", "viet nam dong", "viet nam dong (vnd)"),
    "EUR": ("€", "eur", "euro", "euros"),
    "GBP": ("£", "gbp", "pound", "pounds", "bang anh"),
}
_CODE_OF = {written: code for code, names in _CURRENCIES.items() for written in names}
_AMOUNT = re.compile(r"(?P<before>[^\d\s+-]*)\s*(?P<sign>[+-]?)\s*(?P<figures>\d[\d.,]*)\s*(?P<after>.*)")
_A_YEAR = re.compile(r"(?:^|\s|/)(?:a|per|each|mot|moi)?\s*/?\s*(?:year|yr|annum|nam)$")
_A_MONTH = re.compile(r"(?:^|\s|/)(?:a|per|each|mot|moi)?\s*/?\s*(?:month|mo|thang)$")
_FIELDS = ("one_time", "monthly", "one_time_most", "monthly_most")


def currency_code(value: object) -> object:
    """The ISO code of a currency, however it is called; what is not known is given back as it came."""
    if not isinstance(value, str):
        return value
    plain = fold(value).strip()
    return _CODE_OF.get(plain, plain.upper())


def in_one_currency(fields: object) -> object:
    """The fields of a cost with amounts in words as figures, and yearly ones as monthly.

    Words that are not understood, or are in two currencies, stay as they are: they are no amounts, and are refused.
    """
    if not isinstance(fields, Mapping):
        return fields
    given = dict(fields)
    for yearly, monthly in (("yearly", "monthly"), ("yearly_most", "monthly_most")):
        if yearly in given and given.get(monthly) is None:
            given[monthly] = _a_month_of(given.pop(yearly))
    found: dict[str, float] = {}
    currencies = {str(currency_code(given["currency"]))} if given.get("currency") else set()
    for name in _FIELDS:
        if not isinstance(given.get(name), str) or (amount := read_amount(given[name])) is None:
            continue
        value, currency, months = amount
        if months and not name.startswith("monthly"):
            continue  # a running cost under one_time is neither
        found[name] = value / (months or 1)
        currencies |= {currency} if currency else set()
    if len(currencies) > 1:
        return given
    return given | found | ({"currency": currencies.pop()} if currencies else {})


def _a_month_of(a_year: object) -> object:
    if isinstance(a_year, (int, float)):
        return a_year / 12
    if isinstance(a_year, str) and (amount := read_amount(a_year)) and not amount[2]:
        return f"{a_year} a year"
    return a_year


def read_amount(text: str) -> tuple[float, str, int] | None:
    """An amount in words: its figure, its currency ("" if none is named) and the months it is for (0: once).

    None where it is not certain what is meant. A mark before exactly three digits is one between thousands: that is how
    "85.000" is written in Vietnam, and the larger of both readings.
    """
    parts = _AMOUNT.fullmatch(fold(text).strip())
    if not parts:
        return None
    rest, months = parts["after"].strip(), 0
    for pattern, period in ((_A_YEAR, 12), (_A_MONTH, 1)):
        if pattern.search(rest):
            rest, months = pattern.sub("", rest).strip(" /"), period
    figures = parts["figures"].rstrip(".,")
    whole = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", figures)
    number = re.sub(r"[.,]", "", figures) if whole else figures.replace(",", ".")
    if number.count(".") > 1:
        return None
    unit, name = re.match(r"([a-z]*)\s*(.*)", rest).groups()  # type: ignore[union-attr]
    if unit in _UNITS:
        factor, name = _UNITS[unit], name
    else:
        factor, name = 1.0, rest
    told = {word for word in (parts["before"].strip(), name.strip()) if word}
    codes = {_CODE_OF.get(word, word.upper() if re.fullmatch("[a-z]{3}", word) else "?") for word in told}
    if len(codes) > 1 or "?" in codes:
        return None
    value = float(number) * factor
    return (-value if parts["sign"] == "-" else value, codes.pop() if codes else "", months)
