"""What is not written down is marked in the text, and told."""

from emads_voice.voice.languages import ENGLISH, find_language
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.transcription.gaps import marked, told

GERMAN = find_language("de")


def transcript(*segments: Segment) -> Transcript:
    text = " ".join(segment.text for segment in segments if segment.text)
    return Transcript(text, ENGLISH, 30, "m", segments)


def test_gaps_are_marked_where_they_are() -> None:
    heard = transcript(Segment("Hello.", 0, 1), Segment("", 12.44, 15), Segment("Bye.", 16, 17))
    assert marked(heard) == "Hello. [inaudible 12.4–15.0] Bye."
    assert told(heard) == ["2.6 s of speech could not be understood, in 1 place marked [inaudible …]."]


def test_another_language_is_named() -> None:
    heard = transcript(Segment("", 0, 3, GERMAN), Segment("Bye.", 4, 5), Segment("", 6, 8, GERMAN))
    assert marked(heard) == "[German 0.0–3.0] Bye. [German 6.0–8.0]"
    assert told(heard) == ["5.0 s are in German, which is not expected, in 2 places marked [German …]."]


def test_where_nothing_is_missing_nothing_is_marked() -> None:
    heard = transcript(Segment("Hello.", 0, 1), Segment("Bye.", 2, 3))
    assert (marked(heard), told(heard)) == ("Hello. Bye.", [])


def test_what_the_recogniser_failed_on_is_not_called_inaudible() -> None:
    heard = transcript(Segment("", 0.2, 10.7, failed=True), Segment("Bye.", 16, 17))
    assert (marked(heard), told(heard)) == ("[not recognised 0.2–10.7] Bye.", [])
