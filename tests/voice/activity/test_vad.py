"""Silero VAD: what is speech, alike however it is batched, and the shape of the spans made of it."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import floats, lists

from emads_voice.voice.activity import vad as vad_module
from emads_voice.voice.activity.vad import WINDOW, SileroVad, Span, VadMemory, shared_vad, speech_spans, widen
from emads_voice.voice.errors import WeightsError
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizers.espeak import shared_espeak


@pytest.fixture(scope="module")
def vad() -> SileroVad:
    return shared_vad()


@pytest.fixture(scope="module")
def sentence() -> Audio:
    """A spoken sentence between two seconds of silence."""
    espeak = shared_espeak()
    spoken = Audio(espeak.speak("The warehouse is open on Monday", "en-us"), espeak.rate)
    return Audio.join([Audio.silence(2, espeak.rate), spoken, Audio.silence(2, espeak.rate)])


def noises() -> dict[str, np.ndarray]:
    random, time = np.random.default_rng(0), np.arange(80_000) / 16_000
    return {
        "nothing": np.zeros(0),
        "one sample": np.ones(1),
        "40 ms": random.normal(0, 0.1, 640),
        "silence": np.zeros(80_000),
        "white noise": random.normal(0, 0.2, 80_000),
        "tone": 0.5 * np.sin(2 * np.pi * 440 * time),
        "hum": 0.5 * np.sin(2 * np.pi * 50 * time),
        "clicks": (np.arange(80_000) % 8000 == 0) * 1.0,
    }


@pytest.mark.parametrize("name", noises())
def test_what_is_no_speech(vad: SileroVad, name: str) -> None:
    assert speech_spans(Audio(noises()[name].astype(np.float32), 16_000), vad) == []


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 48_000])
def test_speech_is_found_at_any_rate(vad: SileroVad, sentence: Audio, rate: int) -> None:
    (span,) = speech_spans(sentence.resample(rate), vad)
    assert span.start_s == pytest.approx(2 - 0.15, abs=0.15)
    assert span.end_s == pytest.approx(sentence.duration_s - 2 + 0.15, abs=0.3)


def test_sounds_judged_together_are_judged_as_alone(vad: SileroVad, sentence: Audio) -> None:
    size = WINDOW[16_000]
    samples = sentence.resample(16_000).samples
    windows = samples[: len(samples) // size * size].reshape(-1, size)
    pair, alone = VadMemory.blank(16_000, 2), VadMemory.blank(16_000)
    for window, other in zip(windows, windows[::-1], strict=True):
        together, pair = vad.step(np.stack([window, other]), pair, 16_000)
        single, alone = vad.step(window[None], alone, 16_000)
        assert together[0] == pytest.approx(single[0], abs=1e-4)


def test_lanes_do_not_change_what_is_speech(
    vad: SileroVad, sentence: Audio, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = Audio.join([sentence] * 6)
    in_lanes = vad.probabilities(long)
    monkeypatch.setattr(vad_module, "_MAX_LANES", 1)
    alone = vad.probabilities(long)
    assert len(in_lanes) == len(alone) == -(-round(long.duration_s * 16_000) // 512)
    assert np.mean((in_lanes > 0.5) != (alone > 0.5)) < 0.02


def spans_of(
    probabilities: list[float], vad: SileroVad, monkeypatch: pytest.MonkeyPatch, **options: float
) -> list[Span]:
    monkeypatch.setattr(vad, "probabilities", lambda _: np.array(probabilities, np.float32))
    return speech_spans(Audio.silence(len(probabilities) * 0.032, 16_000), vad, **options)


def test_speech_goes_on_below_the_threshold_it_began_at(
    vad: SileroVad, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = spans_of([0.0] * 20 + [0.9] * 5 + [0.4] * 40 + [0.0] * 20, vad, monkeypatch, pad_s=0)
    assert found == [pytest.approx((20 * 0.032, 65 * 0.032))]


def test_a_short_pause_does_not_end_speech_and_a_click_is_none(
    vad: SileroVad, monkeypatch: pytest.MonkeyPatch
) -> None:
    probabilities = [0.9] * 10 + [0.0] * 5 + [0.9] * 10 + [0.0] * 20 + [0.9] * 2 + [0.0] * 20
    assert spans_of(probabilities, vad, monkeypatch, pad_s=0) == [pytest.approx((0, 25 * 0.032))]


def test_pads_do_not_overlap_or_leave_the_recording(vad: SileroVad, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = spans_of([0.9] * 20 + [0.0] * 12 + [0.9] * 20, vad, monkeypatch, pad_s=0.5)
    assert first == pytest.approx((0, 26 * 0.032))
    assert second == pytest.approx((26 * 0.032, 52 * 0.032))


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "silero_vad.onnx"
    path.write_bytes(b"not a model")
    with pytest.raises(WeightsError, match="not a model onnxruntime can load"):
        SileroVad(path)


@given(lists(floats(0, 60), min_size=2, max_size=12, unique=True), floats(0, 5))
def test_spans_are_widened_no_further_than_the_middle_of_a_pause(times: list[float], pad_s: float) -> None:
    spans = [Span(*pair) for pair in list(itertools.pairwise(sorted(times)))[::2]]
    wide = widen(spans, pad_s, 60)
    assert wide[0].start_s == max(0, spans[0].start_s - pad_s)
    assert wide[-1].end_s == min(60, spans[-1].end_s + pad_s)
    for (one, before), (other, after) in itertools.pairwise(zip(spans, wide, strict=True)):
        pause = other.start_s - one.end_s
        assert before.end_s - one.end_s == pytest.approx(min(pad_s, pause / 2))
        assert other.start_s - after.start_s == pytest.approx(min(pad_s, pause / 2))
