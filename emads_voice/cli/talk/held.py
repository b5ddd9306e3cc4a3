"""Holding the conversation: the assistant, the line, the screen and the keys."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

from emads_voice.channels.local.line import RATE, LocalLine
from emads_voice.cli.console import complain, note, progress

from .keys import keys
from .screen import Screen
from .sound import Sound
from .transcript import Transcript

if TYPE_CHECKING:
    from emads_voice.assembly.assistant import Assistant

CHANNEL = "microphone"
"""What agents are told of where the conversation is held."""

ENDED = "it was ended here"


async def hold(graph: str | None, thread: str, hotwords: str, sound: Sound) -> bool:
    """Hold a conversation until somebody ends it; returns whether something failed.

    Raises:
        DeviceError: a device cannot be opened.
        EmadsVoiceError: what putting the assistant together raises.
    """
    from emads_voice.assembly.calls import answer_calls
    from emads_voice.channels.call import CallInfo
    from emads_voice.channels.talking import talk

    with progress("Loading the models…"):
        assistant = await _assistant(graph, hotwords)
    try:
        async with assistant.open_with_locks() as (compiled, locks):
            converse = await answer_calls(assistant, compiled, locks=locks, rate=RATE)
            transcript = Transcript()
            heard_before: list[int] = []  # of each recording that was begun
            screen = Screen(transcript)
            line = LocalLine(heard_at=sound.heard_at, played_at=sound.played_at, on_event=screen.tell)
            _tell_devices(sound)
            async with (
                sound.open(
                    line,
                    idle=lambda: transcript.begun and not transcript.busy,
                    begins=lambda: heard_before.append(transcript.heard),
                ),
                keys(_pressed(line)) as has_keys,
                screen.shown(line, keys=has_keys),
            ):
                with _ended_by_ctrl_c(line):
                    await talk(converse, line, CallInfo("", thread, channel=CHANNEL))
            transcript.close()
    finally:
        await assistant.aclose()
    if line.broken:
        complain(f"The conversation was ended, because {line.ended}: connect it again.")
    heard = [*heard_before, transcript.heard]
    reasons = [] if line.ended == ENDED else [*unheard(len(sound.recordings), heard)]
    for reason in reasons:
        complain(reason)
    note(f"To go on with it: emads-voice talk --thread {thread}")
    return line.broken or bool(reasons) or bool(sound.recordings and transcript.failed)


def unheard(recordings: int, heard: Sequence[int]) -> Iterator[str]:
    """Which recordings came to nothing, and why.

    Args:
        recordings: how many there are.
        heard: how often words were heard before each one that was begun, and at the end.
    """
    for number, (before, after) in enumerate(pairwise(heard), 1):
        if before == after:
            yield f"No words were heard in recording {number}: listen to it, or record it again."
    for number in range(len(heard), recordings + 1):
        yield f"Recording {number} was not said, because the conversation had ended."


async def _assistant(graph: str | None, hotwords: str) -> Assistant:
    from emads_voice.assembly.source import find_source
    from emads_voice.environment import split_terms
    from emads_voice.settings import load_settings

    source = find_source(graph)  # which may set variables
    settings = load_settings()
    settings = settings.model_copy(update={"hotwords": (*settings.hotwords, *split_terms(hotwords))})
    assistant = await source.assemble(settings)
    await assistant.warm_up()
    return assistant


def _tell_devices(sound: Sound) -> None:
    if sound.microphone:
        note(f"Microphone: {sound.microphone.name}")
    if sound.loudspeaker:
        note(f"Loudspeaker: {sound.loudspeaker.name}")
    if sound.microphone and sound.loudspeaker:
        note("With headphones on you can interrupt it best.")


def _pressed(line: LocalLine) -> Callable[[str], None]:
    def press(key: str) -> None:
        match key.lower():
            case "m":
                line.muted = not line.muted
            case "q":
                line.lose(ENDED)
            case _:
                line.press(key)

    return press


@contextmanager
def _ended_by_ctrl_c(line: LocalLine) -> Iterator[None]:
    """The first Ctrl-C ends the conversation; a second one the command."""
    if sys.platform == "win32":
        yield  # there Ctrl-C cancels what runs
        return
    loop = asyncio.get_running_loop()

    def end() -> None:
        line.lose(ENDED)
        loop.remove_signal_handler(signal.SIGINT)

    loop.add_signal_handler(signal.SIGINT, end)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
