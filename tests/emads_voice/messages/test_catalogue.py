"""The messages that come with the package: all there in each language, and sayable."""

from typing import Any, get_args

import pytest

from emads_voice.messages import Key, Phrase, shipped
from emads_voice.messages.formatting import Messages
from emads_voice.messages.keys import ENGLISH_ONLY, KEYS, NUMBERS, PARTS, QUESTIONS
from emads_voice.messages.placeholders import Placeholders, placeholders
from emads_voice.messages.reading import Entries, read_shipped
from emads_voice.voice.languages import LANGUAGES
from emads_voice.writing import QUESTION_MARKS

SHIPPED: dict[str, tuple[Messages, Entries]] = {
    messages.code: (messages, entries) for messages, entries in read_shipped()
}
ENGLISH = SHIPPED["en"][1]

SAID: list[tuple[str, Any]] = [
    (code, key) for code, (_, entries) in SHIPPED.items() for key in entries if not key.startswith("-")
]


def needs(code: str, key: str) -> Placeholders:
    return placeholders(SHIPPED[code][1][key].entry)


def test_english_has_every_message_and_vietnamese_all_but_those_only_said_in_english() -> None:
    assert set(ENGLISH) == KEYS
    assert set(SHIPPED["vi"][1]) == KEYS - ENGLISH_ONLY


def test_the_other_languages_have_what_a_conversation_says_between_its_turns() -> None:
    others = set(SHIPPED) - {"en", "vi"}
    assert others == {"de", "es", "fr", "ja", "ko", "zh"}
    for code in others:
        assert set(SHIPPED[code][1]) == set(get_args(Phrase))


def test_no_message_is_in_two_parts() -> None:
    assert sum(map(len, PARTS)) + len(ENGLISH_ONLY) == len(KEYS)


@pytest.mark.parametrize(("code", "key"), SAID)
def test_a_message_has_the_placeholders_it_has_in_english(code: str, key: str) -> None:
    assert needs(code, key).known <= needs("en", key).known
    assert needs(code, key).known >= needs("en", key).shown


@pytest.mark.parametrize(("code", "key"), SAID)
def test_a_message_can_be_said(code: str, key: Any) -> None:
    known = needs(code, key)
    for number in (0, 1, 2, 5.5, 1_234_567):
        values = {name: number if name in NUMBERS else f"the {name}" for name in known.known}
        text = SHIPPED[code][0].text(key, **values)
        assert text.strip() == text
        assert len(text) > 1
        assert not set("{}$\u2068\u2069") & set(text)
        for name in known.shown - NUMBERS:
            assert name in text, "a text is said, whatever is done to its first letter"
        assert key not in QUESTIONS or set(QUESTION_MARKS) & set(text)


@pytest.mark.parametrize(
    ("code", "key"), [(code, key) for code, key in SAID if needs(code, key).shown - NUMBERS]
)
def test_a_text_of_any_length_is_said_whole(code: str, key: Any) -> None:
    known = needs(code, key)
    values = {name: 2 if name in NUMBERS else f"({name}{'…' * 5_000})" for name in known.known}
    text = SHIPPED[code][0].text(key, **values)
    for name in known.shown - NUMBERS:
        assert str(values[name]) in text


def test_languages_are_called_as_agents_call_them() -> None:
    names = {language.base_code: language.name for language in LANGUAGES if not language.dialect}
    assert all(Messages(code, {}).name == name for code, name in names.items())


@pytest.mark.parametrize("language", ["vi", "Vietnamese"])
def test_a_language_is_found_by_its_code_and_its_name(language: str) -> None:
    assert shipped().phrases(language).text("moment") == "Xin anh chị chờ một chút."
    assert shipped().wording(language).text("level_low") == "thấp"


def test_what_there_is_not_in_a_language_is_said_in_english() -> None:
    assert shipped().phrases("Swedish").code == "en"
    assert shipped().phrases("German").code == "de"
    assert shipped().wording("German").code == "en"


def test_a_message_is_known_in_every_language_that_has_it() -> None:
    assert shipped().translations("initiative_papers") == {
        "English": "the initiative papers",
        "Vietnamese": "hồ sơ sáng kiến",
    }


@pytest.mark.parametrize(
    ("amount", "english", "vietnamese"),
    [
        (0, "0 dollars", "0 đô la"),
        (1, "1 dollar", "1 đô la"),
        (999, "999 dollars", "999 đô la"),
        (12_500, "12 thousand 500 dollars", "12 nghìn rưỡi đô la"),
        (1_000_000, "1 million dollars", "1 triệu đô la"),
        (2_000_001, "2 million 1 dollars", "2 triệu 1 đô la"),
        (3_200_000_000, "3 billion 200 million dollars", "3 tỷ 200 triệu đô la"),
    ],
)
def test_money_is_written_as_it_is_read_out(amount: int, english: str, vietnamese: str) -> None:
    assert shipped().english.text("dollars", amount=amount) == english
    assert shipped().wording("vi").text("dollars", amount=amount) == vietnamese


@pytest.mark.parametrize(
    ("quantity", "english", "vietnamese"),
    [
        (2, "2 people", "2 people"),
        (2.5, "2.5 people", "2,5 people"),
        (12_500.0, "12500 people", "12500 people"),
    ],
)
def test_numbers_are_written_as_the_language_does(quantity: float, english: str, vietnamese: str) -> None:
    assert shipped().english.text("quantity", quantity=quantity, what="people") == english
    assert shipped().wording("vi").text("quantity", quantity=quantity, what="people") == vietnamese


@pytest.mark.parametrize(
    ("items", "english", "vietnamese"),
    [(["a"], "a", "a"), (["a", "b"], "a and b", "a và b"), (["a", "b", "c"], "a, b and c", "a, b và c")],
)
def test_lists_end_as_the_language_does(items: list[str], english: str, vietnamese: str) -> None:
    assert shipped().english.listed(items) == english
    assert shipped().wording("vi").listed(items) == vietnamese
    assert shipped().english.in_a_row(items) == ", ".join(items)


@pytest.mark.parametrize(
    ("key", "document", "said"),
    [
        ("cited_whole", "Office guide", "According to the office guide: …"),
        ("cited_whole", "ERP guide", "According to the ERP guide: …"),
        ("cited_whole", "the initiative papers", "According to the initiative papers: …"),
        ("cited_whole", "A list", "According to the a list: …"),
    ],
)
def test_a_title_is_written_small_inside_a_sentence(key: Key, document: str, said: str) -> None:
    assert shipped().english.text(key, document=document, text="…") == said


def test_a_value_that_is_missing_is_never_read_out_as_a_gap() -> None:
    with pytest.raises(ValueError, match="out_of_scope cannot be said: Unknown external: agents"):
        shipped().english.text("out_of_scope")
