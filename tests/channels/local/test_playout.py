"""What waits for the loudspeaker is taken in order, to the sample."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from emads_voice.channels.local.playout import Dropped, Passed, PlayoutQueue


def _sound(count: int, level: float = 0.5) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.full(count, level, np.float32)


def _take(queue: PlayoutQueue, count: int) -> tuple[list[float], list[Passed]]:
    block = np.full(count, 9.0, np.float32)
    passed = queue.take(block)
    return block.tolist(), passed


def test_silence_follows_the_sound() -> None:
    queue = PlayoutQueue()
    assert _take(queue, 3) == ([0, 0, 0], [])
    queue.add(_sound(2))
    assert _take(queue, 4) == ([0.5, 0.5, 0, 0], [])


def test_a_mark_is_passed_with_the_last_sample_before_it() -> None:
    queue = PlayoutQueue()
    queue.add(_sound(4))
    queue.mark("a")
    queue.add(_sound(2, 0.25))
    queue.mark("b")
    assert _take(queue, 3) == ([0.5, 0.5, 0.5], [])
    assert _take(queue, 3) == ([0.5, 0.25, 0.25], [Passed("a", 1), Passed("b", 3)])


def test_a_mark_at_the_end_of_a_block_does_not_wait_for_the_next() -> None:
    queue = PlayoutQueue()
    queue.add(_sound(2))
    queue.mark("a")
    assert _take(queue, 2)[1] == [Passed("a", 2)]


def test_clearing_drops_the_sound_and_tells_the_marks() -> None:
    queue = PlayoutQueue()
    queue.add(_sound(5))
    queue.mark("a")
    queue.add(_sound(5))
    queue.mark("b")
    _take(queue, 6)
    assert queue.clear() == Dropped(4, ["b"])
    assert _take(queue, 2) == ([0, 0], [])


@given(
    st.lists(st.one_of(st.integers(0, 50), st.just("mark")), max_size=30),
    st.lists(st.integers(1, 40), min_size=1, max_size=30),
)
def test_whatever_the_blocks_are_nothing_is_lost_or_moved(
    given_parts: list[int | str], blocks: list[int]
) -> None:
    queue, sent, marks = PlayoutQueue(), 0, {}
    for number, part in enumerate(given_parts):
        if isinstance(part, int):
            queue.add(np.arange(sent, sent + part, dtype=np.float32) + 1)
            sent += part
        else:
            marks[str(number)] = sent
            queue.mark(str(number))
    heard: list[float] = []
    reached: dict[str, int] = {}
    before = 0
    for count in [*blocks, sent + 1]:
        samples, passed = _take(queue, count)
        reached |= {each.name: before + each.offset for each in passed}
        heard += samples
        before += count
    assert heard[:sent] == list(range(1, sent + 1))
    assert not any(heard[sent:])
    assert reached == marks
