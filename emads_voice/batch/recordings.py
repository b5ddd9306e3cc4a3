"""Which recordings there are in a folder, each known by its content: copies are one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from emads_voice.error_text import reason_of

from .errors import BatchError

ENDINGS = frozenset({
    ".3gp", ".aac", ".ac3", ".aif", ".aifc", ".aiff", ".alac", ".amr", ".ape", ".asf", ".au", ".avi",
    ".caf", ".flac", ".flv", ".gsm", ".m4a", ".m4b", ".m4v", ".mka", ".mkv", ".mov", ".mp2", ".mp3",
    ".mp4", ".mpeg", ".mpg", ".mts", ".oga", ".ogg", ".ogv", ".opus", ".ra", ".rm", ".snd", ".spx",
    ".ts", ".tta", ".voc", ".vox", ".w64", ".wav", ".wave", ".webm", ".wma", ".wmv", ".wv",
})  # fmt: skip
"""How names of recordings end: sound, and videos with sound."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One sound, and the files that hold it.

    Attributes:
        sha256: of the file's content, as ``audio_sha256`` everywhere else.
        paths: where it is; of several the first is heard.
        stamp: size and time of change of that file, by which it is noticed that somebody goes on writing it.
        announced_s: how long its file says that it is; 0 if it does not. Only to tell how far a batch is.
    """

    sha256: str
    paths: tuple[Path, ...]
    stamp: tuple[int, int]
    announced_s: float = 0.0

    @property
    def path(self) -> Path:
        """The file that is heard."""
        return self.paths[0]


@dataclass
class Found:
    """What is in a folder.

    Attributes:
        recordings: in the order of their names.
        unreadable: what could not be read, and why, in a sentence.
        left_out: files whose names do not end like those of recordings.
    """

    recordings: list[Recording] = field(default_factory=list)
    unreadable: dict[Path, str] = field(default_factory=dict)
    left_out: list[Path] = field(default_factory=list)


def find(folder: Path, without: Path | None = None) -> Found:
    """The recordings in a folder and those below it; hidden files are none.

    Args:
        folder: links to other folders in it are not followed.
        without: a folder that is passed over: that of the results.

    Raises:
        BatchError: it is no folder, cannot be read, or has no recordings.
    """
    if not folder.is_dir():
        why = "it is a file" if folder.exists() else "there is no such folder"
        raise BatchError(f"Cannot read {folder}: {why}; give a folder of recordings.")
    found, same = Found(), dict[str, list[Path]]()
    stamps: dict[str, tuple[int, int]] = {}
    for path in sorted(_files(folder, without, found)):
        if path.suffix.lower() not in ENDINGS:
            found.left_out.append(path)
            continue
        try:
            if not path.is_file():
                found.unreadable[path] = f"{path} is no file, or a link to nothing: remove it."
                continue
            stamp = stamp_of(path)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            found.unreadable[path] = f"Cannot read {path}: {reason_of(error)}; make it readable."
            continue
        same.setdefault(digest, []).append(path)
        stamps.setdefault(digest, stamp)
    found.recordings = [
        Recording(digest, tuple(paths), stamps[digest], _announced_s(paths[0]))
        for digest, paths in same.items()
    ]
    if not found.recordings and not found.unreadable:
        raise BatchError(
            f"There are no recordings in {folder}: give a folder of files such as call.wav or meeting.m4a."
        )
    return found


def _announced_s(path: Path) -> float:
    import av

    try:
        with av.open(str(path)) as container:
            return max(0.0, (container.duration or 0) / av.time_base)
    except (av.error.FFmpegError, ValueError, OSError):  # is told when it is heard
        return 0.0


def stamp_of(path: Path) -> tuple[int, int]:
    """Size and time of change.

    Raises:
        OSError: it is gone.
    """
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _files(folder: Path, without: Path | None, found: Found) -> Iterator[Path]:
    passed_over = without.resolve() if without else None

    def unreadable(error: OSError) -> None:
        path = Path(error.filename)
        found.unreadable[path] = f"Cannot read the folder {path}: {reason_of(error)}; make it readable."

    for where, folders, names in os.walk(folder, onerror=unreadable):
        here = Path(where)
        folders[:] = [name for name in folders if name[0] != "." and (here / name).resolve() != passed_over]
        yield from (here / name for name in names if name[0] != ".")
