"""``emads-voice talk``: a conversation at this machine's microphone and loudspeaker."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from emads_voice.cli.console import out, print_row
from emads_voice.cli.errors import UsageError
from emads_voice.cli.exit_status import FAILED
from emads_voice.cli.options import Graph, Hotwords, words
from emads_voice.cli.recordings import STDIN, Recording
from emads_voice.voice.sound.audio import Audio


def talk(
    graph: Graph = None,
    thread: Annotated[
        str, typer.Option(help="Conversation to continue; a new one if not given.", callback=words)
    ] = "",
    hotwords: Hotwords = "",
    files: Annotated[
        list[str] | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="Say this recording instead of listening to a microphone; repeated, one after the other.",
        ),
    ] = None,
    device: Annotated[
        list[str] | None,
        typer.Option(
            "--device",
            metavar="NAME",
            help="Microphone, loudspeaker or headset to use: a number or a part of its name. Give it twice for two.",
        ),
    ] = None,
    list_devices: Annotated[
        bool, typer.Option("--list-devices", help="Show the microphones and loudspeakers and leave.")
    ] = False,
) -> None:
    """Talk with the agents at this machine: speak, hear the answer, and interrupt it when you like.

    Keys: m mutes the microphone, q or Ctrl-C ends the conversation, 0-9, * and # are those of a telephone.

    Exit status: 0 it was ended, 1 something failed: a device is gone, or what --file said was not answered.
    """
    if list_devices:
        _list()
        return
    if files and STDIN in files:
        raise UsageError('--file reads files, and "-" is none: name a recording.')
    recordings = [_read(name) for name in files or []]
    failed = asyncio.run(_talk(graph, thread or str(uuid.uuid4()), hotwords, recordings, device or []))
    raise typer.Exit(FAILED if failed else 0)


def _read(name: str) -> Audio:
    from emads_voice.graph.listening import MAX_QUESTION_S

    return Recording(name, max_duration_s=MAX_QUESTION_S).read()


async def _talk(
    graph: str | None, thread: str, hotwords: str, recordings: Sequence[Audio], wanted: Sequence[str]
) -> bool:
    from .held import hold
    from .sound import choose

    chosen = choose(wanted, recordings)  # before models load for nothing
    return await hold(graph, thread, hotwords, chosen)


def _list() -> None:
    from emads_voice.channels.local.sound_card import devices

    found = devices()
    if not found:
        out.print("There is no microphone and no loudspeaker.")
    for each in found:
        kinds = [
            f"{kind}{' (the usual one)' if usual else ''}"
            for kind, is_one, usual in (
                ("microphone", each.hears, each.usual_microphone),
                ("loudspeaker", each.plays, each.usual_loudspeaker),
            )
            if is_one
        ]
        print_row(Text(f"{each.number:>3}", "bold cyan"), each.name, f"{', '.join(kinds)}, {each.rate} Hz")
