"""Write the lock files: every package that an installation takes, its version, and the hashes of its files.

    make lock       all of them, each package at the newest version that pyproject.toml allows

A lock holds for every Python and system the project supports: what differs between them has a marker. Installing from
one takes pip alone; writing one takes uv, in a virtual environment that ``make lock`` makes.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent

LOCKS = {
    "local": ("local",),
    "image": ("local", "openai", "otlp"),
    "dev": ("dev",),
    "qwen": ("qwen", "sherpa", "local", "openai", "test"),
}
"""Lock → the extras it installs: ``make demo``, deploy/Dockerfile, ``make test`` and ``make test-qwen``."""

TORCH = "torch==2.13.0"
"""What ``make test-qwen`` installs first. Which build of it is wanted, and from where, differs from machine to machine,
so no lock can hold its hash; its own requirements other than CUDA's are locked."""

QWEN = (TORCH, "onnx>=1.17,<2", "onnxscript>=0.5,<1")
"""Beside its extras: torch, and what exports the tiny model for sherpa-onnx."""

CUDA = ("torch", "triton", "cuda-toolkit", "cuda-bindings", "cuda-pathfinder", "nvidia-*")
"""What comes with a build of torch, and is left to it."""

HEADER = "# Written by `make lock` (locks/renew.py) from pyproject.toml: do not edit.\n"


def main() -> None:
    """Renew every lock; what pyproject.toml builds with is in each, so that building needs no other download."""
    with (HERE.parent / "pyproject.toml").open("rb") as file:
        build: list[str] = tomllib.load(file)["build-system"]["requires"]
    for name, extras in LOCKS.items():
        wanted = [*build, *(QWEN if name == "qwen" else ())]
        print(f"locks/{name}.txt…", flush=True)
        _renew(HERE / f"{name}.txt", extras, wanted)


def _renew(lock: Path, extras: tuple[str, ...], wanted: list[str]) -> None:
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "-", "--quiet"]
    command += [
        "--no-config",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--no-annotate",
    ]
    command += ["--no-header", "--no-emit-index-url"]
    command += [part for extra in extras for part in ("--extra", extra)]
    done = subprocess.run(
        command, input="\n".join(wanted), cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=True
    )
    packages = done.stdout.replace(" \\\n", "\0").splitlines()
    kept = [package for package in packages if not _with_torch(package)]
    lock.write_text(HEADER + "\n".join(kept).replace("\0", " \\\n") + "\n", "utf-8")


def _with_torch(package: str) -> bool:
    name = package.partition("==")[0]
    return any(name == part or (part.endswith("*") and name.startswith(part[:-1])) for part in CUDA)


if __name__ == "__main__":
    main()
