"""Which recordings are found in a folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from emads_voice.batch.errors import BatchError
from emads_voice.batch.recordings import find


def test_copies_are_one_and_results_are_none(tmp_path: Path) -> None:
    (tmp_path / "b" / "results").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    for name in ("b/one.WAV", "a.wav", "c.m4a", "b/results/made.wav", ".hidden/x.wav", ".x.wav"):
        (tmp_path / name).write_bytes(b"two" if name == "c.m4a" else b"one")
    (tmp_path / "notes.txt").write_text("")
    found = find(tmp_path, without=tmp_path / "b" / "results")
    one, two = found.recordings
    assert one.paths == (tmp_path / "a.wav", tmp_path / "b" / "one.WAV")
    assert one.path == tmp_path / "a.wav"
    assert one.sha256 == hashlib.sha256(b"one").hexdigest()
    assert two.paths == (tmp_path / "c.m4a",)
    assert found.left_out == [tmp_path / "notes.txt"]
    assert found.unreadable == {}


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "gone.wav").symlink_to("nowhere")
    assert find(tmp_path).unreadable == {
        tmp_path / "gone.wav": f"{tmp_path / 'gone.wav'} is no file, or a link to nothing: remove it."
    }


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("")
    for folder, why in [
        (tmp_path, "There are no recordings in"),
        (tmp_path / "no", "there is no such folder"),
        (tmp_path / "notes.txt", "it is a file"),
    ]:
        with pytest.raises(BatchError, match=why):
            find(folder)
