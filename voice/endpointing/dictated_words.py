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


# d digit, z zero, y a digit that is a common word too, i "mươi", t ten and tens, h hundred and
# thousand, H more than that, M what is done with money, G where one lives, w doubles what
# follows, . a decimal point, j joins parts of an address on the net, T its last part, A "at", s a letter's name, K a
# word that stands for a letter, q how the letter looks, f "as in", o ordinal, O one that is a common word too, v before
# one, V within names, p before a day, m month, B of a birthday, Y before a year, c what is dictated, N a name, e an
# address on the net, P a telephone, k spelled, b is, a part of a postal address, W one that is a common word too, r a
# word of plain sentences, F one before what is dictated.
_KINDS = {
    "en": {
        "t": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty"
        " sixty seventy eighty ninety",
        "h": "hundred thousand",
        "H": "million billion",
        "M": "transfer deposit withdraw",
        "G": "live lives",
        "w": "double triple plus",
        "j": "dot dash hyphen underscore slash www http https colon apostrophe",
        ".": "point",
        "T": "com net org edu gov vn uk io",
        "A": "at",
        "K": "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike oscar papa"
        " quebec romeo sierra tango uniform victor whiskey whisky x-ray yankee zulu star hash asterisk",
        "q": "capital uppercase lowercase",
        "f": "for as like",
        "o": "fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth"
        " seventeenth eighteenth nineteenth twentieth thirtieth",
        "O": "first second third",
        "v": "the",
        "m": "january february march april may june july august september october november december",
        "B": "born birth birthday",
        "V": "van von der de la del al bin",
        "Y": "in since from until of",
        "c": "number code id pin otp password passcode plate postcode zip reference account passport extension"
        " username serial iban letter flight seat ticket amount version build release",
        "N": "name surname hostname",
        "e": "email e-mail mail website",
        "P": "phone mobile telephone cell",
        "k": "spelled spelt spell spelling",
        "b": "is are it's that's",
        "a": "street road avenue lane boulevard district ward apartment flat suite",
        "W": "way drive square place close court crescent terrace gardens park house building hill",
        "r": "i'm i've i'd i'll you he she they we me don't doesn't didn't do does did can can't cannot could would"
        " will not no nope why what what's when who how know think need want have has had let let's rather person"
        " thanks thank hello hi there was were wrong broken down full locked blocked lost late forgot forgotten"
        " working work works moment minute second please wait hold right correct"
        " look check find cancel track show tell give get open change send book bring",
        "F": "yes yeah yep sure okay ok well um uh so and my",
    },
    "vi": {
        "i": "mươi",
        "t": "mười chục",
        "h": "trăm nghìn ngàn",
        "H": "triệu tỷ tỉ",
        "M": "chuyển rút nạp",
        "G": "nhà",
        "w": "cộng",
        "j": "chấm gạch còng xẹt phẩy www",
        "T": "com net org edu gov vn",
        "s": "bê xê dê đê ép giê hát en pê cu quy ét tê vê ích bờ cờ dờ đờ gờ hờ kờ lờ mờ nờ pờ quờ rờ sờ tờ vờ xờ",
        "q": "kép dài ngắn cao thấp nặng nhẹ hoa thường",
        "f": "như trong",
        "p": "ngày mùng mồng",
        "m": "tháng",
        "B": "sinh",
        "Y": "năm",
        "c": "số mã biển thẻ chuyến bản",
        "N": "tên",
        "e": "email e-mail mail thư website web",
        "P": "thoại động",
        "k": "vần viết",
        "b": "là",
        "a": "ngõ ngách hẻm đường phố phường xã quận huyện tỉnh street",
        "K": "ca",
        "r": "có chưa để làm sao gì tại quên chờ chút đúng rồi được muốn cần biết đâu gặp mất hỏng khóa sai bị thôi"
        " nhân nào hả đợi hỏi cho tôi mình em chị kiểm tra xem hủy huỷ tìm đổi mở đóng gửi giao",
        "F": "dạ vâng ừ à thì của",
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
