"""The ranges against Unicode's own names of characters, and the widths and accents that readers know."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator

import pytest

from emads_voice.writing import (
    HAN,
    HANGUL,
    KANA,
    SYLLABIC,
    THAI,
    UNSPACED,
    WIDE_MARKS,
    characters,
    columns,
    plain,
    storable,
    storable_values,
    without_accents,
)

NAMES = {
    "HAN": (HAN, r"CJK |KANGXI RADICAL|HANGZHOU NUMERAL|(VERTICAL )?IDEOGRAPHIC (ITERATION|NUMBER)"),
    "KANA": (KANA, r".*(HIRAGANA|KATAKANA)"),
    "HANGUL": (HANGUL, r"(HALFWIDTH )?HANGUL"),
    "THAI": (THAI, r"THAI |CURRENCY SYMBOL BAHT"),
}


def named(pattern: str) -> Iterator[str]:
    """All characters a class holds, but those that have no name yet."""
    return (one for one in re.findall(f"[{pattern}]", EVERYTHING) if unicodedata.name(one, ""))


EVERYTHING = "".join(map(chr, range(sys.maxunicode + 1)))


@pytest.mark.parametrize("script", NAMES)
def test_a_script_holds_only_what_is_named_so(script: str) -> None:
    pattern, name = NAMES[script]
    assert [one for one in named(pattern) if not re.match(name, unicodedata.name(one))] == []


@pytest.mark.parametrize(
    ("script", "name"),
    [
        (HAN, r"CJK (UNIFIED|COMPATIBILITY) IDEOGRAPH-"),
        (KANA, r"(HALFWIDTH )?(HIRAGANA|KATAKANA) LETTER "),
        (HANGUL, r"HANGUL SYLLABLE |HANGUL (CHOSEONG|JUNGSEONG|JONGSEONG) "),
        (THAI, r"THAI "),
    ],
)
def test_every_letter_so_named_is_held(script: str, name: str) -> None:
    wanted = {one for one in EVERYTHING if re.match(name, unicodedata.name(one, ""))}
    supplement = {one for one in wanted if "\U0001aff0" <= one <= "\U0001b16f"}  # historic kana
    assert len(wanted) > 80
    assert wanted - supplement - set(named(script)) == set()


def test_scripts_do_not_overlap_with_each_other_or_with_punctuation() -> None:
    for one, other in ((HAN, KANA), (HAN, HANGUL), (KANA, HANGUL), (SYLLABIC, THAI), (HAN, WIDE_MARKS)):
        assert set(named(one)) & set(named(other)) == set()


@pytest.mark.parametrize("text", ["我们", "々", "ありがとう", "カタカナー", "สวัสดี", "豈"])
def test_no_spaces_stand_between_words_of_these(text: str) -> None:
    assert re.fullmatch(f"[{UNSPACED}]+", text)


@pytest.mark.parametrize("text", ["안녕", "Xin", "привет", "مرحبا", "नमस्ते"])
def test_spaces_stand_between_words_of_these(text: str) -> None:
    assert not re.search(f"[{UNSPACED}]", text)


@pytest.mark.parametrize("mark", "。、「」？！：～　")
def test_wide_punctuation_brings_its_own_space(mark: str) -> None:
    assert re.fullmatch(f"[{WIDE_MARKS}]", mark)
    assert columns(mark) == 2


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("e\u0301", 1),
        ("你好", 4),
        ("안녕", 4),
        ("ｶﾅ", 2),
        ("ที่", 1),
        ("a\u200bb", 2),
        ("🙂", 2),
    ],
)
def test_columns(text: str, width: int) -> None:
    assert columns(text) == width


def test_marks_stay_with_the_letter_they_are_written_on() -> None:
    assert characters("e\u0301ที่a") == ["e\u0301", "ที่", "a"]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Đà Nẵng, Thủ Đức", "Da Nang, Thu Duc"),
        ("D\u0323o\u0302\u0301", "Do"),
        ("d'accord, bien sûr", "d'accord, bien sur"),
        ("plain", "plain"),
        ("がっこう", "がっこう"),
        ("ที่นี่", "ที่นี่"),
        ("한국", "한국"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_accents_are_taken_from_letters_and_from_no_other_script(text: str, plain: str) -> None:
    assert without_accents(text) == plain


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Plain.", "Plain."),
        ("Đà Nẵng 👍🏽", "Đà Nẵng 👍🏽"),
        ("a\0b\0", "ab"),
        ("\ud83d\ude00!", "😀!"),
        ("a\ud800b", "a\ufffdb"),
        ("\udc00\ud800", "\ufffd\ufffd"),
        ("\ud83d\0\ude00 ạ", "😀 ạ"),
        ("", ""),
    ],
)
def test_what_cannot_be_stored_is_taken_out(text: str, stored: str) -> None:
    assert storable(text) == stored
    assert storable(stored) == stored
    value = {text: [text, 1, None, {"a": (text,)}]}
    assert storable_values(value) == {stored: [stored, 1, None, {"a": (text,)}]}
    storable(text).encode()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("two\nlines", "two lines"),
        ("# a title", "\\# a title"),
        ("- a point", "\\- a point"),
        ("1. first", "1\\. first"),
        ("-5 to 3.5 %", "-5 to 3.5 %"),
        ("a_b*c [d](e) <f>", "a\\_b\\*c \\[d\\](e) \\<f\\>"),
        ("~~no~~", "\\~\\~no\\~\\~"),
    ],
)
def test_nothing_in_plain_text_is_markdown(said: str, shown: str) -> None:
    assert plain(said) == shown
