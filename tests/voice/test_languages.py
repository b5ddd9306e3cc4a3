"""The 52 languages and dialects, and how people write them."""

import unicodedata

import pytest

from emads_voice.voice.errors import LanguageError
from emads_voice.voice.languages import ENGLISH, LANGUAGES, VIETNAMESE, Language, find_language, find_spoken


def test_there_are_30_languages_and_22_dialects() -> None:
    assert sum(not language.dialect for language in LANGUAGES) == 30
    assert sum(language.dialect for language in LANGUAGES) == 22
    assert (
        len({language.name for language in LANGUAGES}) == len({language.code for language in LANGUAGES}) == 52
    )


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
def test_each_is_found_by_its_name_and_its_code_in_any_case(language: Language) -> None:
    for written in (language.name, language.code):
        for form in (written, written.lower(), written.upper(), f" {written} ", written.replace("-", "_")):
            assert find_language(form) is language


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Tiếng Việt", "vi"),
        (unicodedata.normalize("NFD", "tiếng việt"), "vi"),
        ("tieng viet", "vi"),
        ("vi-VN", "vi"),
        ("en_GB", "en"),
        ("pt_BR", "pt"),
        ("Mandarin", "zh"),
        ("zh-Hans-CN", "zh"),
        ("zh-TW", "zh"),
        ("cmn", "zh"),
        ("Tagalog", "fil"),
        ("tl-PH", "fil"),
        ("Farsi", "fa"),
        ("wuu", "zh-wuu"),
        ("nan", "zh-nan"),
        ("yue-Hant-HK", "yue"),
        ("yue-hk", "yue-HK"),
        ("zh-yue", "yue"),
        ("zh_yue_HK", "yue"),
        ("zh-HK", "yue"),
        ("zh-min-nan", "zh-nan"),
        ("eng", "en"),
        ("VIE", "vi"),
        ("vie-VN", "vi"),
        ("ger", "de"),
        ("deu", "de"),
        ("chi", "zh"),
        ("per", "fa"),
        ("vi_VN.UTF-8", "vi"),
        ("de_DE@euro", "de"),
        ("Français", "fr"),
        ("日本語", "ja"),
        ("Русский", "ru"),
    ],
)
def test_other_ways_to_write_them(written: str, code: str) -> None:
    assert find_language(written).code == code


@pytest.mark.parametrize(
    ("written", "hint"),
    [("Vietnamse", "did you mean Vietnamese?"), ("english?", "did you mean English"), ("qq", "such as vi")],
)
def test_an_unknown_one_is_refused_with_a_hint(written: str, hint: str) -> None:
    with pytest.raises(LanguageError) as refusal:
        find_language(written)
    assert repr(written) in str(refusal.value)
    assert hint in str(refusal.value)


@pytest.mark.parametrize("written", [None, "", "auto", "AUTO", "und", " detect "])
def test_a_language_may_be_left_to_be_found_out(written: str | None) -> None:
    assert find_spoken(written) is None


def test_and_else_is_named() -> None:
    assert find_spoken("vie") == VIETNAMESE
    with pytest.raises(LanguageError):
        find_spoken("qq")


@pytest.mark.parametrize("written", ["", " ", "-", "-vi", "_"])
def test_nothing_is_no_language(written: str) -> None:
    with pytest.raises(LanguageError):
        find_language(written)


def test_a_dialect_belongs_to_its_language() -> None:
    assert find_language("Sichuan").base_code == "zh"
    assert find_language("Cantonese (HK)").base_code == "yue"
    assert (ENGLISH.base_code, VIETNAMESE.base_code) == ("en", "vi")
    assert all(find_language(language.base_code).code == language.base_code for language in LANGUAGES)
