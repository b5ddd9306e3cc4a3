"""``serve --insecure`` asks for no signature, so it is good for nothing but trying: no page in a browser, no account,
no conversation of others is within its reach.
"""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import websockets
from harness.line import hold
from harness.media_socket import opened, start
from harness.process import Server, environment
from harness.rest import RestDouble
from harness.webhooks import Stream, call_sid, post

FOREIGN_ORIGINS = [
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
]
FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:8080",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "10.0.0.1",
]
GRACE_S = 3.0
"""A call whose stream failed is given two seconds before Twilio would be asked."""


@pytest.fixture(scope="module")
def insecure(start: Callable[..., Server]) -> Server:
    """A server without signatures, beside the settings of an account."""
    return start("--insecure")


def unsigned(
    server: Server, path: str, sid: str, *, headers: dict[str, str] | None = None, **form: str
) -> int:
    """The status of a webhook that nobody signed."""
    return post(server.port, path, signed=False, headers=headers, form={"CallSid": sid, **form}).status


def test_a_program_on_this_machine_is_answered(insecure: Server) -> None:
    assert unsigned(insecure, "/twilio/voice", call_sid()) == 200
    assert (
        unsigned(insecure, "/twilio/voice", call_sid(), headers={"Host": f"localhost:{insecure.port}"}) == 200
    )


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
async def test_a_page_in_a_browser_is_refused(insecure: Server, origin: str) -> None:
    for path in ("/twilio/voice", "/twilio/status", "/twilio/amd", "/twilio/resume"):
        assert unsigned(insecure, path, call_sid(), headers={"Origin": origin}) >= 400
    with pytest.raises(websockets.InvalidStatus):
        async with opened(insecure.port, "/twilio/media", Origin=origin):
            pass


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
async def test_a_name_that_was_made_to_lead_here_is_refused(insecure: Server, host: str) -> None:
    assert unsigned(insecure, "/twilio/voice", call_sid(), headers={"Host": host}) >= 400
    with pytest.raises(websockets.InvalidStatus):
        async with opened(insecure.port, "/twilio/media", Host=host):
            pass


async def test_nothing_unsigned_reaches_the_account(
    insecure: Server, server: Server, rest: RestDouble
) -> None:
    signed, idle, live = call_sid(), call_sid(), call_sid()
    evil = {"Host": "evil.example"}
    async with opened(insecure.port, "/twilio/media") as socket:
        await start(socket, live, {})
        for sid in (idle, live):
            for headers in ({}, evil):
                for kind in ("machine_start", "fax", "machine_end_beep"):
                    unsigned(insecure, "/twilio/amd", sid, headers=headers, AnsweredBy=kind)
                unsigned(insecure, "/twilio/status", sid, headers=headers, StreamEvent="stream-error")
                unsigned(insecure, "/twilio/resume?attempt=9", sid, headers=headers)
                unsigned(insecure, "/twilio/status", sid, headers=headers, CallStatus="completed")
        # What Twilio itself says of such calls does reach it: otherwise this test could not fail.
        assert post(server.port, "/twilio/status", CallSid=signed, StreamEvent="stream-error").status == 200
        assert post(server.port, "/twilio/amd", CallSid=signed, AnsweredBy="machine_start").status == 200
        await asyncio.sleep(GRACE_S)
    assert rest.of(signed)
    assert not rest.of(idle)
    assert not rest.of(live)


async def test_no_conversation_is_joined_by_its_name(insecure: Server) -> None:
    """Not by a parameter of the stream, nor by the address of a webhook."""
    sid = call_sid()
    answer = await asyncio.to_thread(
        post, insecure.port, "/twilio/voice?thread=their-board", signed=False, CallSid=sid
    )
    stream = answer.stream
    named = Stream(stream.url, {**stream.parameters, "thread": "their-board"})
    direct = Stream("wss://voice.example.com/twilio/media", {"thread": "their-board"})
    both = await asyncio.gather(hold(insecure.port, sid, named), hold(insecure.port, call_sid(), direct))
    assert all(heard.answer_s for heard in both)
    with sqlite3.connect(f"file:{insecure.folder / 'threads.sqlite'}?mode=ro", uri=True) as threads:
        named_so = {name for (name,) in threads.execute("SELECT DISTINCT thread_id FROM checkpoints")}
    assert len(named_so) >= 2
    assert "their-board" not in named_so


async def test_it_listens_on_this_machine_alone(tmp_path: Path) -> None:
    said = await asyncio.gather(*(_refusal(tmp_path, host) for host in ("0.0.0.0", "::", "0", "192.0.2.1")))
    for line in said:
        assert "Traceback" not in line
        assert "127.0.0.1" in line or "insecure" in line, said


async def _refusal(folder: Path, host: str) -> str:
    """What a server says that will not listen there."""
    serving = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "emads_voice", "serve", "--insecure", "--host", host, "--port", "0"),
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(20):
            _, said = await serving.communicate()
    except TimeoutError:
        serving.kill()
        await serving.wait()
        raise AssertionError(f"It listens on {host}") from None
    assert serving.returncode
    return said.decode()
