"""A recording of any length made a transcript with speakers: by its channels, or by voices in one channel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from emads_voice.voice.activity.vad import shared_vad, speech_spans
from emads_voice.voice.errors import AudioError
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Recognizer, Segment, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.crosstalk import powers, without_crosstalk
from emads_voice.voice.sound.spool import SpooledAudio, spool
from emads_voice.voice.transcription.blocks import join_blocks
from emads_voice.voice.transcription.sides import merge_sides, speaker
from emads_voice.voice.transcription.watching import Watcher, watched_by

from .attribution import attribute
from .d_vector import Vectors, shared_d_vector
from .diarization import Voices, hear_voices, one_voice, tell_apart

MAX_S = 4 * 3600.0
"""The longest meeting. It is unpacked on the disk, 115 MB an hour; the memory it takes does not grow with it."""

Speech = list[tuple[str, float, float]]

BARS = 1200
"""Of the picture of its waveform."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """What is known of who speaks in a recording.

    Attributes:
        names: in the order in which they begin, or of the channels in theirs; they are all who speak, unless ``count``
            says how many do.
        count: how many speak.
        voices: the path of a clip of each whose voice is known, by name.
        split: whether the channels are speakers; None: if they differ like the sides of a call.
        track: which sound track, from 1.
        models_dir: the models folder.
    """

    names: Sequence[str] = ()
    count: int | None = None
    voices: Mapping[str, Path] = field(default_factory=dict)
    split: bool | None = None
    track: int | None = None
    models_dir: Path | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording, heard.

    Attributes:
        transcript: with a speaker in each segment.
        faults: what of the file could not be read.
        peaks: the loudest sample in each of 1200 parts, from 0 to 1.
        by_channel: the speakers are its channels.
        speech: who speaks from when to when, in seconds; as exactly as voices tell, in any order.
        silent: channels without sound, where another has some.
    """

    transcript: Transcript
    faults: tuple[str, ...]
    peaks: tuple[float, ...]
    by_channel: bool
    speech: tuple[tuple[str, float, float], ...] = ()
    silent: tuple[str, ...] = ()


async def hear(
    source: Path | bytes,
    name: str,
    recognizer: Recognizer,
    speaking: Speaking,
    *,
    language: Language | None = None,
    hotwords: Sequence[str] = (),
    watcher: Watcher | None = None,
) -> Heard:
    """A transcript with speakers.

    Args:
        source: the file, or its content.
        name: what messages call it.
        recognizer: what hears it.
        speaking: what is known of who speaks.
        language: what is spoken, if known.
        hotwords: names and terms that are likely.
        watcher: is told how far it is, and what is written down.

    Raises:
        AudioError: the recording cannot be read, has one sound and is to be split, or a clip of a voice has none.
        WeightsError: the model that tells voices apart is missing.
        RecognitionError: nothing of it could be recognised.
    """
    ask = _Ask(recognizer, language, hotwords)
    known = await asyncio.to_thread(_known, speaking)
    whole = await asyncio.to_thread(spool, source, name, max_duration_s=MAX_S, track=speaking.track)
    with closing(whole):
        if speaking.split and whole.channels == 1:
            raise AudioError(f"{name} has one channel, so there is nothing to split: leave --channels out.")
        if speaking.split and whole.one_sound:
            raise AudioError(
                f"{name} has the same sound on both channels, so there is nothing to split: leave --channels out."
            )
        split = speaking.split if speaking.split is not None else whole.two_sided
        peaks = tuple(await asyncio.to_thread(whole.peaks, BARS))
        if split:
            transcript, speech = await _by_channel(source, name, whole, ask, speaking, watcher)
        else:
            transcript, speech = await _by_voice(whole, ask, speaking, known, watcher)
    silent = tuple(speaker(number, whole.channels) for number in whole.silent)
    return Heard(transcript, whole.faults, peaks, split, tuple(speech), silent)


@dataclass(frozen=True, slots=True)
class _Ask:
    recognizer: Recognizer
    language: Language | None
    hotwords: Sequence[str]

    async def transcript(self, audio: Audio, watcher: Watcher) -> Transcript:
        with watched_by(watcher):
            return await self.recognizer.transcribe(
                audio, language=self.language, hotwords=self.hotwords, timestamps=True
            )


