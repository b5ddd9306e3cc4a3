"""Signatures of the webhooks that we send, after the Standard Webhooks specification, version 1.

A receiver checks them with any of its libraries, and knows by the id what it has had already.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from hashlib import sha256

from pydantic import SecretStr

_PREFIX = "whsec_"
_LEAST, _MOST = 24, 64  # bytes, as the specification has it


def read_secret(secret: SecretStr) -> bytes:
    """The key that a secret stands for.

    Args:
        secret: ``whsec_`` and 24 to 64 bytes in base64.

    Raises:
        ValueError: it is no such secret; the message says how one is made, and has nothing of this one.
    """
    text = secret.get_secret_value().strip()
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not text.startswith(_PREFIX) or not _LEAST <= len(key) <= _MOST:
        raise ValueError(
            f"a webhook's secret is {_PREFIX} and {_LEAST} to {_MOST} bytes in base64: "
            f'make one with echo "{_PREFIX}$(openssl rand -base64 32)"'
        )
    return key


def signed_headers(keys: Sequence[bytes], *, message_id: str, at: float, body: bytes) -> dict[str, str]:
    """What a receiver knows a message by: its id, when it was sent, and a signature with each of our keys.

    Args:
        keys: the newest first; two while a secret is being replaced.
        message_id: the same each time this message is sent.
        at: seconds since 1970, of this attempt. Receivers refuse what is minutes old, so that nobody sends it again.
        body: what is sent, byte for byte.
    """
    second = str(int(at))
    content = b".".join([message_id.encode(), second.encode(), body])
    signatures = [base64.b64encode(hmac.digest(key, content, sha256)).decode() for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": second,
        "webhook-signature": " ".join(f"v1,{each}" for each in signatures),
    }
