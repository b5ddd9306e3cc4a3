"""When a recording was made: as given, by its file's tags, or by the file's own date; and in which time zone."""

from __future__ import annotations

import io
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emads_voice.voice.errors import AudioError

from .state import DateSource

YEARS = range(1900, 2200)
"""In which recordings are made; with others days cannot be counted on."""

_TAGS = ("creation_time", "date", "com.apple.quicktime.creationdate")


class MeetingError(AudioError):
    """What was said of a meeting's recording cannot be: its date, its time zone."""


def zone_of(name: str) -> tzinfo:
    """A time zone by its name; this machine's without one.

    Raises:
        MeetingError: there is none of that name.
    """
    if not name:
        return datetime.now().astimezone().tzinfo or UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MeetingError(
            f'There is no time zone "{name}": write it as Asia/Ho_Chi_Minh or Europe/Berlin.'
        ) from None


def recorded_at(given: str, source: Path | bytes, zone: tzinfo) -> tuple[datetime, DateSource]:
    """When a recording was made, in that zone, and how that is known.

    Args:
        given: "2026-11-27", with or without a time; "" if it was not said.
        source: the file, or its content.
        zone: of what is given, and of the answer.

    Raises:
        MeetingError: what is given is no date, or one of another age.
    """
    if given:
        try:
            moment = datetime.fromisoformat(given)
        except ValueError:
            raise MeetingError(f'"{given}" is no date: write it as 2026-11-27 or 2026-11-27T09:00.') from None
        if moment.year not in YEARS:
            raise MeetingError(f'"{given}" is no date of a recording: give one between 1900 and 2199.')
        return (moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)), "given"
    if tagged := _tagged(source, zone):
        return tagged, "tag"
    if isinstance(source, bytes):
        return datetime.now(zone), "file"
    return datetime.fromtimestamp(source.stat().st_mtime, zone), "file"


def _tagged(source: Path | bytes, zone: tzinfo) -> datetime | None:
    import av

    try:
        with av.open(io.BytesIO(source) if isinstance(source, bytes) else str(source)) as container:
            tags = {key.lower(): value for key, value in container.metadata.items()}
    except (av.error.FFmpegError, ValueError, OSError):
        return None
    for name in _TAGS:
        try:
            moment = datetime.fromisoformat(tags.get(name, "").replace("Z", "+00:00"))
        except ValueError:  # none, or a year alone
            continue
        if moment.year in YEARS and moment.year > 1970:  # recorders without a clock say 1904 or 1970
            return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    return None
