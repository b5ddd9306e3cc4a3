"""Reads one HTTP request within limits; no I/O. What comes out is whole, valid and written anew, so nothing
behind it meets a half request, an endless one, or one that two parsers understand differently.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus

import h11

from emads_voice.errors import EmadsVoiceError

from .limits import Limits

_END_OF_HEAD = re.compile(rb"\n\r?\n")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
"""Belongs in no head; h11's pattern for header values takes time quadratic in the spaces before one."""
_METHODS = frozenset({b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS"})
_OURS = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"upgrade", b"expect", b"content-length", b"te"}
)
"""Headers about the connection, which ends here."""


class RequestError(EmadsVoiceError):
    """The request is answered with this status, and nobody else hears of it."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is complete.

    Attributes:
        to_websocket: it asks to become a WebSocket.
        data: the request as bytes, the only one of its connection.
    """

    to_websocket: bool
    data: bytes


class RequestReader:
    """The one request of a connection.

    Attributes:
        in_body: the head is complete.
        expects_continue: the peer waits to be told that its body is wanted.
        to_api: it is for the HTTP API, whose refusals are JSON.
        uploading: the body is longer than a stranger's may be, and is somebody's who may.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._received = bytearray()
        self._head: h11.Request | None = None
        self._length = 0
        self.expects_continue = False
        self.to_api = False
        self.uploading = False

    @property
    def in_body(self) -> bool:
        return self._head is not None

    @property
    def begun(self) -> bool:
        """Whether anything has come."""
        return bool(self._received) or self.in_body

    def feed(self, data: bytes) -> Request | None:
        """Take what came, and return the request once it is complete. What follows it is not looked at.

        Raises:
            RequestError: it is not a request that we take.
        """
        seen = len(self._received)
        self._received += data
        if self._head is None:
            end = self._end_of_head(seen)
            if end is None:
                return None
            self._head = self._parse(bytes(self._received[:end]))
            del self._received[:end]
        if len(self._received) < self._length:
            return None
        return self._complete(self._head, bytes(self._received[: self._length]))

    def _end_of_head(self, seen: int) -> int | None:
        received, limits = self._received, self._limits
        if received[0] < 0x21:  # as TLS begins; nothing of ours would ever follow
            raise RequestError(HTTPStatus.BAD_REQUEST, "it does not speak HTTP")
        found = _END_OF_HEAD.search(received, max(0, seen - 2))
        end = found.end() if found else len(received)
        if end > limits.head_bytes:
            raise RequestError(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"more than {limits.head_bytes} bytes of headers"
            )
        if received.count(b"\n", 0, end) > limits.head_lines:
            raise RequestError(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, f"more than {limits.head_lines} header lines"
            )
        return end if found else None

    def _parse(self, data: bytes) -> h11.Request:
        if _CONTROL.search(data):
            raise RequestError(HTTPStatus.BAD_REQUEST, "control characters in its headers")
        parser = h11.Connection(h11.SERVER, max_incomplete_event_size=len(data))
        try:
            parser.receive_data(data)
            head = parser.next_event()
        except h11.RemoteProtocolError:
            raise RequestError(HTTPStatus.BAD_REQUEST, "it is not valid HTTP") from None
        if not isinstance(head, h11.Request):
            raise RequestError(HTTPStatus.BAD_REQUEST, "it is not valid HTTP")
        if head.http_version not in (b"1.0", b"1.1"):
            raise RequestError(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "it is not HTTP/1")
        uploads = self._limits.uploads
        path, _, _ = head.target.partition(b"?")
        self.to_api = uploads is not None and (path + b"/").startswith(uploads.path.encode())
        if head.method not in _METHODS:
            raise RequestError(HTTPStatus.NOT_IMPLEMENTED, "an unknown method")
        if not head.target.startswith(b"/"):
            raise RequestError(HTTPStatus.BAD_REQUEST, "an address that is not ours")
        if len(head.target) > self._limits.target_bytes:
            raise RequestError(
                HTTPStatus.REQUEST_URI_TOO_LONG, f"an address of more than {self._limits.target_bytes} bytes"
            )
        headers = dict(head.headers)
        if b"transfer-encoding" in headers:
            # Twilio states it. So chunks, trailers and two lengths that disagree need no limits.
            raise RequestError(HTTPStatus.LENGTH_REQUIRED, "a body of unknown length")
        self._length = int(headers.get(b"content-length", b"0"))
        if self._length > self._limits.body_bytes:
            self._may_upload(head)
            self.uploading = True
        self.expects_continue = parser.they_are_waiting_for_100_continue and self._length > 0
        return head

    def _may_upload(self, head: h11.Request) -> None:
        limit, uploads = self._limits.body_bytes, self._limits.uploads
        if uploads and self.to_api:
            given = b", ".join(value for name, value in head.headers if name == b"authorization")
            if not uploads.known(given.decode("latin-1")):
                raise RequestError(HTTPStatus.UNAUTHORIZED, f"a body of more than {limit} bytes needs a key")
            limit = uploads.max_bytes
        if self._length > limit:
            raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a body of more than {limit} bytes")

    def _complete(self, head: h11.Request, body: bytes) -> Request:
        start = b"%b %b HTTP/%b\r\n" % (head.method, head.target, head.http_version)
        if _asks_for_websocket(head):
            if head.method != b"GET" or self._received:
                raise RequestError(HTTPStatus.BAD_REQUEST, "a WebSocket that sends before it is accepted")
            return Request(True, start + _lines(list(head.headers)) + b"\r\n")
        headers = [(name, value) for name, value in head.headers if name not in _OURS]
        headers += [(b"connection", b"close"), (b"content-length", b"%d" % len(body))]
        return Request(False, start + _lines(headers) + b"\r\n" + body)


def _lines(headers: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b"%b: %b\r\n" % header for header in headers)


def _asks_for_websocket(head: h11.Request) -> bool:
    headers = dict(head.headers) if head.http_version == b"1.1" else {}
    tokens = {token.strip().lower() for token in headers.get(b"connection", b"").split(b",")}
    return b"upgrade" in tokens and headers.get(b"upgrade", b"").lower() == b"websocket"
