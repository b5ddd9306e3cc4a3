"""``emads-voice say``: text goes in, speech comes out."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from emads_voice.voice.errors import SynthesisError
from emads_voice.voice.languages import Language
from emads_voice.voice.sound.audio import Audio

from .console import note, progress
from .errors import UsageError
from .exit_status import DEGRADED
from .options import Play, spoken_language, words
from .player import play as play_aloud
from .recordings import check_output


def say(
    text: Annotated[str, typer.Argument(help="What to say.", callback=words)],
    output: Annotated[Path | None, typer.Option("--out", help="WAV to write.")] = None,
    language: Annotated[
        str | None,
        typer.Option(help="Language of the text: vi, Vietnamese. Detected if not given.", callback=words),
    ] = None,
    play: Play = False,
) -> None:
    """Say something, into a WAV or aloud.

    Exit status: 0 said, 1 failed, 3 said, but not by the voice that should have.
    """
    if not text.strip():
        raise UsageError("Give some words to say.")
    if not (output or play):
        raise UsageError("Say where to: --out hello.wav, --play, or both.")
    pinned = spoken_language(language)
    if output:
        check_output(output)
    sound, said_in, degraded = asyncio.run(_say(text, pinned))
    if output:
        sound.save(output)
        note(f"{output}: {sound.duration_s:.1f} s of {said_in.name}.")
    if play:
        with tempfile.TemporaryDirectory() as folder:
            played = output or Path(folder) / "said.wav"
            if not output:
                sound.save(played)
            play_aloud(played)
    raise typer.Exit(DEGRADED if degraded else 0)


async def _say(text: str, pinned: Language | None) -> tuple[Audio, Language, bool]:
    """The sound, its language, and whether another voice than the first had to take over."""
    from emads_voice import configured_backends
    from emads_voice.settings import load_settings
    from emads_voice.voice.mouth import ClipMouth
    from emads_voice.voice.text.language import identify

    settings = load_settings()
    language = pinned or identify(text, settings.languages)
    with progress("Speaking…") as warnings:
        mouth = ClipMouth(configured_backends.make_synthesizer(settings))
        spoken = await mouth.finish(text, language=language)
    if spoken.error or not mouth.audio:
        raise SynthesisError(spoken.error or "There was nothing in the text that can be spoken: give words.")
    return mouth.audio, language, bool(warnings)
