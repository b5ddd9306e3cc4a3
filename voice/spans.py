"""Recognition and synthesis as they are traced and measured: the same for a recording and for a live line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.trace import Span
from opentelemetry.util.types import Attributes

from emads_voice.observability import attributes, metrics, set_content, span

from .languages import Language
from .recognizer import Transcript


@dataclass(frozen=True, slots=True)
class Noted:
    """An event of a span that is made later."""

    name: str
    attributes: Attributes
    at_ns: int


class EventsAhead(trace.NonRecordingSpan):
    """Stands for the span of a recognition that may yet be thrown away: keeps its events for the span, if there is to
    be one. Whoever is asked meanwhile is told that it is for the span that was active before."""

    def __init__(self) -> None:
        super().__init__(trace.get_current_span().get_span_context())
        self.events: list[Noted] = []

    def add_event(self, name: str, attributes: Attributes = None, timestamp: int | None = None) -> None:
        self.events.append(Noted(name, attributes, timestamp or time.time_ns()))


@contextmanager
def hearing_ahead() -> Iterator[EventsAhead]:
    """A recognition whose span is made later, by :func:`hearing`, or never."""
    ahead = EventsAhead()
    with trace.use_span(ahead, record_exception=False, set_status_on_exception=False):
        yield ahead


@contextmanager
def hearing(
    recognizer: str,
    duration_s: float,
    *,
    began_ns: int | None = None,
    ended_ns: int | None = None,
    events: Sequence[Noted] = (),
) -> Iterator[Callable[[Transcript], None]]:
    """The span of one recognition; yields a function to be called with its transcript.

    Args:
        recognizer: who is asked, "provider:model". If another answers, as a fallback does, the transcript
            says so, and the span with it.
        duration_s: length of the sound.
        began_ns: when it began, in nanoseconds since 1970, if that is past.
        ended_ns: when it ended, likewise.
        events: what happened meanwhile, likewise.
    """
    operation = attributes.SPEECH_TO_TEXT
    asked: dict[str, str | float] = {**_model(operation, recognizer), attributes.AUDIO_DURATION: duration_s}
    began = time.time_ns() if began_ns is None else began_ns
    with span(f"{operation} {recognizer}", asked, began_ns=began_ns, ended_ns=ended_ns) as current:
        for event in events:
            current.add_event(event.name, event.attributes, event.at_ns)

        def recognized(transcript: Transcript) -> None:
            current.update_name(f"{operation} {transcript.model}")
            named = _model(operation, transcript.model)
            current.set_attributes(named)
            current.set_attribute(attributes.AUDIO_SHA256, transcript.audio_sha256)
            if transcript.language:
                current.set_attribute(attributes.LANGUAGE, transcript.language.code)
            set_content(current, attributes.TRANSCRIPT, transcript.text)
            if lost_s := sum(part.end_s - part.start_s for part in transcript.failures):
                current.set_attribute(attributes.SPEECH_LOST, lost_s)
                metrics.SPEECH_LOST.add(lost_s, named)
            took_s = ((time.time_ns() if ended_ns is None else ended_ns) - began) / 1e9
            metrics.OPERATION_DURATION.record(took_s, named)
            if duration_s:
                metrics.REAL_TIME_FACTOR.record(took_s / duration_s, named)

        try:
            yield recognized
        except Exception as error:
            failed = {**_model(operation, recognizer), attributes.ERROR_TYPE: type(error).__qualname__}
            metrics.OPERATION_DURATION.record((time.time_ns() - began) / 1e9, failed)
            raise


class Synthesis:
    """One sentence that is being synthesised."""

    def __init__(self, current: Span, named: dict[str, str]) -> None:
        """Begin, in that span."""
        self._span = current
        self._named = named
        self._began = time.perf_counter()
        self._sound_s = 0.0

    def sounds(self, seconds: float) -> None:
        """There is so much more of its sound."""
        if not self._sound_s:
            self._span.add_event(attributes.FIRST_SOUND)
            metrics.FIRST_CHUNK.record(time.perf_counter() - self._began, self._named)
        self._sound_s += seconds

    def over(self) -> None:
        """All of it is there."""
        took_s = time.perf_counter() - self._began
        metrics.OPERATION_DURATION.record(took_s, self._named)
        if self._sound_s:
            metrics.REAL_TIME_FACTOR.record(took_s / self._sound_s, self._named)


@contextmanager
def speaking(synthesizer: str, language: Language) -> Iterator[Synthesis]:
    """The span of one sentence being synthesised; yields what is told of its sound.

    Args:
        synthesizer: who speaks, "provider:model".
        language: what the sentence is written in.
    """
    operation = attributes.TEXT_TO_SPEECH
    named = _model(operation, synthesizer)
    speech = {attributes.OUTPUT_TYPE: "speech", attributes.LANGUAGE: language.code}
    with span(f"{operation} {synthesizer}", {**named, **speech}) as current:
        synthesis = Synthesis(current, {**named, attributes.LANGUAGE: language.code})
        yield synthesis
        synthesis.over()


def _model(operation: str, name: str) -> dict[str, str]:
    provider, _, model = name.partition(":")
    return {
        attributes.OPERATION: operation,
        attributes.PROVIDER: provider,
        attributes.REQUEST_MODEL: model,
    }
