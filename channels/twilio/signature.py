"""Twilio's signature: proof that a request was made by Twilio for our account, on the address we gave it.

It is checked against the configured public URL, never against what the request says of itself: hosts and
forwarded headers are whatever the sender writes.
https://www.twilio.com/docs/usage/security#validating-requests
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import ImmutableMultiDict

HEADER = "x-twilio-signature"


class Signatures:
    """Checks signatures made with one auth token for one public address."""

    def __init__(self, auth_token: str, public_url: str) -> None:
        """
        Args:
            auth_token: the account's.
            public_url: "https://host" or "https://host/prefix", without a slash at its end.
        """
        from twilio.request_validator import RequestValidator

        self._sign = RequestValidator(auth_token).compute_signature
        self._bases = _forms(public_url)
        self._stream_bases = [base.replace("http", "ws", 1) for base in self._bases]

    def webhook(self, path: str, query: str, form: ImmutableMultiDict[str, str], signature: str) -> bool:
        """Whether a POST is genuine: its path below the public URL, raw query and form as received."""
        address = f"{path}?{query}" if query else path
        return self._matches([base + address for base in self._bases], form, signature)

    def upgrade(self, path: str, signature: str) -> bool:
        """Whether a request to open a stream is genuine; it has neither form nor query."""
        return self._matches([base + path for base in self._stream_bases], None, signature)

    def _matches(self, urls: list[str], form: ImmutableMultiDict[str, str] | None, signature: str) -> bool:
        given = signature.encode()
        return any(hmac.compare_digest(self._sign(url, form).encode(), given) for url in urls)


def _forms(url: str) -> list[str]:
    """The address with and without the scheme's own port: Twilio signs either."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    usual = 443 if parts.scheme == "https" else 80
    if (parts.port or usual) != usual:
        return [url]
    return [f"{parts.scheme}://{host}{port}{parts.path}" for port in ("", f":{usual}")]
