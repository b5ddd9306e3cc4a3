"""The language of typed text, accented or not."""

import pytest

from emads_voice.voice.languages import ENGLISH, LANGUAGES, VIETNAMESE, find_language
from emads_voice.voice.text.language import identify

BOTH = (ENGLISH, VIETNAMESE)
ALL = tuple(language for language in LANGUAGES if not language.dialect)


@pytest.mark.parametrize(
    "text",
    [
        "Chi phí là bao nhiêu?", "Đồng ý", "Vâng ạ", "được", "Chúng ta nên dùng kiến trúc nào cho AWS?",
        "chi phi la bao nhieu", "chung ta nen dung kien truc nao", "toi muon hoi ve quy trinh van hanh",
        "xin chao", "vay con rui ro thi sao", "bao gio thi xong", "lam sao de giam thoi gian giao hang",
        "thoi han giao hang cho khach la may ngay", "co can them nguoi khong",
        "Chi phi cho server AWS la bao nhieu",
    ],
)  # fmt: skip
def test_vietnamese_with_and_without_accents(text: str) -> None:
    assert identify(text, BOTH) is VIETNAMESE


@pytest.mark.parametrize(
    "text",
    [
        "What would that cost?", "and what would that cost", "can we go on", "I can do it",
        "is it on the way", "he can go", "do it", "to be or not to be", "who can do this", "hello", "yes",
        "no", "no one can do that in time", "Should we migrate to the cloud or not?", "how long",
        "can I quit the gym", "hit me up",
    ],
)  # fmt: skip
def test_english_even_in_syllables_that_vietnamese_has_too(text: str) -> None:
    assert identify(text, BOTH) is ENGLISH


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("今天天气很好，我们去公园吧", "zh"),
        ("今日はとても天気がいいです", "ja"),
        ("안녕하세요 반갑습니다", "ko"),
        ("Bonjour tout le monde, comment allez-vous ?", "fr"),
        ("สวัสดีครับ", "th"),
        ("Kumusta ka na, kaibigan", "fil"),
        ("Wie viel kostet das neue Lager?", "de"),
    ],
)
def test_all_languages_are_told_apart(text: str, code: str) -> None:
    assert identify(text, ALL) is find_language(code)


def test_only_the_languages_given_are_answered() -> None:
    assert identify("Chi phí là bao nhiêu?", (ENGLISH,)) is ENGLISH
    dialects = (ENGLISH, find_language("Sichuan"))
    assert identify("今天天气很好", dialects) is find_language("Sichuan")


@pytest.mark.parametrize(
    "text",
    [
        "CCCD 079203001234", "CCCD 079203001234.", "MST 0312345678", "STK 1903 6678 123", "BHXH", "Q.1, TP.HCM",
        "GPLX hạng B2", "T2-T6, 7h30", "lan.nguyen84@gmail.com", "www.emads.vn/don-hang", "30/4", "15.000đ/kg",
        "1.5 triệu", "Đơn số 4711",
    ],
)  # fmt: skip
def test_what_is_no_word_makes_no_answer_english(text: str) -> None:
    assert identify(text, (VIETNAMESE, ENGLISH)) is VIETNAMESE


@pytest.mark.parametrize(
    "text",
    [
        "Invoice 4711",
        "It costs 20 USD.",
        "WHAT IS THE COST OF THIS",
        "See www.example.com please",
        "Your ID is CCCD 079.",
    ],
)
def test_the_words_beside_it_do(text: str) -> None:
    assert identify(text, (VIETNAMESE, ENGLISH)) is ENGLISH


def test_a_text_that_tells_nothing_gives_the_first() -> None:
    assert identify("1, 2, 3!", (VIETNAMESE, ENGLISH)) is VIETNAMESE
    assert identify("", BOTH) is ENGLISH
    with pytest.raises(ValueError, match="no languages"):
        identify("hello", ())
