"""Subtitles that fit the screen and the formats."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emads_voice.voice.languages import ENGLISH, Language, find_language
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.transcription.subtitles import cues, to_srt, to_vtt


def transcript(*segments: Segment, language: Language | None = ENGLISH) -> Transcript:
    text = " ".join(segment.text for segment in segments)
    return Transcript(text, language, 100.0, "scripted", segments)


LONG = (
    "We should begin with the pilot in one region because it costs little and teaches us much,"
    " and only then move the other four regions. Agreed?"
)


def test_srt() -> None:
    heard = transcript(Segment("Hello there.", 0.5, 2.0), Segment("Tom & Jerry <3", 3661.0, 3662.25))
    assert to_srt(heard) == (
        "1\n00:00:00,500 --> 00:00:02,000\nHello there.\n\n2\n01:01:01,000 --> 01:01:02,250\nTom & Jerry <3\n"
    )


def test_vtt_escapes_what_players_take_for_tags() -> None:
    heard = transcript(Segment("Tom & Jerry <3 -->", 3661.0, 3662.25))
    assert to_vtt(heard) == "WEBVTT\n\n01:01:01.000 --> 01:01:02.250\nTom &amp; Jerry &lt;3 --&gt;\n"


def test_a_long_segment_becomes_cues_of_two_short_lines_in_proportion() -> None:
    parts = cues(transcript(Segment(LONG, 10, 20)))
    assert [len(cue.lines) for cue in parts] == [2, 2, 1]
    assert all(len(line) <= 42 for cue in parts for line in cue.lines)
    assert parts[-1].lines == ("Agreed?",)  # no cue holds parts of two sentences
    assert " ".join(line for cue in parts for line in cue.lines) == LONG
    assert parts[0].start_s == 10
    assert [cue.end_s for cue in parts[:-1]] == [cue.start_s for cue in parts[1:]]
    shares = [(cue.end_s - cue.start_s) / 10 for cue in parts[:-1]]
    letters = [len("".join(cue.lines)) for cue in parts]
    assert all(
        abs(share - count / sum(letters)) < 0.01 for share, count in zip(shares, letters, strict=False)
    )
    assert parts[-1].end_s - parts[-1].start_s == pytest.approx(0.8), "long enough to be seen"


def test_wide_characters_are_two_columns_and_punctuation_starts_no_line() -> None:
    text = "我们应该先在一个地区开始试点项目因为这样成本很低，而且可以学到很多东西"
    (cue,) = cues(transcript(Segment(text, 0, 5), language=find_language("zh")))
    assert "".join(cue.lines) == text
    assert all(len(line) <= 21 for line in cue.lines)
    assert not cue.lines[1].startswith("，")


def test_korean_lines_break_at_spaces() -> None:
    text = "그는 이리저리 피하면서 길 한 옆으로 걸어갔다 그리고 나서 다시 집으로 돌아왔다"
    (cue,) = cues(transcript(Segment(text, 0, 6), language=find_language("ko")))
    assert len(cue.lines) == 2
    assert " ".join(cue.lines) == text


def test_gaps_and_speakers_are_shown() -> None:
    german = find_language("de")
    parts = cues(
        transcript(
            Segment("Hello there.", 0, 2, speaker="left"),
            Segment("Good morning to you.", 1, 3, speaker="right"),
            Segment("", 4, 6, speaker="left"),
            Segment("", 7, 9, german),
        )
    )
    assert [cue.text for cue in parts] == [
        "left: Hello there.",
        "right: Good morning to you.",
        "left: [inaudible]",
        "[German]",
    ]
    assert parts[1].start_s == 1, "who speak at once are shown at once"


def test_a_word_longer_than_a_line_is_cut_but_no_accent_from_its_letter() -> None:
    word = "e\u0301" * 50
    lines = [line for cue in cues(transcript(Segment(word, 0, 5))) for line in cue.lines]
    assert "".join(lines) == word
    assert not any(line.startswith("\u0301") for line in lines)


def test_nobody_spoke() -> None:
    silent = Transcript("", None, 3.0, "scripted")
    assert to_srt(silent) == ""
    assert to_vtt(silent) == "WEBVTT\n"


def test_without_segments_the_text_lasts_as_long_as_the_recording() -> None:
    (cue,) = cues(Transcript("Hello.", ENGLISH, 3.0, "scripted"))
    assert (cue.start_s, cue.end_s) == (0, 3.0)


@example([Segment("\u200b", 0.0, 0.0)])
@given(
    st.lists(
        st.tuples(st.text(), st.floats(0, 1e5), st.floats(0, 100)).map(
            lambda s: Segment(s[0], s[1], s[1] + s[2])
        )
    )
)
def test_any_transcript_gives_well_formed_files(segments: list[Segment]) -> None:
    heard = transcript(*segments)
    parts = cues(heard)
    assert all(0.79 < cue.end_s - cue.start_s < 7.01 for cue in parts)
    assert all(cue.end_s > cue.start_s and 1 <= len(cue.lines) <= 2 and all(cue.lines) for cue in parts)
    blocks = [block for block in to_srt(heard).rstrip("\n").split("\n\n") if block]
    assert len(blocks) == len(parts)
    assert all(
        re.match(r"\d+\n\d\d+:\d\d:\d\d,\d{3} --> \d\d+:\d\d:\d\d,\d{3}\n.", block) for block in blocks
    )
