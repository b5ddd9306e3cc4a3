"""Whose turn it is, window by window."""

from collections.abc import Iterable

from emads_voice.channels.conversation.caller.turn_taking import Change, Sensitivity, TurnTaking
from emads_voice.voice.activity.vad import WINDOW_S

BEGAN, PAUSED, RESUMED, ENDED = Change.BEGAN, Change.PAUSED, Change.RESUMED, Change.ENDED


def windows(seconds: float) -> int:
    return round(seconds / WINDOW_S)


def drive(
    turns: TurnTaking, pattern: str, *, loudness: float = 0.3, own: float = 0.0
) -> list[tuple[int, Change]]:
    """A window a character, "#" voice and "." silence; returns what changed, and in which window."""
    changes = [turns.window(0.9 if each == "#" else 0.0, loudness, own) for each in pattern]
    return [(i, change) for i, change in enumerate(changes) if change]


def turns(silence_s: float = 0.5, **sensitivity: float) -> TurnTaking:
    return TurnTaking(lambda: silence_s, Sensitivity(**sensitivity))


def kinds(changes: Iterable[tuple[int, Change]]) -> list[Change]:
    return [change for _, change in changes]


def test_an_utterance_begins_pauses_and_ends() -> None:
    # 0.1 s of voice are 4 windows; 0.096 s of silence 3; 0.5 s of silence 15 and a part of one.
    assert drive(turns(), "." * 5 + "#" * 40 + "." * 20) == [(8, BEGAN), (47, PAUSED), (59, ENDED)]


def test_a_short_answer_is_recognised_later_so_that_its_last_sound_is_in_it() -> None:
    short = drive(turns(), "#" * windows(0.9) + "." * 20)
    longer = drive(turns(), "#" * windows(1.1) + "." * 20)
    assert kinds(short) == kinds(longer) == [BEGAN, PAUSED, ENDED]
    assert short[1][0] - windows(0.9) == 5  # 0.192 s
    assert longer[1][0] - windows(1.1) == 2


def test_going_on_after_a_pause() -> None:
    found = drive(turns(), "#" * 10 + "." * 10 + "#" * 10 + "." * 20)
    assert kinds(found) == [BEGAN, PAUSED, RESUMED, PAUSED, ENDED]


def test_a_click_is_no_utterance_and_ends_no_pause() -> None:
    assert drive(turns(), "###" + "." * 20) == []
    assert kinds(drive(turns(), "#" * 10 + "." * 10 + "#" + "." * 7)) == [BEGAN, PAUSED, ENDED]


def test_one_silent_window_may_fall_into_a_word_but_not_two() -> None:
    assert kinds(drive(turns(), "##.##")) == [BEGAN]
    assert drive(turns(), "##..##..##..") == []


def test_the_silence_needed_is_asked_for_while_it_lasts() -> None:
    needed = [5.0]
    taking = TurnTaking(lambda: needed[0])
    assert kinds(drive(taking, "#" * 10 + "." * 20)) == [BEGAN, PAUSED]
    needed[0] = 0.2  # what was said has become known, and is complete
    assert drive(taking, ".") == [(0, ENDED)]


def test_speech_goes_on_a_little_below_where_it_began() -> None:
    taking = turns()
    assert [taking.window(p, 0.3, 0) for p in [0.9, 0.4, 0.4, 0.4]][-1] is BEGAN
    assert [turns().window(0.4, 0.3, 0) for _ in range(10)] == [None] * 10


def test_an_interruption_takes_longer_than_a_beginning() -> None:
    assert drive(turns(), "#" * 20, own=0.3)[0] == (windows(0.2), BEGAN)
    assert drive(turns(interruption_s=0.5), "#" * 20, own=0.3)[0] == (windows(0.5) - 1, BEGAN)


def test_our_echo_interrupts_nobody_however_long_it_lasts() -> None:
    assert drive(turns(), "#" * 300, loudness=0.08, own=0.3) == []
    assert kinds(drive(turns(), "#" * 20, loudness=0.1, own=0.3)) == [BEGAN]


def test_who_is_soft_between_loud_sounds_is_no_echo() -> None:
    taking = turns()
    found = [taking.window(0.9, 0.2 if i % 2 else 0.01, 0.3) for i in range(10)]
    assert BEGAN in found


def test_who_is_cut_short_is_heard_again_once_they_have_drawn_breath() -> None:
    taking = turns()
    assert kinds(drive(taking, "#" * 10)) == [BEGAN]
    taking.cut_short()
    assert not taking.speaking
    assert drive(taking, "#" * 300) == []
    assert drive(taking, ".####.#") == []  # no breath
    assert kinds(drive(taking, ".." + "#" * 10)) == [BEGAN]
