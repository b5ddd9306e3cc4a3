"""What is dictated, as recognisers write it, and what only has a number or a letter at its end."""

from pathlib import Path

import pytest

from emads_voice.voice.endpointing import Dictation, Said, Wording, continues
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
    "M like Mary", "double 5", "reference PN-12345", "My number is", "Four.", "Plus forty four.", "plus 44",
    "Ticket INC.", "My birthday's the 22nd. of November.", "Twenty second.", "I'd like to transfer 1.",
    "The amount is three.", "I live at 77.", "The gate code is star.",
    "GB29. NWBK.", "My last name is Kowalski.", "It's www.", "www dot acme", "The third.",
    "on the third", "The third of March.", "N for November.", "42 Wallaby Way.", "Flat 3.", "My flight is VN.",
    "Capital A.", "The code is seven kilo", "Extension.", "My booking code is x, 7k.", "My date of birth is",
]  # fmt: skip
ENGLISH_WHOLE = [
    "My name is John.", "The budget is 300.", "Use HTTPS.", "The ETA is Q3.", "We use S3.", "It costs 2 million.",
    "I live in London.", "One second.", "It was on May 3rd.", "The SLA is 99.9.", "We pay 2 million.",
    "Yes.", "It costs 20.", "No!", "It is on the second floor.", "We have twenty five.", "Plan B.", "I am.",
    "Is it 09 12?", "My e-mail is john.smith@example.com.", "at example.com",
    "My email is john at example dot com.", "In 2025.", "It opened in 1998.", "at 10:30.", "It's 7 p.m.",
    "My phone number is 0912 345 678.", "It costs $250.", "I would like to know the cost.", "two hundred dollars",
    "The AWS API.", "Call me.", "The first option.", "I work for IBM.", "U.S. customers", "IBM.",
    "It takes two or three days.", "Thank you very much.", "20%", "How much is it for a B12?", "What is your name.",
    "I want 5G.", "two point five", "It is at gmail dot com.", "My name is Anna Smith.", "I have two orders.",
    "The first one.", "Oh.", "O.K.", "Thanks a million.", "That is a good point.", "Close.", "My name is wrong.",
    "My website is down.", "Look up order 17.", "Order 90.", "Cancel order 17.",
]  # fmt: skip
VIETNAMESE_DICTATED = [
    "Số của tôi là không chín.", "Số của tôi là không chín. một hai.", "Số của tôi là 09.", "Biển số là 51F.",
    "Nhà em số 5.", "Anh chuyển mười hai.",
    "Biển số là 51F. 123.45.", "Số 12.", "Số 12. đường Lê Lợi.", "Số 12. đường Lê Lợi. quận 1.", "không chín một",
    "nờ dài", "en nờ dài, gờ", "tên tôi là N G U", "N như Nam", "hai trăm", "hai triệu", "ngày 12", "ngày mười hai",
    "sinh ngày 12 tháng 5", "email là john chấm smith", "john chấm smith", "anna gạch dưới", "mã là A B 12",
    "mã số của tôi là ba", "một hai", "khong chin mot", "so cua toi la khong chin", "hờ", "hờ u y ê nờ", "51F",
    "năm mốt ép", "mã là ích bảy ca", "tôi tên là Nguyễn.", "Ngày mùng ba. tháng hai.",
    "Chuyến bay VN.", "Hẻm 45.", "một trăm hai mươi", "ba bốn năm sáu", "mùng ba", "số tài khoản là 0123",
    "john a còng", "lan a còng gmail", "hai phẩy", "tên là bê xê", "cộng 84", "Số của tôi là",
]  # fmt: skip
VIETNAMESE_WHOLE = [
    "được không", "Vâng.", "bảo hành hai năm", "duoc khong", "Kiểm tra đơn số 17.", "noi cham lai",
    "tôi tên là Nguyễn Văn An.", "tên tôi là lan", "Tôi tên là Nam.", "Chi phí là 500 triệu.", "Năm 2024.",
    "Ngân sách khoảng 2 tỷ.", "Máy chủ số 12 bị hỏng.", "Anh là Tuấn ở phòng kỹ thuật.",
    "có được không", "còn hai không", "tôi ở quận 1", "Cảm ơn anh.", "điện thoại của tôi là 0912345678",
    "email là an@example.com", "năm 2025", "5 triệu đồng", "lúc 10:30", "tôi muốn hai tờ", "anh Ba", "chị Tư",
    "không", "cho tôi hỏi giá", "lan a còng gmail chấm com", "email là lan a còng gmail com",
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
    assert not waits("Es kostet 20", find_language("de"))


def test_a_pause_of_a_second_and_a_half_is_bridged() -> None:
    assert Dictation().seconds > 1.5 + 2 * 0.032  # and the two windows that tell that somebody goes on


@pytest.mark.parametrize(
    ("asked", "text", "language"),
    [
        ("What is your order number?", "12.", ENGLISH),
        ("And the code, please?", "A.", ENGLISH),
        ("What is your phone number?", "It's nine.", ENGLISH),
        ("Is there a number that I can reach you on?", "Yes, it's nine.", ENGLISH),
        ("What is your full name?", "Anna.", ENGLISH),
        ("What is your full name?", "Anna Maria", ENGLISH),
        ("Who am I speaking with?", "Anna. Maria.", ENGLISH),
        ("May I have your name?", "My name is Smith.", ENGLISH),
        ("What's the purchase order?", "PO.", ENGLISH),
        ("What e-mail address should I use?", "K oneill 77. at hotmail.", ENGLISH),
        ("What is your order number? I'll wait.", "12.", ENGLISH),
        ("Please tell me your name. Take your time.", "Anna.", ENGLISH),
        ("Em xin tên anh ạ?", "Anh tên Quân.", VIETNAMESE),
        ("Số điện thoại của anh? Em chờ ạ.", "chín", VIETNAMESE),
        ("How do you spell that?", "Oscar. Kilo.", ENGLISH),
        ("What is your e-mail address?", "Bob.", ENGLISH),
        ("Where should we deliver it?", "42.", ENGLISH),
        ("What is your date of birth?", "The 3rd of March.", ENGLISH),
        ("Số điện thoại của anh là gì ạ?", "chín", VIETNAMESE),
        ("Anh đọc giúp em mã đơn hàng được không ạ?", "12.", VIETNAMESE),
        ("Dạ cho em xin họ tên ạ?", "Nguyễn Văn.", VIETNAMESE),
        ("Cho em xin ngày sinh ạ.", "3 tháng 2.", VIETNAMESE),
        ("Email của chị là gì ạ?", "Lan.", VIETNAMESE),
        ("Địa chỉ giao hàng ở đâu ạ?", "12 Lê Lợi.", VIETNAMESE),
    ],
)
def test_an_answer_to_a_question_for_what_is_dictated_may_only_have_begun(
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
        ("What is your e-mail address?", "I don't have one."),
        ("What is your date of birth?", "The 3rd of March 1990."),
        ("What is your date of birth?", "12. 05. 84."),
        ("What is your name?", "Anna Smith."),
        ("Please tell me the six-digit code.", "4 8. 2 1 7 7."),
        ("What are the last four digits of your card?", "It's 4 2 7 1."),
        ("Can I have the card number?", "4111 1111 1111 1111."),
        ("Cho em xin bốn số cuối của thẻ ạ.", "4271"),
        ("Số căn cước của anh là gì ạ?", "079 203 001 234"),
        ("May I take your name?", "Yes, please."),
        ("Is 4711 your order number?", "Yes."),
        ("Is your name Anna?", "It's Maria."),
        ("How many people are you?", "12."),
        ("How many people are you?", "Two."),
        ("Would you like the first or the second?", "The second."),
        ("Anh đi mấy người ạ?", "hai mươi lăm"),
        ("Đây có phải số của chị không ạ?", "không"),
    ],
)
def test_what_is_all_of_an_answer_is_not_waited_for(asked: str, text: str) -> None:
    language = ENGLISH if asked.isascii() else VIETNAMESE
    assert Dictation().silence_s(Said(text, language, 1.0, asked=asked)) is None


