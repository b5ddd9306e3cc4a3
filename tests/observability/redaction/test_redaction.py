import unicodedata

import pytest

from emads_voice.observability import conceal_names, redact
from emads_voice.observability.redaction import names


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
        ("item 123456 5500-0000-0000-0004", "item 123456 [card]"),
        ("+84912345678 4111 1111 1111 1111 12", "[phone] [card] 12"),
        ("3782 822463 10005 4111111111111111", "[card] [card]"),
    ],
)
def test_a_card_among_other_numbers_is_found(said: str, kept: str) -> None:
    assert redact(said) == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Số của tôi là không chín một hai ba bốn năm sáu bảy tám ạ.", "Số của tôi là [phone] ạ."),
        ("so cua toi la khong chin mot hai ba bon nam sau bay tam", "so cua toi la [phone]"),
        ("dạ không bảy không ờ ba ba ba, à, bốn năm sáu tám ạ", "dạ [phone] ạ"),
        ("gọi 0, 9, 1, 2, 3, 4, 5, 6, 7, 8 nhé", "gọi [phone] nhé"),
        ("it's oh nine one double five six seven double eight three", "it's [phone]"),
        ("It is oh nine twelve thirty four fifty six seventy eight.", "It is [phone]."),
        ("plus eight four nine one two three four five six seven eight", "[phone]"),
        ("0912 ba bốn năm 678", "[phone]"),
        ("không chín ba số tám bốn năm sáu hai một", "[phone]"),
        ("số em là không ba ba mươi bốn năm mươi sáu bảy mươi tám chín mươi", "số em là [phone]"),
        ("sdt0912345678", "sdt[phone]"),
        ("Số: ０９１２３４５６７８", "Số: [phone]"),
        ("my cell is (415) 555-2671", "my cell is [phone]"),
        ("area code four one five then five five five, two six seven one", "area code [phone]"),
        ("Gọi 0912 345 678 không?", "Gọi [phone] không?"),
    ],
)
def test_a_telephone_number_is_found_however_it_is_said(said: str, kept: str) -> None:
    assert redact(said) == kept
    decomposed = unicodedata.normalize("NFD", said)
    assert redact(decomposed) == unicodedata.normalize("NFD", kept)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("số của tôi là không chín một", "số của tôi là [phone]"),
        ("my number is zero nine eight...", "my number is [phone]..."),
        ("zero nine one two, I mean zero nine one three, four five six", "[phone], I mean [phone]"),
        ("số chị là không chín một ba, à nhầm, năm năm sáu bảy", "số chị là [phone], à nhầm, [phone]"),
        ("thẻ của tôi là bốn một một một, một một một một", "thẻ của tôi là [card]"),
    ],
)
def test_what_was_cut_or_said_anew_is_found(said: str, kept: str) -> None:
    assert redact(said) == kept


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("căn cước 079203001234", "căn cước [id]"),
        ("không bảy chín hai không ba không không một hai ba bốn", "[id]"),
        ("chứng minh nhân dân 025123456", "chứng minh nhân dân [id]"),
        ("social security 123-45-6789", "social security [id]"),
        ("mã số thuế 0100233488", "mã số thuế [tax code]"),
        ("0314409058-002", "[tax code]"),
        ("stk một chín không ba bốn năm sáu", "stk [account]"),
        ("account number double nine double eight double seven", "account number [account]"),
        ("four one one one, one one one one, one one one one, one one one one", "[card]"),
        ("9704361234567895", "[card]"),
        ("wire it to GB29 NWBK 6016 1331 9268 19.", "wire it to [iban]."),
        ("iban D E eight nine three seven oh four", "iban [iban]"),
        ("passport B one two three four five six seven", "passport [passport]"),
        ("hộ chiếu C1234567", "hộ chiếu [passport]"),
        ("mã pin là một hai ba bốn", "mã pin là [pin]"),
        ("my password is abc123", "my password is [pin]"),
        ("an chấm nguyễn a còng gmail chấm com nhé", "[email] nhé"),
        ("my email is john smith at gmail dot com", "my email is [email]"),
        ("j o h n at outlook dot com", "[email]"),
        ("john [at] example [dot] com", "[email]"),
        ("hoa.tran a cong cong ty cham vn", "[email]"),
        ("mail linh gạch dưới chín chín a còng yahoo chấm com", "mail [email]"),
    ],
)
def test_each_kind_is_found_written_and_spoken(said: str, kept: str) -> None:
    assert redact(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "Chi phí là năm ba triệu một tháng.",
        "từ năm hai không hai lăm, hai không hai sáu",
        "doanh thu 1.234.567.890 đồng",
        "tài khoản của tôi có 12500000 đồng",
        "Mã đơn hàng một hai ba bốn năm sáu bảy tám đang ở đâu?",
        "order number one two three four five six seven eight please",
        "one two three four five six seven eight nine ten",
        "một hai ba bốn năm sáu bảy tám chín mười",
        "a ratio of 0.912345678, of zero point nine one two three four five six seven eight",
        "look at amazon dot com for prices",
        "I work at google dot com",
        "tăng 12,5 % so với 2025, phòng 1203, ngày 27/11/2026 lúc 14:30",
        "request 4f9a1b2c3d4e5f60718293a4b5c6d7e8 ended after 1700000000 ms",
        "không, không, tôi không nói thế, một là đi, hai là ở",
        "Doanh thu 912345678 đồng, chi 912.345.678 đồng",
        "servers 01 02 03 04 05 06 07 are down",
        "IMEI 356938035643809, pin 5000 mAh",
        "tài khoản 131 và tài khoản 511, account 1234 is overdue",
    ],
)
def test_amounts_dates_and_numbers_of_things_stay(said: str) -> None:
    assert redact(said) == said


def test_names_of_a_list_are_taken_out_and_other_words_stay() -> None:
    kept = dict(names._names)
    try:
        conceal_names(["Nguyễn Văn An", "Minh", "Jean-Luc O'Brien", " "])
        assert redact("gặp nguyen van an, NGUYỄN VĂN AN's, Nguyễn An") == "gặp [name], [name]'s, Nguyễn An"
        assert redact("Minh minh bạch") == "[name] minh bạch"
        assert redact("Jean-Luc O'Brien called") == "[name] called"
    finally:
        names._names.clear()
        names._names.update(kept)
