"""The transcripts of the blocks of a long recording, each heard by itself, as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from emads_voice.voice.recognizer import Segment, Transcript

from .joining import join_texts
from .sides import named, ranked_languages


def join_blocks(blocks: Sequence[tuple[float, Transcript]], *, duration_s: float, sha256: str) -> Transcript:
    """One transcript of the blocks of a recording.

    Args:
        blocks: at least one, in order: the time at which each begins, and its transcript.
        duration_s: of the whole recording.
        sha256: its identity.
    """
    segments = [_later(segment, start) for start, block in blocks for segment in named(block)]
    ranked = ranked_languages(segments)
    spoken = ranked[0] if ranked and any(segment.text for segment in segments) else None
    unavailable = [block.words_unavailable for _, block in blocks if block.text and not block.words]
    return Transcript(
        text=join_texts(segment.text for segment in segments if segment.text),
        language=spoken,
        duration_s=duration_s,
        model="|".join(dict.fromkeys(block.model for _, block in blocks)),
        segments=tuple(
            replace(segment, language=None) if segment.language == spoken else segment for segment in segments
        ),
        audio_sha256=sha256,
        other_languages=tuple(language for language in ranked if language != spoken),
        words=()
        if unavailable
        else tuple(_later(word, start) for start, block in blocks for word in block.words),
        words_unavailable=unavailable[0] if unavailable else "",
        failures=tuple(_later(failure, start) for start, block in blocks for failure in block.failures),
    )


def _later(segment: Segment, by_s: float) -> Segment:
    return replace(segment, start_s=segment.start_s + by_s, end_s=segment.end_s + by_s)
