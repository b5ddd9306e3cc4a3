"""Checkpoints of Qwen3-ASR: found by path or name, and refused in one sentence where they are something else."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from emads_voice.installation import install_hint
from emads_voice.voice.errors import BackendError, WeightsError
from emads_voice.voice.recognizers.qwen.checkpoint import checkpoint

PARTS: dict[str, Any] = {"audio_config": {"d_model": 64}, "text_config": {"hidden_size": 64}}
RECOGNIZER = {"model_type": "qwen3_asr", "thinker_config": {"model_type": "qwen3_asr_thinker", **PARTS}}
ALIGNER = {"model_type": "qwen3_asr", "thinker_config": {"model_type": "qwen3_forced_aligner", **PARTS}}


def write(folder: Path, config: Any = RECOGNIZER, *, weights: str = "model.safetensors") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    if weights:
        (folder / weights).touch()
    return folder


def refusal(model: object, tmp_path: Path, *, aligner: bool = False) -> str:
    with pytest.raises(WeightsError) as caught:
        checkpoint(str(model), tmp_path / "models", aligner=aligner)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def test_a_folder_is_taken(tmp_path: Path) -> None:
    assert checkpoint(str(write(tmp_path / "own"))) == tmp_path / "own"
    assert checkpoint(str(write(tmp_path / "al", ALIGNER)), aligner=True) == tmp_path / "al"


def test_weights_may_be_in_several_files(tmp_path: Path) -> None:
    folder = write(tmp_path, weights="model-00001-of-00002.safetensors")
    assert checkpoint(str(folder)) == folder


@pytest.mark.parametrize("name", ["Qwen/Qwen3-ASR-0.6B", "Qwen3-ASR-0.6B"])
def test_a_name_is_looked_for_in_the_models_folder(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "Qwen3-ASR-0.6B")
    assert checkpoint(name, tmp_path) == folder


def test_a_name_that_is_not_here_tells_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMADS_ALLOW_HUB", raising=False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    message = refusal("Qwen/Qwen3-ASR-0.6B", tmp_path)
    assert "EMADS_ALLOW_HUB=true" in message
    assert str(tmp_path / "models" / "Qwen3-ASR-0.6B") in message


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A hub one may ask: give it what it answers, a folder or an error."""
    import huggingface_hub

    answers: list[Any] = []

    def snapshot_download(model: str, *, local_files_only: bool) -> str:
        assert model.startswith("Qwen/")
        assert not local_files_only
        if isinstance(answers[0], Exception):
            raise answers[0]
        return str(answers[0])

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    monkeypatch.setenv("EMADS_ALLOW_HUB", "true")
    return answers


def test_a_name_is_fetched_where_that_is_allowed(tmp_path: Path, hub: list[Any]) -> None:
    hub.append(write(tmp_path / "snapshot"))
    assert checkpoint("Qwen/Qwen3-ASR-0.6B", tmp_path / "models") == tmp_path / "snapshot"


def test_an_unknown_name_names_those_there_are(tmp_path: Path, hub: list[Any]) -> None:
    from huggingface_hub.errors import RepositoryNotFoundError

    hub.append(RepositoryNotFoundError.__new__(RepositoryNotFoundError))
    message = refusal("Qwen/Qwen3-ASR-2B", tmp_path)
    assert "Qwen/Qwen3-ASR-0.6B or Qwen/Qwen3-ASR-1.7B" in message
    assert "no model of that name" in message


def test_without_a_network_it_says_so(tmp_path: Path, hub: list[Any]) -> None:
    from huggingface_hub.errors import LocalEntryNotFoundError

    hub.append(LocalEntryNotFoundError("offline"))
    assert "cannot be reached" in refusal("Qwen/Qwen3-ASR-0.6B", tmp_path)


def test_a_full_disk_is_said(tmp_path: Path, hub: list[Any]) -> None:
    hub.append(OSError(28, "No space left on device"))
    assert "No space left on device" in refusal("Qwen/Qwen3-ASR-0.6B", tmp_path)


@pytest.mark.parametrize("name", ["/no/such/folder", "nonsense", "./a/b/c", "C:\\models"])
def test_what_is_neither_a_folder_nor_a_name(tmp_path: Path, name: str) -> None:
    message = refusal(name, tmp_path)
    assert f"no folder {name}:" in message
    assert "Qwen/Qwen3-ASR-0.6B" in message


def test_the_layout_of_transformers_5_is_told(tmp_path: Path) -> None:
    message = refusal(write(tmp_path / "own", {"model_type": "qwen3_asr", **PARTS}), tmp_path)
    assert "transformers 5" in message
    assert "without -hf" in message


@pytest.mark.parametrize(
    ("config", "aligner", "expected"),
    [
        (ALIGNER, False, "holds a forced aligner, not a recogniser: give Qwen/Qwen3-ASR-0.6B"),
        (RECOGNIZER, True, "holds a recogniser, not a forced aligner: give Qwen/Qwen3-ForcedAligner-0.6B"),
        ({"model_type": "whisper"}, False, "a model of type whisper"),
        ({"architectures": ["x"]}, False, "a model of type unknown"),
        ([1], False, "damaged"),
        ("{", False, "cannot be read"),
    ],
)
def test_other_models_are_refused(tmp_path: Path, config: Any, aligner: bool, expected: str) -> None:
    assert expected in refusal(write(tmp_path / "own", config), tmp_path, aligner=aligner)


def test_a_folder_that_is_no_checkpoint(tmp_path: Path) -> None:
    assert "has no config.json" in refusal(tmp_path, tmp_path)


def test_a_file_is_no_checkpoint(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.touch()
    assert "has no config.json" in refusal(file, tmp_path)


def test_a_checkpoint_without_weights(tmp_path: Path) -> None:
    assert "holds no weights" in refusal(write(tmp_path / "own", weights=""), tmp_path)


def test_what_lies_in_the_models_folder_is_checked_too(tmp_path: Path) -> None:
    write(tmp_path / "models" / "Qwen3-ASR-0.6B", ALIGNER)
    assert "holds a forced aligner" in refusal("Qwen/Qwen3-ASR-0.6B", tmp_path)


def test_without_the_hub_client_it_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(BackendError, match=re.escape(install_hint("qwen"))):
        checkpoint("Qwen/Qwen3-ASR-0.6B", tmp_path)
