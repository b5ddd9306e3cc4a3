"""Who rings, as Twilio's From and To tell it, in one spelling.

A withheld number comes as a word ("anonymous", "Restricted"), as that word typed on a keypad ("+266696687"), or
as an address at anonymous.invalid. Those are many people, not one, and no number of theirs is on any list.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

WITHHELD = "anonymous"
"""How lists name callers without a number."""

_WORDS = frozenset({"anonymous", "blocked", "private", "restricted", "unavailable", "unknown", "withheld"})
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
# Twilio's help names two more, "+464" and a misspelt "restricted". None of all these can be dialled: for the
# countries their first digits name, they are too short.
_SPELT = frozenset(word.translate(_KEYPAD) for word in _WORDS) | {"464", "7378742883"}

_SEPARATORS = re.compile(r"[\s().\-/]+")
_NUMBER = re.compile(r"\+?0*[1-9][0-9]*")
_ADDRESS = re.compile(r"(?P<scheme>[a-z]+):(?P<rest>.*)", re.DOTALL)
_PORT = re.compile(r":[0-9]+$")


def caller_of(address: str) -> str:
    """One spelling of whoever has this address; applied again it changes nothing.

    Returns:
        ``+84901234567``, a number without country code as it came (``12345``), ``sip:alice@example.com`` or
        ``client:bob`` in small letters; "" if it is withheld, or neither a number nor an address.
    """
    text = unquote(address).strip().lower()
    if "<" in text:  # "Alice" <sip:alice@example.com>
        text = text.partition("<")[2].partition(">")[0].strip()
    if match := _ADDRESS.fullmatch(text):
        scheme, rest = match["scheme"], re.split("[;?]", match["rest"], maxsplit=1)[0]
        if scheme != "tel":
            return _in_scheme(scheme, rest)
        text = rest
    return _number(text)


def _in_scheme(scheme: str, rest: str) -> str:
    user, at, host = rest.rpartition("@") if "@" in rest else (rest, "", "")
    host = _PORT.sub("", host)
    user = user.partition(":")[0] if at else user  # a password may follow
    nobody = not user or user in _WORDS or user.removeprefix("+") in _SPELT
    if nobody or host.endswith(".invalid"):  # RFC 3323
        return ""
    return f"{scheme}:{user}{at}{host}"


def _number(text: str) -> str:
    number = _SEPARATORS.sub("", text)
    if not _NUMBER.fullmatch(number) or number.removeprefix("+") in _SPELT:
        return ""
    return number
