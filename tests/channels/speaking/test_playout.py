"""The playout ledger: what was heard, whatever the line says or does not say."""

import numpy as np
import pytest

from emads_voice.channels.speaking.playout import PlayoutLedger, Sentence

RATE = 1_000


def line(text: str, seconds: float = 1.0) -> Sentence:
    return Sentence(text, RATE, np.arange(round(seconds * RATE), dtype=np.float32), whole=True)


def sent(ledger: PlayoutLedger, *lines: Sentence) -> list[str]:
    """Send them all at time 0; returns their marks."""
    marks, at = [], 0.0
    for each in lines:
        marks.append(ledger.begin(each, at))
        ledger.sent(len(each.samples) - each.sent)
        at += (len(each.samples) - each.sent) / RATE
        each.sent = len(each.samples)
    return marks


def test_a_mark_tells_that_everything_up_to_it_was_heard() -> None:
    ledger, first, second, third = PlayoutLedger(), line("One. "), line("Two. "), line("Three.")
    marks = sent(ledger, first, second, third)
    ledger.returned(marks[1], 2.0)  # the first was lost
    assert (first.played, second.played, third.played) == ("One. ", "Two. ", "")
    assert ledger.pending
    ledger.returned(marks[0], 2.5)  # and comes late
    ledger.returned(marks[1], 2.5)  # twice
    ledger.returned("anything", 2.5)
    assert third.played == ""
    ledger.returned(marks[2], 3.0)
    assert third.played == "Three."
    assert not ledger.pending


def test_marks_of_before_a_clear_say_nothing() -> None:
    ledger, only = PlayoutLedger(), line("one two three four")
    (mark,) = sent(ledger, only)
    assert ledger.cut(0.5) == [only]
    ledger.returned(mark, 0.6)
    assert only.played == "one two "
    (again,) = sent(ledger, only)
    assert again != mark
    ledger.returned(mark, 0.7)
    assert ledger.pending


def test_what_is_cut_goes_on_at_the_word_that_was_cut() -> None:
    ledger, only = PlayoutLedger(), line("aaaa bbbb cccc dddd")  # 19 letters in 1 s
    sent(ledger, only)
    assert ledger.cut(0.4) == [only]  # in the middle of the second word
    assert only.played == "aaaa "
    assert only.sent == pytest.approx(5 / 19 * 1000, abs=1)
    ledger.begin(only, 10.0)
    only.sent = 1000
    assert ledger.cut(10.1) == [only]  # the same word is cut again
    assert only.played == "aaaa "
    assert only.sent == pytest.approx(5 / 19 * 1000, abs=1)
    ledger.begin(only, 20.0)
    only.sent = 1000
    assert ledger.cut(20.5) == [only]
    assert only.played == "aaaa bbbb cccc "


def test_what_was_not_sent_was_not_heard() -> None:
    ledger, only = PlayoutLedger(), line("aaaa bbbb cccc dddd")
    ledger.begin(only, 0.0)
    only.sent = 300
    assert ledger.cut(5.0) == [only]
    assert only.played == "aaaa "
    assert only.sent <= 300


def test_without_marks_time_tells_which_sentence_is_being_played() -> None:
    ledger, first, second, third = PlayoutLedger(), line("One. "), line("Two two. "), line("Three.")
    sent(ledger, first, second, third)
    assert ledger.cut(1.9) == [second, third]
    assert (first.played, second.played, third.played) == ("One. ", "Two ", "")
    assert third.sent == 0


def test_a_late_mark_moves_what_follows() -> None:
    ledger, first, second = PlayoutLedger(), line("One. "), line("aaaa bbbb")
    marks = sent(ledger, first, second)
    ledger.returned(marks[0], 1.5)
    assert ledger.cut(1.8) == [second]
    assert second.played == ""


def test_nothing_is_left_of_what_was_heard_to_its_end() -> None:
    ledger, only = PlayoutLedger(), line("One.")
    sent(ledger, only)
    assert ledger.cut(1.0) == []
    assert only.played == "One."


def test_languages_without_spaces_are_cut_at_a_character() -> None:
    ledger, only = PlayoutLedger(), line("服务器很好，没有问题。")
    sent(ledger, only)
    ledger.cut(0.5)
    assert only.played == "服务器很"
    assert only.sent == int(4 / 11 * 1000)
    ledger.begin(only, 1.0)
    only.sent = 1000
    ledger.cut(1.0)  # at once: what was heard stays heard
    assert only.played == "服务器很"


def test_a_sentence_without_sound_is_heard_in_its_turn() -> None:
    ledger, first, rule = PlayoutLedger(), line("One. "), line("***", 0)
    marks = sent(ledger, first, rule)
    assert ledger.cut(0.2) == [first, rule]
    assert rule.played == ""
    marks = sent(ledger, first, rule)
    ledger.returned(marks[1], 2.0)
    assert rule.played == "***"


