"""The pages as HTML. Whatever callers have said, and models have written, is text in them and never markup."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment

from emads_voice.channels.pages import templates
from emads_voice.messages.formatting import Messages

from .record import Call
from .waveform import Waveform


def call_page(call: Call, said: Messages) -> str:
    """The page of a call, which asks for its style and its script beside it."""
    return _render("call.html", said, call=call, waveform=None, beside="", style="", policy="")


def call_document(call: Call, said: Messages, waveform: Waveform | None) -> str:
    """The page of a call as a file that needs nothing beside it, with its recording drawn if there is one."""
    style = text_of("page.css")
    policy = f"default-src 'none'; style-src 'sha256-{_hash(style)}'"
    return _render("call.html", said, call=call, waveform=waveform, beside=None, style=style, policy=policy)


def list_page(
    calls: Sequence[Call], said: Messages, *, unreadable: Sequence[str], older: str, newest: bool
) -> str:
    """The page of several calls.

    Args:
        calls: in their order.
        said: the words of the page.
        unreadable: conversations that cannot be read.
        older: the conversation that the next page begins after; "" if there are no more.
        newest: whether this is the first page.
    """
    return _render(
        "list.html",
        said,
        calls=calls,
        unreadable=unreadable,
        older=older,
        newest=newest,
        beside="calls/",
        style="",
        policy="",
    )


def message_page(text: str, said: Messages, beside: str) -> str:
    """A page that says one thing."""
    return _render("message.html", said, text=text, beside=beside, style="", policy="")


def text_of(name: str) -> str:
    """A file of this folder."""
    return templates.text_of(__package__, name)


def _render(name: str, said: Messages, **values: Any) -> str:
    return _environment().get_template(name).render(said=said, **values)


@cache
def _environment() -> Environment:
    return templates.templates(__package__, clock=_clock, day=_day, seconds=_seconds)


def _clock(seconds: float) -> str:
    """Minutes and seconds, "1:04.5"."""
    minutes, rest = divmod(round(max(0.0, seconds), 1), 60)
    return f"{minutes:.0f}:{rest:04.1f}"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f}"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
