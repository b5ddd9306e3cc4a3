"""English as it is said: figures, money, dates, units and abbreviations in words.

`normt2s <https://github.com/c-siegel/normt2s>`_ reads most of it; what it does not know is added to its lexicon, or
rewritten here to what it knows.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from .codes import Words, plain_codes, roman

WORDS = Words(
    digits=("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    plus="plus", minus="minus", when="at", to="to", dot="dot", point="point", at="at",
    underscore="underscore", dash="dash",
    number="number", about="about", version="version",
    coded=r"(?:code|passcode|password|pin|otp|zip|id|account(?: number)?|ticket|reference|tracking(?: number)?|"
          r"order number|booking|confirmation|serial|policy|ending in|ends in|ending with)"
          r"(?: (?:is|no\.?|number|code))?",
    dialled=r"call|calling|dial|dialing|phone|ring|text",
    follows="for|if|and|or|now|when|in|at|to|immediately|right",
    scored=r"won|win|wins|beat|lost|lose|lead|leads|led|drew|draw|score|score was|score is",
    numbered=r"chapter|part|phase|war|section|article|volume|title|act|annex|appendix|stage|unit|bowl|type|level|"
             r"class|category|schedule|tier|round",
)  # fmt: skip

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_SHORT_MONTHS = {name[:3]: name for name in _MONTHS} | {"Sept": "September"}
_DAYS = {"Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday",
         "Thur": "Thursday", "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday"}  # fmt: skip
_MONTH = re.compile(rf"\b({'|'.join([*_SHORT_MONTHS])})\b\.?(?= \d)|(?<=\d )({'|'.join(_SHORT_MONTHS)})\b\.?")
_DAY = re.compile(
    rf"\b({'|'.join(sorted(_DAYS, key=len, reverse=True))})\b\.?(?=,? (?:{'|'.join(_MONTHS)}|\d))"
)
_MONTH_DAY = re.compile(rf"\b({'|'.join(_MONTHS)}) (\d{{1,2}})(?![\w:]|[.,]\d| to |-)")
_DATE = re.compile(r"(?<![\w./-])(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?![\w/])")
_YEAR_AFTER = re.compile(
    r"((?:©|\b[Qq] ?[1-4](?: of)?,?|\bF Y|\bfiscal year|, ) ?)((?:19|20)\d\d)\b(?![,.]?\d)"
)
_DECADE = re.compile(r"(?<!\w)['’](\d)0s\b")
_TEENS = {"2": "twenties", "3": "thirties", "4": "forties", "5": "fifties", "6": "sixties", "7": "seventies",
          "8": "eighties", "9": "nineties"}  # fmt: skip
_SCALED = re.compile(r"([$€£¥])\s?(\d[\d,.]*)\s?(k|K|M|m|mn|bn|B|b|T)\b")
_SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion", "t": "trillion"}
_MONEY_RANGE = re.compile(
    r"([$€£¥])(\d[\d,.]*\d|\d)( thousand| million| billion)?\s?[-–—]\s?"
    r"\1?(\d[\d,.]*\d|\d)( thousand| million| billion)?"
)
_CURRENCY = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}
_CODE_FIRST = re.compile(r"\b(?:US)?(USD|EUR|GBP|VND|VNĐ|JPY|SGD|AUD)\s?(\d[\d,.]*\d|\d)")
_DOLLARS = re.compile(r"\bUS(?=\$\d)")
_DONG = re.compile(r"(?<=\d)\s?(?:VNĐ|VND|₫|đ)(?!\w)")
_DOTTED = re.compile(
    r"(?<![\w.,])\d{1,3}(?:\.\d{3}){2,}(?![\w.,]*\d)|(?<![\w.,])\d{1,3}(?:\.\d{3})+(?=\s?(?:dong|VND|đ\b))"
)
_CENTS = re.compile(r"(\d)\s?¢")
_BELOW_ONE = re.compile(r"[$€]0\.(\d\d)(?!\d)")
_PER = re.compile(
    r"(?<=[\w%])\s?/\s?(?=(?:month|year|day|week|hour|minute|second|person|user|night|unit|item|piece)\b)"
)
_PER_SHORT = re.compile(r"(?<=\d)/(mo|yr|hr|wk)\b\.?")
_SHORT_TIMES = {"mo": "month", "yr": "year", "hr": "hour", "wk": "week"}
_EUROPEAN = re.compile(r"(?<=€)(\d{1,3}(?:\.\d{3})*),(\d\d)(?!\d)")
_DONG_FIRST = re.compile(r"₫\s?(\d[\d.,]*\d|\d)")
_BETWEEN = re.compile(r"\b(between \w+(?: \w+){0,2}(?:[- ]\w+)? and|from \w+ to) ((?:19|20)\d\d)\b", re.I)
_RATIO = re.compile(
    r"(?<![\w:.])(\d{1,3}):(\d)(?![\d:])|"
    r"(?<![\w:.])(\d{1,2}):(\d{1,2})(?= (?:ratio|screen|aspect|odds|split|format|display))"
)
_BY = re.compile(r"(?<=[\w²]) ?[x×] (?=\d[^=]*$)|(?<=\d[a-z][a-z]) x (?=\d)")
_SUM = re.compile(r"(?<=\d) x (?=\d+ ?=)")
_THOUSANDS = re.compile(r"(?<![\w$€£¥])(\d[\d.,]*)k\b|(?<![\w$€£¥])(\d[\d.,]*)M (?=[a-z])")
_AMPERSAND = re.compile(r"(?<=\w)&(?=\w)")
_EVEN = re.compile(r"(?<![\w/])50/50(?![\w/])")
_OUT_OF = re.compile(
    r"\b(scored?|rated?|rating(?: of| is)?|got|gave(?: \w+)?|grade(?: of)?) (\d+)/(\d+)(?![\w/])", re.I
)
_SLASHED = re.compile(r"(?<=\d\d\d)/(?=\d{3})|(?<=[A-Z])/(?=\d)")
_DAY_MONTH = re.compile(rf"(?<![\w.,:])(\d{{1,2}}) (?=(?:{'|'.join(_MONTHS)})\b(?! \d{{4}}))")
_TIMES = re.compile(r"(?<=\d)x(?!\w)")
_REIGN = re.compile(
    r"\b(Henry|Louis|Elizabeth|Charles|George|Edward|James|William|Richard|Philip|Napoleon|Nicholas|Catherine|"
    r"Frederick|Benedict|Francis|Pius|Leo|John Paul|Mary|Ramses|Ivan|Peter|Alexander|Tutankhamun) ([IVX]+)(?![\w'])"
)
_AROUND_THE_CLOCK = re.compile(r"(?<![\w/])24/7(?![\w/])")
_STREET = re.compile(r"(?<=[a-z] )St\.(?=$|[\s,])(?! [A-Z][a-z]+ (?:Street|Road|Cathedral))")
_STREETS = re.compile(r"(?<=\w )(Ave|Rd|Blvd|Ln|Hwy)\b\.?(?=$|[\s,.;!?])")
_STREET_NAMES = {"Ave": "Avenue", "Rd": "Road", "Blvd": "Boulevard", "Ln": "Lane", "Hwy": "Highway"}
_INCHES = re.compile(r"((?:ft|feet|foot) \d+(?:\.\d+)?)\s?in\b(?! the)")
_LETTER_UNITS = {
    "V": ("volt", "volts"),
    "L": ("liter", "liters"),
    "W": ("watt", "watts"),
    "A": ("amp", "amps"),
}
_LETTER_UNIT = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)*)\s?([VLW]|(?<=\d)A)(?![\w/'’&-])")
_ABBREVIATIONS = {
    "ext.": "extension", "No.": "number", "Nos.": "numbers", "hrs": "hours", "hr": "hour", "mins": "minutes",
    "secs": "seconds", "St.": "Saint", "Co.": "Company", "dept.": "department", "Dept.": "department",
    "incl.": "including", "max.": "maximum", "min.": "minimum", "w/o": "without", "Mt.": "Mount",
}  # fmt: skip
_UNITS = {
    "mph": ("mile per hour", "miles per hour"), "km/h": ("kilometer per hour", "kilometers per hour"),
    "Mbps": ("megabit per second", "megabits per second"), "Gbps": ("gigabit per second", "gigabits per second"),
    "kbps": ("kilobit per second", "kilobits per second"), "kW": ("kilowatt", "kilowatts"),
    "hrs": ("hour", "hours"), "hr": ("hour", "hours"),
    "mins": ("minute", "minutes"), "secs": ("second", "seconds"), "yrs": ("year", "years"), "mo": ("month", "months"),
    "ha": ("hectare", "hectares"), "fps": ("frame per second", "frames per second"), "rpm": ("r p m", "r p m"),
}  # fmt: skip


def read(text: str) -> str:
    """An English sentence in words."""
    text = _AROUND_THE_CLOCK.sub("24 7", text)
    text = _DATE.sub(_iso, text)
    text = _MONTH.sub(lambda m: _SHORT_MONTHS[m[1] or m[2]], text)
    text = _DAY.sub(lambda m: _DAYS[m[1]], text)
    text = _money(text)
    text = _REIGN.sub(lambda m: f"{m[1]} the {_ordinal(roman(m[2]))}" if roman(m[2]) else m[0], text)
    text = _PER.sub(" per ", text)
    text = _PER_SHORT.sub(lambda m: f" per {_SHORT_TIMES[m[1]]}", text)
    text = _EVEN.sub("50 50", _OUT_OF.sub(r"\1 \2 out of \3", text))
    text = _RATIO.sub(lambda m: f"{m[1] or m[3]} to {m[2] or m[4]}", text)
    text = _BY.sub(" by ", _SUM.sub(" times ", text))
    text = _THOUSANDS.sub(lambda m: f"{m[1]} thousand" if m[1] else f"{m[2]} million ", text)
    text = plain_codes(text, WORDS)
    text = _MONTH_DAY.sub(lambda m: f"{m[1]} {_ordinal(int(m[2]))}" if 0 < int(m[2]) < 32 else m[0], text)
    text = _DAY_MONTH.sub(lambda m: f"{_ordinal(int(m[1]))} " if 0 < int(m[1]) < 32 else m[0], text)
    text = _BETWEEN.sub(lambda m: f"{m[1]} {_year(m[2])}", text)
    text = _SLASHED.sub(lambda m: " slash " if m.string[m.start() - 1].isdigit() else " ", text)
    text = _YEAR_AFTER.sub(lambda m: f"{m[1].replace('©', 'copyright ')}{_year(m[2])}", text)
    text = _AMPERSAND.sub(" and ", text.replace("©", "copyright "))
    text = _DECADE.sub(lambda m: _TEENS.get(m[1], m[0]), text)
    text = _TIMES.sub(" times", text)
    text = _INCHES.sub(r"\1 inches", text)
    text = _LETTER_UNIT.sub(lambda m: f"{m[1]} {_LETTER_UNITS[m[2]][m[1] != '1']}", text)
    text = _STREETS.sub(lambda m: _STREET_NAMES[m[1]], _STREET.sub("Street", text))
    return " ".join(_normalizer().normalize(text).split())


def warm_up() -> None:
    """Load what :func:`read` needs (some 0.2 s); not for the event loop."""
    read("It costs $3.50.")


def formula(latex: str) -> str:
    """A LaTeX formula in words."""
    said: str = _normalizer().normalize(f"${latex}$" if not latex.startswith("\\begin") else f"$${latex}$$")
    return "" if any(mark in said for mark in "\\${}") else said


def _iso(match: re.Match[str]) -> str:
    month, day = (
        sorted((int(match[1]), int(match[2]))) if int(match[1]) > 12 else (int(match[1]), int(match[2]))
    )
    return f"{match[3]}-{month:02}-{day:02}" if 0 < month < 13 and 0 < day < 32 else match[0]


def _money(text: str) -> str:
    text = _DONG_FIRST.sub(r"\1 dong", _DOLLARS.sub("", text))
    text = _EUROPEAN.sub(lambda m: f"{m[1].replace('.', ',')}.{m[2]}", text)
    text = _DOTTED.sub(lambda m: m[0].replace(".", ","), text)
    text = _DONG.sub(" dong", text)
    text = _SCALED.sub(lambda m: f"{m[1]}{m[2]} {_SCALES[m[3].lower()]}", text)
    text = _MONEY_RANGE.sub(lambda m: f"{m[2]}{m[3] or ''} to {m[4]}{m[5] or ''} {_CURRENCY[m[1]]}", text)
    text = _CODE_FIRST.sub(r"\2 \1", text)
    text = _BELOW_ONE.sub(lambda m: f"{int(m[1])} cents", text)
    return _CENTS.sub(r"\1 cents", text)


def _ordinal(number: int) -> str:
    suffix = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    said: str = _normalizer().normalize(f"{number}{suffix}")
    return said


def _year(year: str) -> str:
    said: str = _normalizer().normalize(f"in {year}")
    return said.removeprefix("in ")


@cache
def _normalizer() -> Any:
    from normt2s import Normalizer

    normalizer = Normalizer("en")
    for code, name in (("VND", "dong"), ("VNĐ", "dong"), ("JPY", "yen")):
        normalizer.add_currency(code, (name, name))
    for code, name in (("SGD", "Singapore dollar"), ("AUD", "Australian dollar")):
        normalizer.add_currency(code, (name, name + "s"), ("cent", "cents"))
    for short, whole in _ABBREVIATIONS.items():
        normalizer.add_abbreviation(short, whole)
    for unit, (one, several) in _UNITS.items():
        normalizer.add_unit(unit, one, several)
    return normalizer
