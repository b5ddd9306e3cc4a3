"""Who comes in: keys, rates, sizes, and what is told of each to whom."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from emads_voice.channels.api.requests.keys import ApiKeys
from emads_voice.channels.api.requests.rate import Rate
from emads_voice.channels.api.settings import ApiSettings, load_api_settings
from emads_voice.channels.errors import ConfigurationError
from emads_voice.observability import one_line

from .conftest import KEY, OTHER_KEY, Serve, Served, error

ROUTES = [
    ("POST", "/v1/ask"),
    ("GET", "/v1/conversations/t"),
    ("POST", "/v1/audio/transcriptions"),
    ("POST", "/v1/audio/speech"),
    ("GET", "/v1/models"),
    ("GET", "/v1/openapi.json"),
    ("GET", "/v1/nothing-here"),
]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("authorization", ["", KEY, f"Basic {KEY}", f"Bearer {KEY}x", "Bearer", "Bearer "])
async def test_without_a_key_nothing_is_answered(
    api: Served, route: tuple[str, str], authorization: str
) -> None:
    response = await api.client.request(*route, headers={"authorization": authorization})
    assert error(response) == (401, "invalid_api_key")
    assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("key", [KEY, OTHER_KEY])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
async def test_each_key_opens(api: Served, key: str, scheme: str) -> None:
    response = await api.client.get("/v1/models", headers={"authorization": f"{scheme} {key}"})
    assert response.status_code == 200
    assert response.headers["x-request-id"]


async def test_without_keys_it_is_closed(serve: Serve) -> None:
    response = await serve(keys=()).client.get("/v1/models")
    assert error(response) == (401, "api_closed")
    assert "EMADS_API_KEYS" in response.json()["error"]["message"]


async def test_insecure_it_asks_for_none(serve: Serve) -> None:
    api = serve(insecure=True)
    assert (await api.client.get("/v1/models", headers={"authorization": ""})).status_code == 200


async def test_keys_are_never_told(
    api: Served, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMADS_API_KEYS", f"{KEY}, {OTHER_KEY}")
    settings = load_api_settings()
    assert [key.get_secret_value() for key in settings.keys] == [KEY, OTHER_KEY]
    assert KEY not in f"{settings!r} {settings} {ApiKeys(settings.keys)!r} {vars(ApiKeys(settings.keys))}"
    assert one_line(f"somebody sent {OTHER_KEY}") == "somebody sent [secret]"
    caplog.set_level(logging.DEBUG)
    response = await api.client.get("/v1/models", headers={"authorization": f"Bearer {KEY}-wrong"})
    assert KEY not in response.text + caplog.text


@pytest.mark.parametrize(
    ("value", "complaint"),
    [("short", "16 characters or more"), ("with spaces in it, all over", "neither spaces nor accents")],
)
def test_keys_that_are_none_are_refused_and_not_quoted(
    monkeypatch: pytest.MonkeyPatch, value: str, complaint: str
) -> None:
    monkeypatch.setenv("EMADS_API_KEYS", value)
    with pytest.raises(ConfigurationError, match=complaint) as refused:
        load_api_settings()
    assert value not in str(refused.value)


def test_the_client_of_a_key_has_a_name_that_does_not_tell_it() -> None:
    keys = ApiKeys([SecretStr(KEY), SecretStr(OTHER_KEY)])
    names = {keys.client(f"Bearer {key}") for key in (KEY, OTHER_KEY)}
    assert len(names) == 2
    assert not any(key in str(names) for key in (KEY, OTHER_KEY))


async def test_a_key_that_asks_too_often_waits_and_others_do_not(serve: Serve) -> None:
    api = serve(requests_per_minute=2)
    assert [(await api.client.get("/v1/models")).status_code for _ in range(3)] == [200, 200, 429]
    refused = await api.client.get("/v1/models")
    assert error(refused) == (429, "rate_limit_exceeded")
    assert refused.json()["error"]["type"] == "rate_limit_error"
    assert refused.headers["retry-after"] == "30"
    other = await api.client.get("/v1/models", headers={"authorization": f"Bearer {OTHER_KEY}"})
    assert other.status_code == 200
    api.now[0] += 30
    assert [(await api.client.get("/v1/models")).status_code for _ in range(2)] == [200, 429]


def test_a_bucket_holds_a_minutes_worth_at_most() -> None:
    now = [0.0]
    rate = Rate(3, clock=lambda: now[0])
    now[0] += 3_600
    assert [rate.wait_s("a") for _ in range(4)] == [0, 0, 0, 20]


async def test_a_body_that_says_it_is_too_long_is_not_read(serve: Serve) -> None:
    api = serve(max_upload_mb=1)

    async def never() -> AsyncIterator[bytes]:
        pytest.fail("read")
        yield b""

    response = await api.client.post("/v1/ask", content=never(), headers={"content-length": "1000001"})
    assert error(response) == (413, "request_too_large")


async def test_a_body_that_goes_on_is_read_no_further(serve: Serve) -> None:
    api = serve(max_upload_mb=1)
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10_000_000:
            sent += 100_000
            yield b" " * 100_000

    headers = {"content-type": "application/json"}
    response = await api.client.post("/v1/ask", content=endless(), headers=headers)
    assert error(response) == (413, "request_too_large")
    assert sent < 2_000_000


async def test_a_body_is_not_read_for_a_stranger() -> None:
    """At the level of ASGI: nothing is received before the refusal is sent."""
    from emads_voice.channels.api.requests.door import Door

    async def app(*_: Any) -> None:
        pytest.fail("let in")

    async def receive() -> Any:
        pytest.fail("read")

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    door = Door(app, keys=ApiKeys([SecretStr(KEY)]), rate=Rate(1), max_bytes=1)
    await door({"type": "http", "headers": [], "method": "POST", "path": "/"}, receive, send)
    assert sent[0]["status"] == 401


async def test_addresses_and_methods_there_are_not_are_refused_in_the_same_shape(api: Served) -> None:
    assert error(await api.client.get("/v1/nothing-here")) == (404, "not_found")
    refused = await api.client.delete("/v1/ask")
    assert error(refused) == (405, "method_not_allowed")
    assert refused.headers["allow"] == "POST"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1//ask", "/v1/ask/", "/v1/audio", "/v1/conversations/"])
async def test_every_address_from_v1_on_is_the_apis(api: Served, method: str, path: str) -> None:
    assert error(await api.client.request(method, path)) == (404, "not_found")
    stranger = await api.client.request(method, path, headers={"authorization": ""})
    assert error(stranger) == (401, "invalid_api_key")


def test_settings_have_defaults_that_are_closed() -> None:
    settings = ApiSettings()
    assert settings.keys == ()
    assert settings.max_bytes == 25_000_000
