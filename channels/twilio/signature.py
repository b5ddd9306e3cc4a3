"""Twilio's signature: proof that a request was made by Twilio for our account, on the address we gave it.

It is checked against the configured public URL, never against what the request says of itself: hosts and
forwarded headers are whatever the sender writes.
https://www.twilio.com/docs/usage/security#validating-requests
"""

from __future__ import annotations

import hmac
import re
from urllib.parse import urlsplit

from .forms import Form

HEADER = "x-twilio-signature"

_BASE64_SHA1 = re.compile("[A-Za-z0-9+/]{27}=")


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

    def webhook(self, path: str, query: str, form: Form, signature: str) -> bool:
        """Whether a POST is genuine: its path below the public URL, raw query and form as received."""
        address = f"{path}?{query}" if query else path
        return self._matches(self._bases, address + _signed(form), signature)

    def upgrade(self, path: str, signature: str) -> bool:
        """Whether a request to open a stream is genuine; it has neither form nor query."""
        return self._matches(self._stream_bases, path, signature)

    def _matches(self, bases: list[str], rest: str, signature: str) -> bool:
        if not is_signature(signature):
            return False
        given = signature.encode()
        return any(hmac.compare_digest(self._sign(base + rest, None).encode(), given) for base in bases)


def is_signature(header: str) -> bool:
    """Whether this could be a signature at all, which costs nothing to see: a SHA-1 in base64."""
    return _BASE64_SHA1.fullmatch(header) is not None


def _signed(form: Form) -> str:
    """A form as Twilio signs it: names and values one after the other, in order, and what is said twice once.

    Twilio's validator does the same by looking each name up in the form, which takes its square on Starlette's.
    """
    return "".join(name + value for name, value in sorted(set(form.multi_items())))


def _forms(url: str) -> list[str]:
    """The address with and without the scheme's own port: Twilio signs either."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    usual = 443 if parts.scheme == "https" else 80
    if (parts.port or usual) != usual:
        return [url]
    return [f"{parts.scheme}://{host}{port}{parts.path}" for port in ("", f":{usual}")]
