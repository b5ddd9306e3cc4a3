"""Which hotwords a recogniser is told."""

from __future__ import annotations

import pytest

from emads_voice.channels.conversation.options import ConversationOptions
from emads_voice.graph import create_voice_graph
from emads_voice.testing import ScriptedAgent, ScriptedRecognizer
from emads_voice.voice.ear import ClipEar
from emads_voice.voice.hotwords import as_text, distinct
from emads_voice.voice.sound.audio import Audio


def test_words_that_say_nothing_are_left_out_and_each_is_told_once_as_first_spelt() -> None:
    told = ["EMADS", "", "Kubernetes", " \n", "emads", "kho  Bình\nDương", "Kubernetes", "CTO"]
    assert distinct(told) == ("EMADS", "Kubernetes", "kho Bình Dương", "CTO")
    assert as_text(told) == "EMADS, Kubernetes, kho Bình Dương, CTO"
    assert as_text([]) == as_text([" "]) == ""


def test_a_comma_in_a_hotword_stays() -> None:
    assert distinct(["Acme, Inc.", "Acme"]) == ("Acme, Inc.", "Acme")


def test_one_string_is_refused_where_it_is_given_for_its_letters_are_no_words() -> None:
    recognizer = ScriptedRecognizer([])
    for give in (
        lambda words: ClipEar(recognizer, Audio.silence(1, 16_000), hotwords=words),
        lambda words: ConversationOptions(hotwords=words),
        lambda words: create_voice_graph([ScriptedAgent("cto", [])], hotwords=words),
    ):
        with pytest.raises(ValueError, match=r"not one string: give \['EMADS, CTO'\]"):
            give("EMADS, CTO")


def test_a_call_is_told_each_once_also_of_what_can_be_read_once_only() -> None:
    words = ["Acme, Inc.", "acme, inc.", "", "x\ny"]
    assert ConversationOptions(hotwords=words).hotwords == ("Acme, Inc.", "x y")
    assert ConversationOptions(hotwords=iter(words)).hotwords == ("Acme, Inc.", "x y")  # type: ignore[arg-type]


@pytest.mark.parametrize("word", [None, 1, b"abc"])
def test_what_is_no_word_is_refused(word: object) -> None:
    with pytest.raises(ValueError, match="Hotwords are words"):
        distinct([word])  # type: ignore[list-item]
