import pytest

from emads_voice.agents.accents import Accents

TEXTS = [
    "Khóa mã hóa do ai giữ?",
    "Máy phát điện ở kho chạy được bao lâu?",
    "Dữ liệu khách hàng có được mã hóa không?",
    "Who keeps the keys? How long can the generator run?",
    "Kafka dùng để làm gì?",
]


@pytest.mark.parametrize(
    ("text", "restored"),
    [
        ("khoa ma hoa ai giu", "khóa mã hóa ai giữ"),
        ("may phat dien chay duoc bao lau", "máy phát điện chạy được bao lâu"),
        ("may phat dien blockchain", "máy phát điện blockchain"),
        ("Ở kho có máy phát không", "Ở kho có máy phát không"),
        ("how long can the generator run", "how long can the generator run"),
        ("who are you", "who are you"),
        ("", ""),
    ],
)
def test_accents_come_back_as_known_texts_have_them(text: str, restored: str) -> None:
    assert Accents(TEXTS).restored(text) == restored


def test_what_stands_beside_a_syllable_decides() -> None:
    accents = Accents(["bảo mật", "bão lớn", "bão lớn"])
    assert accents.restored("bao mat") == "bảo mật"
    assert accents.restored("bao lon") == "bão lớn"


def test_nothing_known_changes_nothing() -> None:
    assert Accents([]).restored("khoa ma hoa") == "khoa ma hoa"
