"""The page that plays a meeting is written piece by piece."""

from __future__ import annotations

import base64
import tempfile
import tracemalloc
from typing import Any, cast

from emads_voice.meetings.page import make_page
from emads_voice.messages import shipped

from .test_calendar_file import meeting

MB = 2**20


def test_a_long_recording_is_not_held_in_memory() -> None:
    state = cast("Any", meeting())
    state["recording"] |= {
        "name": "long",
        "language_code": "en",
        "duration_s": 10_800.0,
        "segments": [],
        "speakers": [],
    }
    state |= {
        "recorded_at": "2026-11-25T09:00:00+07:00", "recorded_by": "given", "time_zone": "Asia/Ho_Chi_Minh",
        "found_by": "embedded", "model_failure": "", "dropped": 0, "decisions": [], "questions": [],
    }  # fmt: skip
    with tempfile.TemporaryFile() as sound:
        sound.write(b"sound" * (6 * MB))
        sound.seek(0)
        tracemalloc.start()
        try:
            written = sum(
                len(piece) for piece in make_page(state, shipped().minutes("en"), [0.5] * 1200, sound)
            )
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert written > 40 * MB
    assert peak < 8 * MB


def test_the_sound_is_whole() -> None:
    state = cast("Any", meeting())
    state["recording"] |= {
        "name": "short",
        "language_code": "en",
        "duration_s": 1.0,
        "segments": [],
        "speakers": [],
    }
    state |= {
        "recorded_at": "2026-11-25T09:00:00+07:00", "recorded_by": "given", "time_zone": "Asia/Ho_Chi_Minh",
        "found_by": "embedded", "model_failure": "", "dropped": 0, "decisions": [], "questions": [],
    }  # fmt: skip
    data = bytes(range(256)) * 5000
    with tempfile.TemporaryFile() as sound:
        sound.write(data)
        sound.seek(0)
        page = b"".join(make_page(state, shipped().minutes("en"), [0.5], sound)).decode()
    inside = page.split("data:audio/webm;base64,")[1].split('"')[0]
    assert base64.b64decode(inside, validate=True) == data
