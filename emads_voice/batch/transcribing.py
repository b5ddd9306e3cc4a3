"""Recordings written down, a batch of them: as ``emads-voice transcribe`` does it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from emads_voice import configured_backends
from emads_voice.settings import Settings
from emads_voice.voice.languages import find_spoken
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.crosstalk import separated
from emads_voice.voice.sound.level import levelled
from emads_voice.voice.transcription.as_json import as_json, part_as_json, segment_as_json
from emads_voice.voice.transcription.gaps import marked
from emads_voice.voice.transcription.sides import hear_sides
from emads_voice.voice.transcription.subtitles import to_srt, to_vtt
from emads_voice.voice.transcription.watching import watched_by
from emads_voice.writing import storable

from .pipelines import Job, Made, Unseen, remarks

MAX_S = 2 * 3600.0
"""A recording is held in memory while it is heard: two hours are about 0.5 GB."""

RATE = 16_000


class Transcribing:
    """Writes transcript.json, .txt, .srt and .vtt."""

    def __init__(self, job: Job, settings: Settings) -> None:
        self._language = find_spoken(job.language or None)
        self._hotwords = (*settings.hotwords, *job.hotwords)
        self._recognizer = configured_backends.make_recognizer(settings)

    async def warm_up(self) -> None:
        """See :class:`.pipelines.Pipeline`."""
        await self._recognizer.warm_up()

    async def __call__(self, recording: Path, folder: Path) -> Made:
        """See :class:`.pipelines.Pipeline`."""
        audio = levelled(await asyncio.to_thread(_read, recording, None), in_place=True)
        if audio.two_sided and audio.channels > 1:
            sides = separated(lambda channel: _read(recording, channel), audio.channels)
            transcript = await hear_sides(sides, audio.channels, self._side, duration_s=audio.duration_s)
        else:
            transcript = await self._hear(audio)
        await asyncio.to_thread(_write, folder, recording.name, audio, transcript)
        fell_back = configured_backends.fell_back(self._recognizer, transcript.model)
        return Made(
            audio.duration_s,
            remarks(transcript, audio.faults, fell_back=fell_back),
            bool(transcript.failures),
        )

    async def _side(self, _: int, side: Audio) -> Transcript:
        return await self._hear(side)

    async def _hear(self, audio: Audio) -> Transcript:
        with watched_by(Unseen()):
            return await self._recognizer.transcribe(
                audio, language=self._language, hotwords=self._hotwords, timestamps=True
            )


def _read(path: Path, channel: int | None) -> Audio:
    return Audio.load(path, max_duration_s=MAX_S, max_rate=RATE, channel=channel)


def _write(folder: Path, name: str, audio: Audio, transcript: Transcript) -> None:
    whole = as_json(storable(name), audio, transcript) | {
        "segments": [segment_as_json(part, transcript) for part in transcript.segments],
        "words": [part_as_json(word) for word in transcript.words],
    }
    files = {
        "transcript.json": json.dumps(whole, ensure_ascii=False, indent=1) + "\n",
        "transcript.txt": marked(transcript) + "\n",
        "transcript.srt": to_srt(transcript),
        "transcript.vtt": to_vtt(transcript),
    }
    for file, content in files.items():
        (folder / file).write_text(storable(content), "utf-8")
