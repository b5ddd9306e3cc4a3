"""What machines are called by, in words: addresses with ports, hashes, paths, names of variables; and long figures.

It comes before all else that reads figures, which would find numbers, times and powers in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .codes import Words

Put = Callable[[re.Match[str], Words], str]

_HEX = "[0-9A-Fa-f]"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_FILES = (
    "py|js|ts|tsx|json|ya?ml|toml|ini|conf|cfg|env|txt|md|log|csv|tsv|xlsx?|docx?|pptx?|pdf|zip|gz|tar|sh|sql|html?"
    "|css|xml|png|jpe?g|svg|mp[34]|wav|exe|dll|jar|java|go|rs|rb|php|cpp|lock"
)
_SEGMENT = r"[\w.@+-]{1,60}"
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_FIRST_OF_HASH = 7
"""Characters by which a long hash is called."""


def technical(text: str, words: Words) -> str:
    """The text with such names in words, and figures with spaces for thousands as the language writes them."""
    for pattern, put in _RULES:
        text = pattern.sub(lambda match, put=put: put(match, words), text)  # type: ignore[misc]
    return text


def _characters(code: str, words: Words) -> str:
    return " ".join(words.digits[int(char)] if char.isdecimal() else char.upper() for char in code)


def _thousands(match: re.Match[str], words: Words) -> str:
    before, groups = match.string[: match.start()], match[1].split()
    long = len(groups) > 2 and len(groups[0]) == 3 and groups[-1] != "000" and not match[2]
    if long or re.search(rf"\b(?:{words.before_telephone})\W*(?:\w+\W+)?$", before[-40:], re.I):
        return words.spelled(match[0]) if len(groups) > 2 else match[0]
    return words.thousands.join(groups) + (words.decimal + match[2] if match[2] else "")


def _address(match: re.Match[str], words: Words) -> str:
    named = match[1].isalpha()
    host = match[1] if named else f" {words.dot} ".join(map(words.spelled, match[1].split(".")))
    return f"{host} {words.port} {words.spelled(match[2])}"


def _hex_groups(match: re.Match[str], words: Words) -> str:
    return ", ".join(_characters(group, words) for group in re.split("[:-]", match[0]))


def _ip_v6(match: re.Match[str], words: Words) -> str:
    if not re.search("[A-Fa-f]|::", match[0]):
        return match[0]  # a time
    return f" {words.colon} ".join(_characters(group, words) for group in match[0].split(":")).replace(
        "  ", " "
    )


def _hash(match: re.Match[str], words: Words) -> str:
    if re.fullmatch(r"\d+e\d+", match[0]):
        return match[0]  # a power of ten
    return _characters(match[0] if len(match[0]) <= 12 else match[0][:_FIRST_OF_HASH], words)


def _path(match: re.Match[str], words: Words) -> str:
    said, line = match[0], ""
    if lined := re.search(r":(\d+)$", said):
        said, line = said[: lined.start()], f" {words.line} {lined[1]}"
    for mark, word in (
        (":", f" {words.colon}"),
        ("\\", f" {words.backslash} "),
        ("/", f" {words.slash} "),
        (".", f" {words.dot} "),
        ("_", " "),
    ):
        said = said.replace(mark, word)
    return " ".join(said.replace("~", words.tilde).split()) + line


def _keyed(match: re.Match[str], words: Words) -> str:
    named = {"*": words.star, "∗": words.star, "#": words.hash_key}
    return " ".join(named.get(char) or words.digits[int(char)] for char in match[0])


_RULES: tuple[tuple[re.Pattern[str], Put], ...] = (
    (re.compile("[₀-₉]+"), lambda m, _: m[0].translate(_SUBSCRIPTS)),
    (
        re.compile(r"(?<=[\d)a-z])(?:[⁻⁺]?[⁰¹²³⁴-⁹]{2,}|[⁻⁺][⁰¹²³⁴-⁹]|(?<=\d)[⁰⁴-⁹])"),
        lambda m, _: f"^{m[0].translate(_SUPERSCRIPTS)}",
    ),
    (
        re.compile("(?<=[A-Za-z])[⁺⁻](?!\\w)"),
        lambda m, words: f" {words.plus if m[0] == '⁺' else words.minus}",
    ),
    (re.compile(r"(?<![\w*∗#])[*∗][\d*∗#]{1,30}#(?!\w)"), _keyed),
    (
        re.compile(
            r"(?<![\w.,+(/-])(?<!\d )(?<!\) )([1-9]\d{0,2}(?: \d{3}){1,5})(?:,(\d{1,2}))?(?![\w/]|[.,-]\d| \d)"
        ),
        _thousands,
    ),
    (re.compile(rf"(?<![\w.])((?:{_OCTET}\.){{3}}{_OCTET}|localhost):(\d{{2,5}})(?!\w|\.\d)"), _address),
    (
        re.compile(rf"(?<![\w:-]){_HEX}{{2}}(?:([:-]){_HEX}{{2}})(?:\1{_HEX}{{2}}){{4}}(?![\w:-])"),
        _hex_groups,
    ),
    (re.compile(rf"(?<![\w:])(?:{_HEX}{{0,4}}:){{2,7}}{_HEX}{{1,4}}(?![\w:])"), _ip_v6),
    (re.compile(rf"(?<![\w-]){_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}(?![\w-])"), _hex_groups),
    (
        re.compile(rf"(?<!\w)0[xX]({_HEX}{{2,32}})(?!\w)"),
        lambda m, words: f"{words.digits[0]} X {_characters(m[1], words)}",
    ),
    (re.compile(r"(?<![\w-])(?=\d{0,40}[a-f])(?=[a-f]{0,40}\d)[0-9a-f]{7,40}(?![\w-])"), _hash),
    (
        re.compile(r"(?<![\w.,$€£/+-])(?:\d{1,5}(?:-\d{1,7}){3,6}|\d{3}-\d{2}-\d{4})(?![\w/-])"),
        lambda m, words: words.spelled(m[0]),
    ),
    (re.compile(rf"(?<!\w)[A-Za-z]:(?:[\\/]{_SEGMENT}){{1,12}}(?<=\w)"), _path),
    (
        re.compile(
            rf"(?<![\w/.:%đ₫)@])(?:(?:~|\.{{1,2}})(?:/{_SEGMENT}){{1,12}}|(?:/{_SEGMENT}){{2,12}})(?<=[\w])(?::\d+(?!\w))?"
        ),
        _path,
    ),
    (
        re.compile(
            rf"(?<![\w/.:@-])[\w-]{{1,60}}(?:/[\w-]{{1,60}}){{0,8}}(?:\.[\w-]{{1,40}}){{0,2}}\.(?:{_FILES})(?::\d+)?(?![\w/@-]|\.\w)"
        ),
        _path,
    ),
    (re.compile(r"(?<![\w.])\.(?=[A-Za-z]{2,12}\b)"), lambda _, words: f"{words.dot} "),
    (
        re.compile(r"(?<!\w)@(\w{1,40}_\w{1,40})(?![\w@])"),
        lambda m, words: f"@{m[1].replace('_', f' {words.underscore} ')}",
    ),
    (
        re.compile(r"(?<![\w@.+-])[^\W_]+(?:_[^\W_]+){1,12}(?![\w@]|\.\w)"),
        lambda m, _: m[0].replace("_", " "),
    ),
    (re.compile(r"(?<=\w)\(\)"), lambda *_: ""),
)
