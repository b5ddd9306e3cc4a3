"""Yes, no, listening and being there, in whatever language."""

import unicodedata

import pytest

from emads_voice.agents.dialogue import agrees, listens

YES = [
    *[
        "yes",
        "Yes.",
        "Yeah, sure.",
        "OK",
        "Okay, that's fine.",
        "Yes, please.",
        "Of course!",
        "I agree.",
        "Go ahead",
    ],
    *["Yes, you may record this call.", "No problem.", "I don\u2019t mind."],
    *[
        "Có.",
        "Vâng ạ.",
        "Dạ được.",
        "Dạ, được ạ.",
        "Tôi đồng ý.",
        "Em đồng ý ạ",
        "Ừ",
        "Được chứ",
        "Cứ ghi âm đi",
        "đúng rồi",
    ],
    *["vang", "da duoc", "dong y", "Co a", "Vàng"],
    *["Oui.", "D'accord", "Ja, bitte.", "Sí, claro.", "好的，谢谢。", "可以", "はい、お願いします。", "네"],
]
NO = [
    *[
        "No.",
        "no thank you",
        "Nope",
        "I do not agree.",
        "I don't.",
        "I'd rather not.",
        "Please don't record me.",
    ],
    *[
        "Không.",
        "Dạ không ạ.",
        "Thôi.",
        "Không được.",
        "Tôi không đồng ý",
        "Đừng ghi âm.",
        "khong",
        "thoi",
        "da khong",
    ],
    *["Dung ghi am.", "Yes, no."],
    *["Non merci.", "Nein, danke.", "不可以", "不用，谢谢", "いいえ", "아니요"],
]
NEITHER = [
    *["", "…", "Hello?", "What?", "uh", "Dạ", "A lô?", "Nobody", "piano", "cocoa", "Oklahoma"],
    *["Yes, but what is it for?", "How are the servers?", "Có bao nhiêu máy chủ?", "好吗我想问"],
]


@pytest.mark.parametrize("text", YES)
def test_yes(text: str) -> None:
    assert agrees(text) is True


@pytest.mark.parametrize("text", NO)
def test_no(text: str) -> None:
    assert agrees(text) is False


@pytest.mark.parametrize("text", NEITHER)
def test_neither(text: str) -> None:
    assert agrees(text) is None


def test_a_long_speech_is_judged_at_once() -> None:
    assert agrees("i do not " * 2_000 + "zzz") is None


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
def test_who_listens_tells_us_to_go_on(text: str) -> None:
    assert listens(text)


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
            "I",
            "It.",
        ],
        *["Không.", "Khoan đã.", "Vâng, nhưng còn chi phí?", "Dừng lại.", "等一下", "いいえ", "아니요"],
        *["Yesterday.", "Okra"],
    ],
)
def test_who_says_more_does_not(text: str) -> None:
    assert not listens(text)
