import pytest

from emads_voice.observability import redact


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("gọi cho tôi số 0912 345 678 nhé", "gọi cho tôi số [phone] nhé"),
        ("ring +84 28 3823 4567 or +1 650 253 0000", "ring [phone] or [phone]"),
        ("my card is 4111 1111 1111 1111", "my card is [card]"),
        ("write to an.nguyen@example.com.vn please", "write to [email] please"),
    ],
)
def test_personal_data_is_taken_out(said: str, kept: str) -> None:
    assert redact(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "it costs 42000 dollars a month from 2027",
        "12,500,000 đồng mỗi tháng",
        "ZIP codes 10001, 90210 and 01803",
        "order 4111 1111 1111 1112 is late",  # the check digit is wrong: no card
        "",
    ],
)
def test_other_numbers_stay(said: str) -> None:
    assert redact(said) == said


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("item 2 4111 1111 1111 1111", "item 2 [card]"),
        ("pin 123456 5500-0000-0000-0004", "pin 123456 [card]"),
        ("+84912345678 4111 1111 1111 1111 12", "[phone] [card] 12"),
        ("3782 822463 10005 4111111111111111", "[card] [card]"),
    ],
)
def test_a_card_among_other_numbers_is_found(said: str, kept: str) -> None:
    assert redact(said) == kept
