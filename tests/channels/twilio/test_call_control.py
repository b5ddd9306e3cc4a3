import asyncio
import logging
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from emads_voice.channels.errors import CallError
from emads_voice.channels.twilio.call_control import TIME_LIMIT_S, TwilioCalls
from emads_voice.channels.twilio.settings import TwilioSettings

CALL = "CA" + "1" * 32
THEM = "+84901234567"

TwilioFactory = Callable[..., TwilioCalls]


@pytest.fixture
def calls(phone: Any) -> TwilioCalls:
    """The calls of the phone's account; ``phone.rest`` is what they reach."""
    return phone.calls  # type: ignore[no-any-return]


async def test_placing_a_call(phone: Any, calls: TwilioCalls) -> None:
    assert await calls.place(THEM, thread_id="board & co") == "CA" + "9" * 32
    assert phone.rest.asked == [
        (
            "Calls.json",
            {
                "To": THEM,
                "From": "+842899990000",
                "Url": "https://voice.example.com/twilio/voice?thread=board+%26+co",
                "StatusCallback": "https://voice.example.com/twilio/status",
                "MachineDetection": "Enable",
                "AsyncAmd": "true",
                "AsyncAmdStatusCallback": "https://voice.example.com/twilio/amd",
                "TimeLimit": str(TIME_LIMIT_S),
            },
        )
    ]


async def test_a_placed_call_may_begin_its_own_thread(phone: Any, calls: TwilioCalls) -> None:
    await calls.place(THEM)
    assert phone.rest.asked[0][1]["Url"] == "https://voice.example.com/twilio/voice"


async def test_why_we_call_is_said_in_the_address_and_machines_are_waited_for(open_phone: Any) -> None:
    phone = await open_phone(voicemail=True)
    await phone.calls.place(THEM, purpose="đơn 12 & 13")
    (_, form) = phone.rest.asked[0]
    assert form["Url"] == "https://voice.example.com/twilio/voice?purpose=%C4%91%C6%A1n+12+%26+13"
    assert form["MachineDetection"] == "DetectMessageEnd"
    with pytest.raises(CallError, match="That purpose is too long"):
        await phone.calls.place(THEM, purpose="ồ" * 250)


async def test_a_conversation_is_named_in_an_address(phone: Any, calls: TwilioCalls) -> None:
    with pytest.raises(CallError, match="too long"):
        await calls.place(THEM, thread_id="ồ" * 250)
    assert phone.rest.asked == []


@pytest.mark.parametrize("number", ["", "0901234567", "+84 90", "me", "+84901234567\n"])
async def test_only_telephone_numbers_are_rung(phone: Any, calls: TwilioCalls, number: str) -> None:
    with pytest.raises(CallError, match="no telephone number"):
        await calls.place(number)
    with pytest.raises(CallError, match="no telephone number"):
        await calls.transfer(CALL, number)
    assert phone.rest.asked == []


async def test_a_text_message(phone: Any, calls: TwilioCalls) -> None:
    await calls.text(THEM, "Quyết định 4711 chờ anh chị duyệt.")
    message = {"To": THEM, "From": "+842899990000", "Body": "Quyết định 4711 chờ anh chị duyệt."}
    assert phone.rest.asked == [("Messages.json", message)]
    with pytest.raises(CallError, match="no telephone number"):
        await calls.text("0901234567", "Hello.")
    phone.rest.refuse = 400
    with pytest.raises(CallError, match="Twilio refused") as refused:
        await calls.text(THEM, "Hello.")
    assert THEM not in str(refused.value)


async def test_a_recording_pauses_and_goes_on(phone: Any, calls: TwilioCalls) -> None:
    """Silence stands in it for what is said and keyed meanwhile."""
    assert await calls.pause_recording(CALL, True)
    assert await calls.pause_recording(CALL, False)
    recording = f"Calls/{CALL}/Recordings/Twilio.CURRENT.json"
    assert phone.rest.asked == [
        (recording, {"Status": "paused", "PauseBehavior": "silence"}),
        (recording, {"Status": "in-progress"}),
    ]


async def test_nothing_is_recorded_without_consent(phone: Any, calls: TwilioCalls) -> None:
    with pytest.raises(ValueError, match="consent"):
        await calls.record(CALL, consent="")
    assert phone.rest.asked == []
    await calls.record(CALL, consent="audit-7")
    assert phone.rest.asked == [(f"Calls/{CALL}/Recordings.json", {"RecordingChannels": "dual"})]


async def test_a_call_that_has_ended_is_neither_ended_nor_handed_over(phone: Any, calls: TwilioCalls) -> None:
    phone.rest.ended.add(CALL)
    await calls.hang_up(CALL)
    assert not await calls.transfer(CALL, THEM)
    assert await calls.transfer("CA" + "2" * 32, THEM)


async def test_a_refusal_is_told_without_numbers_and_secrets(
    phone: Any, calls: TwilioCalls, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    phone.rest.refuse = 400
    with pytest.raises(CallError) as refused:
        await calls.place(THEM)
    assert str(refused.value) == (
        "Twilio refused (400): Unable to create record: refused [phone]; see twilio.com/docs/api/errors/1."
    )
    assert THEM not in caplog.text
    assert "the-auth-token" not in caplog.text


async def test_twilio_out_of_reach_is_an_error_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = TwilioSettings(account_sid="AC1", auth_token=SecretStr("t"), number=THEM)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr("emads_voice.channels.twilio.call_control.TIMEOUT_S", 0.05)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(CallError, match="no answer in time"):
            await TwilioCalls(settings, api_url=url).hang_up(CALL)
    with pytest.raises(CallError, match="ClientConnector"):
        await TwilioCalls(settings, api_url=url).hang_up(CALL)


async def test_what_is_missing_is_named() -> None:
    nobody = TwilioSettings(account_sid="", auth_token=SecretStr(""), number="")
    with pytest.raises(CallError, match="EMADS_PHONE_NUMBER"):
        await TwilioCalls(nobody).place(THEM)
    with pytest.raises(CallError, match="TWILIO_ACCOUNT_SID"):
        await TwilioCalls(nobody).hang_up(CALL)


@pytest.fixture
async def prism() -> AsyncIterator[str]:
    """Twilio's published OpenAPI document, served by Prism, which refuses what the document forbids."""
    root = Path(__file__).parents[3]
    document = Path(__file__).parent / "twilio_api_v2010.json"
    program = root / ".prism" / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    node = shutil.which("node")
    if not (node and program.exists()):
        pytest.skip("needs Node, and Prism: make .prism")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [node, str(program), "mock", "-h", "127.0.0.1", "-p", str(port), str(document)]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(60), httpx.AsyncClient() as client:
            while True:
                try:
                    await client.get(url)
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
        yield url
    finally:
        process.terminate()
        await process.wait()


async def test_twilios_own_description_accepts_every_request(prism: str) -> None:
    sid = "AC" + "0" * 32
    settings = TwilioSettings(
        account_sid=sid,
        auth_token=SecretStr("t"),
        number="+15551234567",
        public_url="https://voice.example.com",
    )
    calls = TwilioCalls(settings, api_url=prism)
    await calls.place(THEM, thread_id="t1")
    await calls.text(THEM, "Decision 4711 waits for your approval.")
    await calls.hang_up(CALL)
    assert await calls.transfer(CALL, THEM)
    await calls.resume(CALL, "https://voice.example.com/twilio/resume?thread=t1&attempt=1")
    await calls.record(CALL, consent="audit-7")
    with pytest.raises(CallError, match="422"):
        await calls._change(CALL, status="asleep")
