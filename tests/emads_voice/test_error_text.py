from __future__ import annotations

import errno
import os

from emads_voice.error_text import first_line, reason_of


def test_an_error_of_the_system_is_told_in_its_words_without_number_and_path() -> None:
    error = OSError(errno.ENOENT, os.strerror(errno.ENOENT), "/srv/audit.jsonl")
    assert reason_of(error) == os.strerror(errno.ENOENT).lower()
    assert "audit" not in reason_of(error)


def test_any_other_error_is_told_whole() -> None:
    assert reason_of(OSError("Not a gzipped file")) == "not a gzipped file"
    assert reason_of(ValueError("Port out of range 0-65535")) == "port out of range 0-65535"


def test_of_a_long_error_its_first_line_is_quoted_and_of_a_silent_one_its_kind() -> None:
    assert first_line(RuntimeError("  CUDA failed.\nTraceback: …")) == "CUDA failed"
    assert first_line(KeyError()) == "KeyError"
