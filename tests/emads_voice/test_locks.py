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


LOCKS: dict[str, Any] = renew().LOCKS
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def locked(text: str) -> list[tuple[Requirement, list[str]]]:
    """Each requirement of a lock, and its hashes."""
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        if line and not line.startswith("#"):
            named, *hashes = line.split("--hash=")
            found.append((Requirement(named), [each.strip() for each in hashes]))
    return found


def declared(lock: Any) -> list[Requirement]:
    """What pyproject.toml asks for in a lock, with what its extras name of each other, and what is installed beside."""
    beside = [Requirement(line) for line in lock.beside]
    if lock.group:
        return [Requirement(line) for line in PROJECT["dependency-groups"][lock.group]]
    if lock.extras is None:
        return beside
    wanted = [*PROJECT["build-system"]["requires"], *PROJECT["project"]["dependencies"]]
    left = list(lock.extras)
    while left:
        for line in PROJECT["project"]["optional-dependencies"][left.pop()]:
            if Requirement(line).name == "emads-voice":
                left += Requirement(line).extras
            else:
                wanted.append(line)
    return [Requirement(line) for line in wanted] + beside


def amiss(text: str, wanted: list[Requirement], machine: dict[str, str]) -> list[str]:
    """Requirements that a lock does not satisfy on a machine."""
    environment: dict[str, str] = {**default_environment(), **machine, "extra": ""}  # type: ignore[dict-item]
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
def lock(request: pytest.FixtureRequest) -> tuple[str, Any]:
    """A lock's text, and what it is of."""
    return (ROOT / "locks" / f"{request.param}.txt").read_text("utf-8"), LOCKS[request.param]


def test_every_lock_is_listed() -> None:
    assert {path.stem for path in (ROOT / "locks").glob("*.txt")} == set(LOCKS)
    assert {lock.group for lock in LOCKS.values() if lock.group} == set(PROJECT["dependency-groups"])


@pytest.mark.parametrize(
    "machine", MACHINES, ids=lambda one: f"{one['python_version']}-{one['sys_platform']}"
)
def test_a_lock_satisfies_what_is_declared(lock: tuple[str, Any], machine: dict[str, str]) -> None:
    text, of = lock
    assert amiss(text, declared(of), machine) == [], "make lock"


def test_a_lock_out_of_step_is_found() -> None:
    text = "av==18.1.0 ; sys_platform != 'win32' \\\n    --hash=sha256:00\n"
    for asked, on_linux in (("av>=14", True), ("av>=19", False), ("soxr", False)):
        linux, windows = ({"sys_platform": name} for name in ("linux", "win32"))
        assert (amiss(text, [Requirement(asked)], linux) == []) == on_linux
        assert amiss(text, [Requirement(asked)], windows) == [asked]


def test_each_package_is_pinned_with_its_hashes_and_no_place(lock: tuple[str, Any]) -> None:
    text, _ = lock
    assert not re.search(r"://|^\s*-[^-]|--(?:extra-)?index|--find-links|@", text, re.MULTILINE)
    packages = locked(text)
    assert len(packages) > 30
    for requirement, hashes in packages:
        (specifier,) = requirement.specifier
        assert specifier.operator == "==", requirement
        assert not requirement.extras, requirement
        assert hashes, requirement
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", each) for each in hashes), requirement


def test_torch_is_left_to_whoever_installs_it() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for variable, name in (("TORCH", "qwen"), ("VLLM_TORCH", "vllm"), ("TORCH", "vllm-server")):
        names = {found.name for found, _ in locked((ROOT / "locks" / f"{name}.txt").read_text("utf-8"))}
        parts = {each for each in names if each.startswith(("torch", "nvidia", "triton"))}
        assert parts <= {"torchvision"}
        assert "sympy" in names
        assert re.search(rf"^{variable} +\?= {re.escape(LOCKS[name].torch)}$", makefile, re.MULTILINE)
    names = {found.name for found, _ in locked((ROOT / "locks" / "qwen.txt").read_text("utf-8"))}
    assert {"qwen-asr", "transformers", "onnx", "onnxscript"} <= names
    assert f"pip install {LOCKS['qwen'].torch}\n" in (ROOT / "README.md").read_text("utf-8")
