"""Which devices are taken, and what is said where there is none."""

import builtins
import sys
from typing import Any

import pytest

from emads_voice.channels.errors import DeviceError
from emads_voice.channels.local.sound_card import Device, devices, find_devices

BUILT_IN = Device(0, "Built-in Microphone", True, False, True, False, 48_000)
SPEAKERS = Device(1, "Built-in Speakers", False, True, False, True, 48_000)
HEADSET = Device(2, "USB Headset", True, True, False, False, 44_100)
MONITOR = Device(12, "USB Monitor", False, True, False, False, 48_000)
ALL = [BUILT_IN, SPEAKERS, HEADSET, MONITOR]


@pytest.mark.parametrize(
    ("wanted", "microphone", "loudspeaker"),
    [
        ([], BUILT_IN, SPEAKERS),
        (["headset"], HEADSET, HEADSET),
        (["2"], HEADSET, HEADSET),
        (["monitor"], BUILT_IN, MONITOR),
        (["headset", "monitor"], HEADSET, MONITOR),
        (["built-in microphone"], BUILT_IN, SPEAKERS),
        (["12"], BUILT_IN, MONITOR),
    ],
)
def test_the_named_devices_are_taken_and_else_the_usual_ones(
    wanted: list[str], microphone: Device, loudspeaker: Device
) -> None:
    assert find_devices(wanted, ALL) == (microphone, loudspeaker)


def test_a_machine_without_sound_has_neither() -> None:
    assert find_devices([], []) == (None, None)
    assert find_devices([], [MONITOR]) == (None, None)


@pytest.mark.parametrize("wanted", ["tape", "99", "", " "])
def test_a_device_that_is_not_there_is_told(wanted: str) -> None:
    with pytest.raises(DeviceError, match=r"There is no device .*--list-devices"):
        find_devices([wanted], ALL)


def test_a_name_of_several_is_told_with_their_numbers() -> None:
    with pytest.raises(DeviceError, match="2 USB Headset, 12 USB Monitor"):
        find_devices(["usb"], ALL)


@pytest.mark.parametrize(
    ("raised", "told"),
    [(ImportError("no"), r"extra mic: .*install"), (OSError("PortAudio library not found"), "libportaudio2")],
)
def test_what_is_not_installed_is_said_with_how_to_install_it(
    raised: Exception, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = builtins.__import__

    def importing(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "sounddevice":
            raise raised
        return original(name, *arguments, **named)

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(builtins, "__import__", importing)
    with pytest.raises(DeviceError, match=told):
        devices()