@pytest.mark.parametrize(
    ("text", "language", "goes_on"),
    [
        *(
            (text, ENGLISH, True)
            for text in ("seven", "S, M, I, T, H.", "of March", "dot com", "B for boy", "1990.")
        ),
        *(
            (text, ENGLISH, False)
            for text in ("At seven please.", "May I speak to John?", "Yes.", "I am", "The red one.")
        ),
        *((text, VIETNAMESE, True) for text in ("tháng hai", "năm 1990", "gờ", "hai ba bốn", "chấm com")),
        *((text, VIETNAMESE, False) for text in ("không ạ", "Vâng.", "tôi muốn hủy")),
    ],
)
def test_what_begins_in_the_middle_is_known(text: str, language: Language, goes_on: bool) -> None:
    assert continues(text, language.base_code) is goes_on


@pytest.mark.parametrize("asked", ["", "Hello! How can I help you?", "Dạ em giúp gì được cho anh ạ?"])
def test_figures_that_answer_nothing_are_read_out(asked: str) -> None:
    assert Dictation().silence_s(Said("Four.", ENGLISH, 1.0, asked=asked)) is not None


SCRIPTS = Path(__file__).parents[3] / "benchmarks" / "turn_taking_held_out.tsv"
CUT = {  # no word tells that these go on
    "nam muoi mot ef",
    "My name is Smith.",  # all of a name, where nobody has asked for one
    "tên tôi là lan",
}


