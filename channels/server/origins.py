"""Refuses what a web page sends and, where no signature is asked for, whatever comes from another machine.

Browsers send requests, and open sockets, wherever the page they show tells them to, also to this machine. What
a page sends names its origin; Twilio and other programs name none. A page whose own name is made to lead to
this machine (DNS rebinding) has its origin right, but not the host it asks for.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from emads_voice.channels.api.requests.errors import ApiError
from emads_voice.observability.log_throttle import strangers

POLICY_VIOLATION = 1008  # RFC 6455; before a socket is accepted, the server answers 403


def is_loopback(address: str) -> bool:
    """Whether this is an IP address of the machine itself, which nobody else reaches; names are none."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None  # ::ffff:127.0.0.1
    return (mapped or ip).is_loopback


class OriginCheck:
    """ASGI middleware before one route. Not before a whole application: others' routes have pages of their own."""

    def __init__(self, app: ASGIApp, public_url: str, *, only_local: bool) -> None:
        """
        Args:
            app: what is behind it.
            public_url: the one address whose own pages may ask.
            only_local: let in programs on this machine alone, whatever the public URL.
        """
        self._app = app
        self._origin = "" if only_local else _origin(public_url)
        self._only_local = only_local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope)
        if not refusal:
            await self._app(scope, receive, send)
            return
        strangers.warning("A request was refused: %s", refusal)
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await ApiError(403, "forbidden", f"The request is refused: {refusal}").response()(
                scope, receive, send
            )

    def _refusal(self, scope: Scope) -> str:
        """Why a request stays out; "" if it does not."""
        hosts, origins = (_all(scope, name) for name in (b"host", b"origin"))
        ours = self._origin
        if self._only_local:
            peer = scope.get("client")  # None: a socket in the file system
            if peer and not is_loopback(peer[0]):
                return "this server is insecure and answers its own machine alone; ask from there."
            if len(hosts) != 1 or not _names_this_machine(hosts[0]):
                return "this server is insecure; ask it as localhost."
            ours = f"http://{hosts[0]}"
        if any(origin.lower() != ours for origin in origins):
            return (
                "it comes from a web page; ask from a program, or from a page of this server's own address."
            )
        return ""


def _all(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1").lower() for header, value in scope["headers"] if header == name]


def _names_this_machine(host: str) -> bool:
    try:
        parts = urlsplit(f"http://{host}")
        name = parts.hostname or ""
        plain = parts.netloc == host and not parts.username and parts.port != 0
    except ValueError:
        return False
    return plain and (name == "localhost" or is_loopback(name))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
