"""What is installed and lies here, whether or not the settings need it."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from emads_voice.environment import DOTENV, read_dotenv, variable
from emads_voice.errors import EmadsVoiceError
from emads_voice.installation import DISTRIBUTION, install_hint

from .finding import Finding

PROVIDER_KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "DASHSCOPE_API_KEY")
"""Variables of the environment in which providers look for their keys; ours are among the settings."""


def distribution() -> Iterator[Finding]:
    """This program, and what runs it."""
    yield Finding(DISTRIBUTION, "version", True, version(DISTRIBUTION))
    yield Finding(DISTRIBUTION, "Python", True, f"{platform.python_version()}, {platform.platform()}")


def extras() -> Iterator[Finding]:
    """Each extra: whether all it brings is here."""
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


def weights(models_dir: Path) -> Iterator[Finding]:
    """Each weight. One that is missing or wrong is no fault by itself: what the settings need is tried."""
    from emads_voice.voice.models.weights import weights_status
    from emads_voice.voice.synthesizers.piper_voices import own_voices_status

    try:
        statuses = [*weights_status(models_dir), *own_voices_status(models_dir)]
    except EmadsVoiceError as error:
        yield Finding("weights", "all", None, "cannot be looked for", str(error))
        return
    for weight in statuses:
        found = f"{weight.size / 1e6:.0f} MB, {weight.place}: {weight.path}" if weight.path else "not here"
        wrong = weight.place and weight.verified is False
        whole = bool(weight.path) and not wrong
        yield Finding(
            "weights", weight.name, whole or None, f"damaged: {found}" if wrong else found, weight.remedy
        )


def keys(set_by_us: dict[str, bool]) -> Iterator[Finding]:
    """Whether each key is set; never what to.

    Args:
        set_by_us: the settings that hold keys, and whether they do.
    """
    for name, is_set in set_by_us.items():
        yield Finding("keys", name, None, "set" if is_set else "not set")
    in_file, _ = read_dotenv()
    for name in PROVIDER_KEYS:
        found = "set" if variable(name) else "not set"
        vain = found == "not set" and in_file.get(name)
        remedy = f"it stands in {DOTENV}, which its package does not read: set it in the environment"
        yield Finding("keys", name, None, found, remedy if vain else "")


@cache
def _required(name: str) -> list[Requirement]:
    return [Requirement(line) for line in requires(name) or ()]


def _lacking(name: str, extra: str) -> list[str]:
    """What an extra brings that is not installed, or not in the version it asks for."""
    lacking: list[str] = []
    for wanted in _required(name):
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
