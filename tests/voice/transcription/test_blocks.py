"""The blocks of a long recording become one transcript, in its own time."""

from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.transcription.blocks import join_blocks

ONE = Transcript(
    "Good morning.", ENGLISH, 10, "m", (Segment("Good morning.", 1, 2),), words=(Segment("Good", 1, 1.5),)
)
OTHER = Transcript(
    "Chào anh chị.",
    VIETNAMESE,
    10,
    "n",
    (Segment("Chào anh chị.", 2, 7), Segment("", 8, 9)),
    words=(Segment("Chào", 2, 3),),
    failures=(Segment("It broke.", 8, 9),),
)


def test_times_are_those_of_the_whole() -> None:
    joined = join_blocks([(0, ONE), (10, OTHER)], duration_s=20, sha256="sha")
    assert joined.text == "Good morning. Chào anh chị."
    assert [(part.start_s, part.language) for part in joined.segments] == [
        (1, ENGLISH),
        (12, None),
        (18, None),
    ]
    assert [word.start_s for word in joined.words] == [1, 12]
    assert (joined.language, joined.other_languages) == (VIETNAMESE, (ENGLISH,))
    assert (joined.model, joined.duration_s, joined.audio_sha256) == ("m|n", 20, "sha")
    assert joined.failures[0].start_s == 18


def test_words_are_known_of_all_blocks_or_of_none() -> None:
    without = Transcript(
        "Yes.", ENGLISH, 5, "m", (Segment("Yes.", 1, 2),), words_unavailable="It cannot tell."
    )
    joined = join_blocks([(0, ONE), (10, without)], duration_s=15, sha256="")
    assert (joined.words, joined.words_unavailable) == ((), "It cannot tell.")


def test_nobody_speaks() -> None:
    silent = Transcript("", None, 10, "m")
    joined = join_blocks([(0, silent), (10, silent)], duration_s=20, sha256="")
    assert (joined.text, joined.language, joined.segments) == ("", None, ())
