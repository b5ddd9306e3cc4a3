"""The last seconds of a sound."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from emads_voice.channels.conversation.caller.recent_sound import RecentSound


def test_nothing_was_heard_yet() -> None:
    assert len(RecentSound(8_000, 1.0).last(1.0)) == 0


@given(st.lists(st.integers(1, 400), min_size=1, max_size=40), st.integers(1, 800))
def test_the_last_seconds_are_there(sizes: list[int], wanted: int) -> None:
    recent, sound = RecentSound(100, 8.0), np.arange(sum(sizes), dtype=np.float32)
    at = 0
    for size in sizes:
        recent.add(sound[at : at + size])
        at += size
    last = recent.last(wanted / 100)
    np.testing.assert_array_equal(last, sound[len(sound) - len(last) :])
    assert len(last) == min(wanted, len(sound))


def test_no_more_is_kept_than_may_be_wanted() -> None:
    recent = RecentSound(8_000, 1.0)
    for _ in range(1_000):
        recent.add(np.zeros(160, np.float32))
    assert len(recent.last(1_000.0)) <= 8_000 + 160
