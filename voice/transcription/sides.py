"""The transcripts of the sides of a call, each heard by itself, as one in the order of time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace

from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio

from .joining import join_texts


def speaker(channel: int, channels: int) -> str:
    """What whoever speaks on a channel, from 1, is called: "left" and "right", of more than two "channel 3"."""
    return ("left", "right")[channel - 1] if channels == 2 else f"channel {channel}"


async def hear_sides(
    sides: Iterator[Audio],
    count: int,
    hear: Callable[[int, Audio], Awaitable[Transcript]],
    *,
    duration_s: float,
) -> Transcript:
    """Each side of a recording heard by itself, as one transcript.

    Args:
        sides: the channels, in order. The next one is read, in a thread, when the one before has been heard.
        count: how many there are.
        hear: hears one, given its number, from 1; with times.
        duration_s: of the whole recording.
    """
    heard = []
    for number in range(1, count + 1):
        side = await asyncio.to_thread(next, sides)
        heard.append((speaker(number, count), await hear(number, side)))
    return replace(merge_sides(heard), duration_s=duration_s)


def merge_sides(sides: Sequence[tuple[str, Transcript]]) -> Transcript:
    """One transcript of several of the same recording, in the order of time, each segment with its speaker's name.

    If one side alone speaks, its transcript, without a name.

    Args:
        sides: at least one; the name of each, and its transcript with segments.
    """
    speaking = [(name, side) for name, side in sides if side.segments]
    if len(speaking) < 2:
        return (speaking or sides)[0][1]
    segments = sorted(
        (replace(segment, speaker=name) for name, side in speaking for segment in named(side)),
        key=lambda segment: segment.start_s,
    )
    ranked = ranked_languages(segments)
    spoken = ranked[0] if any(segment.text for segment in segments) and ranked else None
    unavailable = [side.words_unavailable for _, side in speaking if side.text and not side.words]
    words = sorted(
        (replace(word, speaker=name) for name, side in speaking for word in side.words),
        key=lambda word: word.start_s,
    )
    return replace(
        speaking[0][1],
        text=join_texts(segment.text for segment in segments if segment.text),
        language=spoken,
        model="|".join(dict.fromkeys(side.model for _, side in speaking)),
        segments=tuple(
            replace(segment, language=None) if segment.language == spoken else segment for segment in segments
        ),
        other_languages=tuple(language for language in ranked if language != spoken),
        words=() if unavailable else tuple(words),
        words_unavailable=unavailable[0] if unavailable else "",
        failures=tuple(failure for _, side in speaking for failure in side.failures),
    )


def named(side: Transcript) -> list[Segment]:
    """Its segments, each with its language, since the whole may have another."""
    return [
        replace(segment, language=segment.language or (side.language if segment.text else None))
        for segment in side.segments
    ]


def ranked_languages(segments: Sequence[Segment]) -> list[Language]:
    """What is spoken, the longest first, and what is written down before what is not."""
    spoken_s: dict[Language, tuple[bool, float]] = defaultdict(lambda: (False, 0.0))
    for segment in segments:
        if segment.language:
            written, so_far_s = spoken_s[segment.language]
            spoken_s[segment.language] = (
                written or bool(segment.text),
                so_far_s + segment.end_s - segment.start_s,
            )
    return sorted(spoken_s, key=spoken_s.__getitem__, reverse=True)
