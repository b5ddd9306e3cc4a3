"""Webhooks as a receiver gets them, who checks them with the library that Standard Webhooks publishes."""

import asyncio
import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook as Receiving
from standardwebhooks import WebhookVerificationError

from emads_voice.decisions import Channel, DecisionStore, ExecutionQueue, Kept, Proof, Reviewer, Worker
from emads_voice.decisions.webhook import (
    ATTEMPTS,
    Webhook,
    WebhookRefusedError,
    WebhookUnansweredError,
    approved_webhook,
)
from emads_voice.observability import span, traceparent
from emads_voice.observability.ledger import Ledger, open_ledger

from .proposals import plan

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(32, 64))).decode()
URL = "https://erp.example/decided"
AT = datetime(2026, 11, 27, 12, tzinfo=UTC)


class Receiver:
    """Answers with one status after the other, and then with 204; keeps what it was sent."""

    def __init__(self, *answers: int | Exception, retry_after: str = "") -> None:
        self.answers = list(answers)
        self.retry_after = retry_after
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        headers = {"location": "https://evil.example/"} if 300 <= answer < 400 else {}
        return httpx.Response(
            answer, headers=headers | ({"retry-after": self.retry_after} if self.retry_after else {})
        )


def webhook(receiver: Receiver, *secrets: str, waits: list[float] | None = None) -> Webhook:
    async def wait(seconds: float) -> None:
        if waits is not None:
            waits.append(seconds)

    return Webhook(
        URL,
        [SecretStr(each) for each in secrets or (SECRET,)],
        transport=httpx.MockTransport(receiver),
        wait=wait,
    )


async def send(hook: Webhook) -> int:
    return (await hook.send("decision.approved", {"câu": "trả lời"}, message_id="d:1:0", at=AT)).attempts


async def test_a_receiver_knows_that_it_is_ours() -> None:
    receiver = Receiver()
    assert await send(webhook(receiver)) == 1
    (request,) = receiver.requests

    told = Receiving(SECRET).verify(request.content, dict(request.headers))

    assert told == {
        "type": "decision.approved",
        "timestamp": "2026-11-27T12:00:00+00:00",
        "data": {"câu": "trả lời"},
    }
    assert request.headers["webhook-id"] == "d:1:0"
    assert request.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Receiving(OTHER).verify(request.content, dict(request.headers))
    with pytest.raises(WebhookVerificationError):
        Receiving(SECRET).verify(request.content.replace(b"approved", b"rejected"), dict(request.headers))


async def test_a_receiver_is_told_the_trace() -> None:
    receiver = Receiver()
    with span("execute"):
        here = traceparent()
        await send(webhook(receiver))
    (request,) = receiver.requests
    assert request.headers["traceparent"] == here


async def test_while_a_secret_is_replaced_both_are_good() -> None:
    receiver = Receiver()
    await send(webhook(receiver, SECRET, OTHER))
    (request,) = receiver.requests
    for each in (SECRET, OTHER):
        Receiving(each).verify(request.content, dict(request.headers))


async def test_it_is_sent_again_the_same_with_growing_pauses() -> None:
    receiver, waits = Receiver(httpx.ConnectError("refused"), 503, 429), list[float]()
    assert await send(webhook(receiver, waits=waits)) == 4
    assert len({(each.content, each.headers["webhook-id"]) for each in receiver.requests}) == 1
    assert 0.75 <= waits[0] <= 1.25 <= waits[1] < waits[2] <= 6.25


async def test_a_receiver_says_how_long_to_wait() -> None:
    waits: list[float] = []
    await send(webhook(Receiver(503, retry_after="4"), waits=waits))
    assert waits == [4.0]


async def test_who_asks_for_longer_is_not_waited_for() -> None:
    receiver = Receiver(503, retry_after="3600")
    with pytest.raises(WebhookUnansweredError, match="answered 503"):
        await send(webhook(receiver))
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    ("status", "told"), [(400, "look into its log"), (410, "is gone"), (307, "none is followed")]
)
async def test_a_refusal_is_final(status: int, told: str) -> None:
    receiver = Receiver(status)
    with pytest.raises(WebhookRefusedError, match=told):
        await send(webhook(receiver))
    assert [str(each.url) for each in receiver.requests] == [URL]


