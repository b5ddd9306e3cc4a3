"""What the page says was played is what came out of the loudspeaker: listened to on a sound card that is none."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sound_server = pytest.importorskip("sound_server")
tools = pytest.importorskip("talk_page", reason='it takes the extra "dev"')

HEARD_AFTER_MS = 60
"""A few milliseconds as a rule: what the sound card has taken already is played."""


@pytest.fixture
def server() -> Iterator[Any]:
    if lacking := sound_server.missing() or tools.missing():
        pytest.skip(lacking)
    with tempfile.TemporaryDirectory() as folder, sound_server.running_sound_server(Path(folder)) as running:
        yield running


def test_an_answer_that_is_cut_was_played_as_far_as_the_page_says(server: Any, address: str) -> None:
    with tools.open_browser(environment=server.environment) as browser, server.listening() as kept:
        page = tools.TalkPage(browser, address)
        session = tools.ScriptedSession(page.page)
        page.open()
        page.type("Tell me.")
        session.wait_for(page.page, "response.create")
        page.page.wait_for_timeout(1500)  # the sound card has begun to run
        session.say("It is a long story.", 20.0)
        page.wait_for("speaking")
        page.page.wait_for_timeout(2500)
        session.tell("input_audio_buffer.speech_started", audio_start_ms=0, item_id="u2")
        told_ms = session.wait_for(page.page, "conversation.item.truncate")["audio_end_ms"]
        page.page.wait_for_timeout(1500)
        page.close()
    loud = np.abs(sound_server.heard(kept).samples) > 0.01
    heard_ms = np.count_nonzero(np.convolve(loud, np.ones(64), "same") > 0) / sound_server.RATE * 1000
    assert told_ms > 1500
    assert abs(heard_ms - told_ms) < HEARD_AFTER_MS
