"""The lock files: in step with pyproject.toml, whole, and naming no place that packages come from."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
MACHINES = [
    {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": platform, "platform_system": name,
     "platform_machine": "x86_64", "os_name": "nt" if platform == "win32" else "posix"}
    for python in ("3.11", "3.12", "3.13")
    for platform, name in (("linux", "Linux"), ("darwin", "Darwin"), ("win32", "Windows"))
]  # fmt: skip
"""What the project supports, as markers see it."""


def renew() -> Any:
    spec = importlib.util.spec_from_file_location("renew", ROOT / "locks" / "renew.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LOCKS: dict[str, tuple[str, ...]] = renew().LOCKS
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def locked(text: str) -> list[tuple[Requirement, list[str]]]:
    """Each requirement of a lock, and its hashes."""
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        if line and not line.startswith("#"):
            named, *hashes = line.split("--hash=")
            found.append((Requirement(named), [each.strip() for each in hashes]))
    return found


def declared(extras: tuple[str, ...]) -> list[Requirement]:
    """What pyproject.toml asks for, with what its extras name of each other."""
    wanted = [*PROJECT["build-system"]["requires"], *PROJECT["project"]["dependencies"]]
    left = list(extras)
    while left:
        for line in PROJECT["project"]["optional-dependencies"][left.pop()]:
            if Requirement(line).name == "emads-voice":
                left += Requirement(line).extras
            else:
                wanted.append(line)
    return [Requirement(line) for line in wanted]


def amiss(text: str, wanted: list[Requirement], machine: dict[str, str]) -> list[str]:
    """Requirements that a lock does not satisfy on a machine."""
    environment = {**default_environment(), **machine, "extra": ""}
    versions = {
        canonicalize_name(found.name): next(iter(found.specifier)).version
        for found, _ in locked(text)
        if not found.marker or found.marker.evaluate(environment)
    }
    return [
        str(asked)
        for asked in wanted
        if (not asked.marker or asked.marker.evaluate(environment))
        and not (
            (version := versions.get(canonicalize_name(asked.name)))
            and asked.specifier.contains(version, prereleases=True)
        )
    ]


@pytest.fixture(params=LOCKS)
def lock(request: pytest.FixtureRequest) -> tuple[str, tuple[str, ...]]:
    """A lock's text, and its extras."""
    return (ROOT / "locks" / f"{request.param}.txt").read_text("utf-8"), LOCKS[request.param]


def test_every_lock_is_listed() -> None:
    assert {path.stem for path in (ROOT / "locks").glob("*.txt")} == set(LOCKS)


@pytest.mark.parametrize(
    "machine", MACHINES, ids=lambda one: f"{one['python_version']}-{one['sys_platform']}"
)
def test_a_lock_satisfies_what_is_declared(
    lock: tuple[str, tuple[str, ...]], machine: dict[str, str]
) -> None:
    text, extras = lock
    assert amiss(text, declared(extras), machine) == [], "make lock"


def test_a_lock_out_of_step_is_found() -> None:
    text = "av==18.1.0 ; sys_platform != 'win32' \\\n    --hash=sha256:00\n"
    for asked, on_linux in (("av>=14", True), ("av>=19", False), ("soxr", False)):
        linux, windows = ({"sys_platform": name} for name in ("linux", "win32"))
        assert (amiss(text, [Requirement(asked)], linux) == []) == on_linux
        assert amiss(text, [Requirement(asked)], windows) == [asked]


def test_each_package_is_pinned_with_its_hashes_and_no_place(lock: tuple[str, tuple[str, ...]]) -> None:
    text, _ = lock
    assert not re.search(r"://|^\s*-[^-]|--(?:extra-)?index|--find-links|@", text, re.MULTILINE)
    for requirement, hashes in locked(text):
        (specifier,) = requirement.specifier
        assert specifier.operator == "==", requirement
        assert not requirement.extras, requirement
        assert hashes, requirement
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", each) for each in hashes), requirement


def test_torch_is_left_to_whoever_installs_it() -> None:
    names = {requirement.name for requirement, _ in locked((ROOT / "locks" / "qwen.txt").read_text("utf-8"))}
    assert not any(name.startswith(("torch", "nvidia", "triton")) for name in names)
    assert {"qwen-asr", "transformers", "sympy", "onnx", "onnxscript"} <= names
    version = renew().TORCH
    assert f"TORCH     ?= {version}\n" in (ROOT / "Makefile").read_text("utf-8")
    assert f"pip install {version}\n" in (ROOT / "README.md").read_text("utf-8")
