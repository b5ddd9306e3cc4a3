"""What the log says of a call: one line for each thing that happens to it, and no telephone number."""

import logging
import re
from typing import Any

import pytest

from emads_voice.channels.call import CallInfo, thread_of_call
from emads_voice.channels.transport import Digit, Transport

CALL, OTHER, LATE = ("CA" + digit * 32 for digit in "123")
NUMBER = re.compile(r"\+?\d{9,}")


@pytest.fixture(autouse=True)
def _informed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "emads_voice")


def told(caplog: pytest.LogCaptureFixture, sid: str) -> list[str]:
    """What was said of one call, without its name and its length."""
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("emads_voice")]
    assert not any(NUMBER.search(re.sub(r"CA\w{32}", "", line)) for line in lines)
    return [re.sub(r"\d+:\d\d", "M:SS", line[len(f"Call {sid}") + 1 :]) for line in lines if sid in line]


async def answering(line: Transport, _call: CallInfo) -> int:
    """Has a turn for each key, and hands the caller over at 0."""
    turns = 0
    async for event in line.events():
        if isinstance(event, Digit):
            turns += 1
            await line.mark("heard")
            if event.digit == "0":
                await line.transfer("+842899991111")
    return turns


async def test_a_call_is_followed_from_its_ring_to_its_end(
    open_phone: Any, eventually: Any, caplog: pytest.LogCaptureFixture
) -> None:
    phone = await open_phone(answering)
    caller = await phone.call(CALL)
    for key in "12":
        await caller.press(key)
        await caller.listen()
    await caller.stop()
    await caller.closed()
    await eventually(lambda: len(told(caplog, CALL)) == 3)
    await phone.post("/twilio/status", CallSid=CALL, CallStatus="completed")
    assert told(caplog, CALL) == [
        "rings.",
        f"is on the line; its conversation is {thread_of_call(CALL)}.",
        "is over after M:SS and 2 turns.",
    ]


async def test_a_line_that_breaks_comes_back_and_is_transferred(
    open_phone: Any, eventually: Any, caplog: pytest.LogCaptureFixture
) -> None:
    phone = await open_phone(answering)
    caller = await phone.call(CALL)
    await caller.press("1")
    await caller.listen()
    await caller.socket.close()
    await eventually(lambda: len(told(caplog, CALL)) == 3)
    caller = await phone.call(CALL, "/twilio/resume?thread=t&attempt=1")
    await caller.press("0")
    await caller.closed()
    await eventually(lambda: len(told(caplog, CALL)) == 7)
    assert told(caplog, CALL) == [
        "rings.",
        f"is on the line; its conversation is {thread_of_call(CALL)}.",
        "has lost its line after M:SS and 1 turn.",
        "lost its line; here is another (1 of 3).",
        "is on the line, again; its conversation is t.",
        "was transferred to a person.",
        "is over after M:SS and 1 turn.",
    ]


async def test_who_is_refused_and_who_leaves_early_is_told(
    open_phone: Any, caplog: pytest.LogCaptureFixture
) -> None:
    phone = await open_phone(answering, max_calls=1, deny="+8428*")
    await phone.ring(CALL, Direction="outbound-api", To="+84901234567", From="+842899990000")
    await phone.ring(OTHER, From="+84281234567")
    await phone.ring(LATE)
    await phone.post("/twilio/status", CallSid=CALL, CallStatus="completed")
    assert told(caplog, CALL) == ["was answered: we rang.", "is over: it ended while it had no line."]
    assert told(caplog, OTHER) == ["was rejected: its number may not call here."]
    assert told(caplog, LATE) == ["was refused: all 1 lines are taken."]


async def test_a_conversation_that_counts_no_turns_is_told_without(
    phone: Any, eventually: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caller = await phone.call(CALL)
    await caller.stop()
    await caller.closed()
    await eventually(lambda: len(told(caplog, CALL)) == 3)
    assert told(caplog, CALL)[-1] == "is over after M:SS."