@pytest.mark.parametrize("first", [httpx.ReadTimeout("slow"), httpx.ReadError("broken"), 500])
async def test_after_an_attempt_nobody_answered_a_refusal_does_not_say_that_nothing_was_done(
    first: int | Exception,
) -> None:
    with pytest.raises(WebhookUnansweredError):
        await send(webhook(Receiver(first, 409)))


async def test_a_receiver_that_is_down_is_told_later() -> None:
    receiver = Receiver(*[httpx.ConnectError("[Errno 111] Connection refused")] * 9)
    with pytest.raises(WebhookUnansweredError, match=r"cannot be reached.*look whether its receiver runs"):
        await send(webhook(receiver))
    assert len(receiver.requests) == ATTEMPTS


@pytest.mark.parametrize(
    "url",
    [
        "http://erp.example/",
        "ftp://erp.example/",
        "https://",
        "erp.example",
        "https://user:hunter2@erp.example/",
    ],
)
def test_an_address_that_would_tell_others_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="a webhook's address") as caught:
        Webhook(url, [SecretStr(SECRET)])
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "secret", ["", "hunter2hunter2", "whsec_hunter2", "whsec_", SECRET[6:], "whsec_" + "A" * 400]
)
def test_a_secret_that_is_none_is_not_repeated(secret: str) -> None:
    with pytest.raises(ValueError, match="openssl rand") as caught:
        Webhook(URL, [SecretStr(secret)])
    assert "hunter2" not in str(caught.value)


def test_without_a_secret_nothing_is_sent() -> None:
    with pytest.raises(ValueError, match="give it a secret"):
        Webhook(URL, [])


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path)
    yield opened
    opened.close()


def approved(store: DecisionStore) -> Kept:
    kept = store.propose(plan("webhook"))
    return store.approve(kept.id, 1, kept.plan_hash, Reviewer("lan", Channel.HTTP, Proof.TOKEN))


@pytest.mark.parametrize(
    ("answers", "status", "told"),
    [
        ([], "executed", "The receiver took it (204, attempt 1)"),
        ([422], "failed", "refused the message (422)"),
        ([500, 422], "approved", "refused the message (422)"),
    ],
)
async def test_what_became_of_a_decision_s_webhook(
    ledger: Ledger, answers: list[int | Exception], status: str, told: str
) -> None:
    store = DecisionStore(ledger)
    kept, receiver = approved(store), Receiver(*answers)

    await Worker(store, ExecutionQueue(store, ledger), [approved_webhook(webhook(receiver))]).step()

    after = store.get(kept.id)
    assert after.status == status
    assert told in after.executions[0].result
    sent = json.loads(receiver.requests[0].content)
    assert receiver.requests[0].headers["webhook-id"] == f"{kept.id}:1:0"
    assert sent["data"]["decision"]["plan_hash"] == kept.plan_hash


async def test_a_real_receiver_over_a_socket_has_it_once() -> None:
    """It breaks off in the middle of its first answer, keeps the ids it has had, and checks signature and time."""
    done: list[str] = []
    connections = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        headers = {name.lower(): text for name, text in headers.items()}
        body = await reader.readexactly(int(headers["content-length"]))
        Receiving(SECRET).verify(body, headers)
        if headers["webhook-id"] not in done:
            done.append(headers["webhook-id"])
        if connections > 1:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            await writer.drain()
        writer.close()

    async def at_once(_: float) -> None:
        pass

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        hook = Webhook(f"http://127.0.0.1:{port}/", [SecretStr(SECRET)], clock=time.time, wait=at_once)
        delivered = await hook.send("decision.approved", {}, message_id="d:1:0", at=AT)

    assert (delivered.status, delivered.attempts) == (200, 2)
    assert done == ["d:1:0"]
