import logging
import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from emads_voice.channels.admission import Admission
from emads_voice.channels.errors import ConfigurationError
from emads_voice.channels.server.app import create_app
from emads_voice.channels.twilio.settings import TwilioSettings


async def converse(_line: Any, _call: Any) -> None:
    """Nobody calls here."""


def closed(**changes: Any) -> TwilioSettings:
    nothing = {"account_sid": "", "auth_token": SecretStr(""), "public_url": ""}
    return TwilioSettings(**{**nothing, **changes})


def test_it_refuses_to_run_without_an_auth_token() -> None:
    with pytest.raises(ConfigurationError, match="TWILIO_AUTH_TOKEN"):
        create_app(converse, closed(account_sid="AC1", public_url="https://a.example"))


def test_insecure_is_said_loudly(caplog: pytest.LogCaptureFixture) -> None:
    create_app(converse, closed(), insecure=True)
    assert [(record.levelno, record.getMessage()[:9]) for record in caplog.records] == [
        (logging.WARNING, "INSECURE:")
    ]


def test_who_watches_over_it_can_tell_alive_from_ready() -> None:
    admission = Admission(1, 1)
    client = TestClient(create_app(converse, closed(), insecure=True, admission=admission))
    assert (client.get("/livez").status_code, client.get("/readyz").status_code) == (200, 200)
    admission.drain()
    assert (client.get("/livez").status_code, client.get("/readyz").status_code) == (200, 503)


def test_it_describes_itself_to_nobody() -> None:
    client = TestClient(create_app(converse, closed(), insecure=True))
    assert {client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}


def mounted(**changes: Any) -> TestClient:
    """An insecure application below /voice of another, and a program on this machine."""
    outer = FastAPI()
    outer.mount("/voice", create_app(converse, closed(**changes), insecure=True))
    return TestClient(outer, base_url="http://localhost:8080", client=("127.0.0.1", 50_000))


def test_it_can_be_mounted_in_another_application() -> None:
    response = mounted(public_url="https://a.example/voice").post(
        "/voice/twilio/voice", data={"CallSid": "CA1"}
    )
    assert 'url="wss://a.example/voice/twilio/media/' in response.text
    assert re.search(
        ">https://a.example/voice/twilio/resume[?]thread=[^&]+&amp;attempt=1</Red", response.text
    )


def test_without_a_public_url_an_insecure_one_answers_where_it_was_asked() -> None:
    response = mounted().post("/voice/twilio/voice", data={"CallSid": "CA1"})
    assert 'url="ws://localhost:8080/voice/twilio/media/' in response.text
