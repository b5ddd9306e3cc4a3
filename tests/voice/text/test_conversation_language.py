"""The language of a conversation: what changes it, and what does not."""

import pytest

from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.text.conversation_language import conversation_language


@pytest.mark.parametrize(
    "text",
    [
        "And Da Nang?", "and da nang?", "What about Hồ Chí Minh City?", "Hà Nội.", "hà nội", "weather in nha trang",
        "what about đà nẵng", "12 Lê Lợi", "My name is Nguyễn Văn An.", "Nguyễn Thị Minh Khai", "Bến Thành Market",
        "Vâng.", "Cảm ơn.", "to da nang", "",
    ],
)  # fmt: skip
def test_english_goes_on_after_names_and_single_words(text: str) -> None:
    assert conversation_language(text, VIETNAMESE, ENGLISH) is ENGLISH


@pytest.mark.parametrize(
    "text",
    [
        "Okay.", "FedEx.", "Thank you very much.", "Hello?", "Bye bye.", "Okay, thank you, bye.", "Microsoft Office.",
        "Còn Microsoft Office Word thì sao?", "Nope.", "Yes, yes, yes.", "Google Cloud Platform", "email",
    ],
)  # fmt: skip
def test_vietnamese_goes_on_after_loanwords_and_politeness(text: str) -> None:
    assert conversation_language(text, ENGLISH, VIETNAMESE) is VIETNAMESE


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("Đơn hàng của tôi bao giờ đến?", VIETNAMESE), ("Tôi không hiểu.", VIETNAMESE),
        ("don hang cua toi dau roi", VIETNAMESE), ("Em muốn đi Hà Nội", VIETNAMESE), ("Tiếng Việt.", VIETNAMESE),
        ("Where is my parcel?", ENGLISH), ("I don't understand.", ENGLISH), ("Can you hear me?", ENGLISH),
        ("How much does it cost to Da Nang?", ENGLISH), ("I am in Hanoi now", ENGLISH), ("English please.", ENGLISH),
        ("WHERE IS MY PARCEL", ENGLISH),
    ],
)  # fmt: skip
def test_a_sentence_or_a_request_changes_it_at_once(text: str, heard: Language) -> None:
    before = ENGLISH if heard == VIETNAMESE else VIETNAMESE
    assert conversation_language(text, heard, before) is heard


@pytest.mark.parametrize(("text", "heard"), [("A lô?", VIETNAMESE), ("Where?", ENGLISH)])
def test_a_word_will_do_as_long_as_nothing_was_heard(text: str, heard: Language) -> None:
    before = ENGLISH if heard == VIETNAMESE else VIETNAMESE
    assert conversation_language(text, heard, before, certain=False) is heard
    assert conversation_language("Okay.", heard, before, certain=False) is before


@pytest.mark.parametrize(
    ("text", "heard", "before", "after"),
    [
        ("Ich möchte ein Auto mieten", "de", "en", "de"),
        ("Danke", "de", "en", "en"),
        ("我想知道我的包裹在哪里", "zh", "en", "zh"),
        ("北京", "zh", "en", "en"),
        ("Where is my car?", "en", "zh", "en"),
        ("吃了没得", "zh-CN-SC", "zh", "zh-CN-SC"),
    ],
)
def test_other_languages_likewise(text: str, heard: str, before: str, after: str) -> None:
    judged = conversation_language(text, find_language(heard), find_language(before))
    assert judged is find_language(after)
