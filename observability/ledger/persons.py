"""How records name people: by a keyed hash, so that nobody who reads them finds a number by trying all there are."""

from __future__ import annotations

import hmac
import os
import re
import secrets
import unicodedata
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from emads_voice.error_text import reason_of
from emads_voice.observability.audit import AuditError

_SIZE = 32
_REGION = "VN"
_SIP_NUMBER = re.compile(r"sips?:(\+\d+)@")


class Persons:
    """Names people, with a key in a file, which is made at the first use, for its owner only."""

    def __init__(self, path: Path) -> None:
        """
        Args:
            path: the file of the key: 64 hex digits.
        """
        self._path = path

    def name(self, person: str) -> str:
        """What records call somebody, 64 hex digits.

        Args:
            person: a telephone number, however it is written, one without a country code being of Vietnam; or the
                name of a user, in small letters or large.

        Raises:
            AuditError: the key cannot be read or made.
        """
        return hmac.digest(self._secret, _one_form(person).encode(), "sha256").hex()

    @cached_property
    def _secret(self) -> bytes:
        try:
            made = make_private(self._path, secrets.token_hex(_SIZE) + "\n")
            secret = bytes.fromhex(made)
        except OSError as error:
            raise AuditError(
                f"The key of people's names in the ledger, {self._path}, cannot be read or made ({reason_of(error)}): "
                "let this user use it."
            ) from None
        except ValueError:
            secret = b""
        if len(secret) != _SIZE:
            raise AuditError(f"{self._path} is no key of people's names: restore it from a backup.")
        return secret


def _one_form(person: str) -> str:
    """The same for all ways to write a number, or a name."""
    import phonenumbers  # 0.1 s to import

    name = unicodedata.normalize("NFKC", person).strip().casefold()
    dialled = _SIP_NUMBER.match(name)  # a line may bring a number as an address
    try:
        number = phonenumbers.parse(dialled[1] if dialled else name, _REGION)
    except phonenumbers.NumberParseException:
        return name
    if not phonenumbers.is_possible_number(number):
        return name
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def make_private(path: Path, text: str) -> str:
    """Make a file that only its owner reads, unless it is there; returns what is in it.

    Whole or not at all, also where two processes make it at once or one of them is killed.

    Raises:
        OSError: it can be neither made nor read.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        own = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(descriptor)
            with suppress(FileExistsError):  # another process was first
                os.link(own, path)
        finally:
            own.unlink()
    return path.read_text("utf-8")
