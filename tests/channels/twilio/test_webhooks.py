import logging
from typing import Any

import pytest

from emads_voice.channels.call import thread_of_call
from emads_voice.channels.transport import MachineRecords

CALL = "CA" + "1" * 32


async def test_a_call_is_connected_to_a_stream_and_comes_back_if_it_breaks(phone: Any) -> None:
    twiml = await phone.ring(CALL)
    assert twiml.verbs == ["Connect", "Redirect"]
    stream = twiml.root.find("./Connect/Stream")
    assert stream.attrib["url"].startswith("wss://voice.example.com/twilio/media/")
    assert len(twiml.media) > len("/twilio/media/") + 20  # 128 bits
    assert twiml.token not in stream.attrib["url"]
    assert stream.attrib["statusCallback"].startswith("https://voice.example.com/twilio/status?thread=")
    assert twiml.redirect == f"/twilio/resume?thread={thread_of_call(CALL)}&attempt=1"
    parameter = stream.find("Parameter").attrib
    assert len(parameter["name"] + parameter["value"]) < 500


async def test_a_repeated_webhook_gets_the_same_answer(phone: Any) -> None:
    assert (await phone.ring(CALL)).text == (await phone.ring(CALL)).text
    assert phone.admission.calls == 1


@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio/status", "/twilio/resume", "/twilio/amd"])
@pytest.mark.parametrize("signature", ["", "bm9uc2Vuc2U="])
async def test_nothing_is_done_without_a_signature(
    phone: Any, path: str, signature: str, caplog: pytest.LogCaptureFixture
) -> None:
    response = await phone.post(path, signed=signature, CallSid=CALL)
    assert response.status_code == 403
    assert phone.admission.calls == 0
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"A request to {path} without Twilio's signature was refused."
    ]


async def test_a_signature_of_another_request_is_refused(phone: Any) -> None:
    genuine = phone.sign("/twilio/voice", CallSid=CALL)
    assert (await phone.post("/twilio/voice", signed=genuine, CallSid=CALL)).status_code == 200
    assert (await phone.post("/twilio/voice", signed=genuine, CallSid="CA2")).status_code == 403
    assert (await phone.post("/twilio/voice?thread=other", signed=genuine, CallSid=CALL)).status_code == 403


async def test_forwarded_headers_change_nothing(phone: Any) -> None:
    signature = phone.sign("/twilio/voice", base="https://evil.example", CallSid=CALL)
    for header in ("X-Forwarded-Host", "Host"):
        phone.http.headers[header] = "evil.example"
    assert (await phone.post("/twilio/voice", signed=signature, CallSid=CALL)).status_code == 403
    assert (await phone.post("/twilio/voice", CallSid=CALL)).status_code == 200


async def test_a_form_that_is_too_long_is_not_read(phone: Any) -> None:
    assert (await phone.post("/twilio/voice", CallSid=CALL, Extra="x" * 70_000)).status_code == 413


@pytest.mark.parametrize("sid", ["", "CA1\nforged log line"])
async def test_a_call_has_a_sid(phone: Any, sid: str) -> None:
    assert (await phone.post("/twilio/voice", CallSid=sid)).status_code == 400


async def test_only_posts_are_taken(phone: Any) -> None:
    assert (await phone.http.get("/twilio/voice")).status_code == 405


async def test_when_the_house_is_full_it_is_busy(open_phone: Any) -> None:
    phone = await open_phone(max_calls=2, max_calls_per_caller=1)
    assert (await phone.ring("CA1", From="+841")).verbs == ["Connect", "Redirect"]
    busy = await phone.ring("CA2", From="+841")
    assert busy.verbs == ["Reject"]
    assert busy.root[0].attrib == {"reason": "busy"}
    assert (await phone.ring("CA3", From="+842")).verbs == ["Connect", "Redirect"]
    assert (await phone.ring("CA4", From="+843")).verbs == ["Reject"]
    await phone.post("/twilio/status", CallSid="CA1", CallStatus="completed")
    assert (await phone.ring("CA4", From="+843")).verbs == ["Connect", "Redirect"]


async def test_lists_say_who_may_call(open_phone: Any, caplog: pytest.LogCaptureFixture) -> None:
    phone = await open_phone(allow="+8490*,+15551234567", deny="+84901111111")
    for number, verbs in {
        "+84901234567": ["Connect", "Redirect"],
        "+15551234567": ["Connect", "Redirect"],
        "+84901111111": ["Reject"],
        "+155512345678": ["Reject"],
        "+84281234567": ["Reject"],
        "": ["Reject"],
    }.items():
        assert (await phone.ring("CA" + number[1:] + "0", From=number)).verbs == verbs, number
    assert "84281234567" not in caplog.text.replace("CA842812345670", "")


async def test_someone_we_rang_is_not_asked_whether_they_may_call(open_phone: Any) -> None:
    phone = await open_phone(allow="+1*")
    caller = await phone.call(
        "CA1", "/twilio/voice?thread=t7", Direction="outbound-api", From="+8428", To="+8490"
    )
    await caller.say()
    await caller.listen()
    call = phone.echo.calls[0]
    assert (call.thread_id, call.direction, call.caller, call.called) == ("t7", "outbound", "+8490", "+8428")


