"""A meeting as one page that needs nothing beside it: waveform, text that plays where it is clicked, actions."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import IO

from jinja2 import Environment, StrictUndefined, Template

from emads_voice.graph.meetings.minutes_text import clock, day, facts, found_by, question_text
from emads_voice.graph.meetings.state import MeetingState
from emads_voice.messages.formatting import Messages

COLOURS = ("#0b6e99", "#b3541e", "#4b7f2a", "#8a3ffc", "#b0125b", "#7a6000", "#00736b", "#5b5f97")
"""Of speakers: each has a contrast of 4.5 with white at least; with more speakers they come again."""

HEIGHT = 48

_READ = 3 << 18
"""Bytes that are made base64 at a time; a multiple of three, so that its parts can be joined."""


def make_page(
    state: MeetingState, said: Messages, peaks: Sequence[float], sound: IO[bytes]
) -> Iterator[bytes]:
    """The page, piece by piece, as its recording may be long.

    Args:
        state: of the meeting's graph, whole.
        said: what we say, in the meeting's language.
        peaks: the loudest sample in each of equal parts, from 0 to 1.
        sound: the recording as WebM, from where it is read.
    """
    recording = state["recording"]
    colours = {name: number % len(COLOURS) for number, name in enumerate(recording["speakers"])}
    style, script = _text("page.css"), _text("page.js")
    place = secrets.token_hex()  # what nobody has said
    page = _template().render(
        state=state,
        recording=recording,
        language=recording["language_code"] or "en",
        said=said,
        facts=facts(state, said) + (found_by(state, said) if recording["segments"] else []),
        questions=[question_text(question, said) for question in state["questions"]],
        colours=colours,
        palette=list(enumerate(COLOURS)),
        bars=_bars(state, peaks, colours),
        height=HEIGHT,
        clock=clock,
        day=day,
        sound=place,
        style=style + "".join(_colour(number, colour) for number, colour in enumerate(COLOURS)),
        script=script,
        style_hash=_hash(style + "".join(_colour(number, colour) for number, colour in enumerate(COLOURS))),
        script_hash=_hash(script),
    )
    before, _, after = page.partition(place)
    yield before.encode()
    while part := sound.read(_READ):
        yield base64.b64encode(part)
    yield after.encode()


def _bars(
    state: MeetingState, peaks: Sequence[float], colours: dict[str, int]
) -> list[tuple[int, float, float, int | None]]:
    """Place, top, height and colour of each bar of the waveform."""
    step = state["recording"]["duration_s"] / max(1, len(peaks))
    segments, at, made = state["recording"]["segments"], 0, []
    loudest = max(peaks, default=0.0) or 1.0
    for number, peak in enumerate(peaks):
        middle = (number + 0.5) * step
        while at < len(segments) and segments[at]["end_s"] < middle:
            at += 1
        speaking = at < len(segments) and segments[at]["start_s"] <= middle
        colour = colours.get(segments[at]["speaker"]) if speaking else None
        tall = round(max(1.0, HEIGHT * peak / loudest), 1)
        made.append((number, round((HEIGHT - tall) / 2, 1), tall, colour))
    return made


def _colour(number: int, colour: str) -> str:
    return f".s{number}{{color:{colour};fill:{colour}}}"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_text("page.html"))
