"""Which language somebody speaks, by Whisper's probabilities."""

from emads_voice.voice.languages import ENGLISH, VIETNAMESE, find_language
from emads_voice.voice.recognizers.whisper_language import is_one, spoken, usual

EXPECTED = {"en": ENGLISH, "vi": VIETNAMESE}


def test_the_usual_language_is_spoken_longest() -> None:
    parts = [({"en": 0.9, "vi": 0.1}, 2.0), ({"en": 0.1, "vi": 0.8}, 6.0), ({"de": 1.0}, 20.0)]
    assert usual(parts, EXPECTED) == VIETNAMESE


def test_a_part_may_be_in_another_of_the_expected_languages() -> None:
    assert spoken({"vi": 0.7, "th": 0.1, "en": 0.05}, 3.6, EXPECTED, ENGLISH) == VIETNAMESE
    assert spoken({"vi": 0.3, "en": 0.1}, 3.6, EXPECTED, ENGLISH) == ENGLISH


def test_a_language_that_is_not_expected_is_believed_when_it_is_certain() -> None:
    assert spoken({"de": 0.99, "en": 0.005}, 4, EXPECTED, ENGLISH) == find_language("de")
    assert spoken({"tl": 0.99}, 4, EXPECTED, ENGLISH) == find_language("fil")
    assert spoken({"la": 0.97}, 4, EXPECTED, ENGLISH) is None


def test_and_else_is_not() -> None:
    assert spoken({"ru": 0.62, "vi": 0.01, "en": 0.001}, 3.6, EXPECTED, ENGLISH) == VIETNAMESE
    assert spoken({"ar": 0.95, "en": 0.02}, 0.9, EXPECTED, ENGLISH) == ENGLISH


def test_a_piece_is_in_one_language_if_no_other_is_likely_at_all() -> None:
    assert is_one({"en": 0.99, "cy": 0.004, "vi": 0.001})
    assert not is_one({"zh": 0.987, "en": 0.01})
    assert is_one({"en": 1.0})
