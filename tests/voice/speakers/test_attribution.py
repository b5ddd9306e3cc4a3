"""Transcripts say who speaks, cut between words where the speaker changes."""

import numpy as np

from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.speakers.attribution import attribute
from emads_voice.voice.speakers.diarization import Speakers


def speakers(*whose: str) -> Speakers:
    """A window each half second, with the first letter of who speaks in it; "?" is in between."""
    names = ("An", "Bình")
    rows = [{"A": (0.9, 0.4), "B": (0.4, 0.9), "?": (0.7, 0.7)}[name] for name in "".join(whose)]
    starts = np.arange(len(rows)) * 0.5
    return Speakers(names, np.stack([starts, starts + 0.5], axis=1), np.array(rows, np.float32))


def transcript(*sentences: tuple[str, float, float], words: bool = True) -> Transcript:
    segments = tuple(Segment(*sentence) for sentence in sentences)
    timed = []
    for text, start, end in sentences if words else ():
        parts = text.split()
        length = (end - start) / len(parts)
        timed += [
            Segment(f" {part}", start + i * length, start + (i + 1) * length) for i, part in enumerate(parts)
        ]
    text = " ".join(segment.text for segment in segments)
    return Transcript(text, ENGLISH, 10, "m", segments, words=tuple(timed))


def told(made: Transcript) -> list[tuple[str, str]]:
    return [(segment.speaker, segment.text) for segment in made.segments]


def test_each_sentence_has_its_speaker() -> None:
    made = attribute(transcript(("Are you there?", 0, 2), ("Yes I am.", 2, 4)), speakers("AAAABBBB"))
    assert told(made) == [("An", "Are you there?"), ("Bình", "Yes I am.")]
    assert [word.speaker for word in made.words] == ["An"] * 3 + ["Bình"] * 3
    assert not any(segment.unsure for segment in made.segments)


def test_a_sentence_of_two_is_cut_between_words_and_keeps_all_of_them() -> None:
    made = attribute(transcript(("is it done yes it is", 0, 6)), speakers("AAAAAABBBBBB"))
    assert told(made) == [("An", "is it done"), ("Bình", "yes it is")]
    assert [(segment.start_s, segment.end_s) for segment in made.segments] == [(0, 3), (3, 6)]


def test_half_a_second_of_another_voice_is_no_change() -> None:
    made = attribute(transcript(("we will do it by Friday then all right", 0, 4)), speakers("AAABAAAA"))
    assert told(made) == [("An", "we will do it by Friday then all right")]


def test_without_word_times_a_segment_is_whose_most_of_it_is() -> None:
    made = attribute(transcript(("is it done yes", 0, 4), words=False), speakers("AAAAAABB"))
    assert told(made) == [("An", "is it done yes")]
    assert not made.words


def test_what_may_be_another_is_unsure() -> None:
    made = attribute(transcript(("Yes.", 0, 1), ("No.", 1, 2)), speakers("AA??"))
    assert [segment.unsure for segment in made.segments] == [False, True]


def test_gaps_have_speakers_and_nobody_changes_nothing() -> None:
    gap = Transcript("", None, 4, "m", (Segment("", 2, 4),))
    assert attribute(gap, speakers("AAAABBBB")).segments[0].speaker == "Bình"
    nobody = Speakers((), np.empty((0, 2)), np.empty((0, 0), np.float32))
    assert attribute(gap, nobody) == gap
