"""How ``phrases/*.txt`` are read: regular expressions under headings, one file for each language.

Each line under ``[heading]`` is one way to say it; a long one goes on in the next line, as all lines are joined by "|".
``{heading}`` stands for what is under another heading, and four more for people:

- ``{known}``: who speaks in the meeting, by name; ``{last}``, a name of anybody at the end of a sentence
- ``{called}``: a name of anybody, where one is addressed
- ``{stranger}``: a name within a sentence
- ``{titled}``: a name after "anh", "chị" and the like
- ``{inside}``: someone who speaks, or a name within a sentence

Case does not count, but of names it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from emads_voice.writing import without_accents

Owner = Literal["name", "you", "I", "we", "anyone"]

_HEADING = re.compile(r"\[(\w+)\]")
_REFERENCE = re.compile(r"\{([a-z]\w*)\}")
_RULE = re.compile(r"(?P<owner>name|you|I|we|anyone)(?P<weak>\?)?: (?P<pattern>.+)")

_UPPER = "A-ZÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĂĐĨŨƠƯ" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA, 2))
_NO_NAMES = (
    "I|We|You|It|He|She|They|This|That|The|There|What|Who|When|Where|Why|How|If|And|But|So|Then|Now|Well|Okay|Ok|Yes|No|Please"
    "|Let|Let's|Could|Can|Would|Will|Should|Maybe|Everyone|Everybody|Somebody|Someone|Nobody|Also|Just|Next|First|Finally|Sure"
    "|Em|Anh|Chị|Tôi|Mình|Chúng|Ta|Dạ|Vâng|Để|Cho|Các|Cả|Không|Được|Thì|Là|Nếu|Vậy|Rồi|Còn|Và|Nhưng|Bạn|Nhờ|Hôm|Ngày|Thứ"
    "|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|June|July|August|September|October"
    "|November|December|Tuần|Tháng|Sáng|Chiều|Tối|Mọi|Ai|Phần|Việc|Right|Great|Good|Thanks|Agreed|Decision|Actually|Otherwise"
)
_CAPITAL = rf"(?-i:(?!(?:{_NO_NAMES})\b)[{_UPPER}][\w-]+)"
_PERSON = "anh|chị|em|bạn|cô|chú|ông|bà"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a task is given: who is to do it, how that is said, and whether it counts only with a date or a yes."""

    owner: Owner
    pattern: str
    weak: bool


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of a language, and how tasks are given in it."""

    under: Mapping[str, str]
    rules: tuple[Rule, ...]

    def __getitem__(self, heading: str) -> str:
        return self.under[heading]


@cache
def phrases(language: str) -> Phrases:
    """Those of "en" or "vi"."""
    text = files(__package__).joinpath("phrases", f"{language}.txt").read_text(encoding="utf-8")
    sections: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if heading := _HEADING.fullmatch(line):
            lines = sections.setdefault(heading[1], [])
        else:
            lines.append(line)
    rules = [rule for line in sections.pop("tasks") if (rule := _RULE.fullmatch(line))]
    under = {heading: "|".join(lines) for heading, lines in sections.items()}
    return Phrases(
        {heading: _whole(pattern, under) for heading, pattern in under.items()},
        tuple(Rule(rule["owner"], _whole(rule["pattern"], under), bool(rule["weak"])) for rule in rules),  # type: ignore[arg-type]  # the pattern has no other owners
    )


def _whole(pattern: str, under: Mapping[str, str]) -> str:
    """A pattern with what is under the headings that it names."""
    return _REFERENCE.sub(
        lambda match: _whole(under[match[1]], under) if match[1] in under else match[0], pattern
    )


def people(names: tuple[str, ...], *, cased: bool) -> dict[str, str]:
    """How people are named in a meeting.

    Args:
        names: of those who speak, as far as they are known.
        cased: the transcript has capitals, so that "mai" is not Mai.
    """
    own = "|".join(_name(name) for name in sorted(names, key=len, reverse=True))
    known = rf"(?{'-i' if cased else 'i'}:\b(?:{own})\b)" if own else r"(?!)"
    # A word at the beginning of a sentence is capital whether it is a name or not.
    within = rf"(?<!^)(?<![.!?:] ){_CAPITAL}"
    return {
        "known": f"(?P<known>{known})",
        "last": f"(?P<last>{known}|{_CAPITAL})",
        "stranger": f"(?P<stranger>{within})",
        "inside": f"(?P<name>{known}|{within})",
        "called": f"(?P<name>{known}|{_CAPITAL})",
        "titled": rf"(?:(?:{_PERSON}) )(?P<titled>{known}|{_CAPITAL})",
    }


def _name(name: str) -> str:
    """A name; Mai is none in "mai em gửi", where it is tomorrow."""
    return re.escape(name) + (r"(?! (?:em|anh|chị|tôi|mình)\b)" if name.casefold() == "mai" else "")


@lru_cache(1024)
def compiled(
    pattern: str, plain: bool = False, names: tuple[str, ...] = (), cased: bool = True
) -> re.Pattern[str]:
    """A pattern, for texts without accents without them, for a meeting of these people."""
    who = people(names, cased=cased)
    whole = _REFERENCE.sub(lambda match: who[match[1]], pattern)
    return re.compile(without_accents(whole) if plain else whole, re.IGNORECASE)
