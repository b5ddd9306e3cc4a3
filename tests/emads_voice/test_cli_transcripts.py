"""Text that is printed while it is written down, where a terminal shows how far it is and where none does."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from emads_voice.cli import transcripts
from emads_voice.cli.transcripts import Format, Writer
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Segment, Transcript
from emads_voice.voice.sound.audio import Audio

SOUND = Audio(np.zeros(16_000, np.float32), 16_000)
PARTS = (Segment("Book a", 0, 1), Segment("room.", 5, 6))
HEARD = Transcript("Book a room.", ENGLISH, 6, "m", PARTS)


def print_it(form: Format) -> None:
    writer = Writer("a.wav", form)
    for part in PARTS:
        writer.write([part])
    writer.finish(SOUND, HEARD)


@pytest.mark.parametrize(
    ("form", "printed"),
    [(Format.TEXT, "Book a room.\n"), (Format.SRT, "1\n00:00:00,000 --> 00:00:01,000\nBook a\n")],
)
def test_a_file_gets_one_line(capsys: pytest.CaptureFixture[str], form: Format, printed: str) -> None:
    print_it(form)
    assert capsys.readouterr().out.startswith(printed)


def test_a_terminal_gets_a_line_for_each_piece(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = io.StringIO()
    terminal = Console(file=shown, force_terminal=True, no_color=True)
    monkeypatch.setattr(transcripts, "out", terminal)
    monkeypatch.setattr(transcripts, "err", terminal)
    print_it(Format.TEXT)
    assert shown.getvalue() == "Book a\nroom.\n"
    assert capsys.readouterr().out == "", "it has been shown already"
