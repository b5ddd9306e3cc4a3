"""A live mouth on a line that hears everything at once."""

from collections.abc import Sequence

import pytest

from emads_voice.channels.live_mouth import LiveMouth
from emads_voice.channels.playout import Line
from emads_voice.testing import ScriptedSynthesizer
from emads_voice.voice.languages import ENGLISH


class Speaker:
    """Notes the lines it is given."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    async def room(self, lines: int) -> None: ...

    async def drained(self) -> None: ...

    def stop(self) -> None: ...

    def say(self, line: Line) -> None:
        line.heard = line.text
        self.lines.append(line.text)


@pytest.mark.parametrize(
    "fed",
    [
        [],
        ["One sentence. And ", "another."],
        ["One sentence. And ", "another.", "\n"],  # its writer said that it is over
        ["One sentence. "],
    ],
)
async def test_however_an_answer_is_fed_it_is_spoken_once(fed: Sequence[str]) -> None:
    speaker = Speaker()
    mouth = LiveMouth(ScriptedSynthesizer(), speaker, rate=8_000)  # type: ignore[arg-type]
    for piece in fed:
        mouth.feed(piece, language=ENGLISH)
    speech = await mouth.finish("One sentence. And another.", language=ENGLISH)
    assert speech.heard == "One sentence. And another."
    assert [line.strip() for line in speaker.lines] == ["One sentence.", "And another."]
