"""What the phone needs to know, read from environment variables or a ``.env`` file."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from emads_voice.channels.errors import ConfigurationError
from emads_voice.environment import Variables, base_url, key, split_terms
from emads_voice.errors import EmadsVoiceError
from emads_voice.observability import conceal

from .callers import WITHHELD, caller_of

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
"""E.164."""

_PATTERN = re.compile(r"\+[0-9]*\*|\+[0-9]+|[0-9]{3,6}|[a-z]+:[^*\s]*\*|[a-z]+:[^*\s]+|anonymous")
"""Numbers, short codes, addresses, beginnings of numbers and addresses, and those who withhold theirs."""


def _from(variable: str, default: Any, description: str, **limits: Any) -> Any:
    return Field(default, validation_alias=variable, description=description, **limits)


class TwilioSettings(Variables):
    """The Twilio account, where it reaches us, and who may call. Closed until the first three are set."""

    # The prefix keeps fields from being read from variables as common as ALLOW.
    model_config = SettingsConfigDict(env_prefix="EMADS_PHONE_")
    error: ClassVar[type[EmadsVoiceError]] = ConfigurationError

    account_sid: str = _from("TWILIO_ACCOUNT_SID", "", "The account: AC…")
    auth_token: SecretStr = _from(
        "TWILIO_AUTH_TOKEN", SecretStr(""), "Its auth token, which signs every request"
    )
    public_url: str = _from(
        "EMADS_PUBLIC_URL", "", "Where Twilio reaches this server: https://voice.example.com"
    )
    number: str = _from("EMADS_PHONE_NUMBER", "", "Our number, from which calls are placed")
    human: str = _from("EMADS_PHONE_HUMAN", "", "Number of a person to hand callers over to")
    name: str = _from(
        "EMADS_PHONE_NAME", "", "Whose assistant it is, as people whom we ring are told: Tre Xanh Logistics"
    )
    voicemail: bool = _from(
        "EMADS_PHONE_VOICEMAIL", False, "Tell answering machines why we call; else they are hung up on"
    )
    allow: tuple[str, ...] = _from(
        "EMADS_PHONE_ALLOW", (), "Only these may call: +84901234567,+8428*,anonymous; empty: anyone"
    )
    deny: tuple[str, ...] = _from("EMADS_PHONE_DENY", (), "These may not, whatever is allowed")
    approvers: dict[str, str] = _from(
        "EMADS_PHONE_APPROVERS",
        {},
        "Who is told of decisions by text message: lan:+84901234567,minh:+84901234568",
        repr=False,
    )
    record: bool = _from(
        "EMADS_PHONE_RECORD", False, "Ask callers whether they may be recorded; who agrees is"
    )
    max_calls: int = _from("EMADS_PHONE_MAX_CALLS", 40, "Calls at once", ge=1)
    max_calls_per_caller: int = _from(
        "EMADS_PHONE_MAX_CALLS_PER_CALLER", 2, "Calls at once from one number", ge=1
    )

    @field_validator("public_url")
    @classmethod
    def _base(cls, value: str) -> str:
        return base_url(value, "https://voice.example.com").rstrip("/") if value else value

    @field_validator("auth_token")
    @classmethod
    def _key(cls, value: SecretStr) -> SecretStr:
        return key(value)

    @field_validator("number", "human")
    @classmethod
    def _e164(cls, value: str) -> str:
        if value and not NUMBER.fullmatch(value):
            raise ValueError("give a number with its country code, such as +84901234567")
        return value

    @field_validator("approvers", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        named = [entry.partition(":") for entry in split_terms(value)]
        if not all(name.strip() and NUMBER.fullmatch(number.strip()) for name, _, number in named):
            raise ValueError("give names and numbers, such as lan:+84901234567,minh:+84901234568")
        return {name.strip(): number.strip() for name, _, number in named}

    @field_validator("allow", "deny", mode="before")
    @classmethod
    def _patterns(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        patterns = split_terms(value.lower())
        for pattern in patterns:
            if not _PATTERN.fullmatch(pattern):
                raise ValueError(
                    "give numbers, beginnings of numbers, or anonymous, such as +84901234567,+8428*,anonymous"
                )
        return tuple(
            pattern if pattern[-1] == "*" else caller_of(pattern) or WITHHELD for pattern in patterns
        )

    def may_call(self, address: str) -> bool:
        """Whether the lists let in whoever has this number or address. Callers who withhold theirs are listed as
        "anonymous", and match nothing else."""
        caller = caller_of(address)
        return not _listed(caller, self.deny) and (not self.allow or _listed(caller, self.allow))

    @property
    def untouched(self) -> bool:
        """Whether nothing is set of what a telephone needs: nobody wants one."""
        return not (self.account_sid or self.auth_token.get_secret_value() or self.public_url)

    def require(self) -> None:
        """Refuse settings that leave the door open.

        Raises:
            ConfigurationError: the auth token, the account or the public URL is missing, or is not secure.
        """
        missing = [
            name
            for name, value in {
                "TWILIO_ACCOUNT_SID": self.account_sid,
                "TWILIO_AUTH_TOKEN": self.auth_token.get_secret_value(),
                "EMADS_PUBLIC_URL": self.public_url,
            }.items()
            if not value
        ]
        if missing:
            raise ConfigurationError(
                f"The phone stays closed: set {', '.join(missing)} (or, to try it without Twilio, --insecure)."
            )
        if not self.public_url.startswith("https://"):
            raise ConfigurationError(
                "EMADS_PUBLIC_URL must begin with https://, or Twilio will not stream: give that address."
            )


def _listed(caller: str, patterns: tuple[str, ...]) -> bool:
    name = caller or WITHHELD
    return any(name.startswith(entry[:-1]) if entry[-1] == "*" else name == entry for entry in patterns)


def load_twilio_settings() -> TwilioSettings:
    """The phone's settings of this process.

    Raises:
        ConfigurationError: a variable has a value that cannot be used.
    """
    settings = TwilioSettings()
    conceal(*settings.secrets())
    return settings
