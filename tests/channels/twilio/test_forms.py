"""What a stranger sends costs no more than its bytes. Requests go to the application itself, without a server, so
that nothing but ours is measured."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.types import Message

from emads_voice.channels.server.app import create_app
from emads_voice.channels.twilio import forms

FORM = {"content-type": "application/x-www-form-urlencoded"}
SHAPED = {**FORM, "x-twilio-signature": "A" * 27 + "="}
"""A signature that is none, but could be."""
SMALL = b"CallSid=CA1&AccountSid=AC1&From=%2B84901234567&To=%2B842899990000&CallStatus=ringing"


@dataclass
class Request:
    """One request, sent in one piece."""

    body: bytes = SMALL
    headers: dict[str, str] = field(default_factory=lambda: SHAPED)
    path: str = "/twilio/voice"
    query: bytes = b""
    method: str = "POST"
    more: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def size(self) -> int:
        lines = [(name.encode(), value.encode()) for name, value in self.headers.items()] + self.more
        return sum(len(name) + len(value) + 4 for name, value in lines) + sum(
            map(len, (self.path, self.query, self.body, self.method))
        )

    async def send_to(
        self, app: FastAPI, pieces: Iterator[Message] | None = None, *, never_comes: bool = False
    ) -> int:
        """The status it is answered with. Its body is sent whole, in these pieces, or never."""
        sent: list[Message] = []
        whole = iter([{"type": "http.request", "body": self.body}])

        async def receive() -> Message:
            if never_comes:
                await asyncio.Event().wait()
            return next(pieces or whole)

        async def send(message: Message) -> None:
            sent.append(message)

        headers = {"host": "voice.example.com", "content-length": str(len(self.body)), **self.headers}
        scope = {
            "type": "http",
            "method": self.method,
            "scheme": "http",
            "path": self.path,
            "raw_path": self.path.encode(),
            "root_path": "",
            "query_string": self.query,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()] + self.more,
            "client": ("192.0.2.1", 50_000),
            "server": ("127.0.0.1", 8080),
        }
        await app(scope, receive, send)
        return int(sent[0]["status"])


@pytest.fixture
def app(settings: Any) -> FastAPI:
    async def converse(*_: Any) -> None: ...

    return create_app(converse, settings)


def fields(count: int) -> bytes:
    return b"&".join(b"%x" % number for number in range(count))


STRANGE = {
    "16,384 keys and no signature": Request(fields(16_384)[:65_536], {**FORM, "x-twilio-signature": "AAAA"}),
    "16,384 keys": Request(fields(16_384)[:65_536]),
    "one key again and again": Request(b"&".join([b"a=1"] * 16_000)),
    "as many keys as are read": Request(fields(forms.MAX_FIELDS)),
    "as many long ones": Request(b"&".join(b"%x=" % n + b"x" * 200 for n in range(forms.MAX_FIELDS))),
    "nothing but separators": Request(b"&" * 65_000),
    "a long value": Request(b"CallSid=" + b"%41" * 21_000),
    "a long name": Request(b"%41" * 21_000),
    "no UTF-8": Request(b"CallSid=" + b"%ff" * 21_000),
    "escapes that are none": Request(b"CallSid=" + b"%" * 65_000),
    "pluses": Request(b"CallSid=" + b"+" * 65_000),
    "not percent-encoded": Request(b"CallSid=" + "%41é".encode() * 13_000),
    "a long query": Request(query=b"&".join([b"a=1"] * 16_000)),
    "a long query and no signature": Request(query=b"&".join([b"a=1"] * 16_000), headers=FORM),
    "a long signature": Request(headers={**FORM, "x-twilio-signature": "A" * 60_000}),
    "many signatures": Request(more=[(b"x-twilio-signature", b"A" * 27 + b"=")] * 1_500),
    "many headers": Request(more=[(b"x-%d" % number, b"b") for number in range(3_000)]),
    "a long path": Request(path="/twilio/voice" + "/" * 60_000),
    "a long address of a stream": Request(path="/twilio/media/" + "a" * 60_000, method="GET"),
    "a health check with a query": Request(path="/livez", method="GET", query=b"&".join([b"a=1"] * 16_000)),
    "a health check with a cookie": Request(
        path="/readyz", method="GET", headers={"cookie": 'a="' + "\\1" * 30_000 + '"'}
    ),
    "a health check with cookies": Request(
        path="/livez", method="GET", headers={"cookie": ";".join(["a=1"] * 15_000)}
    ),
}


async def cost(app: FastAPI, request: Request) -> float:
    """Seconds per byte, at best."""

    async def once() -> float:
        begun = time.thread_time()
        await request.send_to(app)
        return time.thread_time() - begun

    return min([await once() for _ in range(5)]) / request.size


@pytest.mark.parametrize("request_", STRANGE.values(), ids=STRANGE.keys())
async def test_a_byte_costs_no_more_than_one_of_a_small_request(app: FastAPI, request_: Request) -> None:
    # Four times leaves room for a busy machine; what this is about cost a hundred times as much and more.
    assert await cost(app, request_) < 4 * await cost(app, Request())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (FORM, 403),
        ({**FORM, "x-twilio-signature": ""}, 403),
        ({**FORM, "x-twilio-signature": "AAAA"}, 403),
        ({**FORM, "x-twilio-signature": "A" * 28}, 403),
        ({**FORM, "x-twilio-signature": "A" * 27 + "=\n"}, 403),
        ({**SHAPED, "content-length": "65537"}, 413),
        ({**SHAPED, "content-length": "9" * 5_000}, 413),
        ({**SHAPED, "content-length": "-1"}, 400),
        ({**SHAPED, "content-length": "²"}, 400),
        ({**SHAPED, "content-type": "multipart/form-data; boundary=x"}, 415),
        ({**SHAPED, "content-type": "application/json"}, 415),
        ({**SHAPED, "content-type": "text/plain"}, 415),
        ({**SHAPED, "content-type": ""}, 415),
    ],
)
async def test_what_can_be_told_before_the_body_is(
    app: FastAPI, headers: dict[str, str], status: int
) -> None:
    def never() -> Iterator[Message]:
        yield pytest.fail("the body was read")

    assert await Request(headers=headers).send_to(app, never()) == status


async def test_a_body_without_a_length_is_read_so_far(app: FastAPI) -> None:
    read = 0

    def endless() -> Iterator[Message]:
        nonlocal read
        while True:
            read += 1
            yield {"type": "http.request", "body": b"a" * 1024, "more_body": True}

    assert await Request(headers={**SHAPED, "content-length": "0"}).send_to(app, endless()) == 413
    assert read == 65


async def test_a_form_that_does_not_end_in_time_is_not_waited_for(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "DEADLINE_S", 0.01)
    async with asyncio.timeout(5):
        assert await Request().send_to(app, never_comes=True) == 408


async def test_one_who_leaves_in_the_middle_is_no_error_of_ours(app: FastAPI) -> None:
    begins: Message = {"type": "http.request", "body": b"a=", "more_body": True}
    assert await Request().send_to(app, iter([begins, {"type": "http.disconnect"}])) == 400


async def test_twilios_own_forms_are_read_whatever_is_in_them(phone: Any) -> None:
    form = {f"SipHeader_X-{number}": "é & = %41+" * 3 for number in range(200)}
    form |= {"CallerName": "Đặng Thị Hồng", "Empty": "", "AddOns": '{"a": "' + "x" * 20_000 + '"}'}
    assert (await phone.ring("CA1", **form)).verbs == ["Connect", "Redirect"]
