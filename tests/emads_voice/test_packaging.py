"""The wheel: one package, all of it, and nothing of ours under a name that others use."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("agents", "channels", "graph", "observability", "voice", "emads_voice", "examples")
"""What is packed; ``examples`` holds the sample handbook."""


@pytest.fixture(scope="module")
def setuptools() -> dict[str, Any]:
    """How pyproject.toml tells setuptools to pack."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        tables: dict[str, Any] = tomllib.load(file)["tool"]["setuptools"]
    return tables


@pytest.fixture(scope="module")
def source(setuptools: dict[str, Any]) -> dict[str, Path]:
    """Path in the wheel → file in the tree, for every module and every file of data."""
    homes = setuptools["package-dir"]
    files: dict[str, Path] = {}
    for package, folder in {"emads_voice": "emads_voice", **homes}.items():
        data = {".md", ".yaml"} if package.endswith("handbook") else {".npy"}
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py"} | data or path.name == "py.typed":
                inside = path.relative_to(ROOT / folder)
                files[f"{package.replace('.', '/')}/{inside.as_posix()}"] = path
    return files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in a wheel built of a copy of the tree, by the build backend itself."""
    tree, built = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(built)!r})"
    done = subprocess.run([sys.executable, "-c", build], cwd=tree, capture_output=True, text=True)
    if "No module named 'setuptools'" in done.stderr:
        pytest.skip("setuptools is not installed here: pip install setuptools")
    assert done.returncode == 0, done.stderr
    (path,) = built.glob("*.whl")
    return [name for name in ZipFile(path).namelist() if not name.endswith("/")]


def test_every_package_of_the_tree_is_listed(setuptools: dict[str, Any]) -> None:
    homes = {"emads_voice": "emads_voice", **setuptools["package-dir"]}
    packages = {
        ".".join([package, *path.parent.relative_to(ROOT / folder).parts])
        for package, folder in homes.items()
        for path in (ROOT / folder).rglob("__init__.py")
    }
    assert sorted(packages) == sorted(setuptools["packages"])


def test_nothing_but_emads_voice_lands_in_site_packages(wheel: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"emads_voice"}
    assert len(tops) == 2


def test_all_of_it_is_there(wheel: list[str], source: dict[str, Path]) -> None:
    assert {name for name in wheel if name.startswith("emads_voice/")} == set(source)
    assert "emads_voice/py.typed" in source
    assert any(name.startswith("emads_voice/sample_handbook/vi/") for name in source)
    assert any(name.startswith("emads_voice/sample_handbook/initiatives/") for name in source)


def test_the_command_and_the_licence_are_there(wheel: list[str]) -> None:
    inside = {name.partition(".dist-info/")[2] for name in wheel}
    assert {"entry_points.txt", "licenses/LICENSE"} <= inside
