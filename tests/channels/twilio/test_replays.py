"""Webhooks and upgrades that somebody recorded, asked again: their signatures are genuine, and never grow old."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import websockets

CALL = "CA" + "1" * 32
RESUME = f"/twilio/resume?thread={CALL}&attempt=1"

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emads_voice.channels.twilio.webhooks.GRACE_S", 0)


async def on_the_line(phone: Any, eventually: Eventually) -> Any:
    caller = await phone.call(CALL)
    await eventually(lambda: phone.echo.calls)
    return caller


async def hears_itself(caller: Any) -> None:
    await caller.say()
    await caller.listen(2)


@pytest.mark.parametrize("ended", ["completed", "busy", "failed", "no-answer", "canceled"])
async def test_a_call_that_has_ended_gets_nothing_more(phone: Any, ended: str) -> None:
    await phone.ring(CALL)
    await phone.post("/twilio/status", CallSid=CALL, CallStatus=ended)
    for path in ("/twilio/voice", RESUME, "/twilio/voice"):
        assert (await phone.ring(CALL, path, CallStatus="ringing")).verbs == ["Hangup"]
    assert phone.admission.calls == 0


async def test_a_call_that_ended_with_its_stream_has_ended(phone: Any) -> None:
    await phone.ring(CALL)
    await phone.post("/twilio/status", CallSid=CALL, CallStatus="completed", StreamEvent="stream-error")
    assert (await phone.ring(CALL, RESUME, CallStatus="ringing")).verbs == ["Hangup"]


async def test_a_call_whose_caller_hung_up_gets_nothing_more(phone: Any, eventually: Eventually) -> None:
    caller = await on_the_line(phone, eventually)
    await caller.stop()
    await caller.closed()
    await phone.post("/twilio/status", CallSid=CALL, CallStatus="completed")
    assert (await phone.ring(CALL)).verbs == ["Hangup"]
    assert phone.admission.calls == 0


async def test_the_webhook_of_a_call_on_the_line_disturbs_it_not(phone: Any, eventually: Eventually) -> None:
    caller = await on_the_line(phone, eventually)
    for _ in range(3):
        assert (await phone.ring(CALL)).verbs == ["Hangup"]  # heard by whoever replays it alone
    assert phone.admission.calls == 1
    await hears_itself(caller)
    assert phone.echo.ends == []


async def test_a_webhook_whose_stream_has_not_opened_gets_the_same_again_but_not_for_ever(
    phone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await phone.ring(CALL)
    assert (await phone.ring(CALL)).text == first.text
    monkeypatch.setattr("emads_voice.channels.twilio.tokens.LIFETIME_S", -1.0)
    other = "CA" + "2" * 32
    await phone.ring(other)
    assert (await phone.ring(other)).verbs == ["Hangup"]


async def test_an_old_break_brings_no_second_line(phone: Any, eventually: Eventually) -> None:
    first = await on_the_line(phone, eventually)
    first.socket.transport.abort()
    await phone.echo.ended.wait()
    second = await phone.call(CALL, RESUME, CallStatus="in-progress")
    await eventually(lambda: len(phone.echo.calls) == 2)
    for path in ("/twilio/voice", RESUME):
        assert (await phone.ring(CALL, path, CallStatus="in-progress")).verbs == ["Hangup"]
    await hears_itself(second)
    assert phone.echo.ends == ["the line broke"]


async def test_a_recorded_upgrade_opens_nothing(phone: Any, eventually: Eventually) -> None:
    twiml = await phone.ring(CALL)
    caller = await phone.follow(twiml, CALL)
    await eventually(lambda: phone.echo.calls)
    signature = phone.sign_stream(twiml.media)
    for _ in range(20):
        with pytest.raises(websockets.InvalidStatus):
            await phone.connect(twiml.media, signed=signature)
    await hears_itself(caller)
    other = await phone.call("CA" + "2" * 32)
    await hears_itself(other)


async def failed(phone: Any, attempt: int = 0) -> None:
    path = f"/twilio/status?thread={CALL}&attempt={attempt}"
    await phone.post(path, CallSid=CALL, StreamEvent="stream-error", StreamError="31901")


async def settle(phone: Any) -> None:
    """Until a rescue has asked Twilio, if it does."""
    await phone.post("/twilio/amd", CallSid="CA9", AnsweredBy="machine_start")
    while not any("CA9" in path for path, _ in phone.rest.asked):
        await phone.http.get("/livez")


def redirected(phone: Any) -> int:
    return sum("Url" in form for path, form in phone.rest.asked if CALL in path)


async def test_a_failed_stream_is_replaced_once(phone: Any, eventually: Eventually) -> None:
    await phone.ring(CALL)
    for _ in range(5):
        await failed(phone)
    await eventually(lambda: phone.rest.asked)
    await failed(phone)
    await settle(phone)
    assert redirected(phone) == 1


async def test_a_call_that_came_back_by_itself_is_not_sent_anywhere(
    phone: Any, eventually: Eventually
) -> None:
    first = await on_the_line(phone, eventually)
    first.socket.transport.abort()
    await phone.echo.ended.wait()
    await phone.ring(CALL, RESUME, CallStatus="in-progress")  # its new stream is about to open
    await failed(phone)
    await settle(phone)
    assert redirected(phone) == 0


@pytest.mark.parametrize("key", ["1", "2"], ids=["hung up", "handed over"])
async def test_a_call_we_let_go_is_not_taken_back(phone: Any, eventually: Eventually, key: str) -> None:
    caller = await on_the_line(phone, eventually)
    await caller.press(key)
    await caller.closed()
    asked = len(phone.rest.asked)
    await failed(phone)
    await phone.post("/twilio/amd", CallSid=CALL, AnsweredBy="machine_start")
    assert (await phone.ring(CALL, RESUME, CallStatus="in-progress")).verbs == ["Hangup"]
    await settle(phone)
    assert len(phone.rest.asked) == asked + 1  # of settle


async def test_a_call_given_up_is_not_taken_from_the_person_it_was_given_to(phone: Any) -> None:
    last = f"/twilio/resume?thread={CALL}&attempt=4"
    assert (await phone.ring(CALL, last, CallStatus="in-progress")).verbs == ["Dial"]
    for attempt in range(4):
        await failed(phone, attempt)
    await settle(phone)
    assert redirected(phone) == 0
    assert (await phone.ring(CALL, last, CallStatus="in-progress")).verbs == ["Dial"]  # Twilio may ask twice


async def test_a_call_twilio_says_is_gone_is_asked_for_once(phone: Any, eventually: Eventually) -> None:
    phone.rest.ended.add(CALL)
    await phone.ring(CALL)
    await failed(phone)
    await eventually(lambda: phone.rest.asked)
    await eventually(lambda: phone.admission.calls == 0)
    assert (await phone.ring(CALL)).verbs == ["Hangup"]


async def test_a_machine_is_hung_up_on_once(phone: Any) -> None:
    for _ in range(5):
        await phone.post("/twilio/amd", CallSid=CALL, AnsweredBy="machine_start")
    assert phone.rest.asked == [(f"Calls/{CALL}.json", {"Status": "completed"})]


async def test_fields_cannot_be_moved_into_others_under_the_same_signature(phone: Any) -> None:
    """Names and values are signed without anything between them."""
    form = {**phone.usual, "CallSid": CALL, "CallStatus": "ringing"}
    signature = phone.sign("/twilio/voice", CallSid=CALL, CallStatus="ringing")
    headers = {"X-Twilio-Signature": signature}
    moved = {**form, "CallSid": form["CallSid"] + "CallStatus" + form["CallStatus"]}
    del moved["CallStatus"]
    assert (await phone.http.post("/twilio/voice", data=moved, headers=headers)).status_code == 400

    signature = phone.sign(RESUME, CallSid=CALL)
    account = form.pop("AccountSid")
    del form["CallStatus"]
    path = f"{RESUME}AccountSid{account}"
    response = await phone.http.post(path, data=form, headers={"X-Twilio-Signature": signature})
    assert response.status_code == 400
    assert phone.admission.calls == 0
