# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Python that the sandbox runs with: found, or made once, with pip's own settings and no network."""

from __future__ import annotations

import importlib.util
import json
import pathlib
import subprocess
import sys
import typing as t
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
import sandbox_python

Wheel = t.Callable[..., None]


def metadata(name: str, requires: t.Iterable[str] = ()) -> str:
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\nProvides-Extra: x\n{needs}"


@pytest.fixture
def requirements(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """Requirements that this Python lacks and pip finds in a folder, by its variables."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "not_here-1.2-py3-none-any.whl", "w") as wheel:
        info = "not_here-1.2.dist-info"
        wheel.writestr("not_here.py", "")
        wheel.writestr(f"{info}/METADATA", metadata("not-here"))
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "requirements.txt"
    path.write_text("# What it needs.\nnot-here>=1.0  # a wheel\n")
    monkeypatch.setattr(sandbox_python, "REQUIREMENTS", path)
    return path


def imports_it(directory: pathlib.Path) -> bool:
    done = subprocess.run([directory / "bin" / "python", "-c", "import not_here"], check=False, capture_output=True)
    return done.returncode == 0


def test_the_collections_requirements_are_met_here() -> None:
    requirements = sandbox_python.read_requirements(sandbox_python.REQUIREMENTS)
    assert any(line.startswith("moto[") for line in requirements)
    assert sandbox_python.find_python(requirements, {}) == (pathlib.Path(sys.executable), False)


@pytest.mark.parametrize("line", ["not-here", "pytest<1", "pytest>=9000"])
def test_what_is_not_met_is_missing(line: str) -> None:
    assert sandbox_python.missing_requirements(["packaging", line]) == [line]


@pytest.mark.parametrize(("line", "missing"), [("half-here", []), ("half-here[x]", ['not-here; extra == "x"'])])
def test_what_a_requirement_requires_counts_too(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, line: str, missing: list[str]
) -> None:
    info = tmp_path / "half_here-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(metadata("half-here", ["pytest", 'not-here ; extra == "x"']))
    monkeypatch.syspath_prepend(tmp_path)
    assert sandbox_python.missing_requirements([line]) == missing


def test_the_environment_is_in_the_users_cache() -> None:
    there = sandbox_python.environment_directory(["a"], {"HOME": "/h", "XDG_CACHE_HOME": "/c"})
    assert there.parent == pathlib.Path("/c/ssmops-run-command")
    for relative in ({}, {"XDG_CACHE_HOME": ""}, {"XDG_CACHE_HOME": "c"}):
        at_home = sandbox_python.environment_directory(["a"], {"HOME": "/h", **relative})
        assert at_home == pathlib.Path("/h/.cache/ssmops-run-command") / there.name


def test_other_requirements_and_other_pythons_have_another_one() -> None:
    known = {
        sandbox_python.environment_directory(lines, {"HOME": "/h"}, python)
        for lines in (["a"], ["b"])
        for python in ("3.11", "3.12")
    }
    assert len(known) == 4


def test_without_a_home_the_reason_is_said(
    requirements: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert sandbox_python.main(["find"]) == 1
    assert "set HOME, or XDG_CACHE_HOME" in capsys.readouterr().err
    assert requirements.exists()


def test_it_is_made_once(requirements: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for argument in ("find", "make", "find", "make"):
        assert sandbox_python.main([argument]) == 0
        said.append(json.loads(capsys.readouterr().out))
    assert [one["make"] for one in said] == [True, False, False, False]
    (python,) = {one["python"] for one in said}
    assert imports_it(pathlib.Path(python).parent.parent)
    # Without pip's folder, a second installation would fail.
    requirements.with_name("wheels").rename(requirements.with_name("away"))
    assert sandbox_python.main(["make"]) == 0


def test_two_at_once_make_one(tmp_path: pathlib.Path, requirements: pathlib.Path) -> None:
    directory = tmp_path / "cache" / "environment"
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _n: sandbox_python.make_environment(directory, requirements), range(2)))
    assert imports_it(directory)
    assert sorted(path.name for path in directory.parent.iterdir()) == ["environment", "environment.lock"]


def test_what_a_killed_one_left_is_not_taken_for_whole(tmp_path: pathlib.Path, requirements: pathlib.Path) -> None:
    # Also an environment of a Python that was removed since.
    for left_over in ("environment.part", "environment"):
        half = tmp_path / left_over / "bin"
        half.mkdir(parents=True)
        (half / "python").symlink_to(tmp_path / "no-python")
    sandbox_python.make_environment(tmp_path / "environment", requirements)
    assert imports_it(tmp_path / "environment")
    assert not (tmp_path / "environment.part").exists()


def test_without_pip_its_own_is_taken(
    tmp_path: pathlib.Path, requirements: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pip" else find_spec(name))
    sandbox_python.make_environment(tmp_path / "environment", requirements)
    assert imports_it(tmp_path / "environment")


def test_when_pip_fails_its_last_lines_are_said(requirements: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    requirements.write_text("nowhere-to-be-found\n")
    assert sandbox_python.main(["make"]) == 1
    said = capsys.readouterr().err
    assert "nowhere-to-be-found" in said
    assert "sandbox_python_interpreter" in said
    assert sandbox_python.main(["find"]) == 0
    assert json.loads(capsys.readouterr().out)["make"]


def test_pip_user_and_pythonpath_do_not_matter(
    tmp_path: pathlib.Path, requirements: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "wheels" / "not_here-1.2-py3-none-any.whl"))
    sandbox_python.make_environment(tmp_path / "environment", requirements)
    monkeypatch.delenv("PYTHONPATH")
    assert imports_it(tmp_path / "environment")


def test_other_arguments_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert sandbox_python.main([]) == 2
    assert "sandbox_python.py find" in capsys.readouterr().err
