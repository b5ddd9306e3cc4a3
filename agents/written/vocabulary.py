"""The few words the normal form is filled in with, as people and models write them, in English and Vietnamese.

Only a whole answer is understood: "High", "cao". What is not listed here is given back as it came, and is no level,
flag or stance: whoever reads a form then says that it was not understood, rather than guess ("not high").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from emads_voice.agents.text import fold

_LEVELS = {
    "low": "low, very low, minor, small, slight, l, thap, rat thap, nho, it",
    "medium": "medium, moderate, mid, middle, med, m, trung binh, vua, vua phai",
    "high": "high, very high, extreme, critical, severe, major, h, cao, rat cao, lon, nghiem trong",
}
_FLAGS = {
    "legal": "legal, law, legal issue, phap ly, phap luat, luat",
    "compliance": "compliance, regulatory, regulation, tuan thu, quy dinh",
    "data_breach": "data breach, databreach, breach, data leak, privacy, personal data, lo du lieu, ro ri du lieu,"
    " vi pham du lieu, du lieu ca nhan",
}
_STANCES = {
    "for": "for, pro, in favor, in favour, support, recommend, yes, ung ho, dong y, nen, tan thanh",
    "against": "against, contra, oppose, reject, no, phan doi, khong dong y, khong, khong nen, tu choi",
    "not_now": "not now, not yet, later, defer, postpone, chua, chua nen, de sau, hoan, hoan lai",
    "only_if": "only if, conditional, conditionally, if, chi khi, co dieu kien, chi neu, voi dieu kien",
}
_KINDS = {
    "fact": "fact, facts, factual, information, thong tin, su that",
    "proposal": "proposal, recommendation, decision, de xuat, khuyen nghi",
}
_NO_MITIGATION = frozenset(
    """none|no|not|nil|null|na|n/a|nothing|no mitigation|no measures|not yet|none yet|nothing yet|unmitigated|unknown
    |not known|tbd|tba|to be determined|to be decided|to be defined|not applicable|not available|nothing can be done
    |nothing to be done|cannot be mitigated|not mitigated|khong|khong co|chua|chua co|chua co gi|khong co gi|chua ro
    |khong ro|chua biet|khong biet|chua xac dinh|khong ap dung|khong co bien phap|chua co bien phap
    |khong co cach nao|khong the giam thieu|khong giam thieu duoc""".replace("\n    ", "").split("|")
)


def _by_word(vocabulary: Mapping[str, str]) -> dict[str, str]:
    return {word.strip(): meant for meant, words in vocabulary.items() for word in words.split(",")}


_LEVEL_OF, _FLAG_OF, _STANCE_OF, _KIND_OF = map(_by_word, (_LEVELS, _FLAGS, _STANCES, _KINDS))


def level(value: object) -> object:
    """ "Cao" → "high"."""
    return _meant(value, _LEVEL_OF)


def flag(value: object) -> object:
    """ "Data breach" → "data_breach"."""
    return _meant(value, _FLAG_OF)


def stance(value: object) -> object:
    """ "not yet" → "not_now"."""
    return _meant(value, _STANCE_OF)


def kind(value: object) -> object:
    """ "đề xuất" → "proposal"."""
    return _meant(value, _KIND_OF)


def share(value: object) -> object:
    """A share of one: "85 %" and 85 are 0.85, as nobody is 85 times sure; 1.5 might be either and stays as it is."""
    if isinstance(value, str) and (percent := re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*%?\s*", value)):
        number = float(percent[1].replace(",", "."))
        return number / 100 if "%" in value else share(number)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 10 <= value <= 100:
        return value / 100
    return value


def count(value: object) -> object:
    """A count; true and false are none."""
    return str(value) if isinstance(value, bool) else value


def words_or_none(value: object) -> object:
    """Null where there is nothing to say is no words at all."""
    return "" if value is None else value


def mitigation(value: object) -> object:
    """What makes a risk less: no words where it says that nothing does ("none", "TBD", "chưa có", "–")."""
    plain = _plain(value) if isinstance(value, str) else ""
    nothing = value is None or (isinstance(value, str) and not any(map(str.isalnum, plain)))
    return "" if nothing or plain in _NO_MITIGATION else value


def flags(value: object) -> object:
    """A list of flags, also of those written in one text: "legal, compliance"."""
    return [each for each in re.split(r"[,;\n]", value) if each.strip()] if isinstance(value, str) else value


def _meant(value: object, vocabulary: Mapping[str, str]) -> object:
    if not isinstance(value, str):
        return value
    return vocabulary.get(_plain(value), value)


def _plain(value: str) -> str:
    return re.sub(r"[\s_.\-]+", " ", fold(unicodedata.normalize("NFC", value))).strip()
