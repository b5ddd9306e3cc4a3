"""Loading ONNX models: the only place that imports onnxruntime.

``emads_voice.no_telemetry``, which runs before this is imported, keeps onnxruntime from reporting to its maker.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emads_voice.installation import install_hint
from emads_voice.voice.errors import BackendError, WeightsError


def load_session(path: Path, *, threads: int = 1, mem_reuse: bool = True) -> Any:
    """An ``onnxruntime.InferenceSession`` on the CPU, of which only errors are logged.

    Args:
        path: the model.
        threads: how many share one operator. By default one: small models lose more than they gain.
        mem_reuse: plan the memory before the first run.

    Raises:
        BackendError: onnxruntime is not installed.
        WeightsError: the file is not a model.
    """
    try:
        import onnxruntime
    except ImportError:
        raise BackendError(f"Models need onnxruntime: {install_hint('local')}.") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.enable_mem_reuse = mem_reuse
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise WeightsError(f"{path} is not a model onnxruntime can load: replace it.") from error
