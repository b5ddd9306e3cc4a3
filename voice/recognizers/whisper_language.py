"""Which language somebody speaks, by the probabilities Whisper gives: one of those expected, or surely another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


def is_one(probabilities: Mapping[str, float]) -> bool:
    """Whether a whole piece is certainly in one language, so that its turns need no look."""
    return sorted(probabilities.values())[-2] <= ONE if len(probabilities) > 1 else True


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
