"""Callers who name whom they want: "ask the CTO", "c o o ơi", "bên vận hành nghĩ gì", "both of you"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from emads_voice.agents.agent import Agent, is_officer
from emads_voice.agents.text import words

# Said before a person or after one; accents folded.
_CALL = (
    r"\b(?:ask|asks|tell|question for|(?:talk|speak) (?:to|with)|hear from|put (?:me through|this|it) to"
    r"|hoi|gap|nho|y kien(?: cua)?|noi chuyen voi|chuyen may cho)"
)
_VIEW = re.compile(
    r" (?:oi|thinks?|says?|view|opinion|nghi|noi sao|danh gia|(?:thay|tra loi) (?:sao|the nao|giup))\b"
)
_CALLED = re.compile(rf"{_CALL}(?: (?:the|our|your|ben|anh|chi|ban))*$")
_CALLED_CLEARLY = re.compile(rf"{_CALL}(?: [^\W_]+){{0,3}}$")
_ALL = re.compile(
    r"\b(both of you|ask both|you both|both agents|both chiefs|what do both|the two of you"
    r"|ca hai (?:anh|chi|ban|giam doc|nguoi|ben)|hoi ca hai|everyone|all of you|ask everybody"
    r"|tat ca moi nguoi|hoi tat ca)\b"
)
_AROUND = 60
"""So many characters beside a name tell whether it is said of a person."""

# What titles say beside the department: "chief (operating) officer", "head of (operations)", "giám đốc (vận hành)".
_OFFICES = [
    re.compile(office)
    for office in (
        r"chief (.+) officer",
        r"(?:head|director) of (.+)",
        r"(.+) (?:director|manager)",
        r"(?:giam doc|truong phong|truong bo phan|truong ban) (.+)",
    )
]


def addressed_agents(text: str, agents: Sequence[Agent]) -> list[str]:
    """The agents a caller asks for by name, title or department, in the order named; all for "both of you"."""
    plain = " ".join(words(text))
    if _ALL.search(plain):
        return [agent.name for agent in agents]
    at = {agent.name: _place(agent, plain) for agent in agents}
    return sorted((name for name, place in at.items() if place >= 0), key=lambda name: at[name])


def _place(agent: Agent, plain: str) -> int:
    """Where somebody is asked for, or -1."""
    places = []
    for title in (" ".join(words(title)) for title in (agent.name, *agent.titles)):
        known = re.escape(title)
        if is_officer(title):
            places.append(_found(rf"(?:{known}|{' '.join(title)})", plain))  # recognisers spell initials
        elif " " in title:
            places.append(_found(known, plain))
        else:
            places.append(_called(known, plain, _CALLED))
        for department in _departments(title):
            name = re.escape(department)
            team = rf"(?:{name} (?:chief|people|side|team|department)|(?:ben|bo phan|phong|khoi|sep) {name})"
            places += [_called(team, plain, _CALLED_CLEARLY), _called(name, plain, _CALLED)]
    return min((place for place in places if place >= 0), default=-1)


def of_department(text: str, agents: Sequence[Agent]) -> list[str]:
    """The agents whose department a text names, called upon or not: "about technology", "vận hành"."""
    plain = f" {' '.join(words(text))} "
    return [
        agent.name
        for agent in agents
        if any(
            f" {department} " in plain
            for title in agent.titles
            for department in _departments(" ".join(words(title)))
        )
    ]


def _departments(title: str) -> list[str]:
    """The department in a title of folded words."""
    return [found[1] for office in _OFFICES if (found := office.fullmatch(title))]


def _found(pattern: str, plain: str) -> int:
    found = re.search(rf"\b{pattern}\b", plain)
    return found.start() if found else -1


def _called(pattern: str, plain: str, before: re.Pattern[str]) -> int:
    """Where a common word, "risk", is addressed as a person is, or -1."""
    for found in re.finditer(rf"\b{pattern}\b", plain):
        start = max(0, found.start() - _AROUND)
        if before.search(plain[start : found.start()].rstrip()) or _VIEW.match(
            plain[found.end() : found.end() + _AROUND]
        ):
            return found.start()
    return -1
