"""The spans of recognition and of synthesis: the same for a recording and for a live line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from opentelemetry.trace import Span

from emads_voice.observability import attributes, set_content, span

from .languages import Language
from .recognizer import Transcript


@contextmanager
def hearing(
    recognizer: str, duration_s: float, *, began_ns: int | None = None, ended_ns: int | None = None
) -> Iterator[Callable[[Transcript], None]]:
    """The span of one recognition; yields a function to be called with its transcript.

    Args:
        recognizer: who is asked, "provider:model". If another answers, as a fallback does, the transcript
            says so, and the span with it.
        duration_s: length of the sound.
        began_ns: when it began, in nanoseconds since 1970, if that is past.
        ended_ns: when it ended, likewise.
    """
    operation = attributes.SPEECH_TO_TEXT
    asked: dict[str, str | float] = {**_model(operation, recognizer), attributes.AUDIO_DURATION: duration_s}
    with span(f"{operation} {recognizer}", asked, began_ns=began_ns, ended_ns=ended_ns) as current:

        def recognized(transcript: Transcript) -> None:
            current.update_name(f"{operation} {transcript.model}")
            current.set_attributes(_model(operation, transcript.model))
            current.set_attribute(attributes.AUDIO_SHA256, transcript.audio_sha256)
            if transcript.language:
                current.set_attribute(attributes.LANGUAGE, transcript.language.code)
            set_content(current, attributes.TRANSCRIPT, transcript.text)

        yield recognized


def speaking(synthesizer: str, language: Language) -> AbstractContextManager[Span]:
    """The span of one sentence being synthesised.

    Args:
        synthesizer: who speaks, "provider:model".
        language: what the sentence is written in.
    """
    operation = attributes.TEXT_TO_SPEECH
    speech = {attributes.OUTPUT_TYPE: "speech", attributes.LANGUAGE: language.code}
    return span(f"{operation} {synthesizer}", {**_model(operation, synthesizer), **speech})


def _model(operation: str, name: str) -> dict[str, str]:
    provider, _, model = name.partition(":")
    return {
        attributes.OPERATION: operation,
        attributes.PROVIDER: provider,
        attributes.REQUEST_MODEL: model,
    }
