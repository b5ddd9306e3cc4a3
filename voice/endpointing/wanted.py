"""What the question that was asked last wants: something that is dictated, or a short answer.

A lone "12." is only the beginning of an order number, and all of an answer to "How many are you?"; "Anna." may be
followed by the rest of her name where we have asked for that, and by nothing where we have not.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from emads_voice.writing import QUESTION_MARKS


class Wanted(Enum):
    """What a question wants."""

    CODE = auto()
    """Figures and letters: a telephone number, an order number, a licence plate."""
    SPELLING = auto()
    """Letters, or the words that stand for them."""
    NAME = auto()
    EMAIL = auto()
    ADDRESS = auto()
    BIRTHDAY = auto()
    AMOUNT = auto()
    TIME = auto()
    """Of the day, of which "three" may be the hour alone."""
    SHORT = auto()
    """Anything else, which a word or a figure may answer: a choice, a yes, how many."""


_LAST = 300  # characters of what was asked that are looked at

_DICTATED = {  # in either language: who is asked in one may answer in the other
    Wanted.CODE: r"numbers?\b(?! of)|\bcode\b|\bid\b|\bpin\b|\botp\b|pass(?:word|code|port)|plate|postcode|zip|iban"
    r"|reference|invoice|ticket|purchase order|work order|\bip\b"
    r"|account|extension|digits|serial|registration|version|(?:meter|membership|policy|confirmation)\b"
    r"|\bsố (?!lượng|người|ngày|tiền|lần|này)|\bmã\b|biển số|căn cước|hộ chiếu|\bip\b|hóa đơn|hoá đơn"
    r"|chỉ số|phiên bản|\botp\b|mật khẩu|tài khoản",
    Wanted.SPELLING: r"\bspell(?:ed|ing)?\b|spelt|đánh vần",
    Wanted.NAME: r"(?:\b|sur)names?\b|who am i (?:speaking|talking)|who(?:'s| is) (?:calling|speaking|this)"
    r"|\btên\b|quý danh",
    Wanted.EMAIL: r"e-?mail|thư điện tử",
    Wanted.ADDRESS: r"(?<!mail )(?<!web )address"
    r"|where (?:should|shall|do|can|must|would) (?:we|i) (?:deliver|send|ship)"
    r"|where do you live|địa chỉ(?! (?:e-?mail|thư))|giao (?:hàng )?(?:ở|đến|tới|về) đâu",
    Wanted.AMOUNT: r"\bamount|how much[^?]* (?:send|transfer|pay|deposit|withdraw)"
    r"|số tiền|(?:chuyển|gửi|rút|nạp|thanh toán)[^?]* bao nhiêu",
    Wanted.TIME: r"\bwhat time|\bwhich time|\bwhat hour|mấy giờ|giờ nào",
    Wanted.BIRTHDAY: r"birth|\bborn\b|ngày sinh|năm sinh|sinh (?:ngày|năm)|sinh nhật",
}
_WANTS = {wanted: re.compile(pattern) for wanted, pattern in _DICTATED.items()}
_CONFIRMS = re.compile(
    r"(?:^|[.!,] )(?:so |and )?(?:is|are|was|were|do|does|did|have|has|shall|should) (?!you have\b|you got\b|there\b)"
    r"|\b(?:right|correct|ok|okay)\W*$|\b(?:không|chưa|chứ|nhé)(?: ạ)?\W*$"
)
"""A question that "yes" answers, whatever it names."""
_OPEN = re.compile(
    r"\bhelp\b|assist|do for you|can i do|anything else|giúp|hỗ trợ|phục vụ|cần gì|gì (?:nữa|thêm)"
)
"""What anything may be said to."""
_REQUEST = re.compile(r"\bgiúp (?:em|mình|tôi)|\b(?:cho|xin|đọc|nhập|biết|nhắc lại)\b|đánh vần")
"""Vietnamese asks for help, or whether one can, where it asks for a number: "Anh đọc giúp em số điện thoại"."""

_ASKS_FOR = re.compile(
    rf"{_REQUEST.pattern}|\b(?:please|tell me|give me|read me|let me have|i need|we need|your|vui lòng|hãy|cần)\b"
)
"""A sentence without a question mark that asks for something all the same."""
_SENTENCE = re.compile(rf"(?<=[.!…。！{QUESTION_MARKS}])\s+")

_FIGURES = {
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "eight": 8,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "tám": 8,
}
_HOW_MANY = re.compile(
    rf"\b({'|'.join(_FIGURES)}|\d{{1,2}})(?:[- ]digits?| (?:chữ )?số)\b|\blast (three|four|five|six)\b"
)
_KNOWN = (
    (re.compile(r"căn cước|\bcccd\b"), 12),
    (re.compile(r"(?:card|thẻ)(?: tín dụng)?(?: number| là|$|\W)"), 16),
)


def figures_wanted(text: str) -> int:
    """How many figures there are in what a text asks for, or gives: "your six-digit code"; 0 where that is open."""
    folded = text.casefold()
    if said := _HOW_MANY.search(folded):
        number = said[1] or said[2]
        return _FIGURES[number] if number in _FIGURES else int(number)
    return next((number for pattern, number in _KNOWN if pattern.search(folded)), 0)


def wanted(asked: str) -> frozenset[Wanted]:
    """What was asked for, or told; nothing where nothing was, or anything may be said.

    What is told after the question does not close it: "Your number? I'll wait."
    """
    sentences = [each for each in _SENTENCE.split(asked[-_LAST:].casefold().strip()) if each]
    for sentence in reversed(sentences):
        wants = _wanted(sentence)
        asks = sentence.endswith(tuple(QUESTION_MARKS))
        if asks or (wants - {Wanted.SHORT} and _ASKS_FOR.search(sentence)):
            return wants
    return _wanted(sentences[-1]) if sentences else frozenset()


def _wanted(text: str) -> frozenset[Wanted]:
    requested = bool(_REQUEST.search(text))
    if _CONFIRMS.search(text) and not requested:
        return frozenset([Wanted.SHORT])
    dictated = frozenset(want for want, pattern in _WANTS.items() if pattern.search(text))
    if dictated and (requested or not _OPEN.search(text)):
        return dictated
    return frozenset([Wanted.SHORT] if text and not _OPEN.search(text) else [])