def test_the_pauses_of_those_who_dictate_are_bridged_and_plain_answers_are_not_waited_for() -> None:
    cut, slow, dictated = set(), set(), 0
    for line in SCRIPTS.read_text("utf-8").splitlines():
        kind, code, script, *asked = line.split("\t")
        parts = script.split(" | ")
        said = [" ".join(parts[:end]) for end in range(1, len(parts) + 1)]
        waited = [
            Dictation().silence_s(Said(text, find_language(code), 1.0, asked="".join(asked))) is not None
            or (Wording().silence_s(Said(text, find_language(code), 1.0)) or 0.0) > 1.5
            for text in said
        ]
        if kind == "dictation":
            dictated += 1
            cut |= {text for text, patient in zip(said[:-1], waited, strict=False) if not patient}
        elif waited[-1]:
            slow.add(said[-1])
    assert dictated >= 120
    assert cut == CUT
    assert slow == set()


@pytest.mark.parametrize(
    ("asked", "text", "language"),
    [
        ("", "The version is 2.", ENGLISH),
        ("Which version do you have?", "2.", ENGLISH),
        ("", "Host name is web.", ENGLISH),
        ("", "The server name is db.", ENGLISH),
        ("What time shall I come?", "Three.", ENGLISH),
        ("", "máy lẻ", VIETNAMESE),
        ("", "Phiên bản là 2.", VIETNAMESE),
        ("", "Tên miền là abc.", VIETNAMESE),
        ("Mấy giờ anh đến ạ?", "Ba.", VIETNAMESE),
    ],
)
def test_parts_of_versions_hosts_and_times_are_waited_for(asked: str, text: str, language: Language) -> None:
    assert Dictation().silence_s(Said(text, language, 1.0, asked=asked)) is not None


@pytest.mark.parametrize(
    ("asked", "text", "language"),
    [
        ("What time shall I come?", "3 PM.", ENGLISH),
        ("What time shall I come?", "Three thirty.", ENGLISH),
        ("What time shall I come?", "In the morning.", ENGLISH),
        ("", "The release is late.", ENGLISH),
        ("", "I need a ticket.", ENGLISH),
        ("Mấy giờ anh đến ạ?", "Ba giờ.", VIETNAMESE),
        ("", "Gửi cho tôi văn bản.", VIETNAMESE),
    ],
)
def test_whole_times_and_what_only_names_a_version_are_not(asked: str, text: str, language: Language) -> None:
    assert Dictation().silence_s(Said(text, language, 1.0, asked=asked)) is None
