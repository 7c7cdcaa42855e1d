# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the sandbox in the background, and wait until it serves or has ended: python sandbox_start.py --help."""

from __future__ import annotations

import argparse
import os
import pathlib
import subprocess
import sys
import time
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAM = pathlib.Path(__file__).parent
_POLL_SECONDS = 0.05
_LINES_SHOWN = 20


class StartError(Exception):
    """The sandbox did not start; the text has the last lines of its log."""


class Files(t.NamedTuple):
    """Where the sandbox writes what it prints, and its address once it serves."""

    log: pathlib.Path
    ready: pathlib.Path


def start_sandbox(
    python: str,
    options: Sequence[str],
    files: Files,
    timeout: float,
    variables: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start the sandbox with options of its command line; it serves when this returns, and outlives its caller.

    :param timeout: seconds until it must serve.
    :param variables: its environment, by default this process's own.
    :raises StartError: it ended, or did not serve in time.
    """
    # What a killed one has left there tells of a sandbox that serves no more.
    files.ready.unlink(missing_ok=True)
    # The log holds the key.
    with open(os.open(files.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
        process = subprocess.Popen(
            [python, str(PROGRAM), "--ready-file", str(files.ready), *options],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + timeout
    while not files.ready.exists():
        code = process.poll()
        if code is not None:
            raise StartError(f"The sandbox ended with {code} when it was started. {_last_lines(files.log)}")
        if time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise StartError(f"The sandbox was not ready within {timeout:g} seconds. {_last_lines(files.log)}")
        time.sleep(_POLL_SECONDS)
    return process


def _last_lines(log: pathlib.Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES_SHOWN:]
    return "\n".join(["Its log ends with:", *lines]) if lines else "Its log is empty."


def main(arguments: Sequence[str]) -> int:
    """Start it; the exit code."""
    parser = argparse.ArgumentParser(prog="sandbox_start.py", description="Start the sandbox in the background.")
    parser.add_argument("--python", default=sys.executable, help="a Python that has requirements/sandbox.txt")
    parser.add_argument("--ready-file", type=pathlib.Path, required=True, help="written as JSON once it serves")
    parser.add_argument("--log-file", type=pathlib.Path, required=True, help="what it prints")
    parser.add_argument("--timeout", type=float, default=30, help="seconds until it must serve")
    parsed, options = parser.parse_known_args(arguments)
    try:
        start_sandbox(parsed.python, options, Files(parsed.log_file, parsed.ready_file), parsed.timeout)
    except (StartError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
