"""``emads-voice call``: ring someone up."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from .console import note, out
from .options import words


def call(
    number: Annotated[str, typer.Argument(help="Who to ring, with the country code: +84901234567.")],
    thread: Annotated[
        str, typer.Option(help="Conversation to continue; a new one if not given.", callback=words)
    ] = "",
    purpose: Annotated[
        str,
        typer.Option(
            help="Why you call, in words that whoever answers is told: 'your order 12 can be collected'.",
            callback=words,
        ),
    ] = "",
) -> None:
    """Place a phone call; whoever answers talks to the server `emads-voice serve` runs at EMADS_PUBLIC_URL.

    An answering machine is hung up on, or, with EMADS_PHONE_VOICEMAIL, told the purpose. Prints the call's SID.
    """
    from emads_voice.channels.twilio.call_control import TwilioCalls
    from emads_voice.channels.twilio.settings import load_twilio_settings

    settings = load_twilio_settings()
    settings.require()
    sid = asyncio.run(TwilioCalls(settings).place(number, thread_id=thread, purpose=purpose))
    out.print(sid)
    note("It rings.")
