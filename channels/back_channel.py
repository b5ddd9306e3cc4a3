"""Back-channels: the small sounds by which a listener says "go on", which must not stop who speaks."""

from __future__ import annotations

import re

_WORDS = frozenset(
    [
        "uh",
        "huh",
        "uhhuh",
        "mm",
        "mhm",
        "mmhm",
        "hmm",
        "hm",
        "yeah",
        "yep",
        "yes",
        "ok",
        "okay",
        "right",
        "sure",
        "i",
        "see",
        "got",
        "it",
        "aha",
        "ah",
        "oh",
        "ừ",
        "ừm",
        "ờ",
        "à",
        "dạ",
        "vâng",
        "ạ",
        "rồi",
        "đúng",
        "thế",
        "phải",
        "嗯",
        "对",
        "好",
        "はい",
        "うん",
        "ええ",
        "네",
        "응",
    ]
)
_MOST_WORDS = 3  # "yes yes okay" goes on; "yes but what about the cost" does not


def is_back_channel(text: str) -> bool:
    """Whether an utterance only tells us to go on: "uh-huh", "ừ", "vâng ạ". Said while we speak, not in answer."""
    words = re.findall(r"\w+", text.casefold())
    return 0 < len(words) <= _MOST_WORDS and all(word in _WORDS for word in words)
