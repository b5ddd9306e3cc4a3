"""What a server that asks for no signature can be made to do: nothing to Twilio's account, nor to others' talks."""

import asyncio
from typing import Any

import pytest
import websockets

from emads_voice.channels.call import thread_of_call

CALL = "CA" + "1" * 32


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emads_voice.channels.twilio.webhooks.GRACE_S", 0)


async def test_nothing_is_asked_of_the_account(open_phone: Any, eventually: Any) -> None:
    phone = await open_phone(insecure=True)
    for answered in ("machine_start", "machine_end_beep", "fax"):
        await phone.post("/twilio/amd", signed="", CallSid=CALL, AnsweredBy=answered)
    for path in ("/twilio/status?thread=t&attempt=1", "/twilio/status"):
        await phone.post(path, signed="", CallSid="CA2", StreamEvent="stream-error")
    for number, key in enumerate("120"):  # hang up, hand over, end
        caller = await phone.stream(f"CA3{number}")
        await caller.start()
        await caller.press(key)
        if key != "2":  # refused: there is nobody to ask
            assert await caller.closed() == 1000
    await eventually(lambda: len(phone.echo.calls) == 3)
    await asyncio.sleep(0)
    assert phone.rest.asked == []


async def test_a_stream_may_name_itself_but_no_conversation(open_phone: Any) -> None:
    phone = await open_phone(insecure=True, account_sid="", public_url="")
    for _ in range(2):
        caller = await phone.stream(CALL)
        parameters = {"thread": "board", "caller": "+84 901234567", "mood": "good"}
        await caller.start(customParameters=parameters)
        await caller.press("1")
        assert await caller.closed() == 1000
    first, second = phone.echo.calls
    assert first.thread_id != second.thread_id
    assert not {first.thread_id, second.thread_id} & {"board", CALL, thread_of_call(CALL)}
    assert (first.call_sid, first.caller, first.parameters["mood"]) == (CALL, "+84901234567", "good")


async def test_an_address_nobody_signed_chooses_no_conversation(open_phone: Any, eventually: Any) -> None:
    phone = await open_phone(insecure=True)
    twiml = await phone.ring(CALL, "/twilio/voice?thread=board", CallStatus="ringing")
    caller = await phone.follow(twiml, CALL)
    await eventually(lambda: len(phone.echo.calls) == 1)
    caller.socket.transport.abort()
    await phone.echo.ended.wait()

    again = await phone.ring(CALL, twiml.redirect.replace(phone.echo.calls[0].thread_id, "board"))
    await phone.follow(again, CALL)
    await phone.call("CA2", twiml.redirect)
    await eventually(lambda: len(phone.echo.calls) == 3)
    first, resumed, other = phone.echo.calls
    assert (resumed.thread_id, resumed.resumed) == (first.thread_id, True)  # what was said is not lost
    assert other.thread_id != first.thread_id
    assert not {first.thread_id, other.thread_id} & {
        "board",
        CALL,
        "CA2",
        thread_of_call(CALL),
        thread_of_call("CA2"),
    }


async def test_a_process_names_conversations_as_no_other_does(open_phone: Any) -> None:
    phones = [await open_phone(insecure=True) for _ in range(2)]
    assert len({(await phone.ring(CALL)).redirect for phone in phones}) == 2


async def test_sockets_on_which_nothing_starts_are_not_kept_without_end(
    open_phone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emads_voice.channels.twilio.switchboard.MAX_WAITING", 3)
    phone = await open_phone(insecure=True)
    waiting = [await phone.stream(f"CA{number}") for number in range(3)]
    with pytest.raises(websockets.InvalidStatus):
        await phone.connect()
    await waiting[0].start()
    await waiting[0].say()
    await waiting[0].listen()
    await phone.connect()


@pytest.mark.parametrize("insecure", [True, False])
async def test_no_web_page_can_talk_to_it(open_phone: Any, insecure: bool) -> None:
    phone = await open_phone(insecure=insecure)
    twiml = await phone.ring(CALL)
    for origin in (
        "https://evil.example",
        "http://localhost:3000",
        f"https://127.0.0.1:{phone.port}",
        "null",
        "",
        f"http://127.0.0.1:{phone.port}.evil.example",
    ):
        phone.http.headers["Origin"] = origin
        for path in ("/twilio/voice", "/twilio/resume", "/twilio/status", "/twilio/amd"):
            assert (await phone.post(path, CallSid="CA2")).status_code == 403, origin
        with pytest.raises(websockets.InvalidStatus):
            await phone.connect(twiml.media, Origin=origin)
    assert phone.admission.calls == 1
    phone.http.headers["Origin"] = (
        f"http://127.0.0.1:{phone.port}" if insecure else "https://voice.example.com"
    )
    assert (await phone.ring("CA2")).verbs == ["Connect", "Redirect"]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "0.0.0.0:8080",
        "192.168.1.7",
        "[::]",
        "2130706433",
        "127.0.0.1@evil.example",
        "evil.example#127.0.0.1",
        "",
        "127.0.0.1:99999",
    ],
)
async def test_a_name_made_to_lead_here_leads_nowhere(open_phone: Any, host: str) -> None:
    phone = await open_phone(insecure=True)
    phone.http.headers["Host"] = host
    assert (await phone.post("/twilio/voice", CallSid=CALL)).status_code in {400, 403}
    assert phone.admission.calls == 0


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8080", "127.0.0.2:80", "[::1]:8080", "[::ffff:127.0.0.1]"]
)
async def test_this_machines_own_names_are_taken(open_phone: Any, host: str) -> None:
    phone = await open_phone(insecure=True, public_url="")
    phone.http.headers["Host"] = host
    stream = (await phone.ring(CALL)).root.find("./Connect/Stream")
    assert stream.attrib["url"].startswith(f"ws://{host}/twilio/media/")


async def test_signed_calls_do_not_depend_on_the_host(phone: Any) -> None:
    phone.http.headers["Host"] = "10.0.0.7:8080"  # as proxies write it
    assert (await phone.ring(CALL)).verbs == ["Connect", "Redirect"]