async def _by_voice(
    whole: SpooledAudio,
    ask: _Ask,
    speaking: Speaking,
    known: Mapping[str, Vectors],
    watcher: Watcher | None,
) -> tuple[Transcript, Speech]:
    model = await asyncio.to_thread(shared_d_vector, speaking.models_dir)
    vad = await asyncio.to_thread(shared_vad, speaking.models_dir)
    written: list[tuple[float, Transcript]] = []
    voices: list[tuple[float, Voices]] = []
    spoken: list[tuple[float, float]] = []
    async for start, audio in _blocks(whole):
        spans = await asyncio.to_thread(speech_spans, audio, vad, pad_s=0.05)
        spoken += [(start + span.start_s, start + span.end_s) for span in spans]
        block, heard = await asyncio.gather(
            ask.transcript(audio, _Block(watcher, start, audio.duration_s, whole.duration_s)),
            asyncio.to_thread(hear_voices, audio, spans, model),
        )
        written.append((start, block))
        voices.append((start, heard))
    transcript = join_blocks(written, duration_s=whole.duration_s, sha256=whole.sha256)
    count = speaking.count or len(speaking.names) or None
    speakers = await asyncio.to_thread(
        tell_apart, Voices.join(voices), count=count, names=speaking.names, known=known
    )
    named = speakers.who if speakers.names else _nobody
    return attribute(transcript, speakers), [(named(*span)[0], *span) for span in spoken]


def _nobody(_start_s: float, _end_s: float) -> tuple[str, bool]:
    return "", False


async def _by_channel(
    source: Path | bytes,
    name: str,
    whole: SpooledAudio,
    ask: _Ask,
    speaking: Speaking,
    watcher: Watcher | None,
) -> tuple[Transcript, Speech]:
    """The channels, each without what is heard on it of the others."""
    count = whole.channels
    vad = await asyncio.to_thread(shared_vad, speaking.models_dir)
    sides, speech = [], []
    try:
        for number in range(1, count + 1):
            sides.append(await asyncio.to_thread(spool, source, name, track=speaking.track, channel=number))
        merged = []
        for at, side in enumerate(sides):
            others = [other for other in sides if other is not side]
            called = speaking.names[at] if at < len(speaking.names) else speaker(at + 1, count)
            written = []
            async for start, audio in _blocks(side):
                clean = await asyncio.to_thread(_alone, audio, start, others)
                done = (at * whole.duration_s + start, audio.duration_s, count * whole.duration_s)
                written.append((start, await ask.transcript(clean, _Block(watcher, *done, quiet=True))))
                spans = await asyncio.to_thread(speech_spans, clean, vad, pad_s=0.05)
                speech += [(called, start + span.start_s, start + span.end_s) for span in spans]
            joined = join_blocks(written, duration_s=whole.duration_s, sha256=whole.sha256)
            merged.append((called, joined))
    finally:
        for side in sides:
            side.close()
    return _named(merge_sides(merged), merged), speech


async def _blocks(whole: SpooledAudio) -> AsyncIterator[tuple[float, Audio]]:
    """The blocks of a recording, read beside the event loop."""
    blocks = whole.blocks()
    while (block := await asyncio.to_thread(next, blocks, None)) is not None:
        yield block


def _alone(audio: Audio, start_s: float, others: Sequence[SpooledAudio]) -> Audio:
    end = start_s + audio.duration_s
    own = powers(audio)
    theirs = [powers(other.clip(start_s, end))[: len(own)] for other in others]
    if any(len(power) < len(own) for power in theirs):
        return audio
    return without_crosstalk(Audio(audio.samples.copy(), audio.rate), own, theirs)


def _named(transcript: Transcript, sides: Sequence[tuple[str, Transcript]]) -> Transcript:
    """Where one side alone speaks its name is still known."""
    if any(segment.speaker for segment in transcript.segments) or not transcript.segments:
        return transcript
    name = next(name for name, side in sides if side.segments)
    return replace(
        transcript,
        segments=tuple(replace(segment, speaker=name) for segment in transcript.segments),
        words=tuple(replace(word, speaker=name) for word in transcript.words),
    )


def _known(speaking: Speaking) -> dict[str, Vectors]:
    found = {}
    for name, path in speaking.voices.items():
        audio = Audio.load(path, max_duration_s=600, max_rate=16_000)
        spans = speech_spans(audio, shared_vad(speaking.models_dir), pad_s=0.05)
        voice = one_voice(audio, spans, shared_d_vector(speaking.models_dir))
        if voice is None:
            raise AudioError(
                f"{path}, which is to be {name}'s voice, has no speech in it: give another clip."
            )
        found[name] = voice
    return found


class _Block:
    """Watches one block of a recording for whoever watches the whole."""

    def __init__(
        self, whole: Watcher | None, before_s: float, length_s: float, of_s: float, *, quiet: bool = False
    ) -> None:
        self._whole, self._before_s, self._length_s, self._of_s = whole, before_s, length_s, of_s
        self._quiet = quiet

    def heard(self, done_s: float, of_s: float, segments: Sequence[Segment]) -> None:
        if self._whole:
            done = self._before_s + self._length_s * (done_s / of_s if of_s else 1.0)
            later = (
                replace(
                    segment, start_s=segment.start_s + self._before_s, end_s=segment.end_s + self._before_s
                )
                for segment in segments
            )
            self._whole.heard(done, self._of_s, () if self._quiet else tuple(later))
