"""The wheel: one package, all of it, and nothing of ours under a name that others use."""

from __future__ import annotations

import shutil
import tarfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
Build = Callable[[Path, str, Path], Path]


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
        data = {".md", ".yaml", ".ftl", ".npy", ".txt", ".onnx", ".html", ".css", ".js", ".svg"}
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".pyi"} | data or path.name == "py.typed":
                inside = path.relative_to(ROOT / folder)
                files[f"{package.replace('.', '/')}/{inside.as_posix()}"] = path
    return files


@pytest.fixture(scope="module")
def wheel(tree: Path, build: Build, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names in a wheel built of a copy of the tree, by the build backend itself."""
    path = build(tree, "wheel", tmp_path_factory.mktemp("wheel"))
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


def test_what_testing_offers_is_for_tests_of_yours(source: dict[str, Path]) -> None:
    """What only this project's own tests want lies in ``tools`` or beside them, and is not installed."""
    room = "emads_voice/testing/"
    assert {name.removeprefix(room) for name in source if name.startswith(room)} == {
        "__init__.py",
        "__init__.pyi",
        "agents.py",
        "audit.py",
        "chat_model.py",
        "conformance.py",
        "conformance_checks.py",
        "line.py",
        "recognition_server.py",
        "recognition_sockets.py",
        "speech.py",
        "virtual_time.py",
    }


def test_a_wheel_can_be_built_of_the_source_distribution(
    tree: Path, build: Build, wheel: list[str], tmp_path: Path
) -> None:
    with tarfile.open(build(tree, "sdist", tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.glob("emads_voice-*")
    again = build(source, "wheel", tmp_path / "wheel")
    assert {name for name in ZipFile(again).namelist() if not name.endswith("/")} == set(wheel)


def test_a_module_that_is_gone_is_in_no_later_wheel(tree: Path, build: Build, tmp_path: Path) -> None:
    copy = shutil.copytree(tree, tmp_path / "tree")
    passing = copy / "voice" / "passing.py"
    passing.write_text('"""Soon gone."""\n')
    first = ZipFile(build(copy, "wheel", tmp_path / "first")).namelist()
    passing.unlink()
    second = ZipFile(build(copy, "wheel", tmp_path / "second")).namelist()
    assert set(first) - set(second) == {"emads_voice/voice/passing.py"}
