"""Which language is spoken, by probabilities."""

from __future__ import annotations

import pytest

from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.recognizers.whisper_language import Unit, changing

GERMAN = find_language("de")
EXPECTED = {"en": ENGLISH, "vi": VIETNAMESE}
MIXED = {"en": 0.5, "vi": 0.4, "de": 0.1}


def unit(speech_s: float = 2.0, *, pause: bool = False, **probabilities: float) -> Unit:
    return Unit({"en": 0.0, "vi": 0.0, "de": 0.0} | probabilities, speech_s, pause)


@pytest.mark.parametrize(
    ("units", "languages"),
    [
        ([unit(en=0.97), unit(en=0.99)], [ENGLISH, ENGLISH]),
        ([unit(en=0.97), unit(vi=0.97), unit(vi=0.6, en=0.2)], [ENGLISH, VIETNAMESE, VIETNAMESE]),
        # One that is mistaken, in the midst of speech
        ([unit(en=0.97), unit(vi=0.5, en=0.2), unit(en=0.98)], [ENGLISH] * 3),
        # Between pauses it is less likely a mistake
        (
            [unit(en=0.97), unit(vi=0.9, en=0.05, pause=True), unit(en=0.98, pause=True)],
            [ENGLISH, VIETNAMESE, ENGLISH],
        ),
        ([unit(1.0, en=0.84, de=0.01), unit(de=0.99, pause=True)], [ENGLISH, GERMAN]),
        # Too short to tell
        ([unit(0.3, vi=0.5, en=0.2), unit(en=0.98)], [ENGLISH, ENGLISH]),
        ([unit(en=0.97), unit(1.0, de=0.95, en=0.04, pause=True)], [ENGLISH, ENGLISH]),
    ],
)
def test_the_language_changes_where_that_is_likelier(units: list[Unit], languages: list[Language]) -> None:
    assert changing(units, MIXED, EXPECTED) == languages


def test_what_is_certain_in_the_whole_is_another_language_in_its_parts() -> None:
    units = [unit(de=0.8, en=0.1), unit(en=0.6, de=0.05)]
    assert changing(units, {"de": 0.99, "en": 0.01}, EXPECTED) == [GERMAN, GERMAN]
    assert changing(units, MIXED, EXPECTED) == [ENGLISH, ENGLISH], (
        "not certain, so it is one of those expected"
    )
