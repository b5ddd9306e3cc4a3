"""Transcripts whose segments say who speaks: cut where the speaker changes, between two words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from emads_voice.voice.recognizer import Segment, Transcript

from .diarization import Speakers

SHORTEST_S = 0.8
"""A change of speaker within a sentence that lasts less is none: a voice is not told by half a word."""

_REACH_S = 0.4
"""How far around a word its voice is heard."""


def attribute(transcript: Transcript, speakers: Speakers) -> Transcript:
    """The transcript with a speaker in each segment and word.

    A segment in which several speak is cut between two words, where the transcript has words; else it is given to who
    speaks most of it.

    Args:
        transcript: with segments, of one channel.
        speakers: heard in the same recording.
    """
    if not speakers.names:
        return transcript
    words = iter(transcript.words)
    segments, said = [], []
    for segment in transcript.segments:
        own = _words_of(segment, words) if transcript.words else []
        for part, spoken in _cut(segment, own, speakers):
            name, sure = speakers.who(part.start_s, part.end_s)
            segments.append(replace(part, speaker=name, unsure=not sure))
            said += [replace(word, speaker=name) for word in spoken]
    return replace(transcript, segments=tuple(segments), words=tuple(said) if transcript.words else ())


def _words_of(segment: Segment, words: Iterator[Segment]) -> list[Segment]:
    """The next words, as many as make up a segment's text."""
    letters, found = len("".join(segment.text.split())), []
    while letters > 0 and (word := next(words, None)):
        found.append(word)
        letters -= len("".join(word.text.split()))
    return found


def _cut(
    segment: Segment, words: Sequence[Segment], speakers: Speakers
) -> list[tuple[Segment, Sequence[Segment]]]:
    """The parts of a segment that different people say, each with its words."""
    if len(words) < 2 or "".join("".join(word.text for word in words).split()) != "".join(
        segment.text.split()
    ):
        return [(segment, words)]
    whose = [speakers.who(word.start_s - _REACH_S, word.end_s + _REACH_S)[0] for word in words]
    runs = [
        [word for _, word in run]
        for _, run in groupby(zip(whose, words, strict=True), key=lambda pair: pair[0])
    ]
    parts = [runs[0]]
    for run in runs[1:]:
        if min(_length_s(run), _length_s(parts[-1])) < SHORTEST_S:
            parts[-1] = [*parts[-1], *run]
        else:
            parts.append(run)
    if len(parts) == 1:
        return [(segment, words)]
    return [
        (
            replace(
                segment,
                text="".join(word.text for word in part).strip(),
                start_s=segment.start_s if part is parts[0] else part[0].start_s,
                end_s=segment.end_s if part is parts[-1] else part[-1].end_s,
            ),
            part,
        )
        for part in parts
    ]


def _length_s(words: Sequence[Segment]) -> float:
    return words[-1].end_s - words[0].start_s
