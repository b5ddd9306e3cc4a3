"""One recording of a batch, from its file to its result."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emads_voice.batch.errors import BatchError
from emads_voice.batch.here import run_here
from emads_voice.batch.pipelines import Made
from emads_voice.batch.recordings import Recording, find
from emads_voice.batch.results import Results
from emads_voice.batch.work import MOST_DEATHS, Outcome, State, work_on
from emads_voice.voice.errors import AudioError, BackendError, RecognitionError


class Writing:
    """A pipeline that writes one file, or does something else with some recordings."""

    def __init__(self, **instead: Callable[[Path], object]) -> None:
        self.asked: list[str] = []
        self._instead = instead

    async def warm_up(self) -> None:
        """Nothing to load."""

    async def __call__(self, recording: Path, folder: Path) -> Made:
        self.asked.append(recording.name)
        (folder / "text.txt").write_text(recording.name)
        if act := self._instead.get(recording.stem):
            act(recording)
        return Made(1.5, ())


def refuse(error: Exception) -> Callable[[Path], object]:
    def act(_: Path) -> None:
        raise error

    return act


@pytest.fixture
def recordings(tmp_path: Path) -> list[Recording]:
    folder = tmp_path / "calls"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.wav").write_text(name)
    return find(folder).recordings


@pytest.fixture
def results(tmp_path: Path) -> Iterator[Results]:
    made = Results(tmp_path / "out", "1")
    with made.opened():
        yield made


async def test_each_has_one_result(recordings: list[Recording], results: Results) -> None:
    told: list[Outcome] = []
    await run_here(recordings, Writing(), results, 2, told.append)
    assert sorted(outcome.sha256 for outcome in told) == sorted(each.sha256 for each in recordings)
    assert {outcome.state for outcome in told} == {State.DONE}
    for recording in recordings:
        place = results.place(recording.sha256)
        assert sorted(path.name for path in place.iterdir()) == ["result.json", "text.txt"]
    again = Writing()
    assert (await work_on(recordings[0], again, results)).duration_s == 1.5
    assert again.asked == [], "what is there is not made again"


async def test_one_bad_recording_stops_nobody(recordings: list[Recording], results: Results) -> None:
    bad = Writing(a=refuse(AudioError("a.wav is damaged.")), b=refuse(KeyError("x")))
    told: list[Outcome] = []
    await run_here(recordings, bad, results, 1, told.append)
    assert [outcome.state for outcome in told] == [State.FAILED, State.FAILED, State.DONE]
    assert told[0].reason == "a.wav is damaged."
    assert told[1].reason.endswith("b.wav: KeyError: 'x'; this is a fault of emads-voice: please report it.")
    assert list((results.folder / ".work").iterdir()) == []


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "no space left on device. The results so far are kept: make room, and run"),
        (errno.EFBIG, "file too large. The results so far are kept: raise the limit on the size of files"),
        (errno.EIO, "input/output error. The results so far are kept: see to that, and run"),
    ],
)
async def test_what_cannot_be_written_stops_the_batch_and_keeps_what_is_done(
    recordings: list[Recording], results: Results, number: int, advice: str
) -> None:
    full = Writing(b=refuse(OSError(number, os.strerror(number))))
    told: list[Outcome] = []
    with pytest.raises(BatchError, match=advice):
        await run_here(recordings, full, results, 1, told.append)
    assert full.asked == ["a.wav", "b.wav"]
    assert results.read(recordings[0].sha256)
    assert results.read(recordings[1].sha256) is None


async def test_what_was_changed_meanwhile_has_no_result(
    recordings: list[Recording], results: Results
) -> None:
    growing = Writing(a=lambda path: path.write_text("longer"), b=Path.unlink)
    for recording in recordings[:2]:
        outcome = await work_on(recording, growing, results)
        assert "was changed while it was heard" in outcome.reason
        assert results.read(recording.sha256) is None


async def test_whoever_comes_second_finds_the_place_taken(
    recordings: list[Recording], results: Results
) -> None:
    first = results.begin(recordings[0].sha256)
    results.keep(recordings[0].sha256, first, {"duration_s": 3})
    second = results.begin(recordings[0].sha256)
    results.keep(recordings[0].sha256, second, {"duration_s": 4})
    assert results.read(recordings[0].sha256) == {"duration_s": 3}


async def test_a_recording_that_kills_workers_is_given_up(
    recordings: list[Recording], results: Results
) -> None:
    for _ in range(MOST_DEATHS):
        results.begin(recordings[0].sha256)
    outcome = await work_on(recordings[0], Writing(), results)
    assert outcome.state is State.FAILED
    assert "3 workers died while they heard it" in outcome.reason


def test_another_batch_in_the_folder_is_refused(results: Results) -> None:
    second = Results(results.folder, "2")
    with pytest.raises(BatchError, match="Another batch is writing to"), second.opened():
        pass


def test_unfinished_work_is_cleared_away(tmp_path: Path) -> None:
    results = Results(tmp_path / "out", "1")
    left = results.begin("0" * 64)
    with results.opened():
        assert not left.exists()


def test_a_damaged_result_is_told(results: Results) -> None:
    results.place("0" * 64).mkdir()
    (results.place("0" * 64) / "result.json").write_text("{")
    with pytest.raises(BatchError, match="remove its folder"):
        results.read("0" * 64)


class Served(Writing):
    """A pipeline whose recogniser is on a server, which is gone from a recording on."""

    def __init__(self, until: str, *, in_part: bool = False) -> None:
        super().__init__()
        self._until, self._in_part, self._there = until, in_part, True

    async def warm_up(self) -> None:
        if not self._there:
            raise BackendError("The server cannot be reached: start it.")

    async def __call__(self, recording: Path, folder: Path) -> Made:
        made = await super().__call__(recording, folder)
        self._there = self._there and recording.stem != self._until
        if self._there:
            return made
        if self._in_part:
            return Made(1.5, ("0.0–1.0 s could not be recognised.",), unrecognised=True)
        raise RecognitionError("The server cannot be reached.")


@pytest.mark.parametrize("in_part", [False, True])
async def test_a_server_that_is_gone_stops_the_batch_and_keeps_what_is_done(
    recordings: list[Recording], results: Results, in_part: bool
) -> None:
    told: list[Outcome] = []
    pipeline = Served("b", in_part=in_part)
    with pytest.raises(
        BatchError, match=r"The server cannot be reached: start it\. The results so far are kept"
    ):
        await run_here(recordings, pipeline, results, 1, told.append)
    assert pipeline.asked == ["a.wav", "b.wav"]
    assert [outcome.state for outcome in told] == [State.DONE]
    assert results.read(recordings[1].sha256) is None, "what was not heard whole has no result"


async def test_a_recording_that_is_not_recognised_by_a_server_that_is_there_stops_nobody(
    recordings: list[Recording], results: Results
) -> None:
    pipeline = Writing(b=refuse(RecognitionError("No text.")))
    told: list[Outcome] = []
    await run_here(recordings, pipeline, results, 1, told.append)
    assert [(outcome.state, outcome.unrecognised) for outcome in told] == [
        (State.DONE, False),
        (State.FAILED, True),
        (State.DONE, False),
    ]
