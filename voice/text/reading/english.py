"""English as it is said: figures, money, dates, units and abbreviations in words.

`normt2s <https://github.com/c-siegel/normt2s>`_ reads most of it; what it does not know is added to its lexicon, or
rewritten here to what it knows.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from .codes import Words, plain_codes, roman
from .english_dates import DECADES, dates, days_and_years, ordinal
from .english_money import money
from .rewriting import Rule, rewritten
from .technical import technical

WORDS = Words(
    digits=("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    plus="plus", minus="minus", when="at", to="to", dot="dot", point="point", at="at",
    underscore="underscore", dash="dash", slash="slash", backslash="backslash", tilde="tilde", line="line",
    colon="colon", port="port", star="star", hash_key="hash", thousands=",", decimal=".",
    before_telephone="phone|call|dial|cell|mobile|fax|number|tel|reach (?:me|us)|code|id|account|January|February|March"
                     "|April|May|June|July|August|September|October|November|December",
    number="number", about="about", version="version",
    coded=r"(?:code|passcode|password|pin|otp|zip|id|account(?: number)?|ticket|reference|tracking(?: number)?|"
          r"booking|confirmation|port|serial|policy|ending in|ends in|ending with|invoice|"
          r"(?:order|case|passport|card|contract|member|employee|phone|claim|bill|customer|part|model) "
          r"(?:number|no\.?|id))(?: for \w+)?(?: (?:is|no\.?|number|code)){0,2}",
    dialled=r"call|calling|dial|dialing|phone|ring|text",
    follows="for|if|and|or|now|when|in|at|to|immediately|right",
    scored=r"won|win|wins|beat|lost|lose|lead|leads|led|drew|draw|score|score was|score is",
    numbered=r"chapter|part|phase|war|section|article|volume|title|act|annex|appendix|stage|unit|bowl|type|level|"
             r"class|category|schedule|tier|round|scene|episode|season|book",
)  # fmt: skip

_STREETS = {"St": "Street", "Ave": "Avenue", "Rd": "Road", "Blvd": "Boulevard", "Ln": "Lane", "Hwy": "Highway",
            "Dr": "Drive", "Sq": "Square", "Pl": "Place", "Ct": "Court"}  # fmt: skip
_ROOMS = {"Apt": "apartment", "Ste": "suite", "Fl": "floor", "Rm": "room", "Bldg": "building", "p": "page",
          "pp": "pages", "No": "number", "no": "number", "Nos": "numbers", "Fig": "figure", "fig": "figure",
          "Vol": "volume", "vol": "volume", "ext": "extension", "Ext": "extension", "x": "extension"}  # fmt: skip
_COMPARED = {"<": "less than", ">": "more than", "≤": "at most", "≥": "at least"}
_SQUARES = {"ft": "feet", "m": "meters", "km": "kilometers", "in": "inches"}
_LETTER_UNITS = {
    "V": ("volt", "volts"),
    "L": ("liter", "liters"),
    "W": ("watt", "watts"),
    "A": ("amp", "amps"),
}
_TIMES_PER = {"mo": "month", "yr": "year", "hr": "hour", "wk": "week"}


def _compared(match: re.Match[str]) -> str:
    left = match.string[: match.start()].rstrip()
    side = re.search(r"(?:^|[\s(])\w$|\d$", left)  # "x < 5" is a comparison that the normaliser reads
    return match[0] if side else f"{_COMPARED[match[1]]} "


def _powers(match: re.Match[str]) -> str:
    power = int(match[3])
    if match[2] != "-" and power <= 12 and "." not in match[1]:
        return f"{int(match[1]) * 10**power:,}"
    return f"{match[1]} times 10 to the {'minus ' if match[2] == '-' else ''}{ordinal(power)}"


def _shares(match: re.Match[str]) -> str:
    """ "80/20" is two shares of a hundred, "20/20" is sight; "7/8" is a fraction."""
    one, other = int(match[1]), int(match[2])
    return f"{one} {other}" if one == other or one + other == 100 else match[0]


def _zip_code(match: re.Match[str]) -> str:
    plus = f" dash {WORDS.spelled(match[3])}" if match[3] else ""
    return f"{match[1]} {WORDS.spelled(match[2])}{plus}"


def _lasting(match: re.Match[str]) -> str:
    return f"{match[1]} second{'' if match[1] == '1' else 's'}"


def _short_code(match: re.Match[str]) -> str:
    return f"{match[1]} {WORDS.spelled(match[2])}"


def _blood(match: re.Match[str]) -> str:
    typed = re.search(r"\bblood\b", match.string, re.I)
    return f"{match[1]} {'positive' if match[2] == '+' else 'negative'}" if typed else match[0]


_BEGINS = (
    "The|It|It's|It’s|I|I'm|I’m|We|You|He|She|They|This|That|There|These|If|But|And|So|Please|Then|Let|Is|Are|Do|Does"
    "|What|When|Where|Who|How|Our|Your|My|Can|Would|Could|Not|No|Yes"
)
_ENDING = re.compile(rf"\b((?:[ap]\.m|U\.S(?:\.A)?|U\.K|D\.C|E\.U)\.)(?= (?:{_BEGINS})\b|\s*$)")
"""Abbreviations that end a sentence: the normaliser takes their last stop for a part of them."""

_ZONES = {"E": "Eastern", "C": "Central", "M": "Mountain", "P": "Pacific"}
_ZONE = re.compile(r"(?<=[\dmMk.])\s?\b([ECMP])T\b")
"""Zones of three letters are spelled."""
_OF_A_CLOCK = re.compile(
    r"(?:\d\d?:\d\d|[ap]\.?\s?m\.?|o'clock|\b(?:at|by|until|till|from|to|before|after) \d\d?)$", re.I
)


def _zone(match: re.Match[str]) -> str:
    typed = _OF_A_CLOCK.search(match.string[max(0, match.start() - 14) : match.start()])
    return f" {_ZONES[match[1]]} time" if typed else match[0]


_DOSES = {"prn": "as needed", "bid": "twice a day", "tid": "three times a day", "qid": "four times a day",
          "qd": "once a day", "po": "by mouth"}  # fmt: skip


def _dose(match: re.Match[str]) -> str:
    letters = match[0].replace(".", "").casefold()
    stop = "." if match[0].endswith(".") and not match.string[match.end() :].strip() else ""
    return f"{_DOSES[letters]}{stop}"


def _reign(match: re.Match[str]) -> str:
    return f"{match[1]} the {ordinal(roman(match[2]))}" if roman(match[2]) else match[0]


_FIRST: tuple[Rule, ...] = (
    (
        re.compile(r"\b(BP|[Bb]lood pressure)((?: \w+){0,2}:?) (\d{2,3})/(\d{2,3})(?![\w/])"),
        r"\1\2 \3 over \4",
    ),
    (
        re.compile(r"\b[Ee]xt(?:ension|n)?\.?:?\s?#?(?:no\.? |number )?(\d{2,6})(?![\w,]|\.\d)"),
        lambda m: f"extension {WORDS.spelled(m[1])}",
    ),
    (re.compile(r"(?<=\d )x(?=\d{2,5}\b(?! ?[=x×]))(\d+)"), lambda m: f"extension {WORDS.spelled(m[1])}"),
    (_ZONE, _zone),
    (
        re.compile(
            r"(?<!\w)(?:PRN\b|p\.r\.n\.|(?:b|t|q)\.i\.d\.|q\.d\.|(?:BID|TID|QID)\b(?=[\s.,;]*(?:$|for|with|after|before|by)))"
        ),
        _dose,
    ),
    (
        re.compile(r"(?<=\d)\s?fl\.?\s?oz\b\.?(?=\s?(.)?)"),
        lambda m: " fluid ounces" + ("." if m[0].endswith(".") and not m[1] else ""),
    ),
    (re.compile(r"(?<![\w/])([+−-]\d+(?:[.,]\d+)*)\s?/\s?(?=[+−-]\d)"), r"\1, "),
    (
        re.compile(
            rf"((?:\b(?:on|at|to|from|of|off|onto|along|down|up|is|near)|\b\d+) (?:[A-Z][\w'’]+ ){{1,3}})Dr\. "
            rf"(?=(?:{_BEGINS}|Ask|Turn|Call|Ring|Wait|Go|Take|Park|Look|Follow|Bring|Come|Use|Press)\b)"
        ),
        r"\1Drive. ",
    ),
    (re.compile(r"\bP\.?\s?O\.? (?=Box\b)"), "P O "),
    (re.compile(r"\bPh\.?D\b\.?"), "P h D"),
    (_ENDING, lambda m: f"{m[1].replace('.', ' ').strip()}."),
    (re.compile(r"\bw/o\b"), "without"),
    (re.compile(r"(?<!\w)w/\s?(?=\w)"), "with "),
    (re.compile(r"\bCorp\.(?=[\s,]|$)"), "Corporation"),
    (re.compile(r"\b([Nn])o\. (?=of\b)"), lambda m: f"{m[1]}umber "),
    (re.compile(r"(?:\b[Ss]ection )?§\s?(?=\d)"), "section "),
    (re.compile(r"(?:\b[Pp]aragraph )?¶\s?(?=\d)"), "paragraph "),
    (re.compile("[™®]"), ""),
    (re.compile(r"(?<![\w~])[~≈]\s?(?=[$€£₫])"), "about "),
    (re.compile(r"\b(ISO(?:/IEC)? \d{4,5}):((?:19|20)\d\d)(?!\d)"), r"\1, \2"),
    (re.compile(r"(?<![\w.$€£'’-])(?<![Tt]he )(\d{1,3}(?:\.\d+)?)s(?![\w'’])"), _lasting),
    (re.compile(r"₿\s?(\d+(?:[.,]\d+)*)"), r"\1 bitcoin"),
    (re.compile(r"\b([A-Z]{2}) (\d{5})(?:-(\d{4}))?(?![\w-]|,\d)"), _zip_code),
    (re.compile(r"\b((?:HTTP|[Ss]tatus|[Ee]rror)(?: code)?) ([1-9])0([1-9])(?!\w)"), r"\1 \2 oh \3"),
    (re.compile(r"(?<![\w,.])(\d{1,3}),(\d{1,2})(?=\s?(?:%|km|kg|cm|mm|m|g|l|h|°C|EUR|€)(?!\w))"), r"\1.\2"),
    (re.compile(r"€\s+(?=\d)"), "€"),
    (
        re.compile(r"\b([Oo]rder|[Ee]nter|[Tt]ype|[Cc]ase|[Tt]icket) (\d{5,10})(?![\w-]|[.,]\d| \w+s\b)"),
        _short_code,
    ),
    (re.compile(r"(?<=[A-Za-z])/(\d+)\s?(h|hr|hrs|hours?|d|days?)\b"), r" per \1 \2"),
    (re.compile(r"(?<![\w/])(\d+\.\d+)/(\d+)(?![\w/])"), r"\1 out of \2"),
    (re.compile(r"(?<![\w/.])([1-9]\d)/([1-9]\d)(?![\w/]|\.\d)"), _shares),
    (re.compile(r"(?<=\d)\s?×\s?(?=10\^)"), " times "),
    (re.compile(r"\b([Tt]ext(?:ing)?(?: \w+)? to|[Ss]hort code) (\d{5,6})(?!\w)"), _short_code),
    (re.compile(r"(?<=\d)([LlBb][Bb])\b"), r" \1"),
    (re.compile(r"\bmid-([2-9])0s\b"), lambda m: f"mid-{DECADES[m[1]]}"),
    (
        re.compile(
            r"\b([Ee]arly|[Ll]ate|[Tt]he|[Hh]is|[Hh]er|[Tt]heir|my|your)(?: |-)([2-9])0s\b(?! (?:time|later|wait))"
        ),
        lambda m: f"{m[1]} {DECADES[m[2]]}",
    ),
    (re.compile(r"\bC\+\+"), "C plus plus"),
    (re.compile(r"\b([CF])#(?!\w)"), r"\1 sharp"),
    (
        re.compile(r"(?<![\w.])(Apt|Ste|Fl|Rm|Bldg|pp?|Nos?|no|[Ff]ig|[Vv]ol|[Ee]xt)\.\s?(?=\d)"),
        lambda m: f"{_ROOMS[m[1]]} ",
    ),
    (re.compile(r"(?<=\d )x(?=\d{1,5}\b(?! ?[=x×]))"), "extension "),
    (re.compile(r"(?<=[A-Za-z])\.(?=\d)(?<!\w\.)|(?<![\w.,])\.(?=\d)"), "0."),
    (re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)[eE]([+-]?)(\d{1,2})(?!\w)"), _powers),
    (
        re.compile(
            r"\b(Henry|Louis|Elizabeth|Charles|George|Edward|James|William|Richard|Philip|Napoleon|Nicholas|Catherine|"
            r"Frederick|Benedict|Francis|Pius|Leo|John Paul|Mary|Ramses|Ivan|Peter|Alexander|Tutankhamun) "
            r"([IVX]+)(?![\w'])"
        ),
        _reign,
    ),
    (
        re.compile(r"\b([IVXL]+)(?= century\b)"),
        lambda m: ordinal(roman(m[1])) if roman(m[1]) else m[0],
    ),
    (re.compile(r"(\d)['′] ?(\d{1,2})(?:[\"″”]|'')"), r"\1 feet \2 inches"),
    (re.compile(r"(\d{2,3})/(\d{2,3})\s?mm ?Hg\b"), r"\1 over \2 millimeters of mercury"),
    (re.compile(r"(?<=\d(?:st|nd|rd|th))\s?[-–]\s?(?=\d+(?:st|nd|rd|th)\b)"), " to "),
    (re.compile(r"\b([QH][1-4])\s?[-–]\s?(?=[QH]?[1-4]\b)"), r"\1 to "),
    (re.compile(r"(?<=\d/\d )(tsp|tbsp)\b"), lambda m: {"tsp": "teaspoon", "tbsp": "tablespoon"}[m[1]]),
    (re.compile(r"^([^\"]*\d)[\"″”]([^\"]*)$"), r"\1 inch\2"),
    (re.compile(r"(?<![\w,.])(\d+),(\d{1,2})(?= (?:thousand|million|billion)\b)"), r"\1.\2"),
    (re.compile(r"([<>≤≥])\s?(?=[$€£]?\d)"), _compared),
    (re.compile(r"(?<!\w)(AB|[ABO])([+−-])(?![\w+])"), _blood),
    (re.compile(r"(?<=\d)\s?\+(?=\s+[^\s\d]|$|[.,;:!?)])"), " plus"),
)
_MIDDLE: tuple[Rule, ...] = (
    (
        re.compile(
            r"(?<=[\w%])\s?/\s?(?=(?:month|year|day|week|hour|minute|second|person|user|night|unit|item|piece)\b)"
        ),
        " per ",
    ),
    (re.compile(r"(?<=\d)/(mo|yr|hr|wk)\b\.?"), lambda m: f" per {_TIMES_PER[m[1]]}"),
    (re.compile(r"\s?/\s?(?=100 ?km\b)"), " per "),
    (
        re.compile(
            r"\b((?:risk|complexity|severity|priority|impact|likelihood|confidence|urgency|score)(?: score| level)?"
            r"(?: is| was| of|:)?|scored?|rated?|rating(?: of| is)?|got|gave(?: \w+)?|grade(?: of)?) "
            r"(\d+)/(\d+)(?![\w/])",
            re.I,
        ),
        r"\1 \2 out of \3",
    ),
    (re.compile(r"(?<![\w/])50/50(?![\w/])"), "50 50"),
    (
        re.compile(
            r"(?<![\w:.])(\d{1,3}):(\d)(?![\d:])|"
            r"(?<![\w:.])(\d{1,2}):(\d{1,2})(?= (?:ratio|screen|aspect|odds|split|format|display))"
        ),
        lambda m: f"{m[1] or m[3]} to {m[2] or m[4]}",
    ),
    (re.compile(r"(?<=\d) x (?=\d+ ?=)"), " times "),
    (
        re.compile(r"(\d ?(?:²|m²|mm|cm|km|m|in|ft|feet|inches|meters)?) ?[x×] ?(?=\d[^=]*$)"),
        r"\1 by ",
    ),
    (
        re.compile(r"(?<![\w$€£¥])(\d[\d.,]*)k\b|(?<![\w$€£¥])(\d[\d.,]*)M (?=[a-z])"),
        lambda m: f"{m[1]} thousand" if m[1] else f"{m[2]} million ",
    ),
    (re.compile(r"\bsq\.? (?=(?:ft|m|km|in)\b)"), "square "),
    (re.compile(r"(?<=square )(?:ft|m|km|in)\b\.?"), lambda m: _SQUARES[m[0].rstrip(".")]),
)
_NUMBERED = r"seat|row|gate|apartment|flat|unit|room|bus|number|platform|suite|zone|bay|block|No\.?"
_LAST: tuple[Rule, ...] = (
    (
        re.compile(r"(?<=\d\d\d)/(?=\d{3})|(?<=[A-Z])/(?=\d)"),
        lambda m: " slash " if m.string[m.start() - 1].isdigit() else " ",
    ),
    (re.compile(r"(?<=\w)&(?=\w)"), " and "),
    (re.compile(r"(?<=\d)x(?!\w)"), " times"),
    (re.compile(r"(?<=\d)\s?min\.(?=\s|$)"), " minutes."),
    (re.compile(r"((?:ft|feet|foot) \d+(?:\.\d+)?)\s?in\b(?! the)"), r"\1 inches"),
    (re.compile(rf"\b({_NUMBERED}) (\d{{1,4}})([A-Z])\b"), r"\1 \2 \3"),
    (
        re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)*)\s?([VLW]|(?<=\d)A)(?![\w/'’&-])"),
        lambda m: f"{m[1]} {_LETTER_UNITS[m[2]][m[1] != '1']}",
    ),
    (re.compile(r"(?<=[a-z] )(St|Dr)\.(?=$|[\s,])(?! [A-Z][a-z]+)"), lambda m: _STREETS[m[1]]),
    (
        re.compile(r"(?<=[a-z] )St\.(?= [A-Z][a-z]+ [^A-Z\s])(?! [A-Z][a-z]+ (?:Street|Road|Cathedral))"),
        "Street",
    ),
    (re.compile(r"(?<=[a-z] )(St|Dr|Sq|Pl|Ct)(?=$|,)"), lambda m: _STREETS[m[1]]),
    (re.compile(r"(?<=\w )(Ave|Rd|Blvd|Ln|Hwy)\b\.?(?=$|[\s,.;!?])"), lambda m: _STREETS[m[1]]),
)
_ABBREVIATIONS = {
    "hrs": "hours", "hr": "hour", "mins": "minutes",
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
    "pcs": ("piece", "pieces"), "tbsp": ("tablespoon", "tablespoons"), "tsp": ("teaspoon", "teaspoons"),
    "pts": ("point", "points"), "pp": ("percentage point", "percentage points"), "bps": ("basis point", "basis points"),
    "mpg": ("mile per gallon", "miles per gallon"), "kcal": ("kilocalorie", "kilocalories"),
    "mmHg": ("millimeter of mercury", "millimeters of mercury"),
}  # fmt: skip


def read(text: str) -> str:
    """An English sentence in words."""
    text = money(dates(rewritten(technical(text, WORDS), _FIRST)))
    text = plain_codes(rewritten(text, _MIDDLE), WORDS)
    text = rewritten(days_and_years(text), _LAST)
    return " ".join(_normalizer().normalize(text).split())


def warm_up() -> None:
    """Load what :func:`read` needs (some 0.2 s); not for the event loop."""
    read("It costs $3.50.")


def formula(latex: str) -> str:
    """A LaTeX formula in words."""
    said: str = _normalizer().normalize(f"${latex}$" if not latex.startswith("\\begin") else f"$${latex}$$")
    return "" if any(mark in said for mark in "\\${}") else said


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
