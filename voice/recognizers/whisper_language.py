"""Which language somebody speaks, by the probabilities Whisper gives: one of those expected, or surely another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from emads_voice.voice.languages import Language, known_language

SURE = 0.9
"""A language that was not expected is believed from here on: of 16 recordings in other languages than English and
Vietnamese, half of them by telephone, none had less than 0.99; of 46 pieces in these none had more than 0.62 for
another."""

SURE_AFTER_S = 2.0
"""Less speech is too little to tell: of a "yes" by telephone Arabic was likeliest."""

ONE = 0.005
"""If no second language is likelier than this, a piece is all in one: of 38 pieces in two languages the likelier of the
others had 0.006 at least."""

CHANGE, CHANGE_AFTER_PAUSE = 2.0, 1.0
"""What a change of language within speech counts against it, and one after a pause, in natural logarithms of
probabilities: of two seconds of speech, 0.88 and 0.73 for another language outweigh it."""

LIKELY = 0.7
"""Within another language one that is expected is believed from here on: "book a room" has 0.84, the end of a sentence
in Portuguese 0.4 for English."""

LEAST = 0.001
"""No probability is less: of a second of speech Whisper gives next to nothing to a language that is spoken."""

USUAL = 5.0
"""How much likelier the language of a whole recording is in each of its parts than another expected one."""

Expected = Mapping[str, Language]
"""The languages expected, by Whisper's codes."""


def usual(parts: Iterable[tuple[Mapping[str, float], float]], expected: Expected) -> Language:
    """Which of the expected languages a recording is in, by some of its parts: of each the probabilities, and for how
    many seconds somebody speaks."""
    votes = dict.fromkeys(expected, 0.0)
    for probabilities, speech_s in parts:
        for code in votes:
            votes[code] += probabilities.get(code, 0.0) * speech_s
    return expected[max(votes, key=votes.__getitem__)]


def is_one(probabilities: Mapping[str, float], expected: Expected) -> bool:
    """Whether a whole piece is certainly in one language, which is written down: its parts need no look."""
    if max(probabilities, key=probabilities.__getitem__) not in expected:
        return False  # nothing of it would be written down, also what is not in that language
    return sorted(probabilities.values())[-2] <= ONE if len(probabilities) > 1 else True


class Unit(NamedTuple):
    """A few seconds of speech, which are in one language.

    Attributes:
        probabilities: of each language, by Whisper's codes.
        speech_s: for how long somebody speaks.
        after_pause: nobody spoke right before.
    """

    probabilities: Mapping[str, float]
    speech_s: float
    after_pause: bool


def changing(units: Sequence[Unit], whole: Mapping[str, float], expected: Expected) -> list[Language | None]:
    """What is spoken in each of some units that follow one another; None for a language that is none of ours.

    The likeliest course, in which each change counts against it: people go on in their language, and a single unit is
    soon mistaken.

    Args:
        units: in order.
        whole: the probabilities of all of them together.
        expected: what is to be written down. Another language counts if it is certain in the whole or in a unit.
    """
    known = [whole, *(unit.probabilities for unit in units if unit.speech_s >= SURE_AFTER_S / 2)]
    sure = {likeliest for each in known if each[likeliest := max(each, key=each.__getitem__)] >= SURE}
    likeliest = max(whole, key=whole.__getitem__)
    foreign = likeliest if likeliest in sure - expected.keys() else ""
    codes = [*expected, *sorted(sure - expected.keys())]
    courses: dict[str, tuple[float, list[str]]] = {code: (0.0, []) for code in codes}
    for unit in units:
        change = CHANGE_AFTER_PAUSE if unit.after_pause else CHANGE
        weight = min(1.0, unit.speech_s / SURE_AFTER_S)
        best, course = max(courses.values(), key=lambda one: one[0])
        courses = {
            code: (
                weight * math.log(max(unit.probabilities.get(code, 0.0), LEAST))
                + max(courses[code][0], best - change),
                [*(courses[code][1] if courses[code][0] >= best - change else course), code],
            )
            for code in codes
        }
    _, course = max(courses.values(), key=lambda one: one[0])
    made: list[Language | None] = []
    for code, run in groupby(zip(course, units, strict=True), key=lambda each: each[0]):
        parts = [unit for _, unit in run]
        if code not in expected and sum(part.speech_s for part in parts) < SURE_AFTER_S:
            code = max(expected, key=lambda one: _mean(parts, one))
        elif code in expected and foreign and _mean(parts, code) < LIKELY:
            code = foreign
        made += [expected.get(code) or known_language(code)] * len(parts)
    return made


def _mean(units: Sequence[Unit], code: str) -> float:
    """The probability of a language in all of some units."""
    total_s = sum(unit.speech_s for unit in units)
    return sum(unit.probabilities.get(code, 0.0) * unit.speech_s for unit in units) / total_s


def spoken(
    probabilities: Mapping[str, float], speech_s: float, expected: Expected, usually: Language
) -> Language | None:
    """What somebody speaks; None for a language that is none of ours.

    Args:
        probabilities: of each language, by Whisper's codes.
        speech_s: for how long they speak.
        expected: one of these, unless another is certain.
        usually: what is spoken in the whole recording.
    """
    likeliest = max(probabilities, key=probabilities.__getitem__)
    if likeliest not in expected and probabilities[likeliest] >= SURE and speech_s >= SURE_AFTER_S:
        return known_language(likeliest)
    chances = {
        code: probabilities.get(code, 0.0) * (USUAL if language == usually else 1.0)
        for code, language in expected.items()
    }
    return expected[max(chances, key=chances.__getitem__)]
