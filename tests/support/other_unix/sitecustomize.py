# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes from a Python what only Linux has: /proc, prctl, unshare and mount, and functions of C(os) that macOS lacks.

It is imported at the start of every Python that has its folder in PYTHONPATH. As a program it does the same for one
that ignores PYTHONPATH, and then runs a program: sitecustomize.py PROGRAM ARGUMENTS...
"""

from __future__ import annotations

import os
import runpy
import select
import subprocess
import sys
import typing as t

# Python has waitid on macOS since 3.13.
_FUNCTIONS: t.Final = ("waitid", "pidfd_open", "sched_getaffinity")
_SYMBOLS: t.Final = frozenset({"prctl", "unshare", "mount"})
_OPENINGS: t.Final = frozenset({"open", "os.listdir", "os.scandir"})


def _refuse(event: str, arguments: tuple[t.Any, ...]) -> None:
    """The audit hook: what is looked for is not there."""
    if event in _OPENINGS and _is_in_proc(arguments[0]):
        # pathlib's glob() takes this for an empty directory; it would have asked os.stat() whether there is one.
        raise PermissionError(f"{arguments[0]} is taken away")
    if event == "ctypes.dlsym" and _SYMBOLS.intersection(name for name in arguments if isinstance(name, str)):
        raise AttributeError("this function of the C library is taken away")


def _is_in_proc(path: object) -> bool:
    text = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
    return text == "/proc" or text.startswith("/proc/")


def hide() -> None:
    """Take it all away, from the isolated Pythons that this one starts too."""
    sys.addaudithook(_refuse)
    for module, name in [*((os, name) for name in _FUNCTIONS), (select, "epoll")]:
        if hasattr(module, name):
            delattr(module, name)
    start = subprocess.Popen.__init__

    def start_without(self: t.Any, command: t.Any, *rest: t.Any, **named: t.Any) -> None:
        isolated = [sys.executable, "-I", "-S"]
        if isinstance(command, list) and command[:3] == isolated:
            command = [*isolated, __file__, *command[3:]]
        start(self, command, *rest, **named)

    # There is no hook that could change a command.
    subprocess.Popen.__init__ = start_without  # type: ignore[assignment]  # it is called as the original is


hide()
if __name__ == "__main__":
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
