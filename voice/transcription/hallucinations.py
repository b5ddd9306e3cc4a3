"""What recognisers write that nobody has said: loops, echoes of the hotwords, more words than there was time for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from emads_voice.voice.recognizer import Segment
from emads_voice.writing import SYLLABIC, storable

from .echoes import folded, is_letter, without_echo

_LOOP = re.compile(r"(.{1,12}?)\1{12,}|(.{13,200}?)\2{4,}", re.DOTALL)
"""A word said thirteen times in a row, or a phrase five times. People say "no, no, no", count zeros and repeat a
question; a model that has lost the thread goes on until its answer is full."""

_SHORTEST_OF_LONG = 5 * 200
"""Characters in which the longest phrase is a loop: one that begins earlier is found without what comes later."""

_QUICKEST = 30.0
"""Letters a second. Hurried German and Spanish reach 25; a Chinese character counts as three letters."""

_ALLOWED = 20
"""Letters beyond that: of a short word only the vowel may pass for speech."""

_UNSAID = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of writing: nobody says them, and terminals obey them."""

_SYLLABIC = re.compile(f"[{SYLLABIC}]")


def plausible(text: str, *, hotwords: Sequence[str], speech_s: float) -> str:
    """The part of a model's answer that can have been said: loops are said once, hotwords that are only read out are
    left out; "" if none of it can. It is in NFC, and has no control characters.

    Args:
        text: the answer.
        hotwords: names and terms the model was told.
        speech_s: for how many seconds somebody speaks in the sound the model was given.
    """
    text = unicodedata.normalize("NFC", storable(_UNSAID.sub(" ", text)))
    said = without_echo(without_loops(" ".join(text.split())), hotwords)
    letters = letters_in(said)
    if not letters:
        return ""
    if letters > _ALLOWED + _QUICKEST * speech_s:
        return ""
    return said


def without_repeat(words: Sequence[Segment]) -> tuple[Segment, ...]:
    """Words without the last of them, if these only repeat those before, and quicker than anybody can speak.

    Whisper says a short utterance after a pause again when its sound is over; there is no time left for that.

    Args:
        words: in order, with their times.
    """
    said = tuple(words)
    for count in range(1, len(said) // 2 + 1):
        again, before = said[-count:], said[-2 * count : -count]
        letters = [folded(word.text) for word in again]
        if letters == [folded(word.text) for word in before]:
            took_s = again[-1].end_s - again[0].start_s
            if took_s < len("".join(letters)) / _QUICKEST:
                return without_repeat(said[:-count])
    return said


def letters_in(text: str) -> int:
    """How many letters and digits a text has; a Chinese character counts as three, for it is a syllable."""
    letters = folded(text)
    return len(letters) + 2 * len(_SYLLABIC.findall(letters))


def without_loops(text: str) -> str:
    """The text with each loop in it said once; "" where it is nothing but a loop."""
    searched = 0  # before this there is no loop
    while loop := _LOOP.search(text, searched):
        unit, rest = loop[1] or loop[2], text[loop.end() :]
        if len(rest) <= len(unit) and unit.casefold().startswith(rest.casefold()):
            rest = ""  # the answer was full before the last round was
        if not (any(map(is_letter, text[: loop.start()])) or any(map(is_letter, rest))):
            return ""
        text = text[: loop.start()] + unit + rest
        searched = max(0, loop.start() - _SHORTEST_OF_LONG)  # it may be a round of another
    return text.strip()
