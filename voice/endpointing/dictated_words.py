"""The words of dictation: each language's, by what they do in a telephone number, a spelled name, an address or a date.

Kinds are single characters, so that an utterance is a string of them and what hangs is a pattern over it: see
:mod:`.dictation`. Vietnamese is written a syllable at a time; words of two are listed by the one that tells.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What a language's words are in dictation.

    Attributes:
        digits: zero to nine; a digit's other names after a slash.
        kinds: every other word → its kind.
    """

    digits: str
    kinds: dict[str, str]


# d digit, z zero, y a digit that is a common word too, i "mươi", t ten and tens, h hundred and more, w doubles what
# follows, j joins parts of an address on the net, T its last part, A "at", s a letter's name, q how the letter looks,
# f "as in", o ordinal, O one that is a common word too, p before a day, m month, B of a birthday, Y before a year,
# c what is dictated, e an e-mail address, P a telephone, k spelled, b is, a part of a postal address.
_KINDS = {
    "en": {
        "t": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty"
        " sixty seventy eighty ninety",
        "h": "hundred thousand million billion",
        "w": "double triple plus",
        "j": "dot dash hyphen underscore slash point",
        "T": "com net org edu gov vn uk io",
        "A": "at",
        "f": "for as like",
        "o": "fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth"
        " seventeenth eighteenth nineteenth twentieth thirtieth",
        "O": "first second third",
        "m": "january february march april may june july august september october november december",
        "B": "born birth birthday",
        "Y": "in since from until of",
        "c": "number code id pin otp password passcode plate postcode zip reference account passport extension name"
        " surname username serial iban",
        "e": "email e-mail mail",
        "P": "phone mobile telephone cell",
        "k": "spelled spelt spell spelling",
        "b": "is are it's that's",
        "a": "street road avenue lane drive boulevard square district ward",
    },
    "vi": {
        "i": "mươi",
        "t": "mười chục",
        "h": "trăm nghìn ngàn triệu tỷ tỉ",
        "w": "cộng",
        "j": "chấm gạch còng xẹt phẩy",
        "T": "com net org edu gov vn",
        "s": "bê xê dê đê giê hát pê cu tê vê bờ cờ dờ đờ gờ hờ kờ lờ mờ nờ pờ quờ rờ sờ tờ vờ xờ",
        "q": "dài ngắn cao thấp nặng nhẹ hoa thường",
        "f": "như trong",
        "p": "ngày mùng mồng",
        "m": "tháng",
        "B": "sinh",
        "Y": "năm",
        "c": "số mã biển tên thẻ",
        "e": "email e-mail mail thư",
        "P": "thoại động",
        "k": "vần viết",
        "b": "là",
        "a": "ngõ ngách hẻm đường phố phường xã quận huyện tỉnh street",
    },
}
_DIGITS = {
    "en": "zero/oh one two three four five six seven eight nine",
    "vi": "không/linh/lẻ một/mốt hai ba bốn/tư năm/lăm sáu bảy/bẩy tám chín",
}

WORDS = {
    code: Words(_DIGITS[code], {word: kind for kind, words in table.items() for word in words.split()})
    for code, table in _KINDS.items()
}
"""By the code of a language. What others dictate is known by its figures and letters alone."""
