import random
import time
from contextlib import suppress

import pytest

from emads_voice.channels.server.limits import Limits, Uploads
from emads_voice.channels.server.request import Request, RequestError, RequestReader

GET = b"GET /livez HTTP/1.1\r\nHost: a\r\n"
UPGRADE = (
    b"GET /twilio/media HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def read(data: bytes, *, at_once: int = 4096) -> Request | None:
    reader = RequestReader(Limits())
    request = None
    for start in range(0, len(data), at_once):
        if request := reader.feed(data[start : start + at_once]):
            break
    return request


def refusal(data: bytes) -> int:
    with pytest.raises(RequestError) as refused:
        read(data)
    return refused.value.status.value


@pytest.mark.parametrize("at_once", [1, 3, 4096])
def test_a_form_comes_out_whole_and_as_the_only_one_of_its_connection(at_once: int) -> None:
    form = (
        b"POST /twilio/voice?thread=1 HTTP/1.1\r\nHost: a\r\nX-Twilio-Signature: s\r\nContent-Length: 9\r\n"
    )
    assert read(
        form + b"Connection: keep-alive\r\nExpect: 100-continue\r\n\r\nCallSid=1GET", at_once=at_once
    ) == (
        Request(
            False,
            b"POST /twilio/voice?thread=1 HTTP/1.1\r\nhost: a\r\nx-twilio-signature: s\r\nconnection: close\r\n"
            b"content-length: 9\r\n\r\nCallSid=1",
        )
    )


def test_nothing_comes_out_before_all_of_it_is_there() -> None:
    reader = RequestReader(Limits())
    assert not reader.begun
    assert reader.feed(b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r") is None
    assert (reader.begun, reader.in_body) == (True, False)
    assert reader.feed(b"\nx") is None
    assert reader.in_body
    assert reader.feed(b"y") is not None


def test_a_handshake_keeps_its_headers() -> None:
    request = read(UPGRADE + b"\r\n")
    assert request is not None
    assert request.to_websocket
    assert b"connection: keep-alive, Upgrade\r\n" in request.data


def test_an_upgrade_to_anything_else_is_a_request_like_others() -> None:
    request = read(GET + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n")
    assert request is not None
    assert not request.to_websocket
    assert b"upgrade" not in request.data


def test_lines_may_end_in_a_line_feed_alone() -> None:
    assert read(b"GET /livez HTTP/1.0\n\n") is not None


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (GET + b"X-n: b\r\n" * 200, 431),
        (GET + b"X: " + b"b" * 20_000, 431),
        (GET + b"X: " + b"b" * 20_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"a" * 20_000, 431),
        (b"GET /" + b"a" * 8_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"\n" * 20_000, 400),
        (b"GET /" + b"\na" * 200, 431),
        (b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n", 413),
        (b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n", 413),
        (b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", 411),
        (b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 411),
        (b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),  # TLS
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"\xff\xfe\xfd\r\n\r\n", 400),
        (b"GET /\xc3\x28 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /livez HTTP/1.1\r\n\r\n", 400),
        (b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        (b"GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (GET + b"X: \x00\r\n\r\n", 400),
        (GET + b"X: a\rb\r\n\r\n", 400),
        (UPGRADE + b"\r\n\x81\x85abcd", 400),
        (UPGRADE + b"Content-Length: 3\r\n\r\nabc", 400),
        (UPGRADE.replace(b"GET", b"POST") + b"\r\n", 400),
    ],
)
def test_what_is_too_much_or_no_request_is_refused(data: bytes, status: int) -> None:
    assert refusal(data) == status


@pytest.mark.parametrize("space", [b" ", b"\t", b" a"])
def test_spaces_before_a_character_that_is_not_allowed_cost_what_other_bytes_cost(space: bytes) -> None:
    """h11's pattern of a header's value takes 0.3 s for 7,000 of them."""

    def cost(head: bytes) -> float:
        times = []
        for _ in range(5):
            start = time.thread_time()
            with suppress(RequestError):
                read(head)
            times.append(time.thread_time() - start)
        return min(times)

    padding = space * (14_000 // len(space))
    valid = cost(GET + b"X: a" + padding + b"b\r\n\r\n")
    for odd in (b"\x00", b"\x0b", b"\x0c", b"\x1f", b"\x7f", b"\r"):
        assert cost(GET + b"X:" + padding + odd + b"b\r\n\r\n") < 20 * valid


def mutated(rng: random.Random, seeds: list[bytes]) -> bytes:
    pieces = [
        b"\r\n",
        b" ",
        b":",
        b"/",
        b"//",
        b"?",
        b"#",
        b"%",
        b"@",
        b"[",
        b"\\",
        b"|",
        b"\x80",
        b"\xff",
        b",",
    ]
    pieces += [
        b"upgrade: websocket\r\n",
        b"content-length: 3\r\n",
        b"HEAD",
        b"close",
        b"*",
        b"http://",
        b"\x00",
    ]
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, 5)):
        at, change = rng.randrange(len(data)), rng.randrange(3)
        if change == 0:
            data[at] = rng.randrange(256)
        elif change == 1:
            data[at:at] = rng.choice(pieces)
        else:
            del data[at : at + rng.randint(1, 4)]
    return bytes(data)


def test_whatever_is_sent_is_refused_or_waited_for_or_is_one_request() -> None:
    rng = random.Random(1)
    form = b"POST /twilio/voice HTTP/1.0\r\nhost: a\r\ncontent-length: 3\r\nx: 1.2.3.4\r\n\r\nabc"
    whole = 0
    for _ in range(5000):
        data = mutated(rng, [form, GET + b"\r\n", UPGRADE + b"\r\n"])
        try:
            request = read(data)
        except RequestError:
            continue
        if request is None:
            continue
        whole += 1
        again = read(request.data)
        assert again is not None
        assert (again.to_websocket, len(again.data)) == (request.to_websocket, len(request.data)), data
        assert request.to_websocket or request.data.count(b"\r\ncontent-length:") == 1, data
    assert whole > 500


KEYED = Limits(
    uploads=Uploads("/v1/", lambda authorization: authorization == "Bearer good", max_bytes=1_000_000)
)


@pytest.mark.parametrize(
    ("target", "length", "authorization", "status"),
    [
        ("/v1/ask", 1_000_000, "Bearer good", None),
        ("/v1/ask", 1_000_001, "Bearer good", 413),
        ("/v1/ask", 65_537, "Bearer bad", 401),
        ("/v1/ask", 65_537, "", 401),
        ("/v1/ask", 65_536, "", None),
        ("/twilio/voice", 65_537, "Bearer good", 413),
        ("/v10/ask", 65_537, "Bearer good", 413),
    ],
)
def test_only_who_is_known_may_send_more_than_a_form(
    target: str, length: int, authorization: str, status: int | None
) -> None:
    head = f"POST {target} HTTP/1.1\r\nHost: a\r\nAuthorization: {authorization}\r\nContent-Length: {length}\r\n\r\n"
    reader = RequestReader(KEYED)
    if status is None:
        assert reader.feed(head.encode()) is None
        assert reader.uploading == (length > 65_536)
    else:
        with pytest.raises(RequestError) as refused:
            reader.feed(head.encode())
        assert refused.value.status.value == status


def test_two_keys_in_one_request_are_none() -> None:
    two = b"Authorization: Bearer good\r\n" * 2
    with pytest.raises(RequestError) as refused:
        RequestReader(KEYED).feed(
            b"POST /v1/ask HTTP/1.1\r\nHost: a\r\n" + two + b"Content-Length: 70000\r\n\r\n"
        )
    assert refused.value.status.value == 401
