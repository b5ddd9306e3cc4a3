"""Transcripts as ``emads-voice transcribe`` prints them, whole, and what is missing from them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum

from rich.text import Text

from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.as_json import as_json, part_as_json, segment_as_json
from emads_voice.voice.transcription.joining import join_texts

from .console import err, note, out, print_json, readable, warn


class Format(StrEnum):
    """How a transcript is printed."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    SRT = "srt"
    VTT = "vtt"


class Writer:
    """Prints the transcript of one recording: text and JSON lines as they are written down, the rest in the end."""

    def __init__(self, name: str, form: Format) -> None:
        self._name = name
        self._form = form
        self._out = sys.stdout  # while something is shown on the terminal, another stands in its place
        self._above = out.is_terminal and err.is_terminal  # of what is shown on the same terminal meanwhile
        self._text = ""  # as printed
        self._lines = 0

    def write(self, segments: Sequence[Segment]) -> None:
        """Print the next segments, where the form allows that."""
        from emads_voice.voice.transcription.gaps import marked_text

        if self._form is Format.TEXT:
            self._print(marked_text(segments))
        elif self._form is Format.JSONL:
            for segment in segments:
                self._lines += 1
                self._put_early(self._line(segment_as_json(segment)))

    def finish(self, audio: Audio, transcript: Transcript) -> None:
        """Print the rest."""
        from emads_voice.voice.transcription.gaps import marked
        from emads_voice.voice.transcription.subtitles import to_srt, to_vtt

        segments = [segment_as_json(part, transcript) for part in transcript.segments]
        match self._form:
            case Format.TEXT if self._text:
                self.broke_off()
            case Format.TEXT:
                self._put(f"{marked(transcript)}\n")
            case Format.JSON:
                words = [part_as_json(word) for word in transcript.words]
                print_json(as_json(self._name, audio, transcript) | {"segments": segments, "words": words})
            case Format.JSONL:
                for segment in segments if not self._lines else ():
                    self._put(self._line(segment))
                print_json(as_json(self._name, audio, transcript))
            case Format.SRT:
                self._put(to_srt(transcript))
            case Format.VTT:
                self._put(to_vtt(transcript))

    def broke_off(self) -> None:
        """End the line of a text that will not be finished."""
        if self._text and not self._above:
            self._put("\n")

    def _print(self, text: str) -> None:
        before = self._text[-1:]
        self._put_early(text if self._above else join_texts([before, text])[len(before) :])
        self._text += text

    def _line(self, segment: Mapping[str, object]) -> str:
        return json.dumps({"file": self._name, **segment}, ensure_ascii=False) + "\n"

    def _put_early(self, text: str) -> None:
        if self._above:
            err.print(Text(readable(text.rstrip("\n"))))
        else:
            self._put(text)

    def _put(self, text: str) -> None:
        self._out.write(readable(text))
        self._out.flush()


def tell_what_is_missing(name: str, transcript: Transcript) -> None:
    """On standard error, what is not written down."""
    from emads_voice.voice.transcription import gaps

    if not transcript.text and not transcript.gaps:
        note(f"{name}: nobody speaks in it.")
    for failure in transcript.failures:
        warn(f"{name}: {failure.start_s:.1f}–{failure.end_s:.1f} s could not be recognised: {failure.text}")
    for sentence in gaps.told(transcript):
        warn(f"{name}: {sentence}")
    if any(gap.language for gap in transcript.gaps):
        note("To have another language written down, name it with --language, or in EMADS_LANGUAGES.")


def tell_silent_channels(name: str, silent: Sequence[str]) -> None:
    """Warn that there is a channel on which nothing is heard."""
    for channel in silent:
        where = f"the {channel} channel" if channel in ("left", "right") else channel
        warn(f"{name}: nothing at all is heard on {where}: whoever should be there was not recorded.")
