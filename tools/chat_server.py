"""An OpenAI-compatible chat server on loopback whose answers are a script's: the protocol is real, the model is not."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Piece = str | dict[str, Any]
"""Of an answer: its text, or a whole ``delta`` as OpenAI streams it: ``{"tool_calls": […]}``, ``{"refusal": "…"}``."""

Script = Callable[[dict[str, Any]], Iterable[Piece]]


class ChatServer:
    """An OpenAI-compatible chat server on loopback whose answers are a script's.

    Attributes:
        script: from a request's body, the pieces of the answer; it may wait between them.
        finish_reason: of every answer.
        status: of every answer; an error's text repeats the key, as OpenAI's does.
        requests: the bodies of the requests it got.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.status = 200
        self.finish_reason = "stop"
        self.requests: list[dict[str, Any]] = []
        self.closing = threading.Event()
        chat = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                chat.requests.append(body)
                self.send_response(chat.status)
                self.send_header("Retry-After", "30")
                self.send_header("Content-Type", "text/event-stream" if body.get("stream") else "text/json")
                self.end_headers()
                with contextlib.suppress(ConnectionError):  # the caller had enough
                    for line in chat._lines(body, self.headers["Authorization"]):
                        self.wfile.write(line.encode())

            def log_message(self, *_: Any) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def _lines(self, body: dict[str, Any], authorization: str) -> Iterator[str]:
        whole = {"id": "1", "object": "chat.completion", "created": 0, "model": body["model"]}
        if self.status != 200:
            yield json.dumps({"error": {"message": f"No: {authorization}", "type": "error", "code": None}})
        elif body.get("stream"):
            yield _event(whole, {"role": "assistant"}, None)
            for piece in self.script(body):
                yield _event(whole, {"content": piece} if isinstance(piece, str) else piece, None)
            yield _event(whole, {}, self.finish_reason)
            yield "data: [DONE]\n\n"
        else:
            message = {"role": "assistant", "content": "".join(map(str, self.script(body)))}
            yield json.dumps(
                {**whole, "choices": [{"index": 0, "message": message, "finish_reason": self.finish_reason}]}
            )

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


def _event(whole: dict[str, Any], delta: dict[str, Any], finish: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return f"data: {json.dumps({**whole, 'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n"
