# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox in the background: it serves when the start returns, or the start says why not."""

from __future__ import annotations

import os
import pathlib
import time
import typing as t

import pytest
import sandbox_start

from tests.support import local_sandbox

Program = t.Callable[[str], int]


@pytest.fixture
def program(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Takes the source of a program that is started in place of the sandbox."""
    monkeypatch.setattr(sandbox_start, "PROGRAM", tmp_path)
    return (tmp_path / "__main__.py").write_text


@pytest.fixture
def options(tmp_path: pathlib.Path) -> list[str]:
    """The options that are always given."""
    return ["--log-file", str(tmp_path / "log"), "--ready-file", str(tmp_path / "ready")]


def test_it_serves_when_the_start_returns(program: Program, options: list[str], tmp_path: pathlib.Path) -> None:
    program("import pathlib, sys; print(sys.argv[3:]); pathlib.Path(sys.argv[2]).touch()")
    assert sandbox_start.main([*options, "--seed-nodes", "1"]) == 0
    assert (tmp_path / "ready").exists()
    assert "['--seed-nodes', '1']" in (tmp_path / "log").read_text()
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600


def test_one_that_ends_says_why_within_a_second(
    program: Program, options: list[str], tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program("print(*range(100), sep='\\n', flush=True); import no_moto")
    (tmp_path / "ready").touch()
    began = time.monotonic()
    assert sandbox_start.main(options) == 1
    assert time.monotonic() - began < 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "The sandbox ended with 1 when it was started. Its log ends with:"
    assert lines[-1] == "ModuleNotFoundError: No module named 'no_moto'"
    assert len(lines) == 21


def test_one_that_says_nothing_is_told_so(
    program: Program, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    program("raise SystemExit(3)")
    assert sandbox_start.main(options) == 1
    assert capsys.readouterr().err == "The sandbox ended with 3 when it was started. Its log is empty.\n"


def test_one_that_is_not_ready_in_time_is_ended(
    program: Program, options: list[str], tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program("import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    assert sandbox_start.main([*options, "--timeout", "0.5"]) == 1
    assert "was not ready within 0.5 seconds" in capsys.readouterr().err
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "log").read_text()), 0)


def test_a_python_that_is_not_there_is_named(
    program: Program, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    program("")
    assert sandbox_start.main([*options, "--python", "/no/python"]) == 1
    assert "'/no/python'" in capsys.readouterr().err


def test_the_users_profile_is_none_of_the_sandboxs(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nowhere-to-be-found")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with local_sandbox.running(tmp_path, "--seed-nodes", "1") as sandbox:
        assert sandbox.calls() == {}
