"""The Hugging Face hub: whether anything may be fetched from it, and fetching one file.

Environment:
    EMADS_ALLOW_HUB: "true" lets what is missing be fetched; see :class:`HubSettings`.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import ClassVar

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from emads_voice.environment import Variables
from emads_voice.error_text import first_line
from emads_voice.errors import EmadsVoiceError
from emads_voice.voice.errors import WeightsError

from .pins import Weight, WeightFile

_log = logging.getLogger(__name__)


class HubSettings(Variables):
    """Whether anything may be fetched: no file in the working folder can allow it, whoever starts the process must."""

    model_config = SettingsConfigDict(env_prefix="EMADS_")
    with_file = False
    error: ClassVar[type[EmadsVoiceError]] = WeightsError

    allow_hub: bool = Field(
        default=False, description="Allow missing weights to be fetched from the Hugging Face hub"
    )


def hub_allowed() -> bool:
    """Whether EMADS_ALLOW_HUB says that missing weights may be fetched.

    Raises:
        WeightsError: it says neither yes nor no.
    """
    return HubSettings().allow_hub


def fetch(weight: Weight, file: WeightFile, remedy: str) -> Path:
    """Where the hub's library keeps a file of a weight, fetched if it is not there yet.

    Args:
        weight: one that is on the hub.
        file: one of its files.
        remedy: what to do if it cannot be fetched.

    Raises:
        WeightsError: it cannot be fetched, or the hub's library is not installed.
    """
    try:
        from huggingface_hub import hf_hub_download

        _log.info("fetching %s of %s from huggingface.co/%s…", file.name, weight.name, weight.hub)
        inside = f"{weight.hub_path}/{file.name}".lstrip("/")
        return Path(hf_hub_download(weight.hub, inside, revision=weight.hub_revision))
    except Exception as error:  # every HTTP library and the disk raise their own
        raise WeightsError(
            f"Cannot fetch {weight.name} from huggingface.co/{weight.hub} ({first_line(error)}): {remedy}."
        ) from error
