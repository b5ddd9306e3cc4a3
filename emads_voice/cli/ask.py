"""``emads-voice ask``: recordings go in, spoken answers come out."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from emads_voice.channels.errors import StaleThreadError, ThreadLockError
from emads_voice.voice.errors import AudioError, TextError, VoiceError
from emads_voice.voice.languages import Language
from emads_voice.voice.sound.audio import Audio

from .console import complain, json_errors, out, print_json, print_row, progress, warn
from .decided import decided
from .errors import UsageError
from .exit_status import DEGRADED, FAILED
from .options import Graph, Hotwords, Play, Spoken, spoken_language, words
from .player import PlayError
from .player import play as play_aloud
from .recordings import STDIN, Recording, check_output

if TYPE_CHECKING:
    from emads_voice.assembly.assistant import Assistant
    from emads_voice.channels.turn import Turn


@dataclass(frozen=True, slots=True)
class _Question:
    """One thing to ask: a recording's name, or the words themselves, and where the spoken answer goes."""

    name: str
    typed: bool
    reply_path: Path


def ask(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE", help='Recordings to ask; "-" reads one from standard input.'),
    ] = None,
    text: Annotated[
        str | None, typer.Option(help="Ask this, in writing, instead of a recording.", callback=words)
    ] = None,
    thread: Annotated[
        str | None,
        typer.Option(help="Conversation to continue; the same id remembers.", callback=words),
    ] = None,
    graph: Graph = None,
    language: Spoken = None,
    hotwords: Hotwords = "",
    output: Annotated[
        Path | None,
        typer.Option("--out", help="WAV to write the spoken answer to (numbered if there are several)."),
    ] = None,
    play: Play = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON for each answer.")] = False,
) -> None:
    """Ask the agents by voice: one turn for each recording.

    Each answer is also spoken, into FILE-reply.wav in this folder (reply.wav for --text) unless --out says where.

    Exit status: 0 answered, 1 something failed, 3 answered, but not by the chat model or voice that should have.
    """
    with json_errors(as_json):
        if bool(files) == bool(text):
            raise UsageError('Give recordings, or --text "…" to ask without one.')
        if text and not text.strip():
            raise UsageError("There are no words in --text: write a question.")
        if text:
            _check_length(text)
        pinned = spoken_language(language)
        questions = _questions(files or [], text, output)
        status = _ask_all(questions, thread, graph, pinned, hotwords, play, as_json)
    raise typer.Exit(status)


def _check_length(text: str) -> None:
    """Before models load for nothing."""
    from emads_voice.voice.ear import TypedEar

    try:
        TypedEar(text).check_length()
    except TextError as error:
        raise UsageError(str(error)) from None


def _questions(files: Sequence[str], text: str | None, output: Path | None) -> list[_Question]:
    """What is to be asked, each with a reply path of its own."""
    if output and output.is_dir():
        check_output(output)  # before a number is put into its name
    questions: list[_Question] = []
    taken: set[Path] = set()
    for name in [text] if text else files:
        stem = "reply" if text or name == STDIN else f"{Path(name).stem}-reply"
        wanted = output or Path(f"{stem}.wav")
        path, number = wanted, 1
        if output and len(files) > 1:
            path = wanted.with_stem(f"{wanted.stem}-1")
        while path in taken:
            number += 1
            path = wanted.with_stem(f"{wanted.stem}-{number}")
        taken.add(path)
        questions.append(_Question(name, bool(text), path))
    return questions


def _ask_all(
    questions: Sequence[_Question],
    thread: str | None,
    graph: str | None,
    pinned: Language | None,
    hotwords: str,
    play: bool,
    as_json: bool,
) -> int:
    """Asks each in order and prints its answer at once; returns the exit status."""
    from emads_voice.agents.agent import label
    from emads_voice.configured_backends import fell_back

    failed = degraded = False
    recordings = [question.name for question in questions if not question.typed]
    assistant: Assistant | None = None
    # Recordings are read outside the event loop, which would keep Ctrl-C waiting for a pipe that is slow.
    with asyncio.Runner() as runner, ExitStack() as closing:
        for question in questions:
            try:
                check_output(question.reply_path, recordings)
                sound = question.name if question.typed else _read(question.name)
            except AudioError as error:
                failed = True
                _fail(question, str(error), as_json)
                continue
            # Only now: a recording that cannot be used is told at once, not after seconds of loading.
            if assistant is None:
                assistant = runner.run(_load(graph, hotwords, typed=question.typed))
                closing.callback(lambda opened: runner.run(opened.aclose()), assistant)
            try:
                with progress(f"Listening to {question.name}…") as warnings:
                    thread_id = thread or str(uuid.uuid4())
                    turn, reply = runner.run(ask_one(assistant, sound, thread_id, pinned))
                if reply:
                    reply.save(question.reply_path)
            except (VoiceError, ThreadLockError, StaleThreadError) as error:
                failed = True
                where = "" if question.typed or isinstance(error, AudioError) else f"{question.name}: "
                _fail(question, f"{where}{error}", as_json)
                continue
            result = _result(turn, question.reply_path if reply else None)
            print_json(result) if as_json else _show(result)
            heard = turn.heard
            assert heard, "every question has an ear"
            transcribed_by = heard["model"]
            incomplete = isinstance(sound, Audio) and bool(sound.faults)
            if gaps_s := heard.get("gaps_s"):
                incomplete = True
                warn(f"{question.name}: {gaps_s:.1f} s of what is said in it could not be understood.")
            degraded = (
                degraded or incomplete or bool(warnings) or fell_back(assistant.recognizer, transcribed_by)
            )
            for name, view in result["analyses"].items():
                if view["degraded"]:
                    degraded = True
                    complain(f"{label(name)} answered without its chat model: {view['degraded']}")
            if turn.error:
                failed = True
                complain(turn.error)
            if reply and play:
                try:
                    play_aloud(question.reply_path)
                except PlayError as error:
                    failed = True
                    complain(f"{error} The answer is in {question.reply_path}.")
    return FAILED if failed else DEGRADED if degraded else 0


