"""What is dictated, as recognisers write it, and what only has a number or a letter at its end."""

import pytest

from emads_voice.voice.endpointing import Dictation, Said
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language

ENGLISH_DICTATED = [
    "My number is 09.", "My number is 09. 12.", "0, 9.", "One, two.", "zero nine",
    "My number is zero nine. one two.", "My number is 0 912.", "345", "It is spelled in G, U.",
    "It is spelled N-G-U.", "My name is NGU.", "My name is N G U.", "My email is John.smith.",
    "My e-mail is john.smith.", "It is john dot smith.", "It is anna underscore.", "The code is a B12.",
    "The code is A B 12.", "It is 4111.", "It is two hundred.", "It is 200.", "The twelfth.", "The 12th.", "SW1A.",
    "It is double 0.", "My number is plus 84.", "+84", "N for Nancy.", "N as in Nancy", "It is B as in boy",
    "my number is nine", "My PIN is 4.", "My ID is 0 7 9.", "12 Baker Street.", "born on the twelfth of May.",
    "I was born on May 12.", "The first.", "My email is anna lee", "zero.nine", "my reference is X", "0.", "A, B.",
    "Order code: A7-44", "nine one two", "double five oh", "My card number is 4111 1111", "twenty-five thirty-six",
    "A as in apple, B", "and it's spelled S M", "The amount is twelve hundred", "N G U Y Ễ", "john.smith at gmail",
    "on the twenty third", "My ID is #12", "one point", "john underscore smith 92", "J.O.H.N.", "n-g-u",
    "M like Mary", "double 5", "reference PN-12345", "My number is",
]  # fmt: skip
ENGLISH_WHOLE = [
    "Yes.", "It costs 20.", "two", "No!", "It is on the second floor.", "We have twenty five.", "Plan B.", "I am.",
    "Is it 09 12?", "My e-mail is john.smith@example.com.", "at example.com",
    "My email is john at example dot com.", "In 2025.", "It opened in 1998.", "at 10:30.", "It's 7 p.m.",
    "My phone number is 0912 345 678.", "It costs $250.", "I would like to know the cost.", "two hundred dollars",
    "The AWS API.", "Call me.", "The first option.", "I work for IBM.", "U.S. customers", "twenty-five",
    "It takes two or three days.", "Thank you very much.", "20%", "How much is it for a B12?", "What is your name.",
    "I want 5G.", "two point five", "It is at gmail dot com.", "My last name is Smith.", "I have two orders.",
]  # fmt: skip
VIETNAMESE_DICTATED = [
    "Số của tôi là không chín.", "Số của tôi là không chín. một hai.", "Số của tôi là 09.", "Biển số là 51F.",
    "Biển số là 51F. 123.45.", "Số 12.", "Số 12. đường Lê Lợi.", "Số 12. đường Lê Lợi. quận 1.", "không chín một",
    "nờ dài", "en nờ dài, gờ", "tên tôi là N G U", "N như Nam", "hai trăm", "hai triệu", "ngày 12", "ngày mười hai",
    "sinh ngày 12 tháng 5", "email là john chấm smith", "john chấm smith", "anna gạch dưới", "mã là A B 12",
    "mã số của tôi là ba", "một hai", "ba bốn năm sáu", "mùng ba", "số tài khoản là 0123", "john a còng",
    "lan a còng gmail", "hai phẩy", "tên là bê xê", "cộng 84", "Số của tôi là",
]  # fmt: skip
VIETNAMESE_WHOLE = [
    "được không", "Vâng.", "hai mươi lăm", "mười hai", "bảo hành hai năm", "có được không", "còn hai không",
    "tôi ở quận 1", "Cảm ơn anh.", "điện thoại của tôi là 0912345678", "email là an@example.com", "năm 2025",
    "5 triệu đồng", "hai lăm", "lúc 10:30", "tôi muốn hai tờ", "ba mươi", "anh Ba", "chị Tư", "không",
    "cho tôi hỏi giá", "lan a còng gmail chấm com", "email là lan a còng gmail com",
]  # fmt: skip


def waits(text: str, language: object = ENGLISH) -> bool:
    return Dictation().silence_s(Said(text, language, 1.0)) is not None  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ENGLISH_DICTATED)
def test_english_that_is_dictated_waits(text: str) -> None:
    assert waits(text)


@pytest.mark.parametrize("text", ENGLISH_WHOLE)
def test_english_that_is_not_or_is_all_of_it_does_not(text: str) -> None:
    assert not waits(text)


@pytest.mark.parametrize("text", VIETNAMESE_DICTATED)
def test_vietnamese_that_is_dictated_waits(text: str) -> None:
    assert waits(text, VIETNAMESE)


@pytest.mark.parametrize("text", VIETNAMESE_WHOLE)
def test_vietnamese_that_is_not_or_is_all_of_it_does_not(text: str) -> None:
    assert not waits(text, VIETNAMESE)


def test_figures_and_letters_are_known_in_any_language() -> None:
    assert waits("1 2 3", find_language("zh"))
    assert waits("A B 12", None)
    assert not waits("20", find_language("de"))


def test_a_pause_of_a_second_and_a_half_is_bridged() -> None:
    assert Dictation().seconds > 1.5 + 2 * 0.032  # and the two windows that tell that somebody goes on


@pytest.mark.parametrize(
    ("asked", "text", "language"),
    [
        ("What is your order number?", "12.", ENGLISH),
        ("And the code, please?", "A.", ENGLISH),
        ("What is your phone number?", "It's nine.", ENGLISH),
        ("Số điện thoại của anh là gì ạ?", "chín", VIETNAMESE),
    ],
)
def test_an_answer_to_a_question_for_a_number_may_only_have_begun(
    asked: str, text: str, language: Language
) -> None:
    assert Dictation().silence_s(Said(text, language, 1.0, asked=asked)) is not None
    assert Dictation().silence_s(Said(text, language, 1.0, asked="Does that suit you?")) is None


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("What is your phone number?", "0912 345 678."),
        ("What is your phone number?", "Why do you ask."),
        ("What is your e-mail address?", "lan@example.com."),
        ("How many people are you?", "12."),
    ],
)
def test_what_is_all_of_an_answer_is_not_waited_for(asked: str, text: str) -> None:
    assert Dictation().silence_s(Said(text, ENGLISH, 1.0, asked=asked)) is None
