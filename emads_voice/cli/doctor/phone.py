"""What ``serve`` needs besides. A telephone of which nothing is set is off, and no failure."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .finding import Bench

if TYPE_CHECKING:
    from emads_voice.channels.twilio.settings import TwilioSettings
    from emads_voice.settings import Settings

HTTPS = 443
"""The port to which Twilio's streams come."""

_ACCOUNT = re.compile(r"AC[0-9a-f]{32}")
_LOCAL = re.compile(
    r"localhost|.*\.(localhost|local|internal|lan|home\.arpa|test|invalid|example)", re.IGNORECASE
)


async def examine(bench: Bench, settings: Settings) -> None:
    """Make what ``serve`` makes. Twilio is not asked anything: nothing leaves this machine."""
    from emads_voice.assembly.configured import load_turn_model
    from emads_voice.channels.server.app import create_app
    from emads_voice.channels.twilio.settings import TwilioSettings, load_twilio_settings
    from emads_voice.environment import set_variables
    from emads_voice.known_settings import without_password
    from emads_voice.voice.activity.vad import shared_vad

    on = bool(set_variables().keys() & set(TwilioSettings.variables().values()))
    if settings.turn_model:
        name = settings.turn_model
        await bench.attempt("EMADS_TURN_MODEL", lambda: load_turn_model(settings), lambda _: name)
    if not on:
        bench.put(
            "serve", None, "off: no variable of the telephone is set; docs/phone.md says which there are"
        )
        return

    async def answer() -> TwilioSettings:
        phone = load_twilio_settings()
        if not phone.untouched:
            create_app(_nobody, phone)
        return phone

    phone = await bench.attempt(
        "serve",
        answer,
        lambda phone: (
            "answers browsers and apps, and no telephone"
            if phone.untouched
            else f"answers at {without_password(phone.public_url)}"
        ),
    )
    await bench.attempt(
        "voice activity", lambda: asyncio.to_thread(shared_vad, settings.models_dir), lambda _: "loaded"
    )
    if phone and not phone.untouched:
        for doubt, remedy in doubts_of_address(phone.public_url):
            bench.put("EMADS_PUBLIC_URL", None, doubt, remedy)
        if not _ACCOUNT.fullmatch(phone.account_sid):
            remedy = "copy it from the start page of Twilio's console"
            bench.put("TWILIO_ACCOUNT_SID", None, "is not AC and 32 hexadecimal digits", remedy)


def doubts_of_address(url: str) -> Iterator[tuple[str, str]]:
    """Why Twilio will hardly reach what `serve` starts with, and what to do."""
    address = urlsplit(url)
    host = address.hostname or ""
    if _is_local(host):
        yield f"{host} is a name of this machine or its network", "give the address of a tunnel or a proxy"
    if address.port not in (None, HTTPS):
        yield (
            f"port {address.port} is not {HTTPS}, to which Twilio's streams come",
            "let a proxy listen there",
        )
    if address.path:
        yield (
            f"the path {address.path} must be taken off by what forwards to `serve`",
            f"forward {address.path}/twilio/… as /twilio/…, or leave the path out",
        )
    if address.username:
        yield "a name or password stands in EMADS_PUBLIC_URL", "take it out: `serve` asks for none"


def _is_local(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or bool(_LOCAL.fullmatch(host))


async def _nobody(*_: object) -> None:
    """Holds no conversation: no call comes."""
