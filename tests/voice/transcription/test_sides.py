"""The sides of a call are merged by time."""

from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.transcription.gaps import marked
from emads_voice.voice.transcription.sides import merge_sides, speaker

AGENT = Transcript(
    "Good morning. How can I help?",
    ENGLISH,
    9,
    "m",
    (Segment("Good morning.", 0, 1), Segment("How can I help?", 5, 6), Segment("", 7, 8)),
    "sha",
    words=(Segment("Good", 0, 0.5),),
)
CUSTOMER = Transcript("Chào anh.", VIETNAMESE, 9, "m", (Segment("Chào anh.", 2, 3.5),), "sha")
SILENT = Transcript("", None, 9, "m")


def test_turns_stand_in_the_order_of_time_with_their_speakers() -> None:
    merged = merge_sides([("left", AGENT), ("right", CUSTOMER)])
    assert [(part.speaker, part.text, part.language) for part in merged.segments] == [
        ("left", "Good morning.", None),
        ("right", "Chào anh.", VIETNAMESE),
        ("left", "How can I help?", None),
        ("left", "", None),
    ]
    assert merged.text == "Good morning. Chào anh. How can I help?"
    assert (merged.language, merged.other_languages, merged.audio_sha256) == (ENGLISH, (VIETNAMESE,), "sha")
    assert marked(merged) == (
        "left: Good morning.\nright: Chào anh.\nleft: How can I help? [inaudible 7.0–8.0]"
    )
    assert not merged.words, "of one side they are not known"


def test_who_speaks_alone_needs_no_name() -> None:
    assert merge_sides([("left", SILENT), ("right", CUSTOMER)]) == CUSTOMER
    assert merge_sides([("left", SILENT), ("right", SILENT)]) == SILENT


def test_words_say_who_said_them() -> None:
    said = Transcript("Yes.", ENGLISH, 9, "m", (Segment("Yes.", 2, 3),), words=(Segment("Yes.", 2, 3),))
    merged = merge_sides([("left", AGENT), ("right", said)])
    assert [(word.text, word.speaker) for word in merged.words] == [("Good", "left"), ("Yes.", "right")]


def test_channels_have_names() -> None:
    assert [speaker(number, 2) for number in (1, 2)] == ["left", "right"]
    assert speaker(3, 4) == "channel 3"
