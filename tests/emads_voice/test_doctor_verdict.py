"""``doctor`` exits as the command itself would: every broken setting is met by both."""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chat_server import ChatServer
from emads_voice import configured_backends
from emads_voice.testing.speech import ScriptedRecognizer, ScriptedSynthesizer
from emads_voice.voice.errors import RecognitionError, SynthesisError

from .conftest import Run, compare_by_words
from .test_chat_model import FORM

DEAD = "http://127.0.0.1:9/v1"
PHONE = {
    "TWILIO_ACCOUNT_SID": f"AC{'0' * 32}",
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "EMADS_PUBLIC_URL": "https://voice.example.com",
}
CHAT = {"EMADS_MODEL": "openai:x", "EMADS_MODEL_KEY": "k"}
Stage = Callable[[dict[str, str]], None]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Sets variables; the ears and voices they do not name are scripts."""

    def set_up(variables: dict[str, str]) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        if "EMADS_ASR" not in variables:
            hearing = lambda _: ScriptedRecognizer(["Should we move to Kubernetes?"] * 3)  # noqa: E731
            monkeypatch.setattr(configured_backends, "make_recognizer", hearing)
        if "EMADS_TTS" not in variables:
            monkeypatch.setattr(configured_backends, "make_synthesizer", lambda _: ScriptedSynthesizer())
        compare_by_words(monkeypatch)

    return set_up


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    server = ChatServer(lambda _: [json.dumps(FORM)])
    yield server
    server.close()


def verdicts(run: Run, record: Callable[..., str], *command: str) -> tuple[int, int]:
    """The exit status of a command, by default ``ask``, and of ``doctor``."""
    ran = run(*(command or ("ask", record("question.wav"))))
    looked = run("doctor", "--json")
    (value,) = looked.values
    assert value["ok"] is (looked.status == 0)
    assert value["findings"]
    for finding in value["findings"]:
        if finding["ok"] is False:
            assert finding["remedy"], f"{finding['name']} is amiss, and nothing is said to do"
    return ran.status, looked.status


@pytest.mark.parametrize(
    ("variables", "status"),
    [
        ({}, 0),
        ({"EMADS_ASR": "wisper:base"}, 1),
        ({"EMADS_ASR": "whisper:/nowhere"}, 1),
        ({"EMADS_ASR": "openai:x"}, 1),
        ({"EMADS_ASR": "openai:x", "EMADS_ASR_URL": DEAD}, 1),
        ({"EMADS_ASR": "openai:x", "EMADS_ASR_URL": DEAD, "EMADS_ASR_KEY": "schlüssel"}, 1),
        ({"EMADS_ASR": "dashscope:qwen3-asr-flash"}, 1),
        ({"EMADS_ASR": "sherpa-qwen:/nowhere"}, 1),
        ({"EMADS_ASR": "qwen-asr:/nowhere"}, 1),
        ({"EMADS_ASR_URL": DEAD}, 0),
        ({"EMADS_ASR_URL": "asr:8000"}, 1),
        ({"EMADS_ASR_URL": "http://asr:99999"}, 1),
        ({"EMADS_TTS": "pipe"}, 1),
        ({"EMADS_TTS": "piper|"}, 1),
        ({"EMADS_TTS": "openai:x"}, 1),
        ({"EMADS_TTS": "openai:x", "EMADS_TTS_URL": DEAD}, 1),
        ({"EMADS_TTS": "openai:x|espeak", "EMADS_TTS_URL": DEAD}, 3),
        ({"EMADS_TTS_URL": DEAD}, 0),
        ({"EMADS_LANGUAGES": "en,tlh"}, 1),
        ({"EMADS_LANGUAGES": ","}, 1),
        ({"EMADS_LANGUAGES": " "}, 0),
        ({"EMADS_LANGUAGES": "th", "EMADS_TTS": "piper|espeak"}, 1),
        ({"EMADS_MODEL": "openai:x"}, 1),
        ({"EMADS_MODEL": "nobody:x"}, 1),
        ({"EMADS_MODEL": "gpt"}, 1),
        ({**CHAT, "EMADS_MODEL_URL": DEAD}, 3),
        ({"EMADS_ROUTER": "model"}, 1),
        ({"EMADS_ROUTER": "dice"}, 1),
        ({**CHAT, "EMADS_MODEL_URL": DEAD, "EMADS_ROUTER": "model"}, 3),
        ({"EMADS_HANDBOOK": "/nowhere"}, 1),
        ({"EMADS_HANDBOOK": "."}, 1),
        ({"EMADS_TURN_MODEL": "clever-turn"}, 1),
        ({"EMADS_ALIGNER": "/nowhere"}, 0),  # whose recogniser takes none
        ({"EMADS_DATA_DIR": "question.wav"}, 1),
        ({"EMADS_DATA_DIR": "question.wav/data"}, 1),
        ({"EMADS_DATA_DIR": "~nobody-of-that-name/data"}, 1),
        ({"EMADS_PHONE_HUMAN": ""}, 0),
    ],
    ids=lambda value: (
        " ".join(f"{name[6:]}={text}" for name, text in value.items()) if isinstance(value, dict) else None
    ),
)
def test_ask_and_doctor_agree(
    run: Run, record: Callable[..., str], stage: Stage, variables: dict[str, str], status: int
) -> None:
    if any("openai" in value for value in variables.values()):
        pytest.importorskip("langchain_openai", reason='it takes the extra "openai"')
    stage(variables)
    assert verdicts(run, record) == (status, status)


@pytest.mark.parametrize("router", ["exemplars", "model"])
@pytest.mark.parametrize(("answers_with", "status"), [(200, 0), (401, 3), (500, 3)])
def test_they_agree_on_a_chat_model(
    run: Run,
    record: Callable[..., str],
    stage: Stage,
    chat: ChatServer,
    router: str,
    answers_with: int,
    status: int,
) -> None:
    pytest.importorskip("langchain_openai", reason='it takes the extra "openai"')

    def script(body: dict[str, object]) -> list[str]:
        schema = json.dumps(body.get("response_format") or body.get("tools") or "")
        route = {"agents": ["cto"], "reason": "It is technical."}
        form = {"answer": "Yes.", "agent": "cto", "options": [], "recommendation": "", "confidence": 0.8}
        return [json.dumps(route if '"agents"' in schema else form)]

    chat.script, chat.status = script, answers_with
    stage({**CHAT, "EMADS_MODEL_URL": chat.url, "EMADS_ROUTER": router})
    assert verdicts(run, record) == (status, status)


def test_they_agree_on_ears_and_voices_that_load_and_then_fail(
    run: Run, record: Callable[..., str], stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage({})
    broken = RecognitionError("The server is out of memory.")
    with monkeypatch.context() as patched:
        patched.setattr(configured_backends, "make_recognizer", lambda _: ScriptedRecognizer([broken] * 3))
        assert verdicts(run, record) == (1, 1)

    class Mute(ScriptedSynthesizer):
        async def synthesize(self, *_: object, **__: object):  # type: ignore[no-untyped-def]
            raise SynthesisError("The server is out of memory.")
            yield

    monkeypatch.setattr(configured_backends, "make_synthesizer", lambda _: Mute())
    assert verdicts(run, record) == (1, 1)


@pytest.mark.parametrize(
    ("make", "status"),
    [
        pytest.param(lambda data: (data / "threads.sqlite").mkdir(), 1, id="threads are a folder"),
        pytest.param(lambda data: (data / "records.sqlite").mkdir(), 1, id="the ledger is a folder"),
        pytest.param(
            lambda data: (data / "threads.sqlite").write_bytes(b"no database" * 99), 1, id="no database"
        ),
        pytest.param(lambda data: (data / "threads.sqlite").touch(), 0, id="empty threads"),
        pytest.param(
            lambda data: (data / "records.sqlite").write_bytes(b"no database" * 99), 1, id="no ledger"
        ),
        pytest.param(lambda data: (data / "records.sqlite").touch(), 0, id="empty ledger"),
        pytest.param(lambda data: sqlite3.connect(data / "threads.sqlite").close(), 0, id="new database"),
    ],
)
def test_they_agree_on_what_lies_in_the_data_folder(
    run: Run,
    record: Callable[..., str],
    stage: Stage,
    tmp_path: Path,
    make: Callable[[Path], object],
    status: int,
) -> None:
    stage({})
    (tmp_path / "data").mkdir()
    make(tmp_path / "data")
    before = sorted((path.name, path.stat().st_size) for path in (tmp_path / "data").iterdir())
    looked = run("doctor", "--json")
    assert sorted((path.name, path.stat().st_size) for path in (tmp_path / "data").iterdir()) == before
    asked = run("ask", record("question.wav"))
    assert (asked.status, looked.status) == (status, status)


@pytest.mark.parametrize(
    ("variables", "status"),
    [
        (PHONE, 0),
        ({**PHONE, "TWILIO_AUTH_TOKEN": " "}, 1),
        ({**PHONE, "TWILIO_ACCOUNT_SID": ""}, 1),
        ({**PHONE, "EMADS_PUBLIC_URL": ""}, 1),
        ({**PHONE, "EMADS_PUBLIC_URL": "http://voice.example.com"}, 1),
        ({**PHONE, "EMADS_PUBLIC_URL": "voice.example.com"}, 1),
        ({**PHONE, "EMADS_PHONE_MAX_CALLS": "many"}, 1),
        ({**PHONE, "EMADS_PHONE_MAX_CALLS": ""}, 0),
        ({**PHONE, "EMADS_PHONE_ALLOW": "friends"}, 1),
        ({**PHONE, "EMADS_PHONE_RECORD": "perhaps"}, 1),
        ({**PHONE, "EMADS_TURN_MODEL": "smart-turn"}, 1),  # whose weights are nowhere
        ({**PHONE, "EMADS_LANGUAGES": "tlh"}, 1),
        ({**PHONE, "EMADS_ASR": "wisper"}, 1),
        ({"EMADS_TURN_MODEL": "smart-turn"}, 1),  # which browsers and apps are heard with, too
        ({"EMADS_PHONE_MAX_CALLS": "40"}, 0),
    ],
    ids=lambda value: (
        " ".join(f"{name[6:]}={text}" for name, text in value.items() if PHONE.get(name) != text)
        if isinstance(value, dict)
        else None
    ),
)
def test_serve_and_doctor_agree(
    run: Run,
    record: Callable[..., str],
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    status: int,
) -> None:
    async def stop_at_once(_app: object, _admission: object, listener: socket.socket, **_: object) -> None:
        listener.close()

    monkeypatch.setattr("emads_voice.channels.server.serving.serve", stop_at_once)
    stage(variables)
    assert verdicts(run, record, "serve", "--port", "0") == (status, status)
