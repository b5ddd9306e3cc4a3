"""Gaps of a transcript, where somebody speaks and nothing is written down, as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from emads_voice.voice.recognizer import Segment, Transcript

from .joining import join_texts

INAUDIBLE = "inaudible"
NOT_RECOGNISED = "not recognised"


def mark(gap: Segment) -> str:
    """What stands in a text for a gap: "[inaudible 12.4–15.0]", "[German 12.4–15.0]" for an unexpected language,
    "[not recognised 12.4–15.0]" where the recogniser failed."""
    return f"[{reason(gap)} {gap.start_s:.1f}–{gap.end_s:.1f}]"


def reason(gap: Segment) -> str:
    """Why nothing is written down: "inaudible", "not recognised", or the name of the language."""
    if gap.failed:
        return NOT_RECOGNISED
    return gap.language.name if gap.language else INAUDIBLE


def marked(transcript: Transcript) -> str:
    """The text of a transcript with its gaps marked; where it tells who speaks, with a line for each turn."""
    if not any(segment.speaker or not segment.text for segment in transcript.segments):
        return transcript.text
    turns = groupby(transcript.segments, key=lambda segment: segment.speaker)
    return "\n".join(f"{name}: {marked_text(turn)}" if name else marked_text(turn) for name, turn in turns)


def marked_text(segments: Iterable[Segment]) -> str:
    """The texts of segments, with the gaps among them marked."""
    return join_texts(segment.text.strip() or mark(segment) for segment in segments)


def told(transcript: Transcript) -> list[str]:
    """A sentence for each reason why something of a recording is not written down; none if all of it is.

    What failed is not among them: why is told in ``transcript.failures``.
    """
    seconds: dict[str, list[float]] = {}
    for gap in (gap for gap in transcript.gaps if not gap.failed):
        seconds.setdefault(reason(gap), []).append(gap.end_s - gap.start_s)
    return [_sentence(why, len(gaps), sum(gaps)) for why, gaps in seconds.items()]


def _sentence(why: str, times: int, total_s: float) -> str:
    where = "in 1 place" if times == 1 else f"in {times} places"
    if why == INAUDIBLE:
        return f"{total_s:.1f} s of speech could not be understood, {where} marked [{INAUDIBLE} …]."
    return f"{total_s:.1f} s are in {why}, which is not expected, {where} marked [{why} …]."
