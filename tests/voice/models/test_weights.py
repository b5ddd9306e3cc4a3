"""Weights: where they are looked for, that they are checked, and what is said when they are not right."""

import hashlib
import logging
import sys
from pathlib import Path

import pytest

from emads_voice.installation import install_hint
from emads_voice.voice.errors import WeightsError
from emads_voice.voice.models import digests, weights
from emads_voice.voice.models.pins import WEIGHTS, Weight, WeightFile


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    for module in (weights, digests):
        monkeypatch.setattr(module, "cache_folder", lambda: folder)
    monkeypatch.delenv("EMADS_ALLOW_HUB", raising=False)
    monkeypatch.delenv("EMADS_MODELS_DIR", raising=False)
    return folder


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site" / "carrier"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('finding weights must not import this')")
    monkeypatch.syspath_prepend(str(folder.parent))
    return folder


def pin(name: str, content: bytes, *packaged: str) -> WeightFile:
    return WeightFile(name, len(content), hashlib.sha256(content).hexdigest(), packaged)


HALVES = Weight(
    "halves",
    (
        pin("model.bin", b"onetwo", "carrier/part1", "carrier/part2"),
        pin("config.json", b"{}", "carrier/config.json"),
    ),
    folder="halves",
    extra="local",
)
SINGLE = Weight(
    "single", (pin("single.onnx", b"single", "carrier/single.onnx"),), extra="local", hub="us/single"
)


def fill_halves(package: Path) -> None:
    (package / "part1").write_bytes(b"one")
    (package / "part2").write_bytes(b"two")
    (package / "config.json").write_bytes(b"{}")


def test_the_users_folder_comes_before_the_package(models: Path, package: Path) -> None:
    (package / "single.onnx").write_bytes(b"single")
    assert weights.locate(SINGLE, models) == package / "single.onnx"
    (models / "single.onnx").write_bytes(b"single")
    assert weights.locate(SINGLE, models) == models / "single.onnx"


def test_the_environment_names_the_models_folder(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (models / "single.onnx").write_bytes(b"single")
    monkeypatch.setenv("EMADS_MODELS_DIR", str(models))
    assert weights.locate(SINGLE) == models / "single.onnx"


def test_parts_are_joined_once_and_said_to_be(
    models: Path, package: Path, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill_halves(package)
    with caplog.at_level(logging.INFO, "emads_voice"):
        folder = weights.locate(HALVES, models)
        assert folder == cache / "halves"
        assert (folder / "model.bin").read_bytes() == b"onetwo"
        assert "putting halves together" in caplog.text
        caplog.clear()
        before = (folder / "model.bin").stat().st_mtime_ns
        weights.locate(HALVES, models)
        assert (folder / "model.bin").stat().st_mtime_ns == before
        assert not caplog.text
    assert {file.name for file in folder.iterdir()} == {"model.bin", "config.json"}


def test_a_damaged_joined_file_is_made_again(models: Path, package: Path) -> None:
    fill_halves(package)
    joined = weights.locate(HALVES, models) / "model.bin"
    joined.write_bytes(b"broken")
    assert (weights.locate(HALVES, models) / "model.bin").read_bytes() == b"onetwo"


def test_damaged_parts_are_refused(models: Path, package: Path, cache: Path) -> None:
    fill_halves(package)
    (package / "part2").write_bytes(b"owt")
    with pytest.raises(WeightsError, match=r"not the model\.bin it should be"):
        weights.locate(HALVES, models)
    assert not list((cache / "halves").iterdir())


def test_a_wrong_file_is_named_with_both_hashes(models: Path) -> None:
    (models / "single.onnx").write_bytes(b"another")
    expected, found = SINGLE.files[0].sha256[:12], hashlib.sha256(b"another").hexdigest()[:12]
    with pytest.raises(WeightsError, match=f"single.onnx is not .*{found}.*{expected}"):
        weights.locate(SINGLE, models)


def test_a_file_is_hashed_once_until_it_changes(
    models: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    read: list[Path] = []
    blocks = digests.blocks
    monkeypatch.setattr(digests, "blocks", lambda paths: (read.extend(paths), blocks(paths))[1])  # type: ignore[func-returns-value]
    file = models / "single.onnx"
    file.write_bytes(b"single")
    weights.locate(SINGLE, models)
    weights.locate(SINGLE, models)
    assert read == [file]
    file.write_bytes(b"changed")
    with pytest.raises(WeightsError):
        weights.locate(SINGLE, models)
    (cache / "verified.json").write_text("{not json")
    file.write_bytes(b"single")
    assert weights.locate(SINGLE, models) == file


def test_a_missing_weight_says_how_to_get_it(models: Path) -> None:
    with pytest.raises(WeightsError) as caught:
        weights.locate(SINGLE, models)
    message = str(caught.value)
    assert install_hint("local") in message
    assert str(models) in message
    assert "EMADS_ALLOW_HUB" in message


def test_half_a_users_model_is_refused(models: Path) -> None:
    (models / "halves").mkdir()
    (models / "halves" / "model.bin").write_bytes(b"onetwo")
    with pytest.raises(WeightsError, match=r"only a part of halves: add config\.json"):
        weights.locate(HALVES, models)


def test_a_cache_that_cannot_be_written_is_explained(
    models: Path, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_halves(package)
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(weights, "cache_folder", lambda: tmp_path / "file")
    with pytest.raises(WeightsError, match=r"Cannot write model\.bin"):
        weights.locate(HALVES, models)


def test_the_hub_is_asked_only_if_allowed(
    models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, str, str]] = []

    def download(repo: str, name: str, *, revision: str) -> str:
        asked.append((repo, name, revision))
        (tmp_path / name).write_bytes(b"single")
        return str(tmp_path / name)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    with pytest.raises(WeightsError):
        weights.locate(SINGLE, models)
    assert not asked
    monkeypatch.setenv("EMADS_ALLOW_HUB", "true")
    assert weights.locate(SINGLE, models) == tmp_path / "single.onnx"
    assert asked == [("us/single", "single.onnx", "main")]


def test_a_hub_that_cannot_be_reached_is_explained(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def download(*_: object, **__: object) -> str:
        raise OSError("no route to host")

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    monkeypatch.setenv("EMADS_ALLOW_HUB", "1")
    with pytest.raises(WeightsError, match=r"Cannot fetch single .*no route to host.*pip install"):
        weights.locate(SINGLE, models)


def test_without_the_hubs_library_the_hub_is_explained(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    monkeypatch.setenv("EMADS_ALLOW_HUB", "1")
    with pytest.raises(WeightsError, match="Cannot fetch single"):
        weights.locate(SINGLE, models)


def test_the_doctor_hears_of_every_weight(
    models: Path, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "WEIGHTS", (HALVES, SINGLE))
    fill_halves(package)
    halves, single = weights.weights_status(models)
    assert (halves.place, halves.verified, halves.remedy) == ("package", True, "")
    assert (single.place, single.path, single.verified) == ("", None, False)
    assert "pip install" in single.remedy
    (models / "single.onnx").write_bytes(b"wrong")
    wrong = weights.weights_status(models)[1]
    assert (wrong.path, wrong.verified) == (models / "single.onnx", False)
    assert "not the single.onnx it should be" in wrong.remedy


def test_pins_are_whole() -> None:
    assert len({weight.name for weight in WEIGHTS}) == len(WEIGHTS)
    for file in (file for weight in WEIGHTS for file in weight.files):
        assert len(bytes.fromhex(file.sha256)) == 32
        assert file.size > 0
