"""What tells us to go on, and what does not."""

import unicodedata

import pytest

from emads_voice.channels.questions.back_channel import is_back_channel


@pytest.mark.parametrize(
    "text",
    [
        *[
            "Uh-huh.",
            "mhm",
            "Mm-hmm.",
            "Yeah.",
            "Yes, yes, okay.",
            "I see.",
            "Got it!",
            "OK",
            "Right, right.",
        ],
        *["Ừ.", "Vâng ạ.", "Dạ vâng.", "À, thế à?", "Ừm", "rồi rồi"],
        *["嗯嗯。", "对对对", "好的。", "はいはい。", "そうですね。", "네, 네."],
        unicodedata.normalize("NFD", "Vâng ạ."),
    ],
)
def test_go_on(text: str) -> None:
    assert is_back_channel(text)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            "...",
            "No.",
            "Wait.",
            "Stop!",
            "Yes, but what about the cost?",
            "Yes yes yes yes.",
            "I",
            "It.",
        ],
        *["Không.", "Khoan đã.", "Vâng, nhưng còn chi phí?", "Dừng lại.", "等一下", "いいえ", "아니요"],
        *["Yesterday.", "Okra"],
    ],
)
def test_no_back_channel(text: str) -> None:
    assert not is_back_channel(text)
