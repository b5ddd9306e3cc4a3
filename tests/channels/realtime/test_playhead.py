"""Where a client is in what it was sent, and what of our words that comes to."""

import asyncio
import json
from typing import Any

import numpy as np

from emads_voice.channels.realtime.items import Items
from emads_voice.channels.realtime.outbox import Outbox
from emads_voice.channels.realtime.playhead import Playhead
from emads_voice.channels.realtime.responses import Responses
from emads_voice.channels.realtime.session_config import SessionConfig
from emads_voice.channels.realtime.sound_formats import FORMATS, RATE, SoundWriter
from emads_voice.testing import run_virtual

SECOND = np.zeros(RATE, np.float32)


def test_a_client_that_has_played_all_it_got_has_passed_the_mark_behind_it() -> None:
    async def play() -> None:
        returned: list[str] = []
        playhead, writer = Playhead(returned.append), SoundWriter(FORMATS["audio/pcm"])
        got = len(writer.write(SECOND)) // 2
        playhead.play(len(SECOND))
        playhead.mark("1")
        playhead.tell(round((got - 240) / 24_000 * RATE))  # 10 ms are left
        assert returned == []
        playhead.tell(round(got / 24_000 * RATE))
        assert returned == ["1"]

    run_virtual(play())


def test_what_was_not_played_is_taken_off_to_the_letter_over_several_sentences() -> None:
    async def say() -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def send(text: str) -> None:
            sent.append(json.loads(text))

        outbox = Outbox(send, lost=lambda _: None)
        responses = Responses(outbox, Items(), Playhead(lambda _: None), SessionConfig(shows=True))
        for sentence in ("How can I help?", "One moment, please.", "It scores best. ", "For it: no change."):
            responses.saying(sentence)
            responses.play(SECOND)
        # The sentences as they are kept: between two of different answers no white space stands.
        responses.cut("One moment, please.It scores best. For it: no change.")
        writing = asyncio.create_task(outbox.run())
        await outbox.flush(1.0)
        writing.cancel()
        return sent

    told = next(event for event in run_virtual(say()) if event["type"] == "emads.interrupted")
    assert told["played"] == "How can I help?"


def test_a_truncate_that_is_late_ends_no_other_response() -> None:
    async def say() -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def send(text: str) -> None:
            sent.append(json.loads(text))

        outbox = Outbox(send, lost=lambda _: None)
        responses = Responses(outbox, Items(), Playhead(lambda _: None), SessionConfig(shows=True))
        responses.turn_began()
        responses.saying("It costs a lot.")
        responses.play(SECOND)
        responses.cut("a lot.")
        responses.turn_ended("interrupted")
        responses.turn_began()  # the next question
        responses.cut("costs a lot.")
        writing = asyncio.create_task(outbox.run())
        await outbox.flush(1.0)
        writing.cancel()
        return sent

    sent = run_virtual(say())
    assert [each["played"] for each in sent if each["type"] == "emads.interrupted"] == ["It costs", "It"]
    begun, ended = (
        [each for each in sent if each["type"] == f"response.{kind}"] for kind in ("created", "done")
    )
    assert (len(begun), len(ended)) == (2, 1)
