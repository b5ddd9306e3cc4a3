"""Hotwords that a model reads out because it was told them, not because anybody said them.

Told a list of names for sound in which it hears nothing, a model answers with the list: in order or not, once or
several times, alone or after what was said. People say names too, but in sentences, and one or two of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from emads_voice.writing import SENTENCE_ENDS

ECHOED_WORDS = 3
"""Distinct hotwords one after the other with nothing between them: fewer may be somebody's answer."""

LISTED_WORDS = 4
"""So many, all there are and in their order, are the list also in the midst of a sentence."""

ECHOED_LETTERS = 40
"""So much of a single hotword is no name, but a sentence about what is expected."""

_NEAR = 12  # characters in which the mark that ends a sentence stands

REPEATED = 3
"""A single name that is said so often, and nothing else, is an echo."""


def without_echo(text: str, hotwords: Sequence[str]) -> str:
    """A text without the hotwords that are only read out in it; "" if it is nothing else.

    Args:
        text: a model's answer, in one line.
        hotwords: what the model was told: names and terms, or a sentence about what is expected.
    """
    told = list(
        dict.fromkeys(filter(None, map(folded, hotwords)))
    )  # each once, or one name would count as two
    if not told:
        return text
    if _is_part(folded(text), told):
        return ""
    kept, done = [], 0
    for start, end, found in _runs(text, told):
        parted = _begins_sentence(text, start) and _ends_sentence(text, end)
        if _is_list(found, len(told), alone=parted):
            kept.append(text[done:start])
            done = end
            while done < len(text) and not is_letter(text[done]):
                done += 1
    return " ".join(" ".join([*kept, text[done:]]).split()) if kept else text


def echoes(text: str, hotwords: Sequence[str]) -> bool:
    """Whether a text only reads out the hotwords."""
    return bool(folded(text)) and not folded(without_echo(text, hotwords))


def folded(text: str) -> str:
    """Letters and digits alone, with their marks, in one case."""
    return "".join(filter(is_letter, unicodedata.normalize("NFC", text).casefold()))


def is_letter(character: str) -> bool:
    """Whether a character is a letter, a mark on one, or a digit."""
    return unicodedata.category(character)[0] in "LMN"


def _is_part(said: str, told: Sequence[str]) -> bool:
    """Whether a text is a piece of what was told: it may begin and end within a hotword."""
    if not said or said not in "".join(told):
        return False
    if len(told) == 1:
        return len(said) >= ECHOED_LETTERS
    return sum(word in said for word in told) >= min(ECHOED_WORDS, len(told))


def _is_list(found: Sequence[int], told: int, *, alone: bool) -> bool:
    """Whether hotwords that follow one another, given by their numbers, are the list and no mention of them.

    Args:
        found: their numbers in the list.
        told: how many there are.
        alone: they are a sentence of their own.
    """
    distinct = len(set(found))
    whole = distinct == told and list(found[:told]) == list(range(told))
    if told == 1:
        return alone and len(found) >= REPEATED
    if not alone:
        return whole and (distinct >= LISTED_WORDS or len(found) >= 2 * told)
    return distinct >= ECHOED_WORDS or whole


def _runs(text: str, told: Sequence[str]) -> Iterable[tuple[int, int, list[int]]]:
    """Where in a text hotwords follow one another with nothing but punctuation between them: from, to, and their
    numbers."""
    letters, places = _with_places(text)
    numbers = {word: number for number, word in enumerate(told)}
    lengths = sorted({len(word) for word in told}, reverse=True)
    at = 0
    while at < len(letters):
        end, found = at, list[int]()
        while (word := _word_at(letters, places, end, numbers, lengths)) is not None:
            found.append(word)
            end += len(told[word])
        if found and any(word.startswith(letters[end:]) for word in told):
            end = len(letters)  # the answer was full before the list was
        if found:
            yield places[at], places[end - 1] + 1, found
        at = max(end, _next_word(places, at))


def _with_places(text: str) -> tuple[str, list[int]]:
    """A text's letters in one case, and where in the text each of them stands."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in filter(is_letter, character.casefold()):
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


def _word_at(
    letters: str, places: Sequence[int], at: int, numbers: Mapping[str, int], lengths: Sequence[int]
) -> int | None:
    """The number of the longest hotword that stands at a letter, as whole words."""
    for length in lengths:
        end = at + length
        number = numbers.get(letters[at:end]) if end <= len(letters) else None
        if number is not None and (end == len(letters) or _is_wordstart(places, end)):
            return number
    return None


def _is_wordstart(places: Sequence[int], at: int) -> bool:
    return places[at] > places[at - 1] + 1


def _next_word(places: Sequence[int], at: int) -> int:
    at += 1
    while at < len(places) and not _is_wordstart(places, at):
        at += 1
    return at


def _begins_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - _NEAR) : start].rstrip(" \"'“‘«(-–—•*")
    return not before or before.endswith((*SENTENCE_ENDS, ":", "\n"))


def _ends_sentence(text: str, end: int) -> bool:
    after = text[end : end + _NEAR].lstrip(" \"'”’»)")
    return not after or after.startswith((*SENTENCE_ENDS, ";"))
