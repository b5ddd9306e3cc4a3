"""Yes and no, as people say them when they are asked something."""

from __future__ import annotations

import re
import unicodedata

from emads_voice.writing import SYLLABIC, without_accents

_YES = [
    *["yes", "yeah", "yep", "yup", "ok", "okay", "sure", "of course", "certainly", "absolutely", "go ahead"],
    *[
        "alright",
        "all right",
        "fine",
        "that's fine",
        "that is fine",
        "i agree",
        "agreed",
        "i do",
        "i consent",
    ],
    *["you may", "you can", "it may", "no problem", "i don't mind", "i do not mind"],
    *["có", "vâng", "được", "đồng ý", "cứ ghi âm", "nhất trí", "đúng", "ừ", "ô kê"],
    *["oui", "d'accord", "bien sûr", "ja", "gerne", "natürlich", "einverstanden", "sí", "claro", "vale"],
    *["de acuerdo", "可以", "好", "好的", "是", "是的", "同意", "没问题", "行"],
    *["はい", "ええ", "いいです", "いいですよ", "どうぞ", "大丈夫です", "네", "예", "좋아요", "동의합니다"],
]
_NO = [
    *["no", "nope", "nah", "not", "don't", "do not", "i don't", "i do not", "rather not", "i'd rather not"],
    *["i would rather not", "i disagree", "i refuse", "never", "không", "thôi", "đừng", "chưa", "từ chối"],
    *["non", "nein", "nicht", "不", "没有", "别", "いいえ", "だめ", "やめて", "結構です"],
    *["아니요", "아니오", "아뇨", "싫어요", "안돼요", "안 돼요"],
]
_BESIDES = [  # said with either, and neither by itself; "dạ" is only polite
    *["please", "thanks", "thank you", "well", "oh", "um", "uh", "it", "that", "sir", "madam", "agree"],
    *["record", "record me", "this call", "the call", "dạ", "ạ", "à", "em", "anh", "chị", "cô", "chú", "tôi"],
    *["thì", "chứ", "nhé", "nha", "đi", "cứ", "rồi", "ghi âm", "cuộc gọi này", "cảm ơn", "xin"],
    *["merci", "danke", "bitte", "gracias", "谢谢", "要", "用", "です", "ください", "お願いします"],
]


_WORDS: dict[bool | None, list[str]] = {None: _BESIDES, True: _YES, False: _NO}
# A word that has lost its accents is taken for the no it may have been: "dung" for "đừng", not for "đúng".
_MEANING = {
    form(word): is_yes
    for form in (without_accents, str)
    for is_yes, words in _WORDS.items()
    for word in words
}
_SYLLABIC = re.compile(f"[{SYLLABIC}]")
_KNOWN = re.compile(
    "|".join(
        # Chinese and Japanese write no spaces between words, and Korean hangs other words on these.
        re.escape(word) + ("" if _SYLLABIC.fullmatch(word[-1]) else r"(?!\w)")
        for word in sorted(_MEANING, key=len, reverse=True)
    )
)


def agrees(text: str) -> bool | None:
    """Whether an utterance is nothing but a yes, or nothing but a no; None if it is neither, or more than that.

    Where both are said ("yes, no, I do not know"; "không được") it is a no.
    """
    said = unicodedata.normalize("NFC", text.casefold()).replace("\u2019", "'")
    for form in (said, without_accents(said)):
        if not re.search(r"\w", _KNOWN.sub("", form)):
            meanings = {_MEANING[word] for word in _KNOWN.findall(form)}
            return False if False in meanings else True if True in meanings else None
    return None


def refuses(text: str) -> bool:
    """Whether an utterance is a no, or begins with one and says what is wrong: "No, make it eight"."""
    if agrees(text) is False:
        return True
    first, comma, _ = text.partition(",")
    return bool(comma) and agrees(first) is False
