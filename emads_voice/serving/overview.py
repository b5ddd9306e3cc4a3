"""What a server says of itself before the first call: what answers, what to tell Twilio, what is off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from emads_voice import configured_backends
from emads_voice.observability.exporting import exporters, scraped

if TYPE_CHECKING:
    from emads_voice.assembly.assistant import Assistant
    from emads_voice.channels.twilio.settings import TwilioSettings


Talks = Literal["with a key", "on this machine", "nobody"]
"""Who may talk over /v1/realtime: whoever has a key, programs and pages of this machine, or nobody."""


def describe(
    assistant: Assistant, phone: TwilioSettings, *, insecure: bool, port: int, rings: bool, talks: Talks
) -> Iterator[str]:
    """The lines, without a key or a telephone number in them.

    Args:
        assistant: what answers.
        phone: the telephone's settings.
        insecure: anyone may call, without Twilio.
        port: where the server listens.
        rings: whether it answers the phone.
        talks: who may talk from a browser or an app.
    """
    yield from _table("What answers", dict(_parts(assistant, phone)))
    off = dict(_off(assistant, phone, rings=rings))
    if insecure or talks == "with a key":
        yield from _table("The HTTP API", {"address": f"http://127.0.0.1:{port}/v1"})
    else:
        off["the HTTP API"] = "EMADS_API_KEYS"
    if talks == "nobody":
        off["talking from a browser or an app"] = "EMADS_API_KEYS"
        off["the pages on calls and decisions"] = "EMADS_API_KEYS"
    else:
        rows = {
            "page": f"http://127.0.0.1:{port}/talk",
            "sessions": f"ws://127.0.0.1:{port}/v1/realtime",
            "calls": f"http://127.0.0.1:{port}/calls",
            "decisions": f"http://127.0.0.1:{port}/decisions",
        }
        yield from _table(f"From a browser or an app, {talks}", rows)
        if scraped():
            yield from _table(f"For Prometheus, {talks}", {"metrics": f"http://127.0.0.1:{port}/metrics"})
    if talks == "on this machine" and not insecure:
        off["talking from other machines"] = "EMADS_API_KEYS"
    if not rings:
        off = {"the telephone": "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, EMADS_PUBLIC_URL", **off}
    elif insecure:
        yield from _table("For streamdouble", {"stream": f"ws://127.0.0.1:{port}/twilio/media"})
    else:
        from emads_voice.channels.twilio import paths

        rows = {
            "A call comes in": f"{phone.public_url}{paths.VOICE}",
            "Call status changes": f"{phone.public_url}{paths.STATUS}",
        }
        yield from _table("For the number's Voice configuration in Twilio's console, both HTTP POST", rows)
    yield from _table("Off, and what turns it on", off)


def _parts(assistant: Assistant, phone: TwilioSettings) -> Iterator[tuple[str, str]]:
    from emads_voice.agents.agent import label

    settings = assistant.settings
    yield "hears", f"{assistant.recognizer.name}, {', '.join(each.name for each in settings.languages)}"
    given = assistant.synthesizer
    speaking = configured_backends.synthesizers(settings) if given.name == settings.tts else [given]
    for language in settings.languages:
        name = next((voice.name for voice in speaking if language in voice.languages), "nobody")
        yield f"speaks {language.name}", name
    yield "agents", ", ".join(label(agent.name) for agent in assistant.agents) or "those of a voice graph"
    if assistant.origin:
        yield "answers from", assistant.origin
    place = "elsewhere" if assistant.checkpointer else "in Postgres" if settings.postgres else ""
    yield (
        "keeps",
        f"conversations {place}, records in {settings.data_dir}" if place else str(settings.data_dir),
    )
    yield "takes", f"{phone.max_calls} calls at once, {phone.max_calls_per_caller} of one caller"


def _off(assistant: Assistant, phone: TwilioSettings, *, rings: bool) -> Iterator[tuple[str, str]]:
    from emads_voice.agents import Specialist

    settings = assistant.settings
    if not settings.model and any(isinstance(agent, Specialist) for agent in assistant.agents):
        yield "chat model", "EMADS_MODEL=openai:gpt-5-mini"
    if not settings.turn_model:
        yield "turn model", "EMADS_TURN_MODEL=smart-turn"
    if rings:
        yield from _off_phone(phone)
    if not exporters():
        yield "tracing", "OTEL_EXPORTER_OTLP_ENDPOINT=http://…:4318"
    if not exporters("metrics"):
        yield "metrics", "OTEL_METRICS_EXPORTER=prometheus"


def _off_phone(phone: TwilioSettings) -> Iterator[tuple[str, str]]:
    if not phone.record:
        yield "recording", "EMADS_PHONE_RECORD=true, which asks each caller"
    if not phone.human:
        yield "transfer to a person", "EMADS_PHONE_HUMAN=+…"
    if not phone.number:
        yield "ringing people", "EMADS_PHONE_NUMBER=+…"
    elif not phone.name:
        yield "saying who calls", "EMADS_PHONE_NAME=…"
    if not (phone.allow or phone.deny):
        yield "choosing who may call", "EMADS_PHONE_ALLOW=+8428*, EMADS_PHONE_DENY"


def _table(title: str, rows: dict[str, str]) -> Iterator[str]:
    """A title, and a line for each row; nothing where there are none."""
    if rows:
        yield f"{title}:"
    width = max(map(len, rows), default=0)
    for label, text in rows.items():
        yield f"  {label:<{width}}  {text}"
