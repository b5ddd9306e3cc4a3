"""The things a text is about, so that a question in one language finds what was written in another."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

from emads_voice.agents.handbook.features import words_of


@lru_cache(4096)
def things_in(text: str) -> frozenset[str]:
    """The words that say something, and in place of those for a thing that companies decide on what stands for it."""
    known, longest = _known()
    words, found, at = words_of(text), set[str](), 0
    while at < len(words):
        for end in range(min(len(words), at + longest), at, -1):
            if thing := known.get(tuple(words[at:end])):
                found.add(thing)
                at = end
                break
        else:
            found.add(words[at])
            at += 1
    return frozenset(found)


@cache
def _known() -> tuple[dict[tuple[str, ...], str], int]:
    """What stands for a thing, by the words for it; and the most words that one has."""
    known: dict[tuple[str, ...], str] = {}
    text = files(__package__).joinpath("subjects.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            phrases = [tuple(words_of(phrase)) for phrase in line.split(",")]
            for phrase in phrases:
                if phrase:
                    known.setdefault(phrase, f"={' '.join(phrases[0])}")
    return known, max(map(len, known))
