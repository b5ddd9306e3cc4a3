"""What the phone benchmark's callers say is there in a clone, and is what a telephone carries."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

SOUND = Path(__file__).parents[2] / "benchmarks" / "phone" / "sound.py"


@pytest.fixture(scope="module")
def sound() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmarks_phone_sound", SOUND)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclass looks itself up there
    spec.loader.exec_module(module)
    return module


def test_callers_speak_in_frames_that_begin_and_end_loudly(sound: ModuleType) -> None:
    said = [*sound.utterances(), *sound.questions()]
    assert len(said) == 6
    for utterance in said:
        assert {len(frame) for frame in utterance.frames} == {sound.FRAME}
        for frame in (utterance.frames[0], utterance.frames[-1]):
            samples = sound.decoding()[np.frombuffer(frame, np.uint8)]
            assert np.sqrt(np.mean(samples**2)) > 10 ** (sound.LOUD_DBFS / 20) * 0.9, utterance.name
    lengths_s = [len(utterance.frames) * sound.FRAME_S for utterance in sound.utterances()]
    assert lengths_s == pytest.approx([1.5, 1.5, 1.1, 1.9], abs=0.06)


def test_every_system_answers_three_seconds(sound: ModuleType) -> None:
    assert len(sound.reply()) / sound.RATE == pytest.approx(3, abs=0.1)
    assert np.abs(sound.reply()).max() <= 1
