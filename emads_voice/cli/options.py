"""Options that several commands take."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from emads_voice.voice.errors import LanguageError
from emads_voice.voice.languages import Language, find_spoken

from .errors import UsageError


def words(value: str | None) -> str | None:
    """What was typed, as text: read as UTF-8 also where the locale is another, such as C.

    Raises:
        typer.BadParameter: it is no text.
    """
    try:
        # Python keeps the bytes that it could not read in the locale's encoding as lone surrogates.
        return value and value.encode("utf-8", "surrogateescape").decode("utf-8")
    except UnicodeError:
        raise typer.BadParameter("It is not text in UTF-8.") from None


def spoken_language(name_or_code: str | None) -> Language | None:
    """The language that --language names; None where it is left out, or ``auto``.

    Raises:
        UsageError: nobody knows it.
    """
    try:
        return find_spoken(name_or_code)
    except LanguageError as error:
        raise UsageError(str(error)) from None


Graph = Annotated[
    str | None,
    typer.Option(
        "--graph",
        metavar="MODULE:NAME",
        help="Who answers: my_project.agents:graph, ./agents.py:graph, or a name of langgraph.json. By default"
        " EMADS_GRAPH, else the first graph of a langgraph.json here, else the sample company.",
        callback=words,
    ),
]
Spoken = Annotated[
    str | None,
    typer.Option(
        "--language",
        help="Language spoken, by name or code: vi, vie, Vietnamese. Detected if not given, or auto.",
        callback=words,
    ),
]
TimeZone = Annotated[
    str,
    typer.Option("--time-zone", help="Where: Asia/Ho_Chi_Minh. By default this machine's.", callback=words),
]
Hotwords = Annotated[
    str,
    typer.Option(
        help="Names and terms that are likely, besides EMADS_HOTWORDS: Kubernetes,Bình Dương.", callback=words
    ),
]
Track = Annotated[
    int | None,
    typer.Option(
        help="Which sound track of a recording, from 1. If not given, the one that players play, unless it is silent.",
        min=1,
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Refuse recordings of which a part cannot be read.")]
Play = Annotated[bool, typer.Option("--play", help="Play what is spoken.")]


class Channels(StrEnum):
    """What is made of the channels of a recording."""

    MIX = "mix"
    SPLIT = "split"


SpeakersByChannel = Annotated[
    Channels | None,
    typer.Option(
        "--channels",
        help="Whether each channel is a speaker (split) or not (mix). If not given, as they are.",
    ),
]


def is_split(channels: Channels | None) -> bool | None:
    """Whether channels are taken for speakers; None: as they are."""
    return None if channels is None else channels is Channels.SPLIT
