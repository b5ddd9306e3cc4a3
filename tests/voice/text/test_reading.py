"""Figures, signs and abbreviations are read as people say them; what is none stays as it is."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language, find_language
from emads_voice.voice.text.answer import SpokenAnswer
from emads_voice.voice.text.reading import english, formula_aloud, read_aloud, vietnamese
from emads_voice.voice.text.reading.codes import roman

READINGS = Path(__file__).parent / "readings"

SAME_IN = {  # what one speaker says and another says so is no difference
    "en": [(r"\ba (?=hundred|thousand|million)", "one "), ("metre", "meter"), ("litre", "liter")],
    "vi": [
        ("ngàn", "nghìn"),
        ("lẻ", "linh"),
        ("tỉ", "tỷ"),
        ("tư", "bốn"),
        (r"đô la( mỹ)?", "đô"),
        ("uỷ", "ủy"),
    ],
}


def heard(said: str, language: str) -> str:
    """What is left for the ear: no marks, no capitals, no "and" in English numbers."""
    said = re.sub(r"[^\w\s]", " ", unicodedata.normalize("NFC", said).casefold().replace("'", ""))
    for pattern, other in SAME_IN[language]:
        said = re.sub(pattern, other, said)
    return " ".join(word for word in said.split() if language != "en" or word != "and")


def cases(code: str) -> list[tuple[str, list[str]]]:
    lines = (READINGS / f"{code}.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith(("# ", "##"))]
    return [(written, readings.split(" | ")) for written, readings in rows]


@pytest.mark.parametrize("language", [ENGLISH, VIETNAMESE], ids=lambda language: language.code)
def test_figures_are_read_as_people_say_them(language: Language) -> None:
    code = language.code
    table = cases(code)
    assert len(table) >= 300
    wrong = [
        (written, said, readings[0])
        for written, readings in table
        if heard(said := read_aloud(written, language), code) not in [heard(each, code) for each in readings]
    ]
    assert wrong == []


BESIDE = {
    "en": ("Right then, here it is: ", "That is all for you today."),
    "vi": ("Dạ vâng, đây ạ: ", "Vậy là xong rồi ạ."),
}


@pytest.mark.parametrize("language", [ENGLISH, VIETNAMESE], ids=lambda language: language.code)
def test_figures_are_read_the_same_within_an_answer_and_end_no_sentence(language: Language) -> None:
    code = language.code
    before, after = BESIDE[code]
    wrong = []
    for written, readings in cases(code):
        stop = "" if written[-1] in ".!?" else "."
        for text, says in (
            (before + written, f"{before} {{}}"),
            (f"{written}{stop} {after}", f"{{}} {after}"),
        ):
            answer = SpokenAnswer(language)
            for char in text:
                answer.feed(char)
            answer.finish(text)
            words = [sentence.words for sentence in iter(answer.take, None)]
            if (
                heard(" ".join(words), code) not in [heard(says.format(each), code) for each in readings]
                or len(words) > 2
            ):
                wrong.append((text, words))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Call 0912345678 now.",
            "zero nine one two, three four five, six seven eight",
        ),  # a breath between groups
        ("R&D and Q&A", "R and D and Q and A"),
        ("between 1990 and 1995", "between nineteen ninety and nineteen ninety-five"),
        ("The ID is AB-1234-XY.", "A B one two three four X Y"),
        ("It is 30cm x 20cm.", "thirty centimeters by twenty centimeters"),
        ("about 100k users", "about one hundred thousand users"),
        ("He scored 9/10.", "nine out of ten"),
        ("It's 50/50.", "fifty fifty"),
        ("a 16:9 screen", "sixteen to nine"),
        ("That's 1.250.000đ.", "one million two hundred fifty thousand dong"),
        ("I live in the U.S. It's big.", "in the U S. It's big"),  # a stop that ends a sentence is heard
        ("We met at 5 p.m. The room was full.", "five p m. The room"),
        ("Between 9 a.m. and 5 p.m. Monday to Friday.", "five p m Monday"),
        ("I'd say €1.234,50.", "one thousand two hundred thirty-four euros and fifty cents"),
    ],
)
def test_english_also(text: str, said: str) -> None:
    assert said in read_aloud(text, ENGLISH)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Gọi 0912345678 nhé.", "không chín một hai, ba bốn năm, sáu bảy tám"),
        ("Lương 15-20 triệu/tháng.", "mười lăm đến hai mươi triệu mỗi tháng"),
        ("Đạt 9/10 điểm.", "chín trên mười điểm"),
        ("đường 3/2", "đường ba tháng hai"),
        ("Giờ làm việc: 8:00 - 17:30, T2-T6", "tám giờ đến mười bảy giờ ba mươi, thứ hai đến thứ sáu"),
        ("từ 1/2025 - 12/2025", "không trăm hai mươi lăm đến tháng mười hai"),
        ("SĐT: 0912-345-678", "số điện thoại, không chín một hai, ba bốn năm, sáu bảy tám"),
        ("Ở TP. HCM, v.v. đều có.", "Ở thành phố Hồ Chí Minh, vân vân đều có."),  # no pause within
        ("Ở TP. Đà Nẵng.", "Ở thành phố Đà Nẵng."),
        ("Rau, củ, v.v.", "Rau, củ, vân vân."),
        ("Ở Đà Nẵng có 3 chi nhánh.", "Ở Đà Nẵng có ba chi nhánh."),  # names keep their capitals
    ],
)
def test_vietnamese_also(text: str, said: str) -> None:
    assert said in read_aloud(text, VIETNAMESE)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("zh", "价格是1,250元，电话0912345678。"),
        ("ja", "3月14日、150円です。"),
        ("th", "ราคา 1,250 บาท"),
        ("fr", "Il coûte 1 250,50 €, le 3/5."),
        ("de", "Am 3. Oktober um 15:30 Uhr."),
        ("ar", "السعر 25 دولارًا"),
        ("ko", "3.5퍼센트입니다."),
    ],
)
def test_other_languages_pass_unharmed(code: str, text: str) -> None:
    assert read_aloud(text, find_language(code)) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (ENGLISH, "Well, I'm sure it's fine - isn't it?"),
        (ENGLISH, "“Yes,” she said; he didn't."),
        (VIETNAMESE, "Dạ vâng, em chào anh Nam ạ!"),
        (VIETNAMESE, "“Vâng,” chị nói; anh không nói gì."),
    ],
)
def test_what_has_no_figures_stays_as_it_is(language: Language, text: str) -> None:
    assert read_aloud(text, language) == text


def test_formulas_are_read() -> None:
    assert formula_aloud(r"\frac{1}{2}", ENGLISH) == "one half"
    assert formula_aloud("x^2", ENGLISH) == "x squared"
    assert formula_aloud("x^2 + 1", VIETNAMESE) == "x bình phương cộng 1"
    assert formula_aloud(r"\oint_\gamma", VIETNAMESE) == ""  # left out rather than spelled
    assert formula_aloud("x^2", find_language("zh")) == ""


def test_a_roman_number_is_one_only_if_it_is_well_formed() -> None:
    assert [roman(each) for each in ("IV", "XXI", "IIII", "", "IC")] == [4, 21, 0, 0, 0]


@given(st.text(st.sampled_from("0123456789.,:/-–+$€%đ#@ abAQxhkmI()\n'&=")) | st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    """And what could be said before still says something."""
    for language in (ENGLISH, VIETNAMESE):
        said = read_aloud(text, language)
        assert any(map(str.isalnum, said)) == any(map(str.isalnum, text))


def test_a_panic_of_the_vietnamese_reader_is_an_error_like_others() -> None:
    """It meets one where its patterns search for too long."""
    with pytest.raises(ValueError, match="cannot read"):
        vietnamese.read("1-1 " * 6000)
    assert read_aloud("1." * 5000, VIETNAMESE) == "1." * 5000


def test_what_cannot_be_read_is_said_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> str:
        raise RuntimeError("no tables")

    monkeypatch.setattr(english, "read", broken)
    assert read_aloud("It costs $5.", ENGLISH) == "It costs $5."