def test_a_line_that_never_returns_marks_is_taken_at_its_word() -> None:
    ledger, first, second = PlayoutLedger(), line("One. "), line("Two.")
    sent(ledger, first, second)
    ledger.assume_played()
    assert (first.played, second.played, ledger.pending) == ("One. ", "Two.", False)


def test_a_line_that_knows_better_puts_the_estimate_right() -> None:
    ledger, first, second, third = PlayoutLedger(), line("One. "), line("aaaa bbbb cccc dddd"), line("Four.")
    sent(ledger, first, second, third)
    assert ledger.cut(1.9) == [second, third]
    assert (second.played, ledger.unplayed) == ("aaaa bbbb cccc ", "ddddFour.")
    assert ledger.settle(1_400) == [second, third]  # 0.4 s into the second
    assert (first.played, second.played, third.played) == ("One. ", "aaaa ", "")
    assert ledger.unplayed == "bbbb cccc ddddFour."
    assert second.sent == pytest.approx(5 / 19 * 1000, abs=1)
    assert ledger.settle(500) == [first, second, third]  # it was still in the first
    assert (first.played, second.played) == ("", "")
    assert (second.sent, second.over) == (0, False)
    assert ledger.settle(10_000) == []  # all of it, which is more than was thought
    assert (third.played, ledger.unplayed) == ("Four.", "")


def test_what_goes_on_already_is_not_put_right() -> None:
    ledger, only = PlayoutLedger(), line("aaaa bbbb cccc dddd")
    sent(ledger, only)
    assert ledger.cut(0.4) == [only]
    ledger.begin(only, 1.0)
    assert ledger.settle(0) is None
    assert only.played == "aaaa "


def test_what_was_played_before_an_earlier_cut_stays_played() -> None:
    ledger, only = PlayoutLedger(), line("aaaa bbbb cccc dddd")
    sent(ledger, only)
    ledger.cut(0.6)
    assert only.played == "aaaa bbbb "
    sent(ledger, only)  # from the third word
    ledger.cut(0.1)
    assert ledger.settle(1_000) == [only]  # nothing of what came after the cut
    assert only.played == "aaaa bbbb "


WORDS = "alpha beta gamma delta epsilon zeta eta theta"  # 45 letters: some 2.5 s


def growing(text: str, seconds: float) -> Sentence:
    """A sentence of which so much has been synthesised."""
    return Sentence(text, RATE, np.zeros(round(seconds * RATE), np.float32))


def test_what_was_heard_of_a_growing_sentence_is_estimated_and_put_right_once_it_is_whole() -> None:
    ledger, only = PlayoutLedger(), growing(WORDS, 0.8)
    sent(ledger, only)
    assert ledger.cut(0.7) == [only]
    assert only.played == "alpha beta "  # 0.7 s of about 2.5
    only.grow(np.zeros(round(4.2 * RATE), np.float32))
    only.whole = True
    assert only.played == "alpha "  # 0.7 s of 5


def test_a_growing_sentence_is_never_heard_to_its_end() -> None:
    ledger, only = PlayoutLedger(), growing("Yes.", 3.0)  # longer than anyone would expect
    sent(ledger, only)
    assert ledger.cut(9.0) == [only]
    assert not only.over


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(WORDS, 2.5), ("Chi phí khoảng bốn mươi hai nghìn đô la.", 2.2), ("服务器很好，没有任何问题。", 2.9)],
)
def test_the_estimate_is_that_of_a_human_pace(text: str, seconds: float) -> None:
    quarter = growing(text, 0.1)
    quarter.cut_at(round(seconds / 4 * RATE))
    whole = line(text, seconds)
    whole.cut_at(round(seconds / 4 * RATE))
    assert quarter.played == whole.played != ""


def test_silence_while_more_is_synthesised_is_not_taken_for_words() -> None:
    ledger, only = PlayoutLedger(), growing(WORDS, 0.5)
    sent(ledger, only)
    only.grow(np.zeros(2 * RATE, np.float32))
    only.whole = True
    ledger.fell_silent(3.0)  # from 0.5 to 3.5
    only.sent = len(only.samples)
    ledger.cut(3.6)
    assert only.played == "alpha beta "  # 0.6 s of 2.5


def test_a_sentence_that_broke_off_has_the_words_that_were_spoken() -> None:
    ledger, only = PlayoutLedger(), growing(WORDS, 0.8)
    only.break_off()
    assert only.text == "alpha beta "
    (mark,) = sent(ledger, only)
    ledger.returned(mark, 1.0)
    assert only.played == "alpha beta "
