"""Files of one JSON object a line: what suites, and the replies that were recorded for them, are kept in."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from emads_voice.error_text import reason_of

from .errors import SuiteError

Line = TypeVar("Line", bound=BaseModel)


def read_json_lines(path: Path, kind: type[Line], *, remedy: str) -> list[Line]:
    """The lines of a file, each checked; empty ones are skipped.

    Args:
        path: in UTF-8.
        kind: what each line is.
        remedy: what to do about a file that cannot be read: "give a file of JSON lines in UTF-8".

    Raises:
        SuiteError: the file cannot be read, or a line is of another kind; the message names it.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteError(f"{path} cannot be read ({reason_of(error)}): {remedy}.") from None
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(kind.model_validate_json(line))
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            place = ".".join(map(str, fault["loc"]))
            raise SuiteError(
                f"{path}, line {number}: {f'{place}: ' if place else ''}{fault['msg']}; correct it."
            ) from None
    return found
