"""Every setting there is: what each is set to and by whom, and which names in sight are nobody's.

The list is that of the classes that read them, so that it cannot go stale.
"""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from emads_voice.channels.api.settings import ApiSettings, load_api_settings
from emads_voice.channels.errors import ConfigurationError
from emads_voice.channels.twilio.settings import TwilioSettings, load_twilio_settings
from emads_voice.environment import (
    DOTENV,
    ENVIRONMENT,
    Variable,
    VariableError,
    Variables,
    read_dotenv,
    set_variables,
    variable_of,
)
from emads_voice.settings import Settings, SettingsError, load_settings
from emads_voice.voice.errors import WeightsError
from emads_voice.voice.languages import Language
from emads_voice.voice.models.hub import HubSettings, hub_allowed

_log = logging.getLogger(__name__)

KINDS: Mapping[type[Variables], str] = {
    Settings: "speech and agents",
    HubSettings: "speech and agents",
    TwilioSettings: "the telephone: serve, call",
    ApiSettings: "the HTTP API: serve",
}
"""The classes of settings, and what each is for."""

OURS = "EMADS_"

ALIKE, MISSPELT = 0.6, 0.85
"""How alike (1: the same) two names must be. The first is for a guess at a name that can only be ours, without EMADS_:
TSS is 0.67 like TTS. The second is for one that may be anybody's: EMAD_TTS is 0.94 like EMADS_TTS; PUBLIC_URL, 0.77
like EMADS_PUBLIC_URL, is left alone."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting, as it may be shown to anybody.

    Attributes:
        name: the variable.
        value: what it is set to, or what it is by default; a secret is "set" or "".
        source: "default", "environment", or the path of the file.
        purpose: what it is for.
        used: which part of the program reads it.
    """

    name: str
    value: str
    source: str
    purpose: str
    used: str


def names() -> set[str]:
    """The variables of all settings."""
    return {variable for kind in KINDS for variable in kind.variables().values()}


def shown() -> Iterator[Shown]:
    """Every setting, whether or not it can be used as it is set.

    Raises:
        VariableError: the file ``.env`` cannot be read.
    """
    for kind, used in KINDS.items():
        found = set_variables(with_file=kind.with_file)
        for name, field in kind.model_fields.items():
            variable = variable_of(kind, name, field)
            value, source = _value(field, found.get(variable))
            yield Shown(variable, value, source, field.description or "", used)


def wrong() -> list[str]:
    """What is wrong with the settings of each class, in the words of whoever loads them; [] if nothing is."""
    told: dict[str, None] = {}  # once: the file concerns several
    for read in (load_settings, hub_allowed, load_twilio_settings, load_api_settings):
        try:
            read()
        except (SettingsError, WeightsError, ConfigurationError) as error:
            told[str(error)] = None
    return list(told)


def unread() -> list[str]:
    """One sentence for each name that looks like a setting and is none, and each line of ``.env`` that sets nothing."""
    try:
        found, (_, wrong) = set_variables(), read_dotenv()
    except VariableError:  # whoever reads the settings will say so
        found, wrong = set_variables(with_file=False), []
    known = names()
    sentences = [
        f"Line {line} of {DOTENV} sets nothing: write it as NAME=value." for line in wrong
    ]  # not what it says, which may be a key
    for kind in KINDS:
        for name in () if kind.with_file else kind.variables().values():
            if name in found and found[name].source != ENVIRONMENT:
                sentences.append(f"{name} in {DOTENV} is not read: set it in the environment.")
    for name in sorted(found.keys() - known):
        meant = _meant(name, known, found)
        if not (meant or name.startswith(OURS)):
            continue
        where = "" if found[name].source == ENVIRONMENT else f" (in {DOTENV})"
        guess = f"did you mean {meant}?" if meant else "there is no such setting."
        sentences.append(f"{name}{where}: {guess}")
    return sentences


def warn_of_unread() -> None:
    """Log what :func:`unread` tells: for programs whose command line is not ours."""
    for sentence in unread():
        _log.warning(sentence)


def _meant(name: str, known: set[str], found: Mapping[str, Variable]) -> str:
    """The setting a name is likely to be meant for; "" if none.

    Names that may be another program's are guessed at only if the setting is missing.
    """
    likely = known if name.startswith(OURS) else known - found.keys()
    by_rest = {each.removeprefix(OURS) if name.startswith(OURS) else each: each for each in sorted(likely)}
    cutoff = ALIKE if name.startswith(OURS) else MISSPELT
    close = difflib.get_close_matches(name.removeprefix(OURS), by_rest, 1, cutoff)
    return by_rest[close[0]] if close else ""


def _value(field: FieldInfo, found: Variable | None) -> tuple[str, str]:
    if found is None:
        return _written(field.get_default(call_default_factory=True)), "default"
    source = f"{found.source}, not {found.hides}" if found.hides else found.source
    secret = SecretStr in (field.annotation, *get_args(field.annotation))
    return "set" if secret else without_password(found.value), source


def _written(value: Any) -> str:
    """A default, as one would set it."""
    match value:
        case None | SecretStr():
            return ""
        case bool():
            return str(value).lower()
        case Language():
            return value.code
        case tuple():
            return ",".join(map(_written, value))
        case _:
            return str(value)


def without_password(value: str) -> str:
    """The text, without who is named in it if it is a URL."""
    head, at, host = value.rpartition("@")
    scheme, slashes, _ = head.partition("://")
    return f"{scheme}://…@{host}" if at and slashes else value
