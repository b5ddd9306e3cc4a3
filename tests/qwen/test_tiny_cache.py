"""The tiny checkpoints are built once, whole, and anew only when what they are made from changes."""

import re
import sys
from pathlib import Path

import pytest

from emads_voice.installation import install_hint
from emads_voice.voice.errors import BackendError
from tiny_qwen import aligner, build, cache, recognizer


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Trainings that took place: what was trained, with which seed. They write a file each, and take no time."""
    done: list[tuple[str, int]] = []
    for module in (recognizer, aligner):

        def train(folder: Path, seed: int, name: str = module.__name__.rpartition(".")[2]) -> None:
            done.append((name, seed))
            folder.mkdir()
            (folder / "weights").write_text(name, "utf-8")

        monkeypatch.setattr(module, "train", train)
    return done


def test_both_are_built_once(tmp_path: Path, trained: list[tuple[str, int]]) -> None:
    built = build(tmp_path / "new" / "folder")
    assert (built.model / "weights").read_text("utf-8") == "recognizer"
    assert (built.aligner / "weights").read_text("utf-8") == "aligner"
    assert build(tmp_path / "new" / "folder") == built
    assert trained == [("recognizer", 1), ("aligner", 1)]


def test_other_code_builds_other_checkpoints(
    tmp_path: Path, trained: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (build(tmp_path).model / "old").touch()
    monkeypatch.setattr(cache, "_source", lambda: "changed")
    assert not (build(tmp_path).model / "old").exists()
    assert len(trained) == 4


def test_what_a_seed_does_not_learn_the_next_may(
    tmp_path: Path, trained: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def train(folder: Path, seed: int) -> None:
        trained.append(("again", seed))
        folder.mkdir()  # fails where what the seed before left is still there
        assert seed == 2, "it did not learn"

    monkeypatch.setattr(aligner, "train", train)
    build(tmp_path)
    assert trained == [("recognizer", 1), ("again", 1), ("again", 2)]


def test_nothing_is_left_to_be_used_when_no_seed_learns(
    tmp_path: Path, trained: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def train(*_: object) -> None:
        raise AssertionError("it did not learn")

    monkeypatch.setattr(recognizer, "train", train)
    with pytest.raises(RuntimeError, match="any of its seeds"):
        build(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert trained == []


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tiny_qwen.aligner", None)
    monkeypatch.delattr("tiny_qwen.aligner")
    with pytest.raises(BackendError, match=re.escape(install_hint("qwen,espeak"))):
        build(tmp_path)
