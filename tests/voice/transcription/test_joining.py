"""Texts joined as their scripts are written."""

import pytest
from hypothesis import given
from hypothesis.strategies import lists, text

from emads_voice.voice.transcription.joining import join_texts


@pytest.mark.parametrize(
    ("one", "two", "joined"),
    [
        ("Where is it?", "In Huế.", "Where is it? In Huế."),
        ("그는 갔다.", "그리고", "그는 갔다. 그리고"),
        ("你好。", "再见。", "你好。再见。"),
        ("我们用", "的系统", "我们用的系统"),
        ("行きました", "とても", "行きましたとても"),
        ("สวัสดี", "ครับ", "สวัสดีครับ"),
        ("你好。", "Hello.", "你好。Hello."),
        ("Hello.", "你好。", "Hello. 你好。"),
        ("他说", "Kubernetes", "他说 Kubernetes"),
        ("", "one", "one"),
    ],
)
def test_texts_are_joined_as_their_scripts_are_written(one: str, two: str, joined: str) -> None:
    assert join_texts([one, "", two, ""]) == joined


@given(lists(text(min_size=1)))
def test_joining_adds_nothing_but_single_spaces(texts: list[str]) -> None:
    rest = join_texts(texts)
    for number, each in enumerate(texts):
        if number and not rest.startswith(each):
            assert rest[0] == " "
            rest = rest[1:]
        assert rest.startswith(each)
        rest = rest[len(each) :]
    assert rest == ""
