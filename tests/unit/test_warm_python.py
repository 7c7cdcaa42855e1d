# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The interpreter of the integration tests does what Python itself does."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import textwrap
import time
import typing as t

import pytest

from tests.support import warm_python

if t.TYPE_CHECKING:
    from collections.abc import Iterator

ECHO = """
    import json, os, sys
    print(json.dumps([__name__, sys.argv, os.getcwd(), *map(os.environ.get, ["GIVEN", "PWD"]), sys.stdin.read()]))
    print("an error", file=sys.stderr)
    sys.exit(3)
"""
AT_EXIT = "import atexit\natexit.register(print, 'bye')"


@pytest.fixture(scope="module")
def interpreter() -> Iterator[pathlib.Path]:
    with warm_python.serving() as program:
        yield program


def write(folder: pathlib.Path, source: str) -> pathlib.Path:
    """A script with this source."""
    file = folder / "script.py"
    file.write_text(textwrap.dedent(source))
    return file


@pytest.mark.parametrize(
    "source", [ECHO, "raise SystemExit", "raise SystemExit('no')", "1 / 0", "import os; os.abort()", AT_EXIT]
)
def test_it_ends_as_python_does(interpreter: pathlib.Path, tmp_path: pathlib.Path, source: str) -> None:
    file = write(tmp_path, source)
    runs = [
        subprocess.run(
            [program, str(file), "one", "two words"],
            cwd=tmp_path,
            env={**os.environ, "GIVEN": "a\nb", "PWD": "/elsewhere"},
            input="typed",
            capture_output=True,
            text=True,
            check=False,
        )
        for program in (str(interpreter), sys.executable)
    ]
    warm, plain = [(run.stdout, run.stderr.splitlines()[-1:]) for run in runs]
    assert warm == plain
    # A shell, as ansible-core uses one, gives 128 and the number of the signal.
    assert runs[0].returncode == (runs[1].returncode if runs[1].returncode >= 0 else 128 - runs[1].returncode)


def test_without_a_file_it_runs_its_standard_input(interpreter: pathlib.Path) -> None:
    run = subprocess.run([str(interpreter)], input="print(6 * 7)", capture_output=True, text=True, check=True)
    assert run.stdout == "42\n"


def test_a_run_leaves_nothing_to_the_next(interpreter: pathlib.Path, tmp_path: pathlib.Path) -> None:
    file = write(tmp_path, "import boto3\nprint(hasattr(boto3, 'left'))\nboto3.left = 1")
    for _run in range(2):
        assert subprocess.run([str(interpreter), str(file)], capture_output=True, check=True).stdout == b"False\n"


def test_who_is_killed_takes_the_run_along(interpreter: pathlib.Path, tmp_path: pathlib.Path) -> None:
    began, ended = tmp_path / "began", tmp_path / "ended"
    file = write(
        tmp_path,
        f"""
        import pathlib, time
        pathlib.Path({str(began)!r}).touch()
        time.sleep(2)
        pathlib.Path({str(ended)!r}).touch()
        """,
    )
    with subprocess.Popen([str(interpreter), str(file)]) as run:
        while not began.exists():
            time.sleep(0.05)
        run.kill()
    time.sleep(2.5)
    assert not ended.exists()


def test_a_request_to_end_is_passed_on(interpreter: pathlib.Path, tmp_path: pathlib.Path) -> None:
    began = tmp_path / "began"
    file = write(
        tmp_path,
        f"""
        import pathlib, signal, sys, time
        signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(number))
        pathlib.Path({str(began)!r}).touch()
        time.sleep(60)
        """,
    )
    with subprocess.Popen([str(interpreter), str(file)]) as run:
        while not began.exists():
            time.sleep(0.05)
        run.terminate()
    assert run.returncode == signal.SIGTERM


def test_who_goes_before_all_is_said_leaves_nothing_running(interpreter: pathlib.Path) -> None:
    path = interpreter.parent / "python.sock"
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        socket.send_fds(client, [b"\x09"], [0, 1, 2])
    run = subprocess.run([str(interpreter)], input="print('on')", capture_output=True, text=True, check=True)
    assert run.stdout == "on\n"
    deadline = time.monotonic() + 10
    while len(servers(path)) > 1:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def servers(path: pathlib.Path) -> list[str]:
    """The processes that serve this socket: the server and its forks."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(path) in entry.read_text().split("\0"):
                found.append(entry.parent.name)
    return found
