"""The answer in a form, read while the form is being written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

# What a string may be cut off in: an escape, or the first half of a character that is written as two.
_UNFINISHED = re.compile(
    r"\\(?:u[0-9a-fA-F]{0,3})?$|\\u[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?$"
)
_LONGEST_ESCAPE = 12


@dataclass
class _Level:
    """An object or a list that is open."""

    is_object: bool
    counts: bool
    """Whether an answer in it is the answer: the form itself, or one wrapped into an object of nothing else."""
    key: str = ""
    keys: int = 0
    awaits_value: bool = False


class AnswerInJson:
    """Takes the pieces of a text with a JSON object in it and gives back what is new of its ``answer``.

    What stands before the object, such as a Markdown fence, is passed over. Each character is looked at once.

    Attributes:
        answer: all of it so far.
        over: it is complete.
    """

    def __init__(self) -> None:
        self.answer = ""
        self.over = False
        self._open: list[_Level] = []
        self._in_string = False
        self._escaped = False
        self._is_key = False
        self._is_answer = False
        self._string: list[str] = []

    def add(self, text: str) -> str:
        """Take the next piece; returns the characters of the answer that are certain with it."""
        if self.over:
            return ""
        before = len(self.answer)
        for character in text:
            if self._in_string:
                self._within_string(character)
                if self.over:
                    break
            else:
                self._between(character)
        if self._is_answer and self._in_string:
            self._decode(last=False)
        return self.answer[before:]

    def _within_string(self, character: str) -> None:
        if character == '"' and not self._escaped:
            self._in_string = False
            self._string_ends()
            return
        self._escaped = character == "\\" and not self._escaped
        if self._is_answer or self._is_key:
            self._string.append(character)

    def _string_ends(self) -> None:
        level = self._open[-1]
        if self._is_answer:
            self._decode(last=True)
            self.over = True
        elif self._is_key:
            level.key, level.keys = "".join(self._string).strip().lower(), level.keys + 1
            self._string = []

    def _between(self, character: str) -> None:
        level = self._open[-1] if self._open else None
        if level is None:
            if character == "{":
                self._open.append(_Level(True, counts=True))
        elif character == '"':
            self._in_string, self._escaped, self._string = True, False, []
            self._is_key = level.is_object and not level.awaits_value
            self._is_answer = (
                level.is_object and level.awaits_value and level.counts and level.key == "answer"
            )
        elif character in "{[":
            wrapped = character == "{" and level.is_object and level.counts and level.keys == 1
            self._open.append(_Level(character == "{", counts=wrapped))
        elif character in "}]":
            self._open.pop()
        elif character == ":":
            level.awaits_value = True
        elif character == ",":
            level.awaits_value = False

    def _decode(self, *, last: bool) -> None:
        raw = "".join(self._string)
        rest = ""
        if not last and (cut := _UNFINISHED.search(raw, max(0, len(raw) - _LONGEST_ESCAPE))):
            raw, rest = raw[: cut.start()], raw[cut.start() :]
            if (len(raw) - len(raw.rstrip("\\"))) % 2:  # it began with an escaped backslash
                raw, rest = raw[:-1], "\\" + rest
        self._string = list(rest)
        try:
            decoded = json.loads(f'"{raw}"', strict=False)
        except ValueError:
            decoded = raw  # an escape there is not: said as it is written
        # Half of a character is no text, and nothing could store it.
        self.answer += decoded.encode(errors="replace").decode()
