import asyncio
import os
import signal
import socket
import subprocess
import sys
from functools import partial
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import uvicorn
import websockets
from fastapi import FastAPI

from emads_voice.channels.admission import Admission
from emads_voice.channels.errors import ConfigurationError
from emads_voice.channels.server import serving
from emads_voice.channels.server.serving import DrainingServer, bound, listen, listening

PROGRAM = """
import asyncio, sys
from emads_voice.channels.admission import Admission
from emads_voice.channels.server.app import create_app
from emads_voice.channels.server.serving import bound, loop_factory, serve
from emads_voice.channels.twilio.settings import TwilioSettings
import logging
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")

async def converse(line, call):
    async for event in line.events():
        await line.mark("here")

async def main():
    admission = Admission(5, 5)
    settings = TwilioSettings(account_sid="", public_url="")
    app = create_app(converse, settings, insecure=True, admission=admission)
    await serve(app, admission, bound("127.0.0.1", 0))

with asyncio.Runner(loop_factory=loop_factory()) as runner:
    runner.run(main())
"""
START = (
    '{"event":"start","start":{"accountSid":"AC1","streamSid":"MZ1","callSid":"%s","mediaFormat":'
    '{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{}}}'
)
WITHIN_S = 30
"""A ceiling for what takes milliseconds: whoever waits this long waits for nothing."""
KEY = '{"event":"dtmf","dtmf":{"digit":"5"}}'


@pytest.fixture(params=[None])
async def server(request: pytest.FixtureRequest) -> Any:
    """A server in a process of its own, which may open so many files, and its port."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("TWILIO", "EMADS"))
    }
    few = [] if request.param is None else ["sh", "-c", f'ulimit -n {request.param} && exec "$@"', "sh"]
    process = await asyncio.create_subprocess_exec(
        *few, sys.executable, "-c", PROGRAM, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    )
    assert process.stdout
    async with asyncio.timeout(60):
        while b"Listening on" not in (line := await process.stdout.readline()):
            assert line
    port = int(line.decode().rsplit(":", 1)[1].rstrip(".\n"))
    async with httpx.AsyncClient() as http:
        await http.get(f"http://127.0.0.1:{port}/readyz")  # it serves, so it handles signals
    yield process, port
    if process.returncode is None:
        process.kill()
    await process.wait()


async def said(process: Any, part: bytes) -> bytes:
    """The next line of the server's log with these words."""
    async with asyncio.timeout(5):
        while part not in (line := await process.stdout.readline()):
            assert line
    return bytes(line)


async def test_a_running_call_outlives_sigterm_and_the_process_does_not_outlive_the_call(server: Any) -> None:
    process, port = server
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        async with websockets.connect(f"ws://127.0.0.1:{port}/twilio/media") as call:
            await call.send(START % "CA1")
            await call.send(KEY)
            await asyncio.wait_for(call.recv(), WITHIN_S)
            process.send_signal(signal.SIGTERM)
            assert (
                await said(process, b"waiting for")
                == b"Told to stop: waiting for 1 call; again to stop at once.\n"
            )
            assert (await http.get("/readyz")).status_code == 503
            assert (await http.get("/livez")).status_code == 200
            refused = await http.post("/twilio/voice", data={"CallSid": "CA2"})
            assert '<Reject reason="busy"' in refused.text
            resumed = await http.post("/twilio/resume?thread=CA1&attempt=1", data={"CallSid": "CA1"})
            assert "<Connect>" in resumed.text
            for _ in range(3):
                await call.send(KEY)
                await asyncio.wait_for(call.recv(), WITHIN_S)
            assert process.returncode is None
            await call.send('{"event":"stop"}')
        assert await asyncio.wait_for(process.wait(), WITHIN_S) == 0
    assert (await process.stdout.read()).endswith(b"\nStopped.\n")


async def test_told_twice_it_stops_and_says_who_was_cut_off(server: Any) -> None:
    process, port = server
    async with websockets.connect(f"ws://127.0.0.1:{port}/twilio/media") as call:
        await call.send(START % "CA1")
        await call.send(KEY)
        await asyncio.wait_for(call.recv(), WITHIN_S)
        process.send_signal(signal.SIGTERM)
        await said(process, b"waiting for 1 call")
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), WITHIN_S) == -signal.SIGTERM
    assert (await process.stdout.read()).decode().splitlines()[-1] == "Stopped; 1 call was cut off."


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize("server", [36], indirect=True)
async def test_it_goes_on_without_descriptors_and_says_so(server: Any) -> None:
    process, port = server
    strangers = []
    for _ in range(100):  # the backlog takes who is not accepted
        strangers.append(await asyncio.open_connection("127.0.0.1", port))
        strangers[-1][1].write(b"GET /livez HTTP/1.1\r\nHost:")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=WITHIN_S) as http:
        for _ in range(3):
            assert (await http.get("/livez")).status_code == 200
    async with asyncio.timeout(20):
        while b"No connection can be accepted" not in (line := await process.stdout.readline()):
            assert line
    for _, writer in strangers:
        writer.transport.abort()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_soft_limit_of_descriptors_is_raised_to_the_hard_one() -> None:
    program = """
import resource
from emads_voice.channels.server.descriptors import raise_descriptor_limit
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (64, min(hard, 4096) if hard > 0 else 4096))
print(raise_descriptor_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    allowed, soft, hard = told.split()
    assert allowed == soft == hard


async def test_what_was_loaded_is_not_looked_through_for_garbage_during_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps: list[str] = []
    names = ("collect", "freeze", "unfreeze")
    stages = SimpleNamespace(**{name: partial(steps.append, name) for name in names})
    monkeypatch.setattr(serving, "gc", stages)

    class Server(DrainingServer):
        async def on_tick(self, counter: int) -> bool:
            steps.append("calls")
            return True

    await Server(uvicorn.Config(FastAPI(), log_config=None), Admission(5, 5)).main_loop()
    assert steps == ["collect", "freeze", "calls", "unfreeze"]


def test_a_second_signal_does_not_wait() -> None:
    admission = Admission(5, 5)
    admission.admit("CA1", "")
    server = DrainingServer(uvicorn.Config(FastAPI()), admission)
    server.handle_exit(signal.SIGTERM, None)
    assert admission.draining
    assert not server.should_exit
    server.handle_exit(signal.SIGTERM, None)
    assert server.should_exit


def test_an_address_that_is_taken_is_an_error_of_one_sentence() -> None:
    with (
        listening("127.0.0.1", 0) as taken,
        pytest.raises(ConfigurationError, match="cannot be used .address"),
    ):
        listening("127.0.0.1", taken.getsockname()[1])


def test_an_address_is_taken_from_the_moment_it_is_bound_and_refuses_until_it_listens() -> None:
    with bound("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConfigurationError, match="cannot be used .address already in use"):
            bound("127.0.0.1", port)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        listen(first)
        socket.create_connection(("127.0.0.1", port)).close()


def test_an_address_is_free_again_while_the_last_connections_fade_away() -> None:
    with listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            first.accept()[0].close()  # whoever closes first is the one whose side fades away
    with listening("127.0.0.1", port) as second:
        assert second.getsockname()[1] == port


@pytest.mark.parametrize("host", ["", "\udcff", "a" * 300, "256.1.1.1.1"])
def test_a_host_that_is_none_is_an_error_of_one_sentence(host: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be used|Name the address"):
        bound(host, 0)
