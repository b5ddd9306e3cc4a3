"""Twilio as far as the server can see it: signed webhooks, and what their TwiML says.

Signatures are made from Twilio's description of them, not with its SDK, which the server uses.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

ACCOUNT, TOKEN, PUBLIC = "AC" + "0" * 32, "the-auth-token", "https://voice.example.com"
USUAL = {"AccountSid": ACCOUNT, "Direction": "inbound", "To": "+842899990000"}
"""What every webhook says."""


def call_sid() -> str:
    """A call nobody has heard of."""
    return "CA" + secrets.token_hex(16)


def number() -> str:
    """A caller nobody has heard of: what one call leaves behind must not count against the next."""
    return f"+8490{secrets.randbelow(10**7):07}"


def sign(url: str, form: dict[str, str] | None = None) -> str:
    """What Twilio writes into X-Twilio-Signature."""
    text = url + "".join(name + value for name, value in sorted((form or {}).items()))
    return base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()


@dataclass(frozen=True)
class Answer:
    """What a webhook was answered."""

    status: int
    text: str

    @property
    def verbs(self) -> list[str]:
        """Of its TwiML."""
        return [verb.tag for verb in ElementTree.fromstring(self.text)]

    @property
    def stream(self) -> Stream:
        """The stream it asks Twilio to open."""
        found = ElementTree.fromstring(self.text).find("./Connect/Stream")
        assert found is not None, self.text
        parameters = {each.attrib["name"]: each.attrib["value"] for each in found.iter("Parameter")}
        return Stream(found.attrib["url"], parameters)


@dataclass(frozen=True)
class Stream:
    """A stream Twilio is to open: its public address and what to say in ``start``."""

    url: str
    parameters: dict[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def signature(self) -> str:
        """Of the request that opens it."""
        return sign(self.url)


def post(
    port: int,
    path: str,
    *,
    headers: dict[str, str] | None = None,
    signed: bool = True,
    base: str = PUBLIC,
    form: Mapping[str, str] | None = None,
    **fields: str,
) -> Answer:
    """One webhook.

    Args:
        port: the server's.
        path: with its query.
        headers: besides the usual; what is given here is sent as given.
        signed: as Twilio would.
        base: the public address that is signed.
        form: besides :data:`USUAL`; without a ``From`` it is somebody new.
        fields: more of the form.
    """
    whole = {**USUAL, "From": number(), **(form or {}), **fields}
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    if signed:
        sent["X-Twilio-Signature"] = sign(base + path, whole)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", path, urlencode(whole), {**sent, **(headers or {})})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode())
    finally:
        connection.close()


def ring(port: int, sid: str, **form: str) -> Answer:
    """A call comes in."""
    return post(port, "/twilio/voice", form={"CallSid": sid, **form})
