"""Hotwords that are read out are left out; those that are said are kept."""

import pytest

from emads_voice.voice.transcription.echoes import echoes, without_echo
from emads_voice.voice.transcription.hallucinations import plausible

HOTWORDS = ["EMADS", "Kubernetes", "Nguyễn Văn An", "kho hàng Bình Dương"]


@pytest.mark.parametrize(
    "said",
    [
        "EMADS, Kubernetes, Nguyễn Văn An, kho hàng Bình Dương",
        "emads kubernetes nguyễn văn an",
        "Kubernetes, Nguyễn Văn An, kho hàng Bình Dương.",
        "EMADS, Kubernetes, Nguyễn Văn An, kho h",
        "EMADS, Kubernetes, Nguyễn Văn An, kho hàng Bình Dương. EMADS, Kubernetes, Nguyễn Văn An",
        "kho hàng Bình Dương; Kubernetes; EMADS",
        "Nguyễn Văn An. EMADS. Kubernetes.",
        "Kubernetes, kubernetes, EMADS, EMADS, Nguyễn Văn An",
        "- EMADS - Kubernetes - Nguyễn Văn An",
    ],
)
def test_a_list_of_the_hotwords_is_an_echo(said: str) -> None:
    assert echoes(said, HOTWORDS)
    assert plausible(said, hotwords=HOTWORDS, speech_s=9) == ""


@pytest.mark.parametrize(
    ("said", "hotwords"),
    [
        ("Kubernetes", HOTWORDS),
        ("Kho hàng Bình Dương.", HOTWORDS),
        ("Kubernetes hay EMADS?", HOTWORDS),
        ("Nguyễn Văn An ở kho hàng Bình Dương", HOTWORDS),
        ("Is EMADS on Kubernetes?", HOTWORDS),
        ("CTO", ["CTO", "COO"]),
        ("CTO", ["CTO", "cto", "CTO."]),
        ("Ask the CTO and the COO.", ["CTO", "COO"]),
        ("Công ty Cổ phần Đầu tư Xanh", ["Công ty Cổ phần Đầu tư Xanh"]),
        ("Acme Inc.", ["Acme, Inc."]),
        ("Yes.", []),
    ],
)
def test_who_says_a_hotword_is_heard(said: str, hotwords: list[str]) -> None:
    assert not echoes(said, hotwords)
    assert plausible(said, hotwords=hotwords, speech_s=3) == said


def test_a_sentence_for_a_hotword_is_echoed_too() -> None:
    told = "The caller asks about the warehouse in Hanoi and its new shift plan."
    assert echoes(told, [told])
    assert echoes("about the warehouse in Hanoi and its new shift plan", [told])
    assert not echoes("The warehouse in Hanoi.", [told])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Book a room. EMADS, Kubernetes, Nguyễn Văn An, kho hàng Bình Dương", "Book a room."),
        ("Book a room. Kubernetes, EMADS, kho hàng Bình Dương.", "Book a room."),
        ("Book a room EMADS, Kubernetes, Nguyễn Văn An, kho hàng Bình Dương", "Book a room"),
        ("EMADS, Kubernetes, Nguyễn Văn An. Book a room.", "Book a room."),
        ("Đặt phòng. Nguyễn Văn An, EMADS, Kubernetes. Cảm ơn.", "Đặt phòng. Cảm ơn."),
    ],
)
def test_an_echo_beside_what_is_said_is_left_out(text: str, said: str) -> None:
    assert without_echo(text, HOTWORDS) == said


@pytest.mark.parametrize(
    "text",
    [
        "I have spoken to Nguyễn Văn An, EMADS, Kubernetes and the others.",
        "We run EMADS, Kubernetes, and a kho hàng Bình Dương.",
        "Who is it for? Nguyễn Văn An.",
        "Kubernetes. EMADS. What else?",
        "Which of them? EMADS, Kubernetes.",
        "An toàn là trên hết.",
    ],
)
def test_names_in_what_is_said_are_kept(text: str) -> None:
    assert without_echo(text, [*HOTWORDS, "An"]) == text


def test_chinese_hotwords_are_known_without_spaces() -> None:
    told = ["数据中心", "云平台", "胡志明市"]
    assert echoes("云平台、数据中心、胡志明市。", told)
    assert (
        without_echo("请问云平台什么时候上线？数据中心，胡志明市，云平台。", told)
        == "请问云平台什么时候上线？"
    )
    assert not echoes("数据中心在胡志明市。", told)


def test_two_hotwords_may_be_an_answer_but_for_the_whole_list() -> None:
    assert echoes("CTO, COO. CTO, COO.", ["CTO", "COO"])
    assert not echoes("COO, CTO", ["CTO", "COO"])