def _read(name: str) -> Audio:
    from emads_voice.graph.listening import MAX_QUESTION_S

    return Recording(name, max_duration_s=MAX_QUESTION_S).read()


async def _load(graph: str | None, hotwords: str, *, typed: bool) -> Assistant:
    from emads_voice.assembly.source import find_source
    from emads_voice.environment import split_terms
    from emads_voice.settings import load_settings

    source = find_source(graph)  # which may set variables
    settings = load_settings()
    settings = settings.model_copy(update={"hotwords": (*settings.hotwords, *split_terms(hotwords))})
    with progress("Loading the models…"):
        assistant = await source.assemble(settings)
        await assistant.warm_up(typed=typed)
    return assistant


async def ask_one(
    assistant: Assistant, sound: Audio | str, thread_id: str, pinned: Language | None
) -> tuple[Turn, Audio | None]:
    """One turn, and the sound of its answer if it was spoken."""
    from emads_voice.assembly.records import make_ledger
    from emads_voice.channels.turn import run_turn
    from emads_voice.graph import VoiceContext
    from emads_voice.memory import COMMAND_LINE
    from emads_voice.voice.ear import ClipEar, TypedEar
    from emads_voice.voice.mouth import ClipMouth

    mouth = ClipMouth(assistant.synthesizer)
    ear = (
        TypedEar(sound, language=pinned, languages=assistant.settings.languages)
        if isinstance(sound, str)
        else ClipEar(assistant.recognizer, sound, language=pinned, hotwords=assistant.hotwords)
    )
    context = VoiceContext(ear=ear, mouth=mouth, language=pinned.name if pinned else "", channel=COMMAND_LINE)
    async with assistant.open_with_locks() as (graph, locks), locks.hold(thread_id):
        turn = await run_turn(
            graph,
            context,
            thread_id=thread_id,
            catalogue=assistant.catalogue,
            audit=make_ledger(assistant.settings),
        )
    return turn, mouth.audio


def _result(turn: Turn, path: Path | None) -> dict[str, Any]:
    """The answer as --json prints it."""
    state = turn.state
    timings = {**state["timings_ms"], "first_audio": turn.first_audio_ms, "total": turn.took_ms}
    transcript, speech = turn.heard, turn.speech
    assert transcript, "every question has an ear"
    nobody = f"A remark ({turn.act}), which no agent is asked about." if turn.act else "Nothing was heard."
    route = state["route"] or {"agents": [], "reason": nobody}
    return {
        "thread_id": turn.thread_id,
        "transcript": {
            "text": transcript["text"],
            "language": transcript["language"],
            "language_code": transcript["language_code"],
            "duration_s": transcript["duration_s"],
            "model": transcript["model"],
            "gaps_s": transcript.get("gaps_s", 0),
        },
        "act": turn.act,
        "route": {key: route[key] for key in ("agents", "reason")},
        "analyses": state["analyses"],
        "decision": state["decision"],
        "reply": turn.answer,
        "asked": turn.asked or None,
        "speech": {
            "path": str(path) if path else None,
            "duration_s": speech["duration_s"] if speech else 0,
            "language": speech["language"] if speech else state["language"],
        },
        "timings_ms": {name: None if took is None else round(took, 1) for name, took in timings.items()},
    }


def _show(result: dict[str, Any]) -> None:
    """The answer as a person reads it."""
    from emads_voice.agents.agent import label

    transcript, route, speech = (result[key] for key in ("transcript", "route", "speech"))
    length = f", {transcript['duration_s']:.1f} s" if transcript["duration_s"] else ""
    _row(
        "Heard",
        f"“{transcript['text']}”" if transcript["text"] else "nothing",
        f"({transcript['language'] or 'no language'}{length}, {transcript['model']})",
    )
    _row("Asked", ", ".join(label(name) for name in route["agents"]) or "nobody")
    _row("Why", "", route["reason"])
    if result["asked"]:
        _row("Asks you", result["asked"], "(the next question on this thread answers it)")
    else:
        _row("Answer", " ".join(result["reply"].split("\n")) if result["reply"] else "nothing")
    if result["decision"]:
        _row("Decision", decided(result["decision"]))
    spoken = f"({speech['language']}, {speech['duration_s']:.1f} s)" if speech["path"] else ""
    _row("Spoken", speech["path"] or "not at all", spoken)
    _row("Took", "", _took(result["timings_ms"]))
    out.print()


def _row(label: str, text: str, aside: str = "") -> None:
    print_row(Text(f"{label:>8}", "bold cyan"), text, aside)


def _took(timings_ms: dict[str, float | None]) -> str:
    stages = dict(timings_ms)
    total, first = stages.pop("total"), stages.pop("first_audio")
    sound = "" if first is None else f", first sound after {first / 1000:.2f} s"
    each = " · ".join(f"{name} {took / 1000:.2f}" for name, took in stages.items() if took is not None)
    return f"{(total or 0) / 1000:.2f} s{sound} ({each})"


def _fail(question: _Question, sentence: str, as_json: bool) -> None:
    if as_json:
        print_json({"question": question.name, "error": sentence})
    complain(sentence)
