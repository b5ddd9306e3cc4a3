"""Transcripts as subtitles: SubRip (SRT) and WebVTT.

A cue holds at most two lines of 42 columns, as broadcasters agree (BBC and Netflix style guides); a Chinese,
Japanese or Korean character is two columns wide. Times inside a segment follow the share of its text, as far as that
can be read (:mod:`.cue_times`).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import chain

from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.text.sentences import split_sentences
from emads_voice.writing import HAN, KANA, WIDE_MARKS, characters, columns

from .cue_times import Cue, fit_to_read
from .gaps import reason

LINE_COLUMNS = 42
CUE_LINES = 2

_WIDE = f"[{HAN}{KANA}{WIDE_MARKS}]"  # Korean has spaces between its words
# What a line may be broken between: wide characters, each with the punctuation that must not start a line.
_UNIT = re.compile(rf"{_WIDE}[、。，．！？：；）」』】〉》”’…]*|(?:(?!{_WIDE})\S)+")


def cues(transcript: Transcript) -> list[Cue]:
    """The subtitles of a transcript, those of one speaker without overlap. Without segments the text lasts as long as
    the recording."""
    language = transcript.language.base_code if transcript.language else "en"
    whole = Segment(transcript.text, 0, transcript.duration_s)
    segments = transcript.segments or ((whole,) if transcript.text else ())
    of_speaker: dict[str, list[Cue]] = {}
    for segment in segments:
        spoken = segment.language.base_code if segment.language else language
        of_speaker.setdefault(segment.speaker, []).extend(_segment_cues(segment, spoken))
    fitting = chain.from_iterable(
        fit_to_read(said, _wrap, most_lines=CUE_LINES) for said in of_speaker.values()
    )
    return sorted(fitting, key=lambda cue: cue.start_s)


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
    text = segment.text or f"[{reason(segment)}]"
    named = f"{segment.speaker}: " if segment.speaker else ""
    groups: list[tuple[str, ...]] = []
    for sentence in split_sentences(
        text, language
    ):  # a cue holds parts of two sentences only if they are short
        lines = _wrap(named + sentence)
        groups += [tuple(lines[at : at + CUE_LINES]) for at in range(0, len(lines), CUE_LINES)]
        named = ""
    widths = [max(1, columns("".join(group))) for group in groups]  # text may consist of invisible characters
    total = sum(widths)
    length = max(segment.end_s - segment.start_s, 0.001 * len(groups))  # a cue must end after it starts
    done = 0
    for group, width in zip(groups, widths, strict=True):
        start, done = done, done + width
        times = (segment.start_s + length * start / total, segment.start_s + length * done / total)
        yield Cue(group, *times, segment.speaker)


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
    for character in characters(word):
        if width + columns(character) > LINE_COLUMNS:
            parts.append([])
            width = 0
        parts[-1].append(character)
        width += columns(character)
    return ["".join(part) for part in parts]


def _time(seconds: float, point: str) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"
