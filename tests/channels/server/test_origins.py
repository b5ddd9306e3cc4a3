import json
from typing import Any

import pytest

from emads_voice.channels.server.origins import OriginCheck, is_loopback


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_addresses_of_the_machine_itself(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "::",
        "",
        "localhost",
        "192.168.1.7",
        "10.0.0.1",
        "::ffff:0.0.0.0",
        "::ffff:192.168.1.7",
        "fe80::1",
        "128.0.0.1",
    ],
)
def test_addresses_that_others_reach(address: str) -> None:
    assert not is_loopback(address)


@pytest.mark.parametrize(
    ("peer", "answered"),
    [
        (("127.0.0.1", 1), True),
        (("::1", 1, 0, 0), True),
        (("::ffff:127.0.0.1", 1), True),
        (None, True),  # a socket in the file system
        (("192.168.1.7", 1), False),
        (("172.17.0.1", 1), False),  # a container's gateway
        (("", 1), False),
    ],
)
async def test_an_insecure_server_answers_its_own_machine_wherever_it_listens(
    peer: Any, answered: bool
) -> None:
    sent = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send("answered")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "client": peer, "headers": [(b"host", b"localhost")]}
    await OriginCheck(app, "https://voice.example.com", only_local=True)(scope, None, send)  # type: ignore[arg-type]
    assert (sent == ["answered"]) == answered
    if not answered:
        start, body = sent
        assert start["status"] == 403
        told = json.loads(body["body"])["error"]
        assert told["code"] == "forbidden"
        assert told["message"].startswith("The request is refused: this server is insecure")
