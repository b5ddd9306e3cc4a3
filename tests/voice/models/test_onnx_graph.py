"""ONNX files told apart without loading them."""

from pathlib import Path

import onnxruntime
import pytest

from emads_voice.voice.errors import WeightsError
from emads_voice.voice.models.onnx_graph import count_inputs
from emads_voice.voice.synthesizers.piper_voices import locate_voice


def test_a_real_graph_has_the_inputs_its_runtime_names() -> None:
    voice = locate_voice("en_US-joe-medium")
    session = onnxruntime.InferenceSession(voice, providers=["CPUExecutionProvider"])
    assert count_inputs(voice) == len(session.get_inputs()) > 0


@pytest.mark.parametrize("content", [b"", b"junk", b"<html>not found</html>", b"\xff" * 100, b"\x3a\x7f\x00"])
def test_what_is_no_onnx_file_is_called_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "encoder.onnx"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match="is not an ONNX file, or is cut off"):
        count_inputs(path)


def test_a_file_cut_off_in_its_graph_is_called_so(tmp_path: Path) -> None:
    whole = locate_voice("en_US-joe-medium").read_bytes()
    path = tmp_path / "half.onnx"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WeightsError, match="cut off"):
        count_inputs(path)


def test_a_missing_file_is_called_so(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be read: no such file"):
        count_inputs(tmp_path / "encoder.onnx")
