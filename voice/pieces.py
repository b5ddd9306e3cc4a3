"""Long recordings in pieces a recogniser can take, their texts joined again, and their words set in lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np

from .audio import Audio
from .recognizer import Segment
from .vad import Span

UNSPACED = r"\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Thai, Japanese and Chinese characters, as in a regular expression: no spaces stand between them."""

SENTENCE_ENDS = tuple(".?!…。？！")
CLAUSE_ENDS = (*SENTENCE_ENDS, *",;:—，、；：")

_WIDE_MARK = r"\u3000-\u303f\uff00-\uff65"  # punctuation that brings its own space
_TOUCHING = re.compile(rf"[{UNSPACED}][{UNSPACED}]|[{_WIDE_MARK}].|.[{_WIDE_MARK}]", re.DOTALL)
_LINE = 84  # columns: two lines of 42, the subtitlers' customary limit
_FRAME_S = 0.02
_SEARCH = 0.25  # the last quarter of a piece is searched for a quiet place to cut


def cut(audio: Audio, spans: Sequence[Span], *, limit_s: float, pause_s: float = 3.0) -> list[Span]:
    """Pieces of a recording that hold all its speech, each of at most ``limit_s`` seconds.

    Neighbouring spans are heard together as far as the limit allows: context helps, and a short piece costs a
    recogniser as much as a longer one. A span that is longer than the limit is cut at its quietest place.

    Args:
        audio: the recording.
        spans: where there is speech, in order (:func:`~.vad.speech_spans`).
        limit_s: the most the recogniser takes at a time.
        pause_s: a longer pause always ends a piece.
    """
    pieces: list[Span] = []
    for span in chain.from_iterable(_cut_long(audio, span, limit_s) for span in spans):
        last = pieces[-1] if pieces else None
        if last and span.start_s - last.end_s <= pause_s and span.end_s - last.start_s <= limit_s:
            pieces[-1] = Span(last.start_s, span.end_s)
        else:
            pieces.append(span)
    return pieces


def join_texts(texts: Iterable[str]) -> str:
    """Texts one after the other, with a space between two where their scripts are written with spaces."""
    joined = ""
    for text in texts:
        touching = not joined or not text or _TOUCHING.fullmatch(joined[-1] + text[0])
        joined += text if touching else f" {text}"
    return joined


def lines(words: Sequence[Segment]) -> list[Segment]:
    """Words with times made into lines fit for subtitles.

    A line ends with its sentence, at a comma once it is half full, at a pause of a second, and in any case
    before it has more than 84 columns (Chinese, Japanese and Korean characters take two).

    Args:
        words: with the spaces that stand before them, in order.
    """
    made: list[list[Segment]] = []
    width, last = 0, ""  # of the line, in columns, and its last character
    for word in words:
        wider = width + columns(word.text)
        if not made or _ends(width, last, word.start_s - made[-1][-1].end_s, word.text, wider):
            made.append([])
            wider, last = columns(word.text), ""
        made[-1].append(word)
        width, last = wider, word.text[-1:] or last
    joined = [
        Segment(
            "".join(word.text for word in line).strip(), round(line[0].start_s, 2), round(line[-1].end_s, 2)
        )
        for line in made
    ]
    return [line for line in joined if line.text]


def columns(text: str) -> int:
    """The width of a text as it is shown: two for a Chinese, Japanese or Korean character, none for a mark."""
    return sum(
        0
        if unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def _ends(width: int, last: str, pause_s: float, word: str, wider: int) -> bool:
    if not word.strip()[:1].isalnum():
        return False  # punctuation goes with the word before it
    return (
        last in SENTENCE_ENDS or (last in CLAUSE_ENDS and width > _LINE / 2) or pause_s >= 1 or wider > _LINE
    )


def _cut_long(audio: Audio, span: Span, limit_s: float) -> Iterable[Span]:
    start, end = span
    while end - start > limit_s:
        middle = _quietest(audio, start + limit_s * (1 - _SEARCH), start + limit_s)
        yield Span(start, middle)
        start = middle
    yield Span(start, end)


def _quietest(audio: Audio, start_s: float, end_s: float) -> float:
    """The middle of the quietest 100 ms between two times."""
    frame = max(1, round(_FRAME_S * audio.rate))
    samples = audio.clip(start_s, end_s).samples
    energies = np.square(samples[: len(samples) // frame * frame]).reshape(-1, frame).mean(axis=1)
    smooth = np.convolve(energies, np.ones(5), mode="valid")
    return start_s + (int(smooth.argmin()) + 2.5) * frame / audio.rate if len(smooth) else end_s
