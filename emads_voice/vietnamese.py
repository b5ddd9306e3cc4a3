"""Whether a text is Vietnamese, with its accents or without them."""

from __future__ import annotations

import re
import unicodedata

# English has none of these; of other languages' letters some are among them.
_LETTER = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]")

# The shape of every Vietnamese syllable once its accents are gone: onset, vowels, coda. Vietnamese is written
# one syllable a word, so an unaccented sentence consists of these alone, which hardly happens elsewhere.
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh|n|ph?|qu|r|s|th|tr|t|v|x)?"
    r"(?:ai|ao|au|ay|a|eo|eu|e|ieu|ie|ia|iu|i|oai|oay|oao|oeo|oa|oe|oi|oo|o|uoi|uou|uay|uye|uya|uyu|uy|ua|ue"
    r"|ui|uo|uu|u|yeu|ye|y)"
    r"(?:ch|c|m|ng|nh|n|p|t)?"
)
# English words of that shape that stand in almost every English sentence.
_ENGLISH = frozenset(
    re.findall(
        r"\w+",
        """a an at be by can do go has he her him his how i in is it its me my no not of on or our so that the
        them then this to up us we who you""",
    )
)
# Syllables only Vietnamese has among the languages callers use, for sentences with foreign names and terms in them.
_TYPICAL = frozenset(
    re.findall(
        r"\w+",
        """anh bao chung cua duoc giup gioi hien hoi khong kho nguoi nhan nhieu nhung phai phong sao thang thi
        thuong toi trong truong vay viec voi xin""",
    )
)
_WORD = re.compile(r"[^\W\d_]+")


def is_vietnamese(text: str) -> bool:
    """Whether a text is Vietnamese rather than English."""
    return bool(_LETTER.search(unicodedata.normalize("NFC", text.casefold()))) or is_unaccented(text)


def may_be_vietnamese(word: str) -> bool:
    """Whether one word can be Vietnamese: it has its letters, or the shape of its syllables and is no English one."""
    folded = unicodedata.normalize("NFC", word.casefold())
    return bool(_LETTER.search(folded)) or (bool(_SYLLABLE.fullmatch(folded)) and folded not in _ENGLISH)


def is_unaccented(text: str) -> bool:
    """Whether a text is Vietnamese that has lost its accents, as keyboards and some recognisers drop them."""
    words = _WORD.findall(text.casefold())
    if sum(word in _TYPICAL for word in words) * 3 > len(words):
        return True
    return (
        len(words) > 1
        and all(map(_SYLLABLE.fullmatch, words))
        and sum(word in _ENGLISH for word in words) * 3 <= len(words)
    )
