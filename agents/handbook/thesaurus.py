"""Words that callers and documents use for the same thing: who asks about the call centre means the contact centre."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W_]+")


class Thesaurus:
    """Phrases, and the thing each stands for."""

    def __init__(self, text: str, form: Callable[[str], str], ambiguous: Callable[[str], bool]) -> None:
        """
        Args:
            text: a thing a line, its phrases parted by commas; lines that begin with # are for people.
            form: what of a word counts where two are compared.
            ambiguous: whether a word stands for nothing by itself: "va" may be "vá", which mends, or "và", "and".
        """
        self._form = form
        self._things: dict[tuple[str, ...], str] = {}
        for line in text.lower().splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            phrases = [tuple(map(form, _WORD.findall(phrase))) for phrase in line.split(",")]
            for written, phrase in zip(line.split(","), phrases, strict=True):
                if len(phrase) == 1 and ambiguous(written.strip()):
                    continue
                # "=" is in no word, so that a thing is never taken for one.
                self._things.setdefault(phrase, "=".join(("", *phrases[0])))
        self._longest = max(map(len, self._things), default=0)

    def things(self, words: Sequence[str]) -> list[str]:
        """Lower-case words, with each phrase for a thing that is known replaced by what stands for it.

        Where phrases overlap, those that leave the fewest words over are taken, and then the fewest of them: in "mất
        điện thoại" a phone is lost, and no power.
        """
        formed = [self._form(word) for word in words]
        # For each place the words left over before it, the pieces there, and the last of these.
        best: list[tuple[int, int, int, str]] = [(0, 0, 0, "")]
        for end in range(1, len(words) + 1):
            left, pieces, *_ = best[end - 1]
            options = [(left + 1, pieces + 1, end - 1, words[end - 1])]
            for start in range(max(0, end - self._longest), end):
                if thing := self._things.get(tuple(formed[start:end])):
                    left, pieces, *_ = best[start]
                    options.append((left, pieces + 1, start, thing))
            best.append(min(options))
        found, place = list[str](), len(words)
        while place:
            *_, place, piece = best[place]
            found.append(piece)
        return found[::-1]


@cache
def shipped_text() -> str:
    """The words of companies' offices, warehouses and computers, English and Vietnamese."""
    return files(__package__).joinpath("thesaurus.txt").read_text(encoding="utf-8")
