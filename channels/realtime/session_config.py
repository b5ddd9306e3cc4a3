"""How a session is set up, and by which rule a client's wishes are heeded, ignored or refused.

The deployment decides who answers, how, and in which voice. So what a client sends for a language model (instructions,
tools, a voice …) is ignored, and the session says so: it shows what counts, and lists under ``emads.ignored`` what does
not. What would leave a client waiting for something that never comes is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .client_events import BadEventError
from .sound_formats import FORMATS, SoundFormat

MODEL = "emads-voice"
"""What sessions call the model, whatever a client asks for: whoever the deployment has answering."""


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """What counts in a session.

    Attributes:
        reads: the format of the caller's sound.
        writes: the format of ours.
        turns: how the caller's turns are found, "server_vad" or "semantic_vad", which are the same here; None leaves it
            to the client.
        shows: whether the client wants our own events, ``emads.…``, too.
        ignored: what it has asked for in vain: "instructions", "audio.output.voice".
    """

    reads: SoundFormat = FORMATS["audio/pcm"]
    writes: SoundFormat = FORMATS["audio/pcm"]
    turns: str | None = "server_vad"
    shows: bool = False
    ignored: tuple[str, ...] = ()

    def updated(self, wanted: Mapping[str, Any]) -> SessionConfig:
        """The configuration after ``session.update``.

        Raises:
            BadEventError: something in it is refused; then nothing of it counts.
        """
        kind = wanted.get("type", "realtime")
        if kind != "realtime":
            raise _refusal("type", "Only sessions of the type realtime are held here.")
        _check_modalities(wanted, "session")
        _refuse_beta(wanted)
        config, ignored = self, {*self.ignored}
        for name, value in wanted.items():
            if name in ("type", "object", "id", "output_modalities"):
                continue
            if name == "audio":
                config = config._with_audio(_fields(value, "audio"), ignored)
            elif name == "emads":
                config = config._with_ours(_fields(value, "emads"), ignored)
            elif value not in _EMPTY:
                ignored.add(name)
        return replace(config, ignored=_bounded(self.ignored, ignored))

    def _with_audio(self, audio: Mapping[str, Any], ignored: set[str]) -> SessionConfig:
        config = self
        for side, wanted in audio.items():
            if side not in ("input", "output"):
                ignored.add(f"audio.{side}")
                continue
            for name, value in _fields(wanted, f"audio.{side}").items():
                where = f"audio.{side}.{name}"
                if name == "format":
                    if value is not None:
                        sound = _format(value, where)
                        config = (
                            replace(config, reads=sound) if side == "input" else replace(config, writes=sound)
                        )
                elif where == "audio.input.turn_detection":
                    config = replace(config, turns=_turns(value, ignored))
                elif where == "audio.input.transcription":
                    _transcription(value, ignored)
                elif value not in _EMPTY and not (name == "speed" and value == 1):
                    ignored.add(where)
        return config

    def _with_ours(self, wanted: Mapping[str, Any], ignored: set[str]) -> SessionConfig:
        shows = wanted.get("events", self.shows)
        if not isinstance(shows, bool):
            raise _refusal("emads.events", "The field emads.events is true or false.")
        ignored.update(f"emads.{name}" for name, value in wanted.items() if name != "events" and value)
        return replace(self, shows=shows)

    def check_response(self, wanted: Mapping[str, Any]) -> None:
        """What ``response.create`` asks for must be what comes.

        Raises:
            BadEventError: it would be waited for in vain.
        """
        if wanted.get("conversation") == "none" or wanted.get("input"):
            raise BadEventError(
                "unsupported_value",
                "A response answers what was said in the conversation: leave input and conversation out.",
                param="response.input",
            )
        _check_modalities(wanted, "response")
        if wanted.get("modalities") is not None:
            raise _moved("modalities", "response")
        output = _fields(
            _fields(wanted.get("audio"), "audio", "response").get("output"), "audio.output", "response"
        )
        given = output.get("format")
        if given is not None and _format(given, "audio.output.format", "response") is not self.writes:
            raise _refusal(
                "audio.output.format",
                f"This session has its sound as {self.writes.name}: change that by session.update.",
                "response",
            )

    def shown(self, session_id: str, *, thread: str, recognizer: str, expires_at: int) -> dict[str, Any]:
        """The session as ``session.created`` and ``session.updated`` show it."""
        turns = self.turns and {"type": self.turns, "create_response": True, "interrupt_response": True}
        return {
            "type": "realtime",
            "object": "realtime.session",
            "id": session_id,
            "model": MODEL,
            "output_modalities": ["audio"],
            "instructions": "",
            "tools": [],
            "tool_choice": "none",
            "max_output_tokens": "inf",
            "tracing": None,
            "prompt": None,
            "expires_at": expires_at,
            "audio": {
                "input": {
                    "format": _shown(self.reads),
                    "transcription": {"model": recognizer},
                    "noise_reduction": None,
                    "turn_detection": turns,
                },
                "output": {"format": _shown(self.writes), "voice": MODEL, "speed": 1.0},
            },
            "emads": {"thread": thread, "events": self.shows, "ignored": list(self.ignored)},
        }


_EMPTY: tuple[object, ...] = (None, "", [], {})
_MOST_IGNORED, _LONGEST_NAME = 100, 80
"""Names of what is ignored that a session keeps, and characters of each: clients may send any."""
_BETA = {
    "modalities": "output_modalities",
    "input_audio_format": "audio.input.format",
    "output_audio_format": "audio.output.format",
    "turn_detection": "audio.input.turn_detection",
}
"""What the protocol had before its GA shape, and where it is now. Who sends it waits for events of other names, too."""
_DETECTORS = ("server_vad", "semantic_vad")


def _refusal(param: str, message: str, of: str = "session") -> BadEventError:
    return BadEventError("unsupported_value", message, param=f"{of}.{param}")


def _moved(name: str, of: str) -> BadEventError:
    return _refusal(
        name, f"This is the GA shape of the protocol, not the beta's: send {_BETA[name]} for {name}.", of
    )


def _refuse_beta(wanted: Mapping[str, Any]) -> None:
    for name in _BETA:
        if name in wanted:
            raise _moved(name, "session")


def _check_modalities(wanted: Mapping[str, Any], of: str) -> None:
    if wanted.get("output_modalities") not in (None, ["audio"]):
        raise _refusal(
            "output_modalities",
            'This server speaks: leave output_modalities out or set ["audio"]; for text alone POST /v1/ask.',
            of,
        )


def _bounded(before: tuple[str, ...], names: set[str]) -> tuple[str, ...]:
    """Those there were, and of the others as many as are kept."""
    cut = {name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…" for name in names}
    added = sorted(cut - {*before})[: _MOST_IGNORED - len(before)]
    return tuple(sorted([*before, *added]))


def _fields(value: Any, where: str, of: str = "session") -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _refusal(where, f"The field {where} is an object.", of)
    return value


def _format(value: Any, where: str, of: str = "session") -> SoundFormat:
    named = _fields(value, where, of)
    kind = named.get("type")
    found = FORMATS.get(kind) if isinstance(kind, str) else None
    if found is None:
        raise _refusal(f"{where}.type", f"The format of sound is one of {', '.join(FORMATS)}.", of)
    if named.get("rate") not in (None, found.rate):
        raise _refusal(f"{where}.rate", f"Sound as {found.name} has {found.rate} samples a second here.", of)
    return found


def _turns(value: Any, ignored: set[str]) -> str | None:
    where = "audio.input.turn_detection"
    if value is None:
        return None
    wanted = _fields(value, where)
    kind = wanted.get("type", "server_vad")
    if kind not in _DETECTORS:
        raise _refusal(f"{where}.type", f"Turns are found by {' or '.join(_DETECTORS)}, or by you with null.")
    for name in ("create_response", "interrupt_response"):
        if wanted.get(name, True) is not True:
            raise _refusal(
                f"{where}.{name}",
                f"With turn detection {name} is true here: set turn_detection to null to decide it yourself.",
            )
    for name, given in wanted.items():
        if name not in ("type", "create_response", "interrupt_response") and given is not None:
            ignored.add(f"{where}.{name}")
    return str(kind)


def _transcription(value: Any, ignored: set[str]) -> None:
    where = "audio.input.transcription"
    for name, given in _fields(value, where).items():
        if name != "model" and given not in _EMPTY:
            ignored.add(f"{where}.{name}")


def _shown(sound: SoundFormat) -> dict[str, Any]:
    shown: dict[str, Any] = {"type": sound.name}
    return {**shown, "rate": sound.rate} if sound.name == "audio/pcm" else shown
