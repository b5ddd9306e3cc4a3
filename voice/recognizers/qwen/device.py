"""Which device a model runs on, and in which precision."""

from __future__ import annotations

from typing import Any, NamedTuple

from emads_voice.voice.errors import BackendError


class Placement(NamedTuple):
    """Where a model runs: a device as torch names it ("cuda:0"), and a torch dtype."""

    device: str
    dtype: Any


def place(device: str | None, dtype: str | None) -> Placement:
    """Where to run a model: on a GPU in bfloat16 if there is one, on Apple's in float16, else on the CPU in float32.

    Args:
        device: as torch names it, "cuda", "cuda:1", "mps" or "cpu"; None chooses.
        dtype: "bfloat16", "float16" or "float32"; None chooses by the device.

    Raises:
        BackendError: there is no such device or dtype.
    """
    import torch

    dtypes = {"bfloat16": torch.bfloat16, "float16": torch.float16, "float32": torch.float32}
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    apple = torch.backends.mps.is_available()
    device = device or ("cuda" if gpus else "mps" if apple else "cpu")
    kind, _, index = device.partition(":")
    if kind not in ("cuda", "mps", "cpu") or not (index or "0").isdecimal():
        raise BackendError(f"Unknown device {device!r}: give cuda, cuda:1, mps or cpu.")
    if (kind == "cuda" and int(index or 0) >= gpus) or (kind == "mps" and not apple):
        raise BackendError(
            f"There is no device {device}, PyTorch sees {gpus or 'no'} GPU{'s' * (gpus > 1)}:"
            " install its build for your GPU and the driver, or leave the device to be chosen."
        )
    if dtype is None:
        # GPUs before Ampere compute bfloat16 in software.
        half = "bfloat16" if kind == "cuda" and torch.cuda.is_bf16_supported(False) else "float16"
        dtype = "float32" if kind == "cpu" else half
    if dtype not in dtypes:
        raise BackendError(f"Unknown dtype {dtype!r}: give bfloat16, float16 or float32.")
    return Placement(device, dtypes[dtype])
