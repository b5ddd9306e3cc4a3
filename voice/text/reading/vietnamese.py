"""Vietnamese as it is said: figures, money, dates, units and abbreviations in words.

`sea-g2p <https://github.com/pnnbao97/sea-g2p>`_ reads most of it; what it reads otherwise than a person is rewritten
here to what it knows.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from .codes import Words, plain_codes, roman
from .rewriting import Rule, rewritten
from .technical import technical
from .vietnamese_dates import BESIDE, dates

WORDS = Words(
    digits=("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"),
    plus="cộng", minus="trừ", when="lúc", to="đến", dot="chấm", point="chấm", at="a còng",
    underscore="gạch dưới", dash="gạch ngang", slash="gạch chéo", backslash="gạch chéo ngược", tilde="dấu ngã",
    line="dòng", colon="hai chấm", port="cổng", star="sao", hash_key="thăng", thousands=".", decimal=",",
    before_telephone=r"gọi|điện thoại|sđt|đt|(?<!dân )(?<!doanh )(?<!tổng )(?<!con )số|"
                     r"hotline|tổng đài|liên hệ|mã|fax|tháng",
    number="số", about="khoảng", version="phiên bản",
    coded=r"(?:mã|cổng|otp|pin|cccd|cmnd|cmt|hộ chiếu|tài khoản|stk|mst|đuôi|kết thúc bằng|vận đơn|"
          r"(?:đơn|đơn hàng|hóa đơn|hoá đơn|hợp đồng|vé) số|số (?:điện thoại|hợp đồng|hóa đơn|hoá đơn|thẻ)|mật khẩu)"
          r"(?: (?:otp|pin|số|số thuế|đơn|đơn hàng|xác nhận|xác thực|khách hàng|vận đơn|bưu chính|nhân viên|đặt chỗ|"
          r"đặt vé|vé|giao dịch|hợp đồng|hóa đơn|hoá đơn|bảo mật|kích hoạt|tham chiếu|dự án|mới|là|"
          r"của (?:bạn|anh|chị|em|mình|cô|chú|ông|bà|quý khách|anh/chị|anh chị)))*",
    dialled=r"gọi|gọi số|bấm số|quay số|gọi đến|gọi tới|nhắn tin đến",
    follows="để|ngay|nếu|khi|hoặc|và|cho|nhé|ạ|đi",
    scored=r"thắng|thua|hòa|hoà|tỷ số|tỉ số|dẫn|hiệp",
    numbered=r"chương|phần|giai đoạn|quý|thế kỷ|thế kỉ|khóa|khoá|kỳ|kì|hạng|cấp|điều|mục|lần thứ|thứ|lần|đợt|khu|tập|"
             r"bảng|đại hội|vùng|loại|nhóm|bậc|chiến",
)  # fmt: skip

_NEEDS_READING = re.compile(
    r"[\d%&/=+×÷<>°²³½¼¾€£¥$₫#@~±_^*|→]|[^\W\d_]\.[^\W\d_]|\b[A-ZĐƯ]{2,}|\b\w{1,4}\.\s*(?=\w)|v\.v|\bTp\b|…"
)
_FRACTION = re.compile(r"(?<![\w/.,-])([1-9])/([2-9]|10)(?![\w/]|[.,]\d| điểm)")
_RATED = re.compile(
    r"\b(?:rủi ro|phức tạp|điểm|mức|mức độ|ưu tiên|tác động|tin cậy|đánh giá)(?: là|:| =| ở mức)? $", re.I
)
"""Words after which "3/5" is three points of five."""
_BIT = {"k": "ki lô bít", "m": "mê ga bít", "g": "gi ga bít"}
_SCALES = {"k": "nghìn", "m": "triệu", "tr": "triệu", "mn": "triệu", "b": "tỷ", "bn": "tỷ"}
_WINDS = {"N": "bắc", "B": "bắc", "S": "nam", "E": "đông", "Đ": "đông", "W": "tây", "T": "tây"}
_DECREES = {"NĐ": "nghị định", "TT": "thông tư", "QĐ": "quyết định"}
_ACRONYMS = {
    "OTP": "ô tê pê", "PIN": "pin",
    "SĐT": "số điện thoại", "ĐT": "điện thoại", "STK": "số tài khoản", "MST": "mã số thuế",
    "CTCP": "công ty cổ phần", "GĐ": "giám đốc", "CCCD": "căn cước công dân", "CMND": "chứng minh nhân dân",
    "GPLX": "giấy phép lái xe",
}  # fmt: skip
_ACRONYM = re.compile(rf"\b(?:{'|'.join(_ACRONYMS)})\b")
_LETTERS = dict(
    zip(
        "ABCDĐEGHIKLMNOPQRSTUVXY",
        [
            "a",
            "bê",
            "xê",
            "dê",
            "đê",
            "e",
            "gờ",
            "hát",
            "i",
            "ca",
            "lờ",
            "mờ",
            "nờ",
            "ô",
            "pê",
            "quy",
            "rờ",
            "ét",
            "tê",
            "u",
            "vê",
            "ích",
            "i-cờ-rét",
        ],
        strict=True,
    )
)
_P = re.compile(r"\bphê\b", re.I)
"""What the normaliser calls the letter."""
_FIVES = re.compile(r"\bnăm(?:,? năm)+\b", re.I)
_FIVE = "nẵm"
"""No word, which stands for one of several fives: of those in a row the normaliser loses one."""
_TAG = re.compile(r"</?en>")
_CLOCK = re.compile(r"(?<![\w:])([01]?\d|2[0-4]):([0-5]\d)(?![\w:])")
_MINUS = re.compile(r"(?<![\w)\d])[-−–](?=\d)")


def _dollars(match: re.Match[str]) -> str:
    whole = match[1].replace(",", ".")
    cents = f",{match[2][1:].rstrip('0')}" if match[2] and match[2][1:].rstrip("0") else ""
    return f"{whole}{cents}{match[3]} đô la"


def _letters(text: str) -> str:
    return " ".join(_LETTERS.get(char, char) for char in text if char.isalpha())


def _blood(match: re.Match[str]) -> str:
    if not re.search(r"\bmáu\b", match.string, re.I):
        return match[0]
    return f"{match[1]} {'dương' if match[2] == '+' else 'âm'}"


def _fraction(match: re.Match[str]) -> str:
    before = match.string[: match.start()]
    if int(match[1]) >= int(match[2]) or BESIDE.search(before) or _RATED.search(before):
        return match[0]
    return f"{match[1]} phần {'tư' if match[2] == '4' else match[2]}"


def _quarter(match: re.Match[str]) -> str:
    """A quarter of a year, or a district of a city."""
    district = int(match[1]) > 4 or re.search(r"(?:[,;]|\bở|\btại|quận \d+) $", match.string[: match.start()])
    return f"{'quận' if district else 'quý'} {match[1]}"


_ZONES = {"E": "miền Đông", "C": "miền Trung", "M": "miền núi", "P": "bờ Tây"}
_ZONE = re.compile(r"\s?\b([ECMP])T\b")
_OF_A_CLOCK = re.compile(
    r"(?:\d\d?:\d\d|\d ?[hg]\d{0,2}|giờ(?: \d\d?| rưỡi| kém \d\d?)?(?: (?:sáng|trưa|chiều|tối|đêm))?|[ap]m)$",
    re.I,
)


def _zone(match: re.Match[str]) -> str:
    if not _OF_A_CLOCK.search(match.string[max(0, match.start() - 24) : match.start()]):
        return match[0]
    return f", giờ {_ZONES[match[1]]} nước Mỹ"


_FIRST: tuple[Rule, ...] = (
    (
        re.compile(
            r"\b((?:số )?máy lẻ|(?:máy|số) nhánh|nhánh số|(?:máy|số) nội bộ|ext\.?)(?: số| là)?:? ?"
            r"(\d{2,6})(?!\w|[.,]\d)",
            re.I,
        ),
        lambda m: f"{'máy lẻ' if m[1].casefold().startswith('ext') else m[1]} {WORDS.spelled(m[2])}",
    ),
    (_ZONE, _zone),
    (re.compile(r"\bPRN\b"), "khi cần"),
    (re.compile(r"(?<=\d)\s?fl\.?\s?oz\b\.?"), " ao xơ chất lỏng"),
    (re.compile(r"(?<![\w/])([+−-]\d+(?:[.,]\d+)*)\s?/\s?(?=[+−-]\d)"), r"\1, "),
    (re.compile(r"\b(?:Dr|BS)\.\s?(?=[A-ZĐÂÊÔƠƯ])"), "bác sĩ "),
    (re.compile(r"\b(?:TP|Tp|T\.P)\.? ?HCM\b"), "thành phố Hồ Chí Minh"),
    # Their full stop is none, and would be heard as a pause.
    (re.compile(r"\b(?:TP|Tp|T\.P)(?:\.\s?|\s)(?=[A-ZĐÂÊÔƠƯ])"), "thành phố "),
    (re.compile(r"\bThS\.\s?(?=[A-ZĐÂÊÔƠƯ])"), "thạc sĩ "),
    (re.compile(r"\bLS\.\s?(?=[A-ZĐÂÊÔƠƯ])"), "luật sư "),
    (re.compile(r"\bKS\.\s?(?=[A-ZĐÂÊÔƠƯ])"), "kỹ sư "),
    (re.compile(r"\bP\. ?GĐ\b"), "phó giám đốc"),
    (re.compile(r"\bP\.\s?(?=\d{3,4}\b)"), "phòng "),
    (re.compile(r"\bNo\.\s?(?=\d)"), "số "),
    (re.compile(r"\bVD(?=:| )"), "ví dụ"),
    (re.compile(r"\bmã KM\b"), "mã khuyến mãi"),
    (re.compile(r"\b(NĐ|TT|QĐ) (?=\d+/)"), lambda m: f"{_DECREES[m[1]]} "),
    (re.compile(r"(?<=\d)-(I{1,3}|I?V)(?!\w)"), lambda m: f" {roman(m[1])}"),
    (re.compile(r"((?:mạch|nhịp)\D{0,12}\d+) ?l/p\b", re.I), r"\1 lần trên phút"),
    (re.compile(r"(?<!\w)(AB|[ABO])([+−-])(?![\w+])"), _blood),
    (
        re.compile(r"\b(gọi(?: số)? )(\d{3}(?:(?:, | hoặc | hay | và )\d{3})+)(?!\w|[.,]\d)", re.I),
        lambda m: m[1] + re.sub(r"\d+", lambda number: WORDS.spelled(number[0]), m[2]),
    ),
    (re.compile(r"\bT[Xx]\.\s?(?=[A-ZĐÂÊÔƠƯ])"), "thị xã "),
    (re.compile(r"\bH\.\s?(?=[A-ZĐÂÊÔƠƯ])"), "huyện "),
    (re.compile(r"\bKP\.?\s?(?=\d)"), "khu phố "),
    (re.compile(r"\bNg\.\s?(?=[A-ZĐÂÊÔƠƯ])"), "Nguyễn "),
    (re.compile(r"\b[ĐđDd]/[Cc]\b"), "địa chỉ"),
    (re.compile(r"\bKH(?=:| (?:số|mã)\b)"), "khách hàng"),
    (re.compile(r"\bNV(?=:| [a-zà-ỹ])"), "nhân viên"),
    (re.compile(r"(?<![\w.])tr\.\s?(?=\d)"), "trang "),
    (re.compile(r"(?<![\w.])[Ee]xt\.?\s?(?=\d)"), "máy lẻ "),
    (re.compile(r"\bv\.\s?v\.?(?=\s+[a-zà-ỹđ]|\s*[,;:)])|\bv\.\s?v(?=\.?\s*$|\.\s)"), "vân vân"),
    (re.compile(r"\bQ([1-4])\s?/\s?(?=\d{4}\b)"), r"quý \1/"),
    (re.compile(r"\bQ([1-9]\d?)\b(?![./-]?\d|-)"), _quarter),
    (re.compile(r"\b(\d{2}[A-ZĐ]\d?)[- ](\d{3})\.(\d{2})\b"), r"\1-\2\3"),  # a licence plate
    (re.compile(r"(\d)/(\d{1,3})([A-ZĐ])\b"), r"\1/\2 \3"),
    (
        re.compile(r"(\bsoạn\b[^.!?]{1,40}\bgửi )(\d{3,5})(?!\w|[.,]\d)", re.I),
        lambda m: m[1] + WORDS.spelled(m[2]),
    ),
    (re.compile(r"(?<![\w.,])\.(?=\d)"), "0,"),
    (
        re.compile(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+(?=\.(?:\s|$))"),
        r"\g<0> ",
    ),
    (re.compile(r"(?<!\w)(\d+)\+ ?(?=[^\W\d]|$)"), r"hơn \1 "),
    (re.compile(r"(?<![\w/])km/h\b"), "ki lô mét trên giờ"),
    (re.compile(r"(?<=\d)([kcm]?m)²"), r" \1²"),
    (re.compile(r"(?<=°)\s?([NBSEĐWT])\b"), lambda m: f" {_WINDS[m[1]]}"),
    (re.compile(r"\b([A-ZĐÂÊÔƠƯ][a-zà-ỹ]+ )([IVX]{2,})(?!\w)"), lambda m: f"{m[1]}{roman(m[2]) or m[2]}"),
)
_RULES: tuple[Rule, ...] = (
    (
        re.compile(r"(?:US)?\$\s?(\d+(?:,\d{3})*)(\.\d+)?((?: (?:nghìn|ngàn|triệu|tỷ|tỉ))?)"),
        _dollars,
    ),
    (
        re.compile(r"\b(?:USD|US\$)\s?(\d[\d.,]*\d|\d)|(?<=[\d\w])\s?USD\b"),
        lambda m: f"{m[1] or ''} đô la",
    ),
    (
        re.compile(r"(?<=\d)(k|m|mn|bn?|tr)\s?(VND|VNĐ|vnđ|đồng|đ)\b"),
        lambda m: f" {_SCALES[m[1]]} đồng",
    ),
    (re.compile(r"(?<=\d)\s?tr\b"), " triệu"),
    (
        re.compile(
            r"(?<=\d)(\s?(đ|₫|VND|°C|°|%|triệu|tỷ|nghìn|k|kg|cm|km|m|g|h))\s?[-–]\s?(?=\d[\d.,]*\s?\2(?!\w))"
        ),
        r"\1 đến ",
    ),
    (
        re.compile(r"(?<![\w/])(\d+)/(\d{4})/([A-ZĐƯ]+(?:-[A-ZĐƯ]+)*)(\d*)(?!\w)"),
        lambda m: f"{m[1]} năm {m[2]} {_letters(m[3])} {m[4]}",
    ),
    (_FRACTION, _fraction),
    (re.compile(r"(?<=\d) : (?=\d)"), " chia "),
    # Else the normaliser takes the words before it for variables: "giúp em: 5x5=25".
    (re.compile(r"(?:(?<=[\d)])|(?<=[^\W\d]{2}))\s?=\s?(?=[\d-])"), " bằng "),
    (re.compile(r"(?<=\d)\s?V\b(?!\w)"), " vôn"),
    (
        re.compile(r"(?<=\d)\s?([KMGkmg])bps\b"),
        lambda m: f" {_BIT[m[1].lower()]} trên giây",
    ),
    (
        re.compile(
            r"(\d|[%đ₫]|đô la|đô|đồng|triệu|tỷ|tỉ|nghìn|ngàn|\dk|USD|VND|VNĐ|lần|lượt)\s?/\s?"
            r"(?=(?:tháng|năm|ngày|tuần|giờ|người|phút|quý|lần|buổi|đêm|cái|chiếc|m2|m²|kg|lít|đơn)\b)"
        ),
        r"\1 mỗi ",
    ),
    (re.compile(r"(?<=mỗi )m[2²]"), "mét vuông"),
    (re.compile(r"(?<=\d)k\b"), " nghìn"),
    (re.compile(r"(?<=\d)x(?!\w)"), " lần"),
)


def read(text: str) -> str:
    """A Vietnamese sentence in words. One without figures, signs and abbreviations stays as it is."""
    if not _NEEDS_READING.search(text):
        return text
    text = rewritten(dates(rewritten(technical(text, WORDS), _FIRST)), _RULES)
    text = _ACRONYM.sub(lambda m: _ACRONYMS[m[0]], plain_codes(text, WORDS))
    text = _CLOCK.sub(lambda m: f"{int(m[1])} giờ" + (f" {int(m[2])}" if m[2] != "00" else ""), text)
    text = _MINUS.sub("âm ", text)
    said = _TAG.sub("", _normalized(_FIVES.sub(lambda m: m[0].replace("năm", _FIVE), text)))
    said = said.replace(_FIVE, "năm")
    if "phê" not in text.casefold():
        said = _P.sub(lambda m: "Pê" if m[0][0].isupper() else "pê", said)
    names = _names(text)
    said = _BEFORE_END.sub("", " ".join(_WORD.sub(lambda m: names.get(m[0], m[0]), said).split()))
    return said[:1].upper() + said[1:] if text[:1].isupper() else said


def _normalized(text: str) -> str:
    try:
        said: str = _normalizer().normalize(text)
    except BaseException as error:  # a panic of its Rust is no Exception
        if type(error).__name__ == "PanicException":
            raise ValueError(f"sea-g2p cannot read {len(text)} characters") from error
        raise
    return said


_BEFORE_END = re.compile(r" (?=\.$)")
_WORD = re.compile(r"[^\W\d_]+")
_BEGUN = re.compile(r"(?:^|[.!?:…])\W*$")


def _names(text: str) -> dict[str, str]:
    """Words written with a capital for what they are, and not for beginning a sentence: the normaliser loses it."""
    plain = {word for word in _WORD.findall(text) if word.islower()}
    names = {
        match[0].casefold(): match[0]
        for match in _WORD.finditer(text)
        if match[0][0].isupper() and len(match[0]) > 1 and not _BEGUN.search(text[: match.start()][-8:])
    }
    return {word: name for word, name in names.items() if word not in plain}


def warm_up() -> None:
    """Load what :func:`read` needs (some 0.3 s); not for the event loop."""
    read("Giá 3,5 triệu.")


def formula(latex: str) -> str:
    """A LaTeX formula in words, where it is simple; else ""."""
    for pattern, words in _FORMULA:
        latex = re.sub(pattern, words, latex)
    return "" if re.search(r"[\\{}^_$&]", latex) else " ".join(latex.split())


_FORMULA = (
    (r"\\(?:left|right|displaystyle|,|;|!|quad)|~", " "),
    (r"\\(?:text|mathrm|mathbf)\{([^{}]*)\}", r"\1"),
    (r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}", r"\1 trên \2"),
    (r"\\sqrt\{([^{}]*)\}", r"căn bậc hai của \1"),
    (r"\^\{?2\}?(?!\d)", " bình phương"),
    (r"\^\{?3\}?(?!\d)", " lập phương"),
    (r"\^\{([^{}]*)\}|\^(\w)", r" mũ \1\2"),
    (r"_\{([^{}]*)\}|_(\w)", r" \1\2"),
    (r"\\(?:times|cdot)\b", " nhân "),
    (r"\\div\b|:", " chia "),
    (r"\\pm\b", " cộng trừ "),
    (r"\\leq?\b", " nhỏ hơn hoặc bằng "),
    (r"\\geq?\b", " lớn hơn hoặc bằng "),
    (r"\\neq?\b", " khác "),
    (r"\\approx\b", " xấp xỉ "),
    (r"\\pi\b", " pi "),
    (r"\\%", " phần trăm "),
    ("=", " bằng "),
    (r"\+", " cộng "),
    ("-", " trừ "),
    ("<", " nhỏ hơn "),
    (">", " lớn hơn "),
)


@cache
def _normalizer() -> Any:
    from sea_g2p import Normalizer

    return Normalizer("vi")
