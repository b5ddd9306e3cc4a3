"""``emads-voice ask``: recordings go in, spoken answers come out."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import AudioError, VoiceError
from emads_voice.voice.languages import Language, find_language

from .console import complain, out, print_json, progress
from .recordings import check_writable, read_recording

DEGRADED = 3
"""Exit status: everything was answered, but not by the model that should have."""


@dataclass(frozen=True, slots=True)
class _Question:
    """One thing to ask, and where its spoken answer goes."""

    name: str
    sound: Audio | str
    reply_path: Path


def ask(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE…", help='Recordings to ask; "-" reads one from standard input.'),
    ] = None,
    text: Annotated[str | None, typer.Option(help="Ask this, in writing, instead of a recording.")] = None,
    thread: Annotated[
        str | None, typer.Option(help="Conversation to continue; the same id remembers.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Language spoken: vi, Vietnamese. Detected if not given.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--out", help="WAV to write the spoken answer to (numbered if there are several)."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON for each answer.")] = False,
) -> None:
    """Ask the agents by voice: one turn for each recording.

    Exit status: 0 answered, 1 something failed, 3 answered in degraded mode (the chat model failed).
    """
    if bool(files) == bool(text):
        raise typer.BadParameter('Give recordings, or --text "…" to ask without one.')
    pinned = find_language(language) if language else None
    names = [text] if text else list(files or [])
    questions: list[_Question] = []
    failed = False
    for number, name in enumerate(names, 1):
        try:
            questions.append(
                _question(name, bool(text), _reply_path(name, bool(text), output, number, len(names)))
            )
        except AudioError as error:
            failed = True
            _fail(name, error, as_json)
    degraded = False
    if questions:
        some_failed, degraded = asyncio.run(_ask_all(questions, thread, pinned, as_json))
        failed = failed or some_failed
    raise typer.Exit(1 if failed else DEGRADED if degraded else 0)


def _question(name: str, typed: bool, reply_path: Path) -> _Question:
    from emads_voice.graph.listening import MAX_QUESTION_S

    check_writable(reply_path)
    return _Question(name, name if typed else read_recording(name, max_duration_s=MAX_QUESTION_S), reply_path)


def _reply_path(name: str, typed: bool, output: Path | None, number: int, count: int) -> Path:
    if output is None:
        return Path("reply.wav" if typed or name == "-" else f"{Path(name).stem}-reply.wav")
    return output if count == 1 else output.with_stem(f"{output.stem}-{number}")


async def _ask_all(
    questions: Sequence[_Question], thread: str | None, pinned: Language | None, as_json: bool
) -> tuple[bool, bool]:
    """Asks each; returns whether some failed and whether some were answered in degraded mode."""
    from emads_voice.assembly import assemble
    from emads_voice.channels.turn import Turn, run_turn
    from emads_voice.graph import VoiceContext
    from emads_voice.voice.ear import ClipEar, TypedEar
    from emads_voice.voice.mouth import ClipMouth

    failed = degraded = False
    with progress("Loading the models…"):
        assistant = assemble()
        await assistant.warm_up(typed=all(isinstance(question.sound, str) for question in questions))
    async with assistant.open() as graph:
        for question in questions:
            mouth = ClipMouth(assistant.synthesizer)
            ear = (
                TypedEar(question.sound, language=pinned, languages=assistant.settings.languages)
                if isinstance(question.sound, str)
                else ClipEar(assistant.recognizer, question.sound, language=pinned)
            )
            context = VoiceContext(ear=ear, mouth=mouth, language=pinned.name if pinned else "")
            try:
                with progress(f"Listening to {question.name}…"):
                    turn: Turn = await run_turn(graph, context, thread_id=thread or str(uuid.uuid4()))
                if mouth.audio:
                    mouth.audio.save(question.reply_path)
            except VoiceError as error:
                failed = True
                _fail(question.name, error, as_json)
                continue
            result = _result(turn, question.reply_path if mouth.audio else None)
            print_json(result) if as_json else _show(result)
            for sentence in turn.degraded:
                degraded = True
                complain(sentence)
            if turn.state["speech"]["error"]:
                failed = True
                complain(turn.state["speech"]["error"])
    return failed, degraded


def _result(turn: Any, path: Path | None) -> dict[str, Any]:
    state = turn.state
    timings = {**state["timings_ms"], "first_audio": turn.first_audio_ms, "total": turn.took_ms}
    heard, speech = state["transcript"], state["speech"]
    return {
        "thread_id": turn.thread_id,
        "transcript": {
            key: heard[key] for key in ("text", "language", "language_code", "duration_s", "model")
        },
        "route": {
            key: (state["route"] or {"agents": [], "reason": "Nothing was heard."})[key]
            for key in ("agents", "reason")
        },
        "analyses": state["analyses"],
        "decision": state["decision"],
        "reply": turn.reply,
        "speech": {
            "path": str(path) if path else None,
            "duration_s": speech["duration_s"],
            "language": speech["language"],
        },
        "timings_ms": {name: None if took is None else round(took, 1) for name, took in timings.items()},
    }


def _show(result: dict[str, Any]) -> None:
    heard, route, decision, speech = (result[key] for key in ("transcript", "route", "decision", "speech"))
    said = f"“{heard['text']}”" if heard["text"] else "nothing"
    length = f", {heard['duration_s']:.1f} s" if heard["duration_s"] else ""
    _line("Heard", f"{said} [dim]({heard['language'] or 'no language'}{length}, {heard['model']})[/]")
    _line(
        "Asked",
        f"{', '.join(name.upper() for name in route['agents']) or 'nobody'} [dim]{escape(route['reason'])}[/]",
    )
    _line("Answer", escape(result["reply"]))
    if decision:
        escalation = (
            f"; escalate: {' '.join(reason['detail'] for reason in decision['escalation_reasons'])}"
            if decision["escalate"]
            else ""
        )
        scores = ", ".join(
            f"{option['name']} {option['score']['value']:.0f}/100" for option in decision["options"]
        )
        _line(
            "Decision",
            escape(
                f"{scores}; risk {decision['risk']['value']:.0f}/12 ({decision['risk_level']}){escalation}"
            ),
        )
    _line(
        "Spoken",
        f"{speech['path'] or 'not at all'} [dim]({speech['language']}, {speech['duration_s']:.1f} s)[/]",
    )
    times = " · ".join(
        f"{name} {took:.0f}" for name, took in result["timings_ms"].items() if took is not None
    )
    _line("Took", f"[dim]{times} ms[/]")
    out.print()


def _line(label: str, text: str) -> None:
    out.print(f"[bold cyan]{label:>9}[/]  {text}")


def _fail(name: str, error: Exception, as_json: bool) -> None:
    if as_json:
        print_json({"question": name, "error": str(error)})
    complain(error if name in str(error) else f"{name}: {error}")
