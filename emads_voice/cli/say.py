"""``emads-voice say``: text goes in, speech comes out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from emads_voice.voice.errors import SynthesisError
from emads_voice.voice.languages import Language, find_language

from .console import DEGRADED, note, progress
from .errors import UsageError
from .recordings import check_output


def say(
    text: Annotated[str, typer.Argument(help="What to say.")],
    output: Annotated[Path, typer.Option("--out", help="WAV to write.")],
    language: Annotated[
        str | None, typer.Option(help="Language of the text: vi, Vietnamese. Detected if not given.")
    ] = None,
) -> None:
    """Say something, into a WAV.

    Exit status: 0 said, 1 failed, 3 said, but not by the voice that should have.
    """
    if not text.strip():
        raise UsageError("Give some words to say.")
    pinned = find_language(language) if language else None
    check_output(output)
    raise typer.Exit(asyncio.run(_say(text, output, pinned)))


async def _say(text: str, output: Path, pinned: Language | None) -> int:
    from emads_voice import speech
    from emads_voice.settings import load_settings
    from emads_voice.voice.mouth import ClipMouth
    from emads_voice.voice.text_language import identify

    settings = load_settings()
    language = pinned or identify(text, settings.languages)
    with progress("Speaking…") as warnings:
        mouth = ClipMouth(speech.make_synthesizer(settings))
        spoken = await mouth.finish(text, language=language)
    if spoken.error or not mouth.audio:
        raise SynthesisError(spoken.error or "There was nothing in the text that can be spoken.")
    mouth.audio.save(output)
    note(f"{output}: {spoken.duration_s:.1f} s of {language.name}.")
    return DEGRADED if warnings else 0
