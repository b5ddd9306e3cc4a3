"""Transcripts as subtitles: SubRip (SRT) and WebVTT.

A cue holds at most two lines of 42 columns, as broadcasters agree (BBC and Netflix style guides); a Chinese,
Japanese or Korean character is two columns wide. Times inside a segment follow the share of its text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from .pieces import columns
from .recognizer import Segment, Transcript
from .sentences import split_sentences

LINE_COLUMNS = 42
CUE_LINES = 2

_WIDE = r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uff60]"
# What a line may be broken between: wide characters, each with the punctuation that must not start a line.
_UNIT = re.compile(rf"{_WIDE}[、。，．！？：；）」』】〉》”’…]*|(?:(?!{_WIDE})\S)+")


@dataclass(frozen=True, slots=True)
class Cue:
    """One subtitle: its lines, shown from ``start_s`` until ``end_s``."""

    lines: tuple[str, ...]
    start_s: float
    end_s: float

    @property
    def text(self) -> str:
        """Its lines, as subtitle files hold them."""
        return "\n".join(self.lines)


def cues(transcript: Transcript) -> list[Cue]:
    """The subtitles of a transcript. Without segments its text is spread over the whole recording."""
    language = transcript.language.base_code if transcript.language else "en"
    segments = transcript.segments or (Segment(transcript.text, 0, transcript.duration_s),)
    return [cue for segment in segments for cue in _segment_cues(segment, language)]


def to_srt(transcript: Transcript) -> str:
    """A SubRip file; "" when nobody spoke."""
    blocks = (
        f"{number}\n{_time(cue.start_s, ',')} --> {_time(cue.end_s, ',')}\n{cue.text}\n"
        for number, cue in enumerate(cues(transcript), start=1)
    )
    return "\n".join(blocks)


def to_vtt(transcript: Transcript) -> str:
    """A WebVTT file; only its header when nobody spoke."""
    blocks = (
        f"\n{_time(cue.start_s, '.')} --> {_time(cue.end_s, '.')}\n{html.escape(cue.text, quote=False)}\n"
        for cue in cues(transcript)
    )
    return "WEBVTT\n" + "".join(blocks)


def _segment_cues(segment: Segment, language: str) -> Iterator[Cue]:
    groups: list[tuple[str, ...]] = []
    for sentence in split_sentences(segment.text, language):  # a cue never holds parts of two sentences
        lines = _wrap(sentence)
        groups += [tuple(lines[at : at + CUE_LINES]) for at in range(0, len(lines), CUE_LINES)]
    widths = [max(1, columns("".join(group))) for group in groups]  # text may consist of invisible characters
    total = sum(widths)
    length = max(segment.end_s - segment.start_s, 0.001 * len(groups))  # a cue must end after it starts
    done = 0
    for group, width in zip(groups, widths, strict=True):
        start, done = done, done + width
        yield Cue(group, segment.start_s + length * start / total, segment.start_s + length * done / total)


def _wrap(text: str) -> list[str]:
    lines = [""]
    width = end = 0
    for unit in _UNIT.finditer(text):
        gap = " " if unit.start() > end else ""
        end = unit.end()
        for part in _parts(unit[0]):
            wider = columns(gap + part)
            if lines[-1] and width + wider > LINE_COLUMNS:
                lines.append("")
            added = (gap if lines[-1] else "") + part
            width = columns(added) + (width if lines[-1] else 0)
            lines[-1] += added
            gap = ""
    return lines


def _parts(word: str) -> list[str]:
    """A word, cut where it alone would overflow a line; marks stay with the letter they are written on."""
    parts: list[list[str]] = [[]]
    width = 0
    for char in word:
        if unicodedata.combining(char) == 0 and width + columns(char) > LINE_COLUMNS:
            parts.append([])
            width = 0
        parts[-1].append(char)
        width += columns(char)
    return ["".join(part) for part in parts]


def _time(seconds: float, point: str) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"