async def test_a_broken_line_resumes_the_same_thread_and_gives_up_in_the_end(
    phone: Any, eventually: Any
) -> None:
    twiml = await phone.ring(CALL, "/twilio/voice?thread=t1")
    for attempt in (1, 2, 3):
        caller = await phone.follow(twiml, CALL)
        await eventually(lambda count=attempt: len(phone.echo.calls) == count)
        caller.socket.transport.abort()
        twiml = await phone.ring(CALL, twiml.redirect, CallStatus="in-progress")
        assert twiml.verbs == ["Connect", "Redirect"]
    assert [(call.thread_id, call.resumed) for call in phone.echo.calls] == [
        ("t1", False),
        ("t1", True),
        ("t1", True),
    ]
    given_up = await phone.ring(CALL, twiml.redirect, CallStatus="in-progress")
    assert given_up.verbs == ["Dial"]
    assert given_up.root.findtext("Dial") == "+842899991111"


async def test_a_call_that_has_begun_another_conversation_comes_back_to_that(
    phone: Any, eventually: Any
) -> None:
    twiml = await phone.ring(CALL, "/twilio/voice?thread=t1")
    for attempt in (1, 2):
        caller = await phone.follow(twiml, CALL)
        await eventually(lambda count=attempt: len(phone.echo.calls) == count)
        if attempt == 1:
            phone.echo.lines[0].goes_on_with("anew")
        caller.socket.transport.abort()
        twiml = await phone.ring(CALL, twiml.redirect, CallStatus="in-progress")
    assert "thread=anew" in twiml.redirect
    assert [call.thread_id for call in phone.echo.calls] == ["t1", "anew"]


async def test_with_nobody_to_hand_over_to_goodbye_is_said(open_phone: Any) -> None:
    phone = await open_phone(human="")
    assert (await phone.ring(CALL, "/twilio/resume?thread=t&attempt=4")).verbs == ["Say", "Hangup"]


async def test_a_call_of_another_process_is_resumed(phone: Any, eventually: Any) -> None:
    caller = await phone.call(CALL, "/twilio/resume?thread=t1&attempt=1", CallStatus="in-progress")
    await eventually(lambda: phone.echo.calls)
    assert (phone.echo.calls[0].thread_id, phone.echo.calls[0].resumed) == ("t1", True)
    await caller.stop()


async def test_a_call_that_has_ended_is_not_resumed(phone: Any) -> None:
    assert (await phone.ring(CALL, "/twilio/resume?thread=t&attempt=1", CallStatus="completed")).verbs == []


async def test_a_stream_twilio_could_not_open_is_brought_back(
    phone: Any, eventually: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emads_voice.channels.twilio.webhooks.GRACE_S", 0)
    await phone.post(
        "/twilio/status?thread=t1&attempt=1", CallSid=CALL, StreamEvent="stream-error", StreamError="31901"
    )
    await eventually(lambda: phone.rest.asked)
    path, form = phone.rest.asked[0]
    assert path == f"Calls/{CALL}.json"
    assert form == {"Url": "https://voice.example.com/twilio/resume?thread=t1&attempt=2", "Method": "POST"}


async def test_a_machine_is_hung_up_on_and_a_person_is_not(phone: Any) -> None:
    for answered in ("human", "unknown"):
        await phone.post("/twilio/amd", CallSid=CALL, AnsweredBy=answered)
    assert phone.rest.asked == []
    for sid, answered in (("CA1", "machine_start"), ("CA2", "machine_end_beep"), ("CA3", "fax")):
        await phone.post("/twilio/amd", CallSid=sid, AnsweredBy=answered)
    assert phone.rest.asked == [(f"Calls/CA{n}.json", {"Status": "completed"}) for n in (1, 2, 3)]


async def test_a_machine_on_the_line_is_hung_up_on(phone: Any) -> None:
    caller = await phone.call(CALL, Direction="outbound-api")
    await phone.post("/twilio/amd", CallSid=CALL, AnsweredBy="machine_start")
    assert await caller.closed() == 1000
    assert phone.rest.asked == [(f"Calls/{CALL}.json", {"Status": "completed"})]
    assert (await phone.ring(CALL, "/twilio/resume?thread=t&attempt=1")).verbs == ["Hangup"]


async def test_why_we_ring_reaches_the_conversation_and_what_it_asks_of_twilio(
    phone: Any, eventually: Any
) -> None:
    address = "/twilio/voice?thread=t&purpose=%C4%91%C6%A1n+12"
    caller = await phone.call(CALL, address, Direction="outbound-api", To="+8490")
    await eventually(lambda: phone.echo.calls)
    assert phone.echo.calls[0].purpose == phone.echo.calls[0].context.purpose == "đơn 12"
    assert "đơn" not in repr(phone.echo.calls[0])
    await caller.press("2")
    await caller.closed()
    assert "purpose=%C4%91%C6%A1n+12" in phone.rest.asked[0][1]["Twiml"]


@pytest.mark.parametrize("answered", ["machine_end_beep", "machine_end_silence", "machine_end_other"])
async def test_a_machine_is_told_why_we_call_where_that_is_wanted(
    open_phone: Any, eventually: Any, answered: str
) -> None:
    phone = await open_phone(voicemail=True)
    caller = await phone.call(CALL, Direction="outbound-api")
    await eventually(lambda: phone.echo.calls)
    await phone.post("/twilio/amd", CallSid=CALL, AnsweredBy=answered)
    await eventually(lambda: phone.echo.of(MachineRecords))
    assert phone.rest.asked == []
    await phone.post("/twilio/amd", CallSid=CALL, AnsweredBy="fax")
    assert await caller.closed() == 1000


async def test_a_machine_without_a_line_is_hung_up_on(open_phone: Any) -> None:
    phone = await open_phone(voicemail=True)
    await phone.post("/twilio/amd", CallSid=CALL, AnsweredBy="machine_end_beep")
    assert phone.rest.asked == [(f"Calls/{CALL}.json", {"Status": "completed"})]
