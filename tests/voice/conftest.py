"""The embedded models, loaded once for all tests; and a server of OpenAI's shape, scripted."""

from __future__ import annotations

import contextlib
import email.parser
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from emads_voice.voice.recognizers.whisper import WhisperRecognizer
from emads_voice.voice.synthesizers.piper import PiperSynthesizer

KEY = "sk-very-secret-0123456789"

STATUSES = [
    (401, "rejects the key"),
    (403, "does not allow this key"),
    (404, "does not know the model"),
    (413, "too large"),
    (429, "too busy"),
    (400, "failed with status 400"),
    (500, "failed with status 500"),
    (503, "failed with status 503"),
]


@pytest.fixture(scope="session")
def whisper() -> WhisperRecognizer:
    return WhisperRecognizer()


@pytest.fixture(scope="session")
def piper() -> PiperSynthesizer:
    return PiperSynthesizer("en_US-joe-medium")


@dataclass
class Answer:
    body: bytes
    status: int = 200
    kind: str = "application/json"
    missing: int = 0
    """Bytes that are announced but never sent."""
    hold: threading.Event | None = None
    """What it waits for before it is sent."""
    hold_open: threading.Event | None = None
    """What it waits for before the connection is closed."""
    headers: dict[str, str] = field(default_factory=lambda: {"retry-after-ms": "1"})


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status)


@dataclass
class Server:
    """Gives its answers by path; keeps what it was sent."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    then: dict[str, Answer] = field(default_factory=dict)
    """What comes after the first answer."""
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, Any]:
        """What the last request held."""
        return self.asked[-1][2]


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.answer(parse(self.headers["content-type"], body))

        def answer(self, fields: dict[str, Any]) -> None:
            served.asked.append((self.path, dict(self.headers), fields))
            answer = served.answers.get(self.path, as_json({"error": {"message": "Not Found"}}, 404))
            if answer.hold:
                answer.hold.wait(10)
            self.send_response(answer.status)
            self.send_header("content-type", answer.kind)
            self.send_header("content-length", str(len(answer.body) + answer.missing))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # who asked may be gone
                self.wfile.write(answer.body)
            if answer.hold_open:
                answer.hold_open.wait(10)
            if self.path in served.then:
                served.answers[self.path] = served.then.pop(self.path)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        served = Server(f"http://127.0.0.1:{http.server_port}/v1")
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        yield served
        http.shutdown()
        thread.join()


def parse(kind: str, body: bytes) -> dict[str, Any]:
    if kind == "application/json":
        value: dict[str, Any] = json.loads(body)
        return value
    form = email.parser.BytesParser().parsebytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + body)
    parts: Any = form.get_payload()
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in parts
    }
