# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The directories of sandboxes: one for each life, locked as long as it lasts, so that the next one can clean up."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import shutil
import tempfile
import typing as t

from .keeper import kill_all, orphans_below
from .node_world import DIRECTORY_VARIABLE

if t.TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX: t.Final = "ssmops-sandbox-life-"
_LOCK: t.Final = "lock"


@contextlib.contextmanager
def directory() -> Iterator[pathlib.Path]:
    """A new directory that only this user can read, removed at the end; what ended lives have left goes first."""
    clean()
    root = pathlib.Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with _locked(root):
            yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextlib.contextmanager
def _locked(root: pathlib.Path) -> Iterator[None]:
    unnamed = root / f"{_LOCK}.new"
    with unnamed.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Under its name it was never seen without its lock.
        unnamed.rename(root / _LOCK)
        yield


def clean() -> None:
    """Kill the scripts and remove the files of this user's sandboxes that were killed together with their keepers."""
    for root in pathlib.Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        if _is_over(root):
            kill_scripts(root)
            shutil.rmtree(root, ignore_errors=True)


def kill_scripts(root: pathlib.Path) -> None:
    """Kill the processes that scripts below a directory have left, when no keeper can."""
    processes = list(pathlib.Path("/proc").glob("[0-9]*"))
    if processes:
        kill_all(int(process.name) for process in processes if _is_of_script(process, f"{root}/".encode()))
    else:
        kill_all(orphans_below(root))


def _is_over(root: pathlib.Path) -> bool:
    # Another user's, or one that just begins or ends, cannot be opened.
    with contextlib.suppress(OSError):
        if root.is_symlink() or root.stat().st_uid != os.getuid():
            return False
        with (root / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    return False


def _is_of_script(process: pathlib.Path, root: bytes) -> bool:
    # A shell that has only looked in there has other values of these.
    marks = tuple(name + root for name in (b"PATH=", f"{DIRECTORY_VARIABLE}=".encode()))
    # Processes of others cannot be looked at, and any may end meanwhile.
    with contextlib.suppress(OSError):
        return any(entry.startswith(marks) for entry in (process / "environ").read_bytes().split(b"\0"))
    return False
