"""Asking: what goes in, the three forms of what comes out, and each thing that can go wrong."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from langchain_core.messages import BaseMessage

from emads_voice.agents.agent import Say
from emads_voice.agents.errors import ModelError
from emads_voice.agents.forms import Analysis
from emads_voice.channels.thread_lock import ThreadLock
from emads_voice.observability import AuditError
from emads_voice.testing import ScriptedSynthesizer
from emads_voice.voice.errors import BackendError, RecognitionError, SynthesisError
from emads_voice.voice.languages import VIETNAMESE
from emads_voice.voice.sound.audio import Audio

from .conftest import Answers, Serve, Served, error, events

EVENTS = {"accept": "text/event-stream"}
SOUND = {"accept": "audio/wav"}


async def test_a_typed_question_is_answered_and_continued(api: Served) -> None:
    first = await api.ask(text="What does it cost?")
    assert first.status_code == 200
    answer = first.json()
    assert answer["answer"] == "It costs ninety dollars. That is little."
    assert answer["transcript"]["text"] == "What does it cost?"
    assert (answer["language"], answer["transcript"]["model"]) == ("English", "typed")
    assert answer["route"]["agents"] == ["cto"]
    assert answer["analyses"]["cto"]["answer"] == answer["answer"]
    assert (answer["interrupts"], answer["degraded"]) == ([], [])
    assert {"listen", "cto", "speak", "total"} <= answer["timings_ms"].keys()
    assert first.headers["emads-thread"] == answer["thread"]
    await api.ask(text="And later?", thread=answer["thread"])
    (messages, _) = api.agent.asked[-1]
    assert [message.text for message in messages][0::2] == ["What does it cost?", "And later?"]


async def test_a_recording_is_heard_with_what_is_known_of_it(api: Served, hum: bytes) -> None:
    answer = (await api.ask_aloud(hum, language="vi", hotwords="Bình Dương, Acme", thread="thứ hai")).json()
    assert answer["thread"] == "thứ hai"
    assert answer["transcript"]["duration_s"] == 0.5
    assert api.recognizer.asked[0][1:] == (VIETNAMESE, ("EMADS", "Bình Dương", "Acme"))


async def test_as_events_it_is_told_while_it_goes_on(api: Served, hum: bytes) -> None:
    response = await api.ask_aloud(hum, EVENTS, thread="t")
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["emads-thread"] == "t"
    told = events(response)
    names = [name for name, _ in told]
    assert names[:2] == ["transcript", "route"]
    assert set(names[2:-1]) == {"answer.delta"}
    assert len(names) > 5, "piece by piece"
    assert "".join(data["text"] for name, data in told if name == "answer.delta") == told[-1][1]["answer"]
    assert names[-1] == "done"
    assert told[0][1]["text"] == "What does it cost?"
    assert told[1][1]["agents"] == ["cto"]


async def test_events_bring_the_sound_along_if_it_is_wanted(api: Served) -> None:
    told = events(await api.ask(text="Cost?", answer_as="events", speech=True))
    pieces = [base64.b64decode(data["audio"]) for name, data in told if name == "answer.audio"]
    sound = np.frombuffer(b"".join(pieces), "<i2")
    sentences = ["It costs ninety dollars.", "That is little."]
    assert [text for text, _ in api.synthesizer.spoken] == sentences
    assert len(sound) == sum(len(api.synthesizer.tone(text).samples) for text in sentences)
    assert told[-1][0] == "done"


async def test_as_sound_its_words_stand_in_the_headers(api: Served, hum: bytes) -> None:
    api.agent.says = "Nó tốn chín mươi đô-la, thưa quý khách. Đó là ít."
    api.recognizer.says = "Nó tốn bao nhiêu?\nThật"
    api.recognizer.language = VIETNAMESE
    response = await api.ask_aloud(hum, SOUND)
    assert response.headers["content-type"] == "audio/wav"
    assert Audio.decode(response.content).duration_s > 0.2
    assert unquote(response.headers["emads-transcript"]) == "Nó tốn bao nhiêu?\nThật"
    assert unquote(response.headers["emads-answer"]) == api.agent.says
    assert response.headers["emads-language"] == "Vietnamese"


async def test_long_texts_are_cut_in_headers(api: Served) -> None:
    response = await api.ask(text="ư" * 5_000, answer_as="audio")
    assert response.status_code == 200
    assert unquote(response.headers["emads-transcript"]) == "ư" * 1_000 + "…"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html, application/json;q=0.9", "application/json"),
        ("application/json;q=0.5, text/event-stream", "text/event-stream; charset=utf-8"),
        ("audio/*", "audio/wav"),
    ],
)
async def test_the_client_chooses_the_form(api: Served, accept: str, kind: str) -> None:
    response = await api.client.post("/v1/ask", json={"text": "Cost?"}, headers={"accept": accept})
    assert response.headers["content-type"] == kind


async def test_a_form_there_is_not_is_refused(api: Served) -> None:
    response = await api.client.post("/v1/ask", json={"text": "Cost?"}, headers={"accept": "text/html"})
    assert error(response) == (406, "unsupported_format")


async def test_an_agent_that_answers_less_well_is_degraded_and_no_error(api: Served) -> None:
    api.agent.says = Analysis(answer="About ninety.", agent="cto", degraded="The model is down: start it.")
    answer = (await api.ask(text="Cost?")).json()
    assert (answer["answer"], answer["degraded"]) == ("About ninety.", ["The model is down: start it."])


async def test_an_apology_is_no_answer(api: Served) -> None:
    api.agent.says = ModelError("The model at 10.0.0.7 is down: start it.")
    for form in ("json", "audio"):
        response = await api.ask(text="Cost?", answer_as=form)
        assert error(response) == (502, "agent_failed")
        assert "10.0.0.7" not in response.text
        assert response.json()["error"]["thread"] == response.headers["emads-thread"] != ""
    told = events(await api.ask(text="Cost?", thread="monday", answer_as="events", speech=True))
    assert [name for name, _ in told] == ["transcript", "route", "error"]
    assert told[-1][1]["error"]["thread"] == "monday"
    assert not api.synthesizer.spoken


class Breaks(Answers):
    """Says the beginning of an answer, and fails."""

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        if say:
            say("It costs ninety dollars. That is ")
        raise ModelError("The model is down: start it.")


@pytest.mark.parametrize("speech", [True, False])
async def test_what_came_of_an_answer_is_taken_back_where_its_agent_fails(serve: Serve, speech: bool) -> None:
    api = serve(parts={"agent": Breaks("cto", [])})
    told = events(await api.ask(text="Cost?", answer_as="events", speech=speech))
    assert [name for name, _ in told if name != "answer.audio"] == [
        "transcript",
        "route",
        "answer.delta",
        "answer.replaced",
        "error",
    ]
    assert dict(told)["answer.replaced"] == {"text": ""}
    assert "sorry" not in str(told)


@pytest.mark.parametrize("form", ["json", "events", "audio"])
@pytest.mark.parametrize(
    "agent", [Answers("cto", [], says=ModelError("It is down: start it.")), Breaks("cto", [])]
)
async def test_an_apology_that_nobody_was_given_is_no_message(
    serve: Serve, agent: Answers, form: str
) -> None:
    api = serve(parts={"agent": agent})
    await api.ask(text="Cost?", thread="monday", answer_as=form)
    read = (await api.client.get("/v1/conversations/monday")).json()
    assert [(each["role"], each["text"]) for each in read["messages"]] == [("user", "Cost?")]
    assert (read["turns"], read["speech"]["text"]) == (1, "")


async def test_where_one_of_two_fails_the_other_is_answered_with(serve: Serve) -> None:
    api = serve(parts={"agents": [Answers("cto", []), Breaks("coo", [])]})
    told = events(await api.ask(text="Cost?", answer_as="events"))
    assert told[-1][0] == "done"
    assert "It costs ninety dollars." in told[-1][1]["answer"]


@pytest.mark.parametrize(
    "field", [{"text": "  "}, {"thread": "a/b"}, {"thread": "\n"}, {"thread": "x" * 201}]
)
async def test_what_is_wrong_is_said_in_words(api: Served, field: dict[str, str]) -> None:
    fields = {"text": "Cost?", **field}
    in_form = await api.client.post("/v1/ask", files={name: (None, value) for name, value in fields.items()})
    for response in (await api.ask(**fields), in_form):
        assert error(response) == (400, "invalid_request")
        message = response.json()["error"]["message"]
        assert not set(message) & set("\\^${}[]"), message


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({}, (400, "invalid_request")),
        ({"text": ""}, (400, "invalid_request")),
        ({"text": "a" * 10_001}, (400, "text_too_long")),
        ({"text": "Cost?", "resume": True}, (400, "invalid_request")),
        ({"text": "Cost?", "langauge": "en"}, (400, "invalid_request")),
        ({"text": "Cost?", "language": "Klingon"}, (400, "unknown_language")),
        ({"text": "Cost?", "agents": ["cfo"]}, (400, "unknown_agent")),
        ({"text": "Cost?", "thread": "a\nb"}, (400, "invalid_request")),
        ({"resume": "yes"}, (400, "nothing_pending")),
    ],
)
async def test_a_wrong_question_is_refused(
    api: Served, fields: dict[str, Any], refused: tuple[int, str]
) -> None:
    assert error(await api.ask(**fields)) == refused
    assert api.agent.asked == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b'{"text": "\\ud800"}', b"[" * 100_000, b'{"text": ' + b"[" * 9_999]
)
async def test_what_is_no_json_is_refused(api: Served, body: bytes) -> None:
    response = await api.client.post("/v1/ask", content=body, headers={"content-type": "application/json"})
    assert error(response) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--a--"),
        ("multipart/form-data; boundary=a", b""),
        ("multipart/form-data; boundary=a", b"--b\r\n\r\n"),
        ("multipart/form-data; boundary=a", b"--a\r\nContent-Disposition: form-data; name=text\r\n\r\nwhat?"),
        (
            "multipart/form-data; boundary=a",
            b'--a\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\r\n--a--\r\n',
        ),
    ],
)
async def test_what_is_no_form_is_refused(api: Served, kind: str, body: bytes) -> None:
    response = await api.client.post("/v1/ask", content=body, headers={"content-type": kind})
    assert error(response) == (400, "invalid_form")


async def test_another_kind_of_body_is_refused(api: Served) -> None:
    assert error(await api.client.post("/v1/ask", content=b"Cost?")) == (415, "unsupported_content_type")


async def test_a_form_with_too_many_fields_is_refused(api: Served, hum: bytes) -> None:
    response = await api.client.post(
        "/v1/ask", files=[("audio", hum), *(("hotwords", (None, "a")) for _ in range(300))]
    )
    assert error(response) == (413, "request_too_large")


async def test_a_recording_that_is_none_is_refused_in_its_own_words(api: Served) -> None:
    response = await api.ask_aloud(b"Dear Sir or Madam")
    assert error(response) == (400, "bad_audio")
    assert "damaged or no recording" in response.json()["error"]["message"]


@pytest.mark.parametrize("headers", [{}, EVENTS, SOUND])
async def test_where_nobody_speaks_it_is_said(api: Served, hum: bytes, headers: dict[str, str]) -> None:
    api.recognizer.says = ""
    response = await api.ask_aloud(hum, headers, thread="t")
    if headers == EVENTS:
        assert events(response)[-1][0] == "error"
        assert events(response)[-1][1]["error"]["code"] == "no_speech"
    else:
        assert error(response) == (422, "no_speech")
        assert response.headers["emads-thread"] == "t"


@pytest.mark.parametrize(
    ("failure", "refused"),
    [
        (RecognitionError("http://10.0.0.7 is down: start it."), (502, "recognition_failed")),
        (BackendError("The key in /etc is wrong: set it."), (503, "model_unavailable")),
        (AuditError("The disk is full: make room."), (503, "not_recorded")),
        (ZeroDivisionError("in our code"), (500, "server_error")),
    ],
)
async def test_what_fails_here_is_told_without_its_particulars(
    api: Served, hum: bytes, caplog: pytest.LogCaptureFixture, failure: Exception, refused: tuple[int, str]
) -> None:
    api.recognizer.says = failure
    response = await api.ask_aloud(hum)
    assert error(response) == refused
    assert str(failure) not in response.text
    assert str(failure) in caplog.text
    assert response.headers["x-request-id"] in caplog.text


async def test_a_voice_that_fails_is_an_error_where_sound_was_wanted(serve: Serve) -> None:
    broken = ScriptedSynthesizer({"It costs ninety dollars.": SynthesisError("It is down: start it.")})
    api = serve(parts={"synthesizer": broken})
    assert error(await api.ask(text="Cost?", answer_as="audio")) == (502, "synthesis_failed")


async def test_a_conversation_that_is_held_is_busy(api: Served) -> None:
    async with ThreadLock(api.locks, "t"):
        assert error(await api.ask(text="Cost?", thread="t")) == (409, "conversation_busy")
        assert (await api.ask(text="Cost?", thread="u")).status_code == 200
    assert (await api.ask(text="Cost?", thread="t")).status_code == 200


async def test_of_two_who_ask_at_once_in_one_conversation_one_is_refused(api: Served) -> None:
    api.agent.waits = asyncio.Event()
    first = asyncio.create_task(api.ask(text="Cost?", thread="t"))
    await api.agent.began.wait()
    assert error(await api.ask(text="And later?", thread="t")) == (409, "conversation_busy")
    api.agent.waits.set()
    assert (await first).status_code == 200


@pytest.mark.parametrize("headers", [{}, EVENTS])
async def test_an_answer_that_takes_too_long_is_given_up(serve: Serve, headers: dict[str, str]) -> None:
    api = serve(timeout_s=1.0, parts={"agent": Answers("cto", [], waits=asyncio.Event())})
    response = await api.client.post("/v1/ask", json={"text": "Cost?", "thread": "t"}, headers=headers)
    if headers:
        assert events(response)[-1][1]["error"]["code"] == "timeout"
    else:
        assert error(response) == (504, "timeout")
    assert api.agent.cancelled.is_set()
    api.agent.waits = None
    assert (await api.ask(text="Cost?", thread="t")).status_code == 200, "the conversation is free again"


async def test_more_at_once_than_there_are_places_for_is_refused(serve: Serve) -> None:
    api = serve(at_once=1, parts={"agent": Answers("cto", [], waits=asyncio.Event())})
    assert api.agent.waits
    first = asyncio.create_task(api.ask(text="Cost?"))
    await api.agent.began.wait()
    for form in ("json", "events"):
        refused = await api.ask(text="Cost?", answer_as=form)
        assert error(refused) == (503, "overloaded")
        assert refused.headers["retry-after"] == "1"
    api.agent.waits.set()
    assert (await first).status_code == 200
    assert (await api.ask(text="Cost?")).status_code == 200


async def test_facts_of_several_agents_are_told_and_nothing_is_decided(serve: Serve) -> None:
    agents = [Answers("cto", [], says="It costs 9 dollars."), Answers("coo", [], says="It takes 3 days.")]
    answer = (await serve(parts={"agents": agents}).ask(text="Cost?")).json()
    assert answer["analyses"].keys() == {"cto", "coo"}
    assert answer["decision"] is None


async def test_what_an_agent_waits_for_is_told_and_answered_by_what_is_asked_next(books: Served) -> None:
    first = (await books.ask(text="Book a table.", thread="t")).json()
    assert [waiting["value"] for waiting in first["interrupts"]] == ["For which day?"]
    assert (first["answer"], first["asked"]) == (None, "For which day?")
    told = (await books.client.get("/v1/conversations/t")).json()
    assert told["interrupts"] == first["interrupts"]
    second = (await books.ask(text="For Friday", thread="t")).json()
    assert (second["answer"], second["interrupts"]) == ("Booked for For Friday.", [])
    assert second["transcript"]["text"] == "For Friday"
    assert (await books.client.get("/v1/conversations/t")).json()["interrupts"] == []


@pytest.mark.parametrize("resume", ["Friday", {"day": "Friday"}])
async def test_it_is_answered_by_resuming_with_any_value(books: Served, resume: Any) -> None:
    await books.ask(text="Book a table.", thread="t")
    answer = (await books.ask(resume=resume, thread="t")).json()
    assert answer["answer"] == f"Booked for {resume}."
    assert answer["transcript"] is None
    assert error(await books.ask(resume=resume, thread="t")) == (400, "nothing_pending")


async def test_a_form_can_resume_too_and_events_tell_of_both(books: Served, hum: bytes) -> None:
    told = events(await books.ask_aloud(hum, EVENTS, thread="t"))
    assert told[-1][1]["asked"] == "For which day?"
    form = {"resume": (None, "Friday"), "thread": (None, "t")}
    told = events(await books.client.post("/v1/ask", files=form, headers=EVENTS))
    assert [name for name, _ in told] == ["answer.delta", "done"]
    assert told[-1][1]["answer"] == "Booked for Friday."


async def test_what_is_asked_back_is_spoken_where_sound_is_wanted(books: Served) -> None:
    response = await books.ask(text="Book a table.", answer_as="audio")
    assert response.headers["content-type"] == "audio/wav"
    assert unquote(response.headers["emads-answer"]) == "For which day?"
    assert len(json.loads(unquote(response.headers["emads-interrupts"]))) == 1
    assert [text for text, _ in books.synthesizer.spoken] == ["For which day?"]


async def test_where_there_is_nothing_to_say_there_is_no_sound(api: Served) -> None:
    api.agent.says = ""
    assert (await api.ask(text="Cost?")).json()["answer"] is None
    response = await api.ask(text="Cost?", answer_as="audio")
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.parametrize("form", ["json", "events", "audio"])
async def test_what_cannot_be_encoded_is_taken_out(serve: Serve, form: str) -> None:
    api = serve(
        parts={"agent": Answers("cto", [], says="It costs\0 \ud800 nine \ud83d\ude00 dollars, I think.")}
    )
    asked = b'{"text": "What does it\\u0000 cost?", "answer_as": "%s", "thread": "t"}' % form.encode()
    answer = await api.client.post("/v1/ask", content=asked, headers={"content-type": "application/json"})
    assert answer.status_code == 200
    read = (await api.client.get("/v1/conversations/t")).json()
    assert [message["text"] for message in read["messages"]] == [
        "What does it cost?",
        "It costs \ufffd nine \U0001f600 dollars, I think.",
    ]


@pytest.mark.parametrize("says", [RuntimeError("It broke."), None], ids=["fails", "hangs"])
async def test_nothing_goes_on_being_spoken_after_a_refusal(serve: Serve, says: Any) -> None:
    class Begins(Answers):
        async def answer(self, *_: Any, say: Any = None, **__: Any) -> Analysis:
            if say:
                say("This is the first sentence of it. And this one follows. ")
            await asyncio.sleep(0.01)
            if says:
                raise says
            await asyncio.Event().wait()
            raise AssertionError

    api = serve(parts={"agent": Begins("cto", [])}, timeout_s=5 if says else 0.1)
    before = asyncio.all_tasks()
    refused = await api.ask(text="Cost?", answer_as="audio")
    assert refused.status_code == (502 if says else 504)
    for _ in range(3):
        await asyncio.sleep(0)
    assert asyncio.all_tasks() <= before
