"""Keys, gathered into numbers."""

import asyncio

from emads_voice.channels.background import Background
from emads_voice.channels.keypad import LONGEST, Keypad
from emads_voice.testing import run_virtual


def test_a_number_ends_where_no_number_goes_on() -> None:
    told: list[str] = []

    async def main() -> None:
        keypad = Keypad(Background("call"), 3.0, told.append)
        for _ in range(2 * LONGEST + 3):
            keypad.press("7")
        await asyncio.sleep(2.9)
        assert [len(keys) for keys in told] == [LONGEST, LONGEST]
        await asyncio.sleep(0.2)

    run_virtual(main())
    assert told == ["7" * LONGEST, "7" * LONGEST, "777"]
