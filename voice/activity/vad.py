"""Voice activity: where in a sound somebody speaks, by Silero VAD on onnxruntime.

One session serves the whole process. A step judges one window of each of B sounds at once, and all that a
sound needs between windows is a :class:`VadMemory` of its own: a live call keeps one, and a whole recording
is cut into lanes that are judged side by side.

Window, context and hysteresis are those of Silero's own utilities (github.com/snakers4/silero-vad,
``utils_vad.py``, version 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from emads_voice.once import Once
from emads_voice.voice.models.onnx_session import load_session
from emads_voice.voice.models.pins import SILERO_VAD
from emads_voice.voice.models.weights import locate
from emads_voice.voice.sound.audio import Audio

WINDOW = {8_000: 256, 16_000: 512}
"""Samples the model judges at a time, by rate: 32 ms."""

WINDOW_S = 0.032

BEGINS, GOES_ON = 0.5, 0.35
"""The probabilities at which speech begins, and above which it goes on (Silero's values)."""

MIN_SPEECH_S = 0.1
"""Anything shorter is a click. Silero says 0.25; a clipped "no" is 0.15 s."""

_CONTEXT = {8_000: 32, 16_000: 64}  # samples of the previous window it wants to see again
_STATE = 128
_MAX_LANES = 16  # more gain nothing: 231 µs a window alone, 90 beside 7 others, 78 beside 15
_LANE_WINDOWS = 250  # 8 s; a lane shorter than that is mostly run-up
_RUN_UP = 31  # windows (1 s) a lane hears before its own part, to have a memory when it begins


class Span(NamedTuple):
    """A stretch of time, in seconds from the start of the recording."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class VadMemory:
    """What the model remembers of B sounds between two windows.

    Attributes:
        state: float32, shape ``(2, B, 128)``.
        context: float32, shape ``(B, 32)`` at 8 kHz, ``(B, 64)`` at 16 kHz.
    """

    state: NDArray[np.float32]
    context: NDArray[np.float32]

    @classmethod
    def blank(cls, rate: int, sounds: int = 1) -> VadMemory:
        """The memory of sounds that have not begun, at 8000 or 16000 samples per second."""
        return cls(np.zeros((2, sounds, _STATE), np.float32), np.zeros((sounds, _CONTEXT[rate]), np.float32))


class SileroVad:
    """The model. Thread-safe; share it (:func:`shared_vad`)."""

    def __init__(self, path: Path) -> None:
        """Load the model.

        Raises:
            WeightsError: the file is not a model.
        """
        self._session = load_session(path)  # on one thread: a window is too little to share

    def step(
        self, windows: NDArray[np.float32], memory: VadMemory, rate: int
    ) -> tuple[NDArray[np.float32], VadMemory]:
        """Judge the next window of each of B sounds.

        Args:
            windows: float32, shape ``(B, WINDOW[rate])``.
            memory: what was returned for the windows before these, for the same B sounds in the same order.
            rate: 8000 or 16000.

        Returns:
            The probability of speech in each window, shape ``(B,)``, and the memory for the next.
        """
        heard = np.concatenate([memory.context, windows], axis=1)
        feed = {"input": heard, "state": memory.state, "sr": np.array(rate)}
        probabilities, state = self._session.run(None, feed)
        return probabilities[:, 0], VadMemory(state, heard[:, -_CONTEXT[rate] :])

    def probabilities(self, audio: Audio) -> NDArray[np.float32]:
        """Speech probability of each 32 ms of a recording of any rate, shape ``(n,)``."""
        rate = audio.rate if audio.rate in WINDOW else 16_000
        samples = audio.resample(rate).samples
        width = WINDOW[rate]
        whole = samples[: len(samples) // width * width].reshape(-1, width)  # no copy: two hours are 0.5 GB
        count = -(-len(samples) // width)
        last = np.zeros(width, np.float32)
        last[: len(samples) % width] = samples[len(whole) * width :]
        lanes = min(_MAX_LANES, max(1, count // _LANE_WINDOWS))
        length = -(-count // lanes)
        run_up = _RUN_UP if lanes > 1 else 0
        silence = np.zeros(width, np.float32)

        def window(number: int) -> NDArray[np.float32]:
            """Around the recording is silence."""
            if number == len(whole):
                return last
            inside: NDArray[np.float32] = whole[number] if 0 <= number < len(whole) else silence
            return inside

        # Lane k judges windows k·length … (k+1)·length - 1 after a run-up.
        memory = VadMemory.blank(rate, lanes)
        judged = np.empty((length, lanes), np.float32)
        for i in range(run_up + length):
            heard = np.stack([window(lane * length + i - run_up) for lane in range(lanes)])
            probability, memory = self.step(heard, memory, rate)
            if i >= run_up:
                judged[i - run_up] = probability
        return judged.T.reshape(-1)[:count]


_sessions: dict[Path | None, Once[SileroVad]] = {}


def shared_vad(models_dir: Path | None = None) -> SileroVad:
    """The process's one session, loaded at the first call (0.1 s): not for an event loop.

    Raises:
        WeightsError: it cannot be loaded; the message says what to do.
    """
    return _sessions.setdefault(models_dir, Once(lambda: SileroVad(locate(SILERO_VAD, models_dir))))()


def speech_spans(
    audio: Audio,
    vad: SileroVad,
    *,
    min_silence_s: float = 0.3,
    pad_s: float = 0.15,
) -> list[Span]:
    """Where somebody speaks in a recording, in order and apart from each other.

    Args:
        audio: of any rate and length.
        vad: the model.
        min_silence_s: a shorter pause does not end a span.
        pad_s: added before and after, where there is room: the model hears onsets late and ends early.
    """
    if not len(audio.samples):
        return []
    found = _spans(vad.probabilities(audio), min_silence_s)
    kept = [span for span in found if span.end_s - span.start_s >= MIN_SPEECH_S]
    return widen(kept, pad_s, audio.duration_s)


def widen(spans: Sequence[Span], pad_s: float, duration_s: float) -> list[Span]:
    """Spans with more before and after, as far as the recording goes; neighbours share the pause between them."""
    middles = [(one.end_s + other.start_s) / 2 for one, other in pairwise(spans)]
    limits = [0.0, *middles, duration_s]
    return [
        Span(max(span.start_s - pad_s, before), min(span.end_s + pad_s, after))
        for span, before, after in zip(spans, limits, limits[1:], strict=False)
    ]


def _spans(probabilities: NDArray[np.float32], min_silence_s: float) -> list[Span]:
    spans: list[Span] = []
    start = end = None  # end: where a pause began that may yet prove to be the end
    for i, probability in enumerate(probabilities):
        if probability >= BEGINS:
            start, end = (i if start is None else start), None
        elif start is not None and (probability < GOES_ON or end is not None):
            end = i if end is None else end
            if (i + 1 - end) * WINDOW_S >= min_silence_s:
                spans.append(Span(start * WINDOW_S, end * WINDOW_S))
                start = end = None
    if start is not None:
        spans.append(Span(start * WINDOW_S, (len(probabilities) if end is None else end) * WINDOW_S))
    return spans
