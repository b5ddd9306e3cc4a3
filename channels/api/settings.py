"""What the HTTP API needs to know, read from environment variables or a ``.env`` file."""

from __future__ import annotations

import re
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from emads_voice.channels.errors import ConfigurationError
from emads_voice.environment import Variables, key, split_terms
from emads_voice.errors import EmadsVoiceError
from emads_voice.observability import conceal

PATH = "/v1"
"""Where the API is, as OpenAI's is."""

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")

SHORTEST_KEY = 16
"""Characters of a key: 16 random ones cannot be guessed by asking."""


class ApiSettings(Variables):
    """Who may use the HTTP API, and how much of it. Without keys it is closed."""

    model_config = SettingsConfigDict(env_prefix="EMADS_API_")

    error: ClassVar[type[EmadsVoiceError]] = ConfigurationError

    keys: tuple[SecretStr, ...] = Field(
        default=(), description="Keys of the HTTP API's clients, with commas between them"
    )
    origins: tuple[str, ...] = Field(
        default=(),
        description="Web pages that may talk with a key, besides this server's own: https://app.example.com",
    )
    max_upload_mb: int = Field(default=25, description="MB of one request to the HTTP API", ge=1, le=1024)
    timeout_s: float = Field(
        default=120.0, description="Seconds that the HTTP API works at one request", gt=0
    )
    requests_per_minute: int = Field(
        default=120, description="Requests a minute to the HTTP API with one key", ge=1
    )
    at_once: int = Field(default=8, description="Requests that the HTTP API works at, at once", ge=1)

    @field_validator("keys", "origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return split_terms(value) if isinstance(value, str) else value

    @field_validator("origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not _ORIGIN.fullmatch(each):
                raise ValueError("name a page's scheme and host, such as https://app.example.com")
        return tuple(each.lower() for each in value)

    @field_validator("keys")
    @classmethod
    def _keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for each in value:
            if len(key(each).get_secret_value()) < SHORTEST_KEY:
                raise ValueError(
                    f"a key has {SHORTEST_KEY} characters or more: make one with openssl rand -hex 24"
                )
        return value

    @property
    def max_bytes(self) -> int:
        """The longest body, in bytes."""
        return self.max_upload_mb * 1_000_000


def load_api_settings() -> ApiSettings:
    """The HTTP API's settings of this process.

    Raises:
        ConfigurationError: a variable has a value that cannot be used.
    """
    settings = ApiSettings()
    conceal(*settings.secrets())
    return settings
