"""What of a text counts where questions and passages are compared by their words."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from snowballstemmer import stemmer

from emads_voice.agents.text import STOP_PHRASES, STOP_WORDS, fold

from .thesaurus import Thesaurus, shipped_text

# As they are written: without accents "lãi" (profit) would be "lại" (again).
_ACCENTED = """
anh bạn bị các cách cái cần chị chỉ cho chưa chúng có còn của cũng dạ đã đang để đến đi điều do được em gì giúp hay hết
hiện hỏi khi không là lại làm lên lúc mà mấy mình một muốn nào này nếu nên ngay người nhiều như nhưng nói ở phải qua quá
ra rằng rất rồi sẽ sự ta tại thế theo thì thôi tôi từ từng và vẫn vào vậy về vì việc với vừa xin ai bao nhiêu lâu sao
đúng à ạ đó kia ấy nhé nhỉ hả hai ba bốn sáu bảy tám chín
"""
_NUMBERS = frozenset(("hai", "ba"))  # written without accents though they have none to lose
_ACCENTED_STOP = frozenset(_ACCENTED.split())
# Said in a question whatever it is about: figures to be confirmed, tags, comparisons.
_ASIDES = """
one two three four five six seven eight nine ten twenty thirty fifty hundred thousand right correct true yesterday told
come comes coming came happen happens going don t s re ll isn doesn won cheaper dearer sooner longer quicker faster
slower less least most option often usually exactly hom truoc
think thought believe guess know knew wonder want wants wanted like likes because since somebody someone everybody
anybody nobody his him himself herself say says said ask asks asked d m ve hasn haven hadn wasn weren didn wouldn couldn
shouldn mustn aren ain today tonight tomorrow yesterday again still already ever too very really quite maybe perhaps
work works working
calling hello folk folks allow allowed allows permit permitted fine okay alright possible long big many
"""
# Syllables that are stop words only in their phrases: "bao" alone is a storm, "sao" a copy.
_ACCENTED_PHRASES = re.compile(
    r"\bbao (?:nhiêu|lâu|giờ|gồm|xa)\b|\b(?:như )?thế nào\b|\b(?:ra|làm|tính|thì|nghĩ) sao\b"
    r"|\bcông ty\b|\bbên (?:mình|em|anh|tôi)\b"
)
# The room is none where it is a department's: "phòng công nghệ"; with or without accents.
_DEPARTMENT = re.compile(
    r"\b(?:phòng|phong|bộ phận|bo phan|khối|khoi|ban|đội|doi)\s+(?=(?:công nghệ|cong nghe|kỹ thuật|ky thuat|kế toán"
    r"|ke toan|nhân sự|nhan su|kinh doanh|vận hành|van hanh|tài chính|tai chinh|marketing|it|pháp chế|phap che|mua hàng"
    r"|mua hang|bán hàng|ban hang|hành chính|hanh chinh|chăm sóc|cham soc)\b)"
)
_ASIDE = frozenset(_ASIDES.split())
_WORD = re.compile(r"[^\W_]+")

_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}\b)")
# "CTO, …", "Giám đốc vận hành ơi, …": who is asked is not what is asked.
_ADDRESS = re.compile(r"^\s*(?:[\w ]{1,40}\b(?:ơi|oi)|(?:hey |hi |dear )?(?:the )?c[a-z]o(?=\s*,))[ ,]+")
_FEW_LETTERS = 2
_DIGIT = "một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mot|bon|nam|sau|bay|tam|chin|mốt|lăm"
_FIGURE = re.compile(
    rf"\b(?:(?:{_DIGIT}) )?(?:mươi|mười|muoi|trăm|tram|nghìn|nghin|ngàn|triệu|trieu)(?: (?:{_DIGIT})\b)?"
)


def words_of(text: str, *, accented: bool = False) -> list[str]:
    """The words that say something, English ones without their endings.

    Args:
        text: of a question or a passage.
        accented: keep accents, so that only what is written alike is alike.
    """
    plain = _ADDRESS.sub("", unicodedata.normalize("NFC", text).lower())
    plain = _FIGURE.sub(" ", _DEPARTMENT.sub("", _THOUSANDS.sub("", plain)))
    plain = _ACCENTED_PHRASES.sub(" ", plain) if accented else STOP_PHRASES.sub(" ", fold(plain))
    found = _thesaurus(accented=accented).things(_WORD.findall(plain))
    is_stop = _is_stop if accented else _is_folded_stop
    return [word if word.startswith("=") else stem(word) for word in found if not is_stop(word)]


def features(text: str, *, accented: bool = False) -> list[str]:
    """Words, and pairs of neighbours: a Vietnamese word is mostly two syllables."""
    found = words_of(text, accented=accented)
    pairs = [f"{a} {b}" for a, b in itertools.pairwise(found)]
    return list(dict.fromkeys([*found, *pairs]))


def vocabulary(texts: Iterable[str], *, accented: bool = False) -> set[str]:
    """All features of texts."""
    return {feature for text in texts for feature in features(text, accented=accented)}


def _is_folded_stop(word: str) -> bool:
    return word in STOP_WORDS or word in _ASIDE


def _is_stop(word: str) -> bool:
    if word.isascii():
        return word in STOP_WORDS or word in _ASIDE or word in _NUMBERS
    return word in _ACCENTED_STOP or fold(word) in _ASIDE


@cache
def _thesaurus(*, accented: bool) -> Thesaurus:
    if accented:
        return Thesaurus(shipped_text(), stem, lambda _: False)
    return Thesaurus(shipped_text(), lambda word: stem(fold(word)), _is_ambiguous_folded)


def _is_ambiguous_folded(word: str) -> bool:
    plain = fold(word)
    return not word.isascii() and (len(plain) <= _FEW_LETTERS or _is_folded_stop(plain))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """A word without its English ending, "orders" → "order"; Vietnamese syllables are too short to have one."""
    found: str = stemmer("english").stemWord(
        word
    )  # a new one, as it is not for several threads, which search
    return found
