"""Variables that set things: those of the environment, then those of a ``.env`` file in the working folder.

What counts is decided here for every room: white space around a value is no part of it, an empty value is none, and the
environment comes before the file. All that is wrong is told at once, and a secret never.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import ModelWrapValidatorHandler, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from emads_voice.error_text import reason_of
from emads_voice.errors import EmadsVoiceError

ENVIRONMENT = "environment"
"""The source of what a process was started with."""

DOTENV = ".env"


class VariableError(EmadsVoiceError, ValueError):
    """The file ``.env`` cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that is set.

    Attributes:
        name: in capitals.
        value: without the white space around it; never empty. May be a secret.
        source: :data:`ENVIRONMENT`, or the path of the file.
        hides: the file's path, if it sets the variable too, in vain; else "".
    """

    name: str
    value: str
    source: str
    hides: str = ""


class Variables(BaseSettings):
    """Base of the classes of settings: each field is read from one variable.

    The variable is the field's ``validation_alias``, else the class's ``env_prefix`` and the field's name.
    """

    model_config = SettingsConfigDict(
        extra="ignore", frozen=True, populate_by_name=True, hide_input_in_errors=True
    )

    with_file: ClassVar[bool] = True
    """Whether the file ``.env`` may set them too."""

    error: ClassVar[type[EmadsVoiceError]] = VariableError
    """Raised where one cannot be used. The message names every wrong variable, and what it may be, but not what a
    secret was set to."""

    @model_validator(mode="wrap")
    @classmethod
    def _told(cls, values: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return validate(values)
        except ValidationError as invalid:
            raise cls.error(" ".join(_sentences(cls, invalid))) from None

    @classmethod  # its arguments are given by name
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        try:
            found = set_variables(with_file=cls.with_file)
        except VariableError as unreadable:
            raise cls.error(str(unreadable)) from None
        return init_settings, _Set(settings_cls, found)

    @classmethod
    def variables(cls) -> dict[str, str]:
        """Variable by field, in the order they are declared in."""
        return {name: variable_of(cls, name, field) for name, field in cls.model_fields.items()}

    def secrets(self) -> tuple[str, ...]:
        """What those of its fields hold that are secrets, one or several, as far as they are set."""
        values = (each for _, value in self for each in (value if isinstance(value, tuple) else (value,)))
        secrets = (value.get_secret_value() for value in values if isinstance(value, SecretStr))
        return tuple(secret for secret in secrets if secret)


class _Set(PydanticBaseSettingsSource):
    """What the variables say."""

    def __init__(self, settings_cls: type[BaseSettings], found: Mapping[str, Variable]) -> None:
        super().__init__(settings_cls)
        self._found = found

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        found = self._found.get(variable_of(self.settings_cls, field_name, field))
        return found and found.value, str(field.validation_alias or field_name), False

    def __call__(self) -> dict[str, Any]:
        read = (self.get_field_value(field, name) for name, field in self.settings_cls.model_fields.items())
        return {key: value for value, key, _ in read if value is not None}


def variable(name: str) -> str | None:
    """What the environment alone sets a variable to, None if that is nothing: for those of other programs."""
    return os.environ.get(name, "").strip() or None


def set_variables(*, with_file: bool = True) -> dict[str, Variable]:
    """Every variable that is set, by its name in capitals.

    Args:
        with_file: those of the file ``.env`` too.

    Raises:
        VariableError: there is such a file, and it cannot be read.
    """
    path = str(Path.cwd() / DOTENV)
    in_file = _filled(read_dotenv()[0]) if with_file else {}
    ours = _filled(os.environ)
    found = {name: Variable(name, value, path) for name, value in in_file.items()}
    return found | {
        name: Variable(name, value, ENVIRONMENT, path if name in in_file else "")
        for name, value in ours.items()
    }


def read_dotenv() -> tuple[dict[str, str | None], list[int]]:
    """What the file ``.env`` in the working folder sets, and the numbers of the lines that set nothing.

    Raises:
        VariableError: there is one, and it cannot be read.
    """
    path = Path(DOTENV)
    try:
        # A link that leads nowhere was meant to lead to settings.
        if not (path.exists() or path.is_symlink()):
            return {}, []
        if path.is_fifo():  # reading it would wait for whoever writes
            raise VariableError(f"The file {DOTENV} cannot be read: it is no file, but a pipe; remove it.")
        text = path.read_text("utf-8-sig")  # editors on Windows begin a file with a mark
        if "\0" in text:
            raise VariableError(f"The file {DOTENV} cannot be read: it is no text; write NAME=value lines.")
    except UnicodeDecodeError as error:
        raise VariableError(f"The file {DOTENV} cannot be read: {error}; save it as UTF-8.") from None
    except OSError as error:
        raise VariableError(
            f"The file {DOTENV} cannot be read: {reason_of(error)}; remove it, or let this user read it."
        ) from None
    lines = list(parse_stream(StringIO(text)))
    wrong = [line.original.line for line in lines if line.error or (line.key and line.value is None)]
    right = "".join(line.original.string for line in lines if not line.error)
    return dotenv_values(stream=StringIO(right)), wrong


def unset_blank(prefix: str) -> None:
    """Take variables that are empty out of this process's environment: for libraries that would take them as set."""
    for name in [name for name, value in os.environ.items() if name.startswith(prefix) and not value.strip()]:
        del os.environ[name]


def variable_of(kind: type[BaseSettings], name: str, field: FieldInfo) -> str:
    """The variable that a field is read from."""
    return str(field.validation_alias or f"{kind.model_config.get('env_prefix', '')}{name}").upper()


def _filled(variables: Mapping[str, str | None]) -> dict[str, str]:
    """Those that are set, in capitals; where one is written in two ways, the one in capitals counts."""
    found: dict[str, str] = {}
    for name, value in sorted(variables.items(), key=lambda one: one[0].isupper()):
        if value and value.strip():
            found[name.upper()] = value.strip()
    return found


def _sentences(kind: type[Variables], invalid: ValidationError) -> Iterator[str]:
    variables = kind.variables()
    for error in invalid.errors(include_input=False, include_context=False, include_url=False):
        place = str(error["loc"][0])  # the alias of a field that has one, which is its variable
        reason = error["msg"].removeprefix("Value error, ").rstrip(".")
        yield f"{variables.get(place, place)} cannot be used: {reason}{'' if reason.endswith('?') else '.'}"


def split_terms(text: str) -> tuple[str, ...]:
    """Terms written with commas between them, without the white space around them."""
    return tuple(term.strip() for term in text.split(",") if term.strip())


def base_url(value: str, example: str) -> str:
    """Checks the URL of a server, for fields' validators.

    Raises:
        ValueError: it is none, or has a query.
    """
    try:
        whole = re.fullmatch(r"https?://[^/?#\s]+(/[^?#\s]*)?", value) and urlsplit(value)
        if whole and whole.hostname and whole.port != 0:  # .port raises if it is no port
            return value
    except ValueError:
        pass
    raise ValueError(f"give a base URL such as {example}")


def key(value: SecretStr) -> SecretStr:
    """Checks a secret that is sent in a header, for fields' validators.

    Raises:
        ValueError: it has characters no header can hold, or white space.
    """
    text = value.get_secret_value()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("a key has neither spaces nor accents nor line ends in it: copy it again")
    return value
