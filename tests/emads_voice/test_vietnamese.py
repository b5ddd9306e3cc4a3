import pytest

from emads_voice.vietnamese import is_unaccented, is_vietnamese


@pytest.mark.parametrize(
    ("text", "vietnamese"),
    [
        ("tôi muốn đặt phòng họp", True),
        ("toi muon dat phong hop thi lam the nao", True),
        ("có nên move order system lên Kubernetes không", True),
        ("toi muon hoi ve Kubernetes", True),
        ("khong", True),
        ("should we move our order system to Kubernetes", False),
        ("how do I book a meeting room", False),
        ("the budget", False),
        ("SAP licences", False),
        ("to", False),
        ("", False),
    ],
)
def test_vietnamese_is_recognised_with_and_without_accents(text: str, vietnamese: bool) -> None:
    assert is_vietnamese(text) is vietnamese


def test_accents_are_found_however_they_are_encoded() -> None:
    assert is_vietnamese("Ha\u0323 Long")
    assert is_vietnamese("HẠ LONG")


def test_who_writes_accents_has_not_lost_them() -> None:
    assert not is_unaccented("Où est le métro")
    assert not is_unaccented("không có gì")
