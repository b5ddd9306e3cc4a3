"""Figures that no language reads as numbers: telephone numbers, codes, addresses, versions, ranges.

A normaliser of a language reads "0912345678" as nine hundred million or not at all. Here such figures are put into
words, or into figures that a normaliser reads rightly, for any language that has a :class:`Words`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """How a language says what stands in codes.

    Attributes:
        digits: zero to nine.
        plus: before an international number.
        minus: of a time zone.
        when: between a date and a time.
        to: between the ends of a range.
        dot: in an address on the net.
        point: in a version.
        at: in an e-mail address.
        underscore: in one.
        dash: in one.
        slash: in a path.
        backslash: in one.
        tilde: in one.
        line: of a file.
        colon: in an address of a machine.
        port: of one.
        star: the key.
        hash_key: likewise.
        thousands: what parts a number's thousands.
        decimal: its mark.
        before_telephone: words (as a pattern) after which groups of three figures are no thousands.
        number: for "#".
        about: for "~".
        version: for the v of "v2.0".
        coded: words (as a pattern) after which a number is a code, and read digit by digit.
        dialled: words after which a number of three digits is one to be dialled.
        follows: what may come after a number that is dialled.
        scored: words that speak of a score.
        numbered: words after which a Roman number is one.
    """

    digits: tuple[str, ...]
    plus: str
    minus: str
    when: str
    to: str
    dot: str
    point: str
    at: str
    underscore: str
    dash: str
    slash: str
    backslash: str
    tilde: str
    line: str
    colon: str
    port: str
    star: str
    hash_key: str
    thousands: str
    decimal: str
    before_telephone: str
    number: str
    about: str
    version: str
    coded: str
    dialled: str
    follows: str
    scored: str
    numbered: str

    def spelled(self, digits: str) -> str:
        """Digit by digit; anything but digits parts groups."""
        groups = re.findall(r"\d+", digits)
        return ", ".join(" ".join(self.digits[int(digit)] for digit in group) for group in groups)


_DOMAINS = "com|org|net|edu|gov|info|io|ai|app|dev|vn|uk|us|eu|de|fr|jp|kr|cn|sg|au|ca|co|me|biz|shop|store|tech|cloud|online|test|example"  # noqa: E501
_MAIL = re.compile(r"(?<![\w.+-])([\w.+-]+)@((?:[\w-]+\.)+[a-z]{2,})", re.I)
_SITE = re.compile(
    rf"(?<![\w@.-])(?:\w+://)?((?:[a-z0-9-]+\.)+(?:{_DOMAINS}))(?::\d+)?(?![\w-]|\.\w)(?:/(?:[^\s,;!?]*[\w/])?)?(?:\?\S*\w)?",
    re.I,
)
_HANDLE = re.compile(r"(?<![\w.])@(?=[^\W\d]\w| ?\d)\s?")
_IP = re.compile(
    r"(?<![\w.,])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?![\w,]|\.\d)"
)
_VERSION = re.compile(r"(?<![\w.,])(v?)(\d+(?:\.\d+){2,})(?![\w,]|\.\d)", re.I)
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_V = re.compile(r"(?<!\w)v\.?(?=\d+(?:\.\d+)*\b)")
_PHONES = (
    r"\+\d[\d .()\-]{6,}\d",
    r"\(\d{2,4}\)[ .-]?\d{3,4}[ .-]\d{3,4}",
    r"0\d{1,3}(?:[ .-]\d{2,4}){2,3}",
    r"\d{3}(?P<part>[-. ])\d{3}(?P=part)\d{4}",
    r"1-\d{3}-\d{3}-\d{4}",
    r"\d{3}-\d{4}",
    r"1[89]00(?:[ .-]\d{2,4}){1,3}",
    r"\d{4}(?P<card>[ -])\d{4}(?P=card)\d{4}(?:(?P=card)\d{1,4})?",
)
_PHONE = re.compile(rf"(?<![\w.,$€£/+-])(?:{'|'.join(_PHONES)})(?![\w/%]|[.,-]\d)")
_LEADING_ZERO = re.compile(r"(?<![\w.,:/-])0\d+(?![\w:/]|[.,-]\d)")
_LONG = re.compile(r"(?<![\w.,$€£-])\d{8,}(?![\w%]|[.,-]\d)")
_ALNUM = re.compile(
    r"(?<![\w/.-])(?=[A-ZĐ\d/-]*\d)(?=[\d-]*[A-ZĐ])[A-ZĐ\d]+(?:-[A-ZĐ\d]+)*(?:/[A-ZĐ\d]+(?:-[A-ZĐ\d]+)*){0,2}"
    r"(?![\w/]|[.,-]\d)"
)
_MIXED = re.compile(r"(?<![\w/.@-])(?![A-ZĐ\d]+\b)([A-Za-z]{1,4})(\d{1,3})(?![\w@]|[.,-]\d)")
_SQUARED = ("m2", "m3", "km2", "cm2", "cm3", "mm2", "dm2", "dm3")
_MEASURED = re.compile(r"\d+[A-ZĐ]{1,2}")  # 4K, 5G, 16GB: a unit follows the figure
_HASH = re.compile(r"(?<!\w)#(?=[A-ZĐ]{0,5}-?\d)")
_HASHTAG = re.compile(r"(?<!\w)#(?=[^\W\d_])(?![A-ZĐ]{1,5}-?\d)")
_NUMBER = r"\d+(?:[.,]\d+)*"
_RANGE = re.compile(
    rf"(?<![\w.,/:-])({_NUMBER}(?::\d\d|h\d*|%)?(?: ?[ap]m)?)\s?[-–—]\s?({_NUMBER}(?::\d\d|h\d*)?)(?![\w]*[-–/:]\d)"
    r"(?=(\s*=)?)"
)
_SUM = re.compile(r"(\d ?[+×÷] ?\d+(?:[.,]\d+)?) ?[-−–] ?(?=\d)")
_DATE_RANGE = re.compile(
    r"(?<![\w/])(\d{1,2}/\d{1,4}(?:/\d{4})?)\s?[-–—]\s?(\d{1,2}/\d{1,4}(?:/\d{4})?)(?![\w/])"
)
_TIMESTAMP = re.compile(r"(?<=\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?(?!\w)")
_ZONE = re.compile(r"\b(UTC|GMT)([+\-−])(\d{1,2})\b")
_ARROW = re.compile(r"(\d%?)?\s*(?:→|⇒|➔|➜|➡|[-=]+>)\s*(?=(\d)?)")
_OTHER_ARROWS = re.compile("[←-⇿⟵-⟿⬀-⬍]")
_ABOUT = re.compile(r"(?<![\w~])[~≈]\s?(?=\d)")
_ROMAN = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_LETTERS = re.compile(r"(?<![\w/.])(?<!\d )([^\W\d_]+)/([^\W\d_]+)(?:/([^\W\d_]+))?(?![\w/])")
_MINUS = re.compile(r"(?<![\w)])[−–](?=\d)")


def plain_codes(text: str, words: Words) -> str:
    """The text with its codes in words."""
    text = _ARROW.sub(lambda m: f"{m[1]} {words.to} " if m[1] and m[2] else f"{m[1] or ''}, ", text)
    text = _HASHTAG.sub("", _OTHER_ARROWS.sub(" ", text))
    text = _MINUS.sub("-", text)
    text = _MAIL.sub(lambda m: _mail(m[1], m[2], words), text)
    text = _SITE.sub(lambda m: _site(m[1], words), text)
    text = _HANDLE.sub(f"{words.at} ", text)
    text = _HASH.sub(f"{words.number} ", text)
    if not any(char.isdigit() for char in text):
        return _LETTERS.sub(_parted, _numbered(words).sub(_roman, text))
    text = _IP.sub(lambda m: f" {words.dot} ".join(map(words.spelled, m[0].split("."))), text)
    text = _PHONE.sub(lambda m: _phone(m[0], words), text)
    text = _coded(words).sub(lambda m: f"{m[1]}{_groups(m[2], words)}", text)
    text = _dialled(words).sub(lambda m: f"{m[1]}{words.spelled(m[2])}", text)
    text = _VERSION.sub(lambda m: _version(m[1], m[2], words), text)
    text = _V.sub(f"{words.version} ", text)
    text = _LEADING_ZERO.sub(lambda m: _groups(m[0], words), text)
    text = _LONG.sub(lambda m: m[0] if m[0].endswith("000") else _groups(m[0], words), text)
    text = _TIMESTAMP.sub(rf" {words.when} \1", text)
    text = _ZONE.sub(lambda m: f"{m[1]} {words.plus if m[2] == '+' else words.minus} {m[3]}", text)
    text = _ALNUM.sub(lambda m: _alnum(m[0], words), text)
    text = _MIXED.sub(lambda m: m[0] if m[0] in _SQUARED else f"{m[1]} {m[2]}", text)
    text = _SUM.sub(rf"\1 {words.minus} ", text)
    text = _DATE_RANGE.sub(rf"\1 {words.to} \2", text)
    text = _RANGE.sub(lambda m: _range(m, words), text)
    text = _ABOUT.sub(f"{words.about} ", text)
    text = _numbered(words).sub(_roman, text)
    return _LETTERS.sub(_parted, text)


def _mail(name: str, host: str, words: Words) -> str:
    for mark, word in ((".", words.dot), ("_", words.underscore), ("-", words.dash), ("+", words.plus)):
        name = name.replace(mark, f" {word} ")
    name = re.sub(r"(?<=[^\W\d_])(?=\d)", " ", name)
    return f"{' '.join(name.split())} {words.at} {_site(host, words)}"


def _site(host: str, words: Words) -> str:
    parts = host.removeprefix("www.").removeprefix("WWW.").split(".")
    if len(parts[-1]) == 2 and parts[-1] not in ("me",):
        parts[-1] = " ".join(parts[-1])
    return f" {words.dot} ".join(parts).replace("-", f" {words.dash} ")


def _groups(digits: str, words: Words) -> str:
    """As people group what has no groups: 4, 3, 3 of ten; else threes, of which the last may be four."""
    if not digits.isdigit():
        return words.spelled(digits)
    if len(digits) <= 6:
        return words.spelled(digits)
    sizes = [4, 3] if len(digits) in (10, 11) else [3] * ((len(digits) - 4) // 3 + (len(digits) % 3 != 1))
    groups, at = [], 0
    for size in sizes:
        groups.append(digits[at : at + size])
        at += size
    groups.append(digits[at:])
    return words.spelled(" ".join(filter(None, groups)))


def _phone(number: str, words: Words) -> str:
    if not number.startswith("+"):
        return words.spelled(number)
    digits = number[1:]
    return f"{words.plus} " + (_groups(digits, words) if digits.isdigit() else words.spelled(digits))


def _version(v: str, number: str, words: Words) -> str:
    if not v and _GROUPED.fullmatch(number):  # one million, as much of the world writes it
        return number
    return (f"{words.version} " if v else "") + f" {words.point} ".join(number.split("."))


def _alnum(code: str, words: Words) -> str:
    """Letters one by one, figures of up to two digits and years whole."""
    if "/" in code and not any(map(str.isdigit, code[: code.index("/")])):
        return code  # "III/2026"
    parts = re.findall(r"[^\W\d]+|\d+", code)
    if _MEASURED.fullmatch(code) or max(map(len, filter(str.isalpha, parts))) > 4:
        return code
    mixed = len(parts) > 3 or (len(code) > 6 and parts[0].isdigit())  # a long code is spelled
    said = []
    for part in parts:
        year = len(part) == 4 and part[:2] in ("19", "20") and not mixed
        short = len(part) <= 2 and part[0] != "0" and not mixed
        said.append(" ".join(part) if part.isalpha() else part if year or short else words.spelled(part))
    return " ".join(said)


def _range(match: re.Match[str], words: Words) -> str:
    before = match.string[: match.start()]
    if match[3]:
        return match[0]
    if re.search(rf"(?:{words.scored})(?: \w+){{0,2}}\W*$", before, re.I):
        return f"{match[1]} {match[2]}"
    return f"{match[1]} {words.to} {match[2]}"


def _roman(match: re.Match[str]) -> str:
    value = roman(match[2])
    return f"{match[1]}{value}" if value else match[0]


def roman(numeral: str) -> int:
    """What a Roman number is; 0 if it is none."""
    if not numeral or not _ROMAN.fullmatch(numeral):
        return 0
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}[char] for char in numeral]
    return sum(
        -one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True)
    )


def _parted(match: re.Match[str]) -> str:
    return " ".join(filter(None, match.groups()))


def _cached(make: Callable[[Words], str]) -> Callable[[Words], re.Pattern[str]]:
    patterns: dict[Words, re.Pattern[str]] = {}

    def pattern(words: Words) -> re.Pattern[str]:
        if words not in patterns:
            patterns[words] = re.compile(make(words), re.I)
        return patterns[words]

    return pattern


_coded = _cached(lambda words: rf"(\b(?:{words.coded})\b[ :]*)(\d{{3,}}(?:[ -]\d{{2,}})*)(?![\w%]|[.,-]\d)")
_dialled = _cached(lambda words: rf"(\b(?:{words.dialled}) )(\d{{3}})(?=\W*$|[.,;!?]| (?:{words.follows})\b)")
_numbered = _cached(lambda words: rf"(\b(?:{words.numbered}) )((?-i:[IVXLC]+))(?![\w'’])")
