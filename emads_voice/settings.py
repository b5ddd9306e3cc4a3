"""What a deployment chooses, read from EMADS_* environment variables or a ``.env`` file."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from emads_voice.environment import Variables, base_url, key, split_terms
from emads_voice.error_text import reason_of
from emads_voice.errors import EmadsVoiceError
from emads_voice.observability import conceal, conceal_names
from emads_voice.voice.errors import LanguageError
from emads_voice.voice.languages import Language, find_language


class SettingsError(EmadsVoiceError):
    """A setting that cannot be used; the message names the variable and what it may be."""


def _own_folder() -> Path:
    """This user's data folder on this platform.

    Raises:
        SettingsError: the user has no home, as some in containers.
    """
    try:
        return platformdirs.user_data_path("emads-voice", appauthor=False)
    except RuntimeError:
        raise SettingsError(
            "This user has no home folder: set EMADS_DATA_DIR and EMADS_MODELS_DIR, or HOME."
        ) from None


class Settings(Variables):
    """The settings and their defaults: the embedded models, the sample handbook's languages, no network."""

    model_config = SettingsConfigDict(env_prefix="EMADS_")
    error: ClassVar[type[EmadsVoiceError]] = SettingsError

    graph: str | None = Field(
        default=None,
        description="Who answers: my_project.agents:graph, or a name of langgraph.json; unset: its first graph,"
        " else the sample company",
    )
    asr: str = Field(
        default="whisper:base",
        description='Recogniser: "whisper:base", "qwen-asr:Qwen/Qwen3-ASR-1.7B", "openai:…", "dashscope:…"; '
        'of several, "openai:…|whisper:base", the next answers where one fails',
    )
    asr_url: str | None = Field(default=None, description="Base URL of the server recognisers run on")
    asr_key: SecretStr | None = Field(default=None, description="Its key")
    aligner: str | None = Field(
        default=None,
        description='What times words for recognisers that cannot: "Qwen/Qwen3-ForcedAligner-0.6B" or a folder',
    )
    hotwords: tuple[str, ...] = Field(
        default=(),
        description="Names and terms callers use, besides the agents': EMADS,Kubernetes,Bình Dương",
    )
    turn_model: Literal["smart-turn"] | None = Field(
        default=None, description="What judges by the voice whether a caller has finished: smart-turn"
    )
    tts: str = Field(
        default="piper|espeak", description="Synthesisers; the first that speaks the language is used"
    )
    tts_url: str | None = Field(default=None, description="Base URL of an OpenAI-compatible speech server")
    tts_key: SecretStr | None = Field(default=None, description="Its key")
    model: str | None = Field(
        default=None, description='Chat model, "openai:gpt-5-mini"; unset: the handbook alone answers'
    )
    model_url: str | None = Field(default=None, description="Base URL of an OpenAI-compatible chat server")
    model_key: SecretStr | None = Field(
        default=None, description="Its key; unset: the provider's own variable"
    )
    router: Literal["exemplars", "model"] = Field(
        default="exemplars", description="Who routes: likeness, or the chat model"
    )
    handbook: Path | None = Field(default=None, description="Folder of company documents")
    messages: Path | None = Field(
        default=None, description="Folder of sentences to say instead of ours; see docs/messages.md"
    )
    languages: tuple[Language, ...] = Field(
        default=(find_language("en"), find_language("vi")), description="Languages callers speak: en,vi"
    )
    rates: dict[str, float] = Field(
        default={},
        description="What one US dollar is in other currencies, to compare costs: VND=25400,EUR=0.92",
    )
    weights: dict[str, float] = Field(
        default={},
        description="How much each criterion of an option counts: support=30,cost=15; see docs/decisions.md",
    )
    budget_usd: float = Field(
        default=10_000,
        gt=0,
        allow_inf_nan=False,
        description="First-year cost above which decisions are escalated",
    )
    models_dir: Path = Field(
        default_factory=lambda: _own_folder() / "models",
        description="Folder searched first for model weights and voices",
    )
    data_dir: Path = Field(
        default_factory=_own_folder,
        description="Folder for conversations and the audit log",
    )
    postgres: SecretStr | None = Field(
        default=None,
        description="Database that conversations are kept in, in place of a file in the data folder:"
        " postgresql://user:password@host/name",
    )
    redact_names: Path | None = Field(
        default=None,
        description="File of names, one a line, that are taken out of the audit records, spans and the log",
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        description='The log of a server: "text", lines for people, or "json", an object a line',
    )
    ledger_keys: Path | None = Field(
        default=None,
        description="Folder of the audit ledger's keys, the same on all machines; unset: keys in the data folder",
    )
    checkpoints: Path | None = Field(
        default=None,
        description="Folder, best on another machine, for the signed checkpoints of the audit ledger;"
        " unset: checkpoints in the data folder",
    )
    retention_days: int | None = Field(
        default=None,
        ge=1,
        description="Days after which what was said in a conversation is erased from the audit ledger; unset: never",
    )

    decisions: Path | None = Field(
        default=None,
        description="Folder in which approved decisions are written down; unset: decisions in the data folder",
    )
    webhook_url: str | None = Field(
        default=None,
        description="Address that approved decisions are sent to, signed: https://example.com/decided",
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="What they are signed with, whsec_…; two, with a comma between them, while one is replaced",
    )

    @field_validator("languages", mode="before")
    @classmethod
    def _languages(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(find_language(name) for name in split_terms(value))
        except LanguageError as error:
            raise ValueError(str(error)) from None

    @field_validator("hotwords", mode="before")
    @classmethod
    def _terms(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("it is not text in UTF-8") from None
        return split_terms(value)

    @field_validator("rates", "weights", mode="before")
    @classmethod
    def _figures(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [term.partition("=") for term in split_terms(value)]
        try:
            return {name.strip(): float(figure) for name, _, figure in pairs}
        except ValueError:
            raise ValueError("write it as NAME=NUMBER,NAME=NUMBER") from None

    @field_validator("rates", "weights")
    @classmethod
    def _decidable(cls, value: dict[str, float], info: ValidationInfo) -> dict[str, float]:
        known = {"support", "merits", "cost", "risk", "effort", "timeline"}
        for name, figure in value.items():
            if not 0 < figure < 1e12:
                raise ValueError(f"{name} must be more than 0")
            if info.field_name == "weights" and name not in known:
                raise ValueError(f"there is no criterion {name}, only {', '.join(sorted(known))}")
            if info.field_name == "rates" and not (len(name) == 3 and name.isascii() and name.isupper()):
                raise ValueError(f"{name} is no currency: give its three letters, such as VND")
        return value

    @field_validator("languages")
    @classmethod
    def _some(cls, value: tuple[Language, ...]) -> tuple[Language, ...]:
        if not value:
            raise ValueError("name at least one language, such as en,vi")
        return value

    @field_validator("asr_url", "tts_url", "model_url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        return base_url(value, "http://localhost:8000/v1") if value else value

    @field_validator("asr_key", "tts_key", "model_key")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        return key(value) if value else value

    @field_validator("postgres")
    @classmethod
    def _database(cls, value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value() if value else ""
        if value and not (text.startswith(("postgresql://", "postgres://")) or "=" in text):
            raise ValueError("write it as postgresql://host/name, with user:password and @ before the host")
        return value

    @field_validator(
        "handbook",
        "messages",
        "models_dir",
        "data_dir",
        "redact_names",
        "ledger_keys",
        "checkpoints",
        "decisions",
    )
    @classmethod
    def _home(cls, value: Path | None) -> Path | None:
        try:
            return value.expanduser() if value else value  # no shell does so in a .env file
        except RuntimeError:
            raise ValueError(f"there is no user to whose home {value} leads") from None

    @property
    def threads_path(self) -> Path:
        """The SQLite file conversations are kept in."""
        return self.data_dir / "threads.sqlite"

    @property
    def memory_path(self) -> Path:
        """The SQLite file of what is remembered across conversations."""
        return self.data_dir / "memory.sqlite"

    @property
    def locks_dir(self) -> Path:
        """The folder of the conversations' locks."""
        return self.data_dir / "locks"

    @property
    def records_path(self) -> Path:
        """The SQLite file of the audit ledger and the decisions."""
        return self.data_dir / "records.sqlite"

    @property
    def keys_dir(self) -> Path:
        """The folder of the keys of the audit ledger."""
        return self.ledger_keys or self.data_dir / "keys"

    @property
    def checkpoints_dir(self) -> Path:
        """The folder of the checkpoints of the audit ledger."""
        return self.checkpoints or self.data_dir / "checkpoints"

    @property
    def decisions_dir(self) -> Path:
        """The folder of the records of approved decisions."""
        return self.decisions or self.data_dir / "decisions"

    @property
    def webhook_secrets(self) -> list[SecretStr]:
        """What the webhook's messages are signed with, the newest first."""
        text = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
        return [SecretStr(each) for each in split_terms(text)]


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: a variable has a value that cannot be used.
    """
    settings = Settings()
    conceal(*settings.secrets())
    if settings.redact_names:
        conceal_names(_names(settings.redact_names))
    return settings


def _names(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"EMADS_REDACT_NAMES: the file {path} cannot be read ({reason_of(error)}): give a text file in UTF-8 with "
            "one name a line."
        ) from None
