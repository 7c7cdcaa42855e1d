# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a command as on another Unix than Linux: python -m tests.support.other_unix COMMAND...

Pythons have no /proc and no prctl (sitecustomize.py). PATH has what macOS has too, without the options of GNU. TMPDIR
is long and leads through a link, as that of macOS.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

_HIDING: t.Final = Path(__file__).parent
# What macOS has of what scripts may use.
_PROGRAMS: t.Final = (
    "awk basename bash cat chmod chown cmp cp cut date dd diff dirname echo env expand expr false file find git grep "
    "head hostname id kill ln ls lsof make mkdir mkfifo mktemp mv nice nohup printf ps pwd rm rmdir sed sh sleep sort "
    "ssh tail tar tee test touch tr true tty uname uniq wc which xargs"
)
# Options that only GNU's have, as a pattern of the shell; long ones are refused for all of these.
_OF_GNU: t.Final = {
    "cp": "--*",
    "date": "-d|--*",
    "find": "-printf|--*",
    "grep": "-P|-oP",
    "head": "--*",
    "ls": "--*",
    "mktemp": "--*",
    "sed": "-i|-s|-z|--*",
    "sort": "--*",
    "tail": "--*",
    "xargs": "-d|--*",
}
_CHECK: t.Final = """#!/bin/sh
for option; do
  case $option in {options}) echo "{name}: illegal option $option" >&2; exit 64 ;; esac
done
exec {program} "$@"
"""


def make_tools(directory: Path) -> None:
    """Make a directory of programs for PATH."""
    directory.mkdir()
    folders = [Path(folder) for folder in ("/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")]
    for name in _PROGRAMS.split():
        program = next((folder / name for folder in folders if (folder / name).exists()), None)
        if program is None:
            continue
        if name in _OF_GNU:
            (directory / name).write_text(_CHECK.format(options=_OF_GNU[name], name=name, program=program))
            (directory / name).chmod(0o755)
        else:
            (directory / name).symlink_to(program)


def environment(place: Path) -> dict[str, str]:
    """The environment of the command; what it needs is made in a directory."""
    make_tools(place / "bin")
    real = place / "private" / "var" / "folders" / "zz" / "zyxvpxvq6csfxvn_n0000000000000" / "T"
    real.mkdir(parents=True)
    (place / "var").symlink_to(place / "private" / "var", target_is_directory=True)
    paths = [str(_HIDING), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(place / "bin")]),
        "PYTHONPATH": os.pathsep.join(paths),
        "TMPDIR": str(place / "var" / real.relative_to(place / "private" / "var")),
    }


def main(command: list[str]) -> int:
    """Run the command; its exit code."""
    with tempfile.TemporaryDirectory(prefix="other-unix-") as place:
        return subprocess.run(command, env=environment(Path(place)), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
