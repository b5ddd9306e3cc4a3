"""What stands where Twilio's REST API would: it says yes to everything and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


class RestDouble:
    """Listens on loopback from its making until :meth:`close`.

    Attributes:
        url: replaces ``https://api.twilio.com``.
        asked: path and form of each request, oldest first.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked.append((self.path, dict(parse_qsl(body.decode()))))
                answer = json.dumps({"sid": "CA" + "9" * 32}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def of(self, call_sid: str) -> list[dict[str, str]]:
        """What was asked of one call."""
        return [form for path, form in self.asked if call_sid in path]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
