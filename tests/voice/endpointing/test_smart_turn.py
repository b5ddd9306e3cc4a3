"""Smart Turn: what it is fed, and what is said where it cannot be loaded. benchmarks/endpointing.py judges it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emads_voice.voice.endpointing.smart_turn import SmartTurn
from emads_voice.voice.errors import WeightsError
from emads_voice.voice.sound.audio import Audio


@pytest.fixture
def fed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[np.ndarray]:
    """What a stand-in for the model was fed; it answers 0.25."""
    feeds: list[np.ndarray] = []

    class Session:
        def __init__(self, *_: object, **__: object) -> None: ...

        def run(self, _: None, feed: dict[str, np.ndarray]) -> list[np.ndarray]:
            feeds.append(feed["input_features"])
            return [np.array([[0.25]], np.float32)]

    monkeypatch.setattr("onnxruntime.InferenceSession", Session)
    monkeypatch.setattr(
        "emads_voice.voice.endpointing.smart_turn.locate", lambda *_: tmp_path / "smart-turn.onnx"
    )
    return feeds


async def test_it_hears_the_last_eight_seconds_at_any_rate(fed: list[np.ndarray]) -> None:
    rng = np.random.default_rng(0)
    model = SmartTurn()
    await model.warm_up()
    for rate, seconds in ((8_000, 2.0), (8_000, 30.0), (48_000, 9.0), (16_000, 0.2)):
        sound = Audio(rng.normal(0, 0.1, round(seconds * rate)).astype(np.float32), rate)
        assert await model.finished(sound) == 0.25
    assert [(feed.shape, feed.dtype) for feed in fed] == [((1, 80, 800), np.dtype("float32"))] * 4
    silent = fed[0][0, :, :550].std(axis=1).max()  # before a short utterance there is nothing
    assert silent < 0.2 * fed[0][0, :, 620:].std(axis=1).max()


async def test_a_model_that_is_not_there_says_where_to_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMADS_ALLOW_HUB", raising=False)
    with pytest.raises(WeightsError, match="smart-turn is not here: .*smart-turn-v3.2-cpu.onnx"):
        await SmartTurn(tmp_path).warm_up()


async def test_a_file_that_is_not_the_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "smart-turn-v3.2-cpu.onnx").write_bytes(b"not a model")
    with pytest.raises(WeightsError, match="smart-turn-v3.2-cpu.onnx"):
        await SmartTurn(tmp_path).warm_up()
