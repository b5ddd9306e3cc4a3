"""Sums of money in English, rewritten to what a normaliser reads as people say them."""

from __future__ import annotations

import re

from .rewriting import Rule, rewritten

_AMOUNT = r"\d[\d,.]*\d|\d"
_SCALES = {"k": "thousand", "m": "million", "mn": "million", "mio": "million", "bn": "billion", "b": "billion",
           "t": "trillion", "tn": "trillion"}  # fmt: skip
_SCALE = "k|K|M|m|mn|mio|bn|B|b|T|tn"
_WHOLE_SCALE = "thousand|million|billion|trillion"
_SIGNS = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "₫": "dong", "₩": "won", "฿": "baht", "₹": "rupees",
          "A$": "Australian dollars", "S$": "Singapore dollars", "C$": "Canadian dollars", "HK$": "Hong Kong dollars",
          "NZ$": "New Zealand dollars", "US$": "US dollars", "R$": "reais"}  # fmt: skip
_CODES = {"USD": "US dollars", "EUR": "euros", "GBP": "pounds", "VND": "dong", "VNĐ": "dong", "JPY": "yen",
          "SGD": "Singapore dollars", "AUD": "Australian dollars", "CAD": "Canadian dollars", "CHF": "Swiss francs",
          "THB": "baht", "KRW": "won", "CNY": "yuan", "INR": "rupees", "HKD": "Hong Kong dollars"}  # fmt: skip
_CODE = "|".join(_CODES)
_FOREIGN = r"(?:HK|NZ|[ASCR])\$|[₫₩฿₹]"  # the others a normaliser knows, with their cents
_UNITS = {"kg": "kilogram", "g": "gram", "lb": "pound", "oz": "ounce", "km": "kilometer", "mi": "mile", "m": "meter",
          "m²": "square meter", "m2": "square meter", "ft": "foot", "l": "liter", "L": "liter", "GB": "gigabyte",
          "TB": "terabyte", "MB": "megabyte", "kWh": "kilowatt hour", "h": "hour", "hr": "hour", "mo": "month",
          "yr": "year", "wk": "week", "min": "minute", "pc": "piece", "pp": "person", "px": "pixel"}  # fmt: skip
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))


def _scaled(scale: str | None) -> str:
    return f" {_SCALES.get(scale.casefold(), scale)}" if scale else ""


_RULES: tuple[Rule, ...] = (
    (
        re.compile(rf"(?<!\w)({_FOREIGN})\s?({_AMOUNT})(?:\s?({_SCALE})\b| ({_WHOLE_SCALE})\b)?"),
        lambda m: f"{m[2]}{_scaled(m[3] or m[4])} {_SIGNS[m[1]]}",
    ),
    (re.compile(r"\bUS(?=\$\d)"), ""),
    (
        re.compile(rf"\b({_CODE})\s?({_AMOUNT})(?:({_SCALE})\b| ({_WHOLE_SCALE})\b)?"),
        lambda m: f"{m[2]}{_scaled(m[3] or m[4])} {_CODES[m[1]] if m[3] or m[4] or m[1] == 'CHF' else m[1]}",
    ),
    (
        re.compile(rf"({_AMOUNT})\s?({_SCALE})\s?({_CODE})\b"),
        lambda m: f"{m[1]}{_scaled(m[2])} {_CODES[m[3]]}",
    ),
    (re.compile(rf"\b({_WHOLE_SCALE}) ({_CODE})\b"), lambda m: f"{m[1]} {_CODES[m[2]]}"),
    (
        re.compile(r"(?<=€)(\d{1,3}(?:\.\d{3})*),(\d\d)(?!\d)"),
        lambda m: f"{m[1].replace('.', ',')}.{m[2]}",
    ),
    (
        re.compile(
            r"(?<![\w.,])\d{1,3}(?:\.\d{3}){2,}(?![\w.,]*\d)|(?<![\w.,])\d{1,3}(?:\.\d{3})+(?=\s?(?:dong|VND|đ\b))"
        ),
        lambda m: m[0].replace(".", ","),
    ),
    (re.compile(r"(?<=\d)\s?(?:VNĐ|VND|₫|đ)(?!\w)"), " dong"),
    (re.compile(rf"([$€£¥])\s?(\d[\d,.]*)\s?({_SCALE})\b"), lambda m: f"{m[1]}{m[2]}{_scaled(m[3])}"),
    (
        re.compile(
            r"([$€£¥])(\d[\d,.]*\d|\d)( thousand| million| billion)?\s?[-–—]\s?"
            r"\1?(\d[\d,.]*\d|\d)( thousand| million| billion)?"
        ),
        lambda m: f"{m[2]}{m[3] or ''} to {m[4]}{m[5] or ''} {_SIGNS[m[1]]}",
    ),
    (re.compile(r"[$€]0\.(\d\d)(?!\d)"), lambda m: f"{int(m[1])} cents"),
    (re.compile(r"(?<=\d)\s?¢"), " cents"),
    (
        re.compile(
            rf"([$€£¥][\d.,]*\d(?: (?:{_WHOLE_SCALE}))?|dong|dollars|cents|euros|pounds|yen|{_CODE})"
            rf"\s?/\s?({_UNIT})\b\.?(?!/)"
        ),
        lambda m: f"{m[1]} per {_UNITS[m[2]]}",
    ),
)


def money(text: str) -> str:
    """The text with its sums of money as a normaliser knows them."""
    return rewritten(text, _RULES)
