"""Subtitles are shown long enough to be read, and not longer than anybody looks at them."""

import pytest

from emads_voice.voice.transcription.cue_times import Cue, fit_to_read


def wrap(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > 41:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def fitted(*cues: tuple[str, float, float]) -> list[tuple[str, float, float]]:
    made = fit_to_read([Cue((text,), start, end) for text, start, end in cues], wrap, most_lines=2)
    return [(cue.text, round(cue.start_s, 2), round(cue.end_s, 2)) for cue in made]


def test_a_short_cue_is_shown_for_as_long_as_it_takes_to_read() -> None:
    assert fitted(("Yes.", 1, 1.2), ("No.", 9, 9.1)) == [("Yes.", 1, 1.8), ("No.", 9, 9.8)]
    twenty_a_second = "x" * 40
    assert fitted((twenty_a_second, 1, 1.5)) == [(twenty_a_second, 1, 3)]


def test_but_not_while_the_next_is_said() -> None:
    assert fitted(("x" * 40, 1, 1.5), ("y" * 40, 2.5, 6)) == [("x" * 40, 0.5, 2.5), ("y" * 40, 2.5, 6)]


def test_one_without_room_is_joined_with_the_one_before_it() -> None:
    assert fitted(("Is it open?", 0, 1), ("Yes.", 1, 1.2), ("And until when is that?", 1.2, 3)) == [
        ("Is it open? Yes.", 0, 1.2),
        ("And until when is that?", 1.2, 3),
    ]


def test_or_puts_off_the_next() -> None:
    full = " ".join(["words"] * 14)
    assert fitted((full, 0, 4), ("Yes.", 4, 4.1), (full, 4.1, 9)) == [
        (full, 0, 4),
        ("Yes.", 4, 4.8),
        (full, 4.8, 9),
    ]


def test_a_long_cue_is_parted_between_its_words() -> None:
    parts = fitted(("one two three four", 0, 20))
    assert " ".join(text for text, _, _ in parts) == "one two three four"
    assert all(0.8 <= end - start <= 7 for _, start, end in parts)
    assert parts[0][1] == 0
    assert parts[-1][2] == pytest.approx(20)


def test_one_without_words_to_part_ends_after_seven_seconds() -> None:
    assert fitted(("Yes.", 3, 30)) == [("Yes.", 3, 10)]
