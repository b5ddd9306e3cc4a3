"""Back-channels: the small sounds by which a listener says "go on", which must not stop who speaks."""

from __future__ import annotations

import re
import unicodedata

_WORDS = [
    # English
    *[
        "uh",
        "um",
        "uhm",
        "er",
        "erm",
        "huh",
        "mm",
        "hm",
        "hmm",
        "mhm",
        "aha",
        "ah",
        "oh",
        "yeah",
        "yep",
        "yes",
        "ok",
        "okay",
        "right",
    ],
    *["all right", "alright", "sure", "i see", "got it", "go on"],
    # Vietnamese
    *["ừ", "ừm", "ờ", "à", "ạ", "dạ", "vâng", "rồi", "đúng", "phải", "thế", "thế à"],
    # Chinese, Japanese, Korean
    *["嗯", "对", "好", "好的", "是", "はい", "うん", "ええ", "そう", "そうですね", "네", "예", "응"],
]
_MOST = 3  # "yes yes okay" goes on; "yes but what about the cost" does not
_ALTERNATIVES = "|".join(sorted(_WORDS, key=len, reverse=True))
_BACK_CHANNEL = re.compile(rf"\W*(?:(?:{_ALTERNATIVES})\W*){{1,{_MOST}}}")


def is_back_channel(text: str) -> bool:
    """Whether an utterance, made while we speak, only tells us to go on: "uh-huh", "ừ", "vâng ạ"."""
    return bool(_BACK_CHANNEL.fullmatch(unicodedata.normalize("NFC", text.casefold())))
