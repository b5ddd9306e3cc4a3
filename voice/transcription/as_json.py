"""Transcripts as JSON, for programs."""

from __future__ import annotations

from typing import Any

from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio


def as_json(name: str, audio: Audio, transcript: Transcript) -> dict[str, Any]:
    """What is known of a recording and its transcript, without the parts."""
    gaps = transcript.gaps
    return {
        "file": name,
        "text": transcript.text,
        "language": transcript.language.name if transcript.language else "",
        "language_code": transcript.language.code if transcript.language else "",
        "other_languages": [language.name for language in transcript.other_languages],
        "duration_s": round(transcript.duration_s, 3),
        "model": transcript.model,
        "audio_sha256": transcript.audio_sha256,
        "faults": list(audio.faults),
        "failures": [part_as_json(failure) for failure in transcript.failures],
        "gaps": len(gaps),
        "gaps_s": round(sum(gap.end_s - gap.start_s for gap in gaps), 3),
        "words_unavailable": transcript.words_unavailable,
    }


def segment_as_json(part: Segment, transcript: Transcript | None = None) -> dict[str, Any]:
    """A segment, and in which language it is: its own, or that of the transcript."""
    spoken = part.language or (transcript.language if transcript and part.text else None)
    return part_as_json(part) | {"language_code": spoken.code if spoken else ""}


def part_as_json(part: Segment) -> dict[str, Any]:
    """A word, a segment or what failed, with its times in seconds."""
    timed = {"text": part.text, "start_s": round(part.start_s, 3), "end_s": round(part.end_s, 3)}
    return timed | ({"speaker": part.speaker} if part.speaker else {})
