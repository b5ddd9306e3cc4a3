"""Which Piper voices are found, and what is said where one is not there."""

import json
from pathlib import Path

import pytest

from emads_voice.voice.errors import WeightsError
from emads_voice.voice.synthesizers.piper_voices import find_voices, locate_voice, own_voices_status


@pytest.fixture(autouse=True)
def _nothing_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EMADS_ALLOW_HUB", raising=False)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def add_voice(models: Path, name: str) -> Path:
    (models / f"{name}.onnx").write_bytes(b"voice")
    (models / f"{name}.onnx.json").write_text(json.dumps({}))
    return models / f"{name}.onnx"


def test_a_voice_dropped_into_the_folder_is_found(models: Path) -> None:
    path = add_voice(models, "vi_VN-my-own")
    (models / "silero_vad.onnx").write_bytes(b"no voice: no configuration beside it")
    voices = find_voices(models)
    assert voices["vi_VN-my-own"] == path
    assert "silero_vad" not in voices
    assert locate_voice("vi_VN-my-own", models) == path


def test_a_pinned_voice_in_the_folder_is_checked(models: Path) -> None:
    add_voice(models, "vi_VN-vais1000-medium")
    with pytest.raises(WeightsError, match=r"not the vi_VN-vais1000-medium\.onnx it should be"):
        locate_voice("vi_VN-vais1000-medium", models)


def test_an_unknown_voice_says_where_to_put_it(models: Path) -> None:
    with pytest.raises(WeightsError, match=r"put xx\.onnx and xx\.onnx\.json into"):
        locate_voice("xx", models)


def test_the_hubs_voices_are_listed_where_it_is_allowed(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "vi_VN-vais1000-medium" not in find_voices(models)
    monkeypatch.setenv("EMADS_ALLOW_HUB", "yes")
    assert find_voices(models)["vi_VN-vais1000-medium"] is None


def test_the_doctor_hears_of_a_voice_of_the_users_and_of_a_pinned_one_elsewhere(models: Path) -> None:
    add_voice(models, "en_GB-my-own")
    add_voice(models, "vi_VN-vais1000-medium")
    (own,) = own_voices_status(models)
    assert (own.name, own.place, own.verified) == ("en_GB-my-own", "models folder", None)
    assert own.size == len(b"voice")
