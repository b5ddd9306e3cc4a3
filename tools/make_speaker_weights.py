"""Make voice/speakers/d-vector.onnx of the file ``pretrained.pt`` in the package Resemblyzer 0.1.4.

    pip install onnx && pip download --no-deps Resemblyzer==0.1.4 && unzip Resemblyzer-*.whl
    python tools/make_speaker_weights.py resemblyzer/pretrained.pt

The package itself requires torch and a compiler; its file is 17 MB, two thirds of which are the optimiser's. Here it is
read without torch, and nothing in it is run. Weights are kept in half precision and made single when they are loaded.
"""

from __future__ import annotations

import collections
import hashlib
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx

SHA256 = "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e"
TARGET = Path(__file__).parents[1] / "voice" / "speakers" / "d-vector.onnx"


class _Reader(pickle.Unpickler):
    """Reads tensors as where they lie; anything else that a pickle could call does nothing."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if name.startswith("_rebuild_tensor"):
            return lambda storage, offset, size, *_rest: (storage, offset, size)
        return lambda *_args, **_named: None

    def persistent_load(self, pid: Any) -> Any:
        return pid[2]  # the storage's key


def _model(weights: dict[str, np.ndarray[Any, Any]]) -> onnx.ModelProto:
    """Three LSTM layers over mel spectrograms, the last step made a vector of length 1."""
    made: list[onnx.TensorProto] = []
    nodes: list[onnx.NodeProto] = []

    def weight(name: str, values: np.ndarray[Any, Any]) -> str:
        made.append(onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        nodes.append(onnx.helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
        return name

    def gates(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """PyTorch has input, forget, cell, output; ONNX input, output, forget, cell."""
        i, f, g, o = np.split(values, 4)
        return np.concatenate([i, o, f, g])

    x = "mel"
    for layer in range(3):
        own = {
            part: gates(weights[f"lstm.{part}_l{layer}"])
            for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }
        inputs = [
            x,
            weight(f"w{layer}", own["weight_ih"][None]),
            weight(f"r{layer}", own["weight_hh"][None]),
            weight(f"b{layer}", np.concatenate([own["bias_ih"], own["bias_hh"]])[None]),
        ]
        last = layer == 2
        outputs = ["", "last"] if last else [f"all{layer}"]
        nodes.append(onnx.helper.make_node("LSTM", inputs, outputs, hidden_size=256))
        if not last:  # a direction's axis
            nodes.append(onnx.helper.make_node("Squeeze", [f"all{layer}", "one"], [f"x{layer}"]))
            x = f"x{layer}"
    made.append(onnx.numpy_helper.from_array(np.array([1], np.int64), "one"))
    made.append(onnx.numpy_helper.from_array(np.array([0], np.int64), "zero"))
    gemm = ["state", weight("lw", weights["linear.weight"]), weight("lb", weights["linear.bias"])]
    nodes += [
        onnx.helper.make_node("Squeeze", ["last", "zero"], ["state"]),
        onnx.helper.make_node("Gemm", gemm, ["sum"], transB=1),
        onnx.helper.make_node("Relu", ["sum"], ["positive"]),
        onnx.helper.make_node("LpNormalization", ["positive"], ["voice"], axis=1, p=2),
    ]
    graph = onnx.helper.make_graph(
        nodes,
        "d-vector",
        [onnx.helper.make_tensor_value_info("mel", onnx.TensorProto.FLOAT, [160, "n", 40])],
        [onnx.helper.make_tensor_value_info("voice", onnx.TensorProto.FLOAT, ["n", 256])],
        made,
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def main(source: Path) -> None:
    """Read the file's model, and write it in half precision."""
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    if digest != SHA256:
        sys.exit(f"{source} is not Resemblyzer 0.1.4's pretrained.pt: its SHA-256 is {digest}.")
    with source.open("rb") as file:
        for _ in range(3):  # a magic number, the protocol, the sizes of C's types
            pickle.load(file)
        saved = _Reader(file).load()
        storages = {}
        for key in pickle.load(file):
            count = int.from_bytes(file.read(8), "little")
            storages[key] = np.frombuffer(file.read(4 * count), "<f4")
    weights = {
        name: storages[key][offset : offset + int(np.prod(size))].reshape(size)
        for name, (key, offset, size) in saved["model_state"].items()
        if name.startswith(("lstm.", "linear."))
    }
    TARGET.write_bytes(_model(weights).SerializeToString())
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes, {hashlib.sha256(TARGET.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
