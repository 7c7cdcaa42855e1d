# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Python for sandboxes that has moto and the sandbox imported already, which is most of a sandbox's start.

python -m tests.support.warm_sandbox SOCKET    ends when its standard input is closed
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import random
import runpy
import sys
import typing as t

from tests.support import warm_server

if t.TYPE_CHECKING:
    from collections.abc import Iterator

_SANDBOX = pathlib.Path(__file__).parents[2] / "extensions" / "sandbox"


def _run() -> int:
    random.seed()
    runpy.run_path(sys.argv[0], run_name="__main__")
    return 0


@contextlib.contextmanager
def serving() -> Iterator[pathlib.Path]:
    """A server for the length of a block; gives the program to start a sandbox with.

    Elsewhere than on Linux that is this Python itself.

    :raises RuntimeError: it did not start.
    """
    if not warm_server.can_serve():
        yield pathlib.Path(sys.executable)
        return
    with warm_server.folder() as folder:
        path, program = folder / "sandbox.sock", folder / "python"
        warm_server.write_program(program, f"sys.exit(client.run({str(path)!r}, sys.argv[1:]))\n")
        with warm_server.serving(path, "tests.support.warm_sandbox", environment=os.environ):
            yield program


def main(path: str) -> None:
    """Imports, and serves."""
    runpy.run_path(str(_SANDBOX), run_name="imported")
    warm_server.serve(path, _run)


if __name__ == "__main__":
    main(*sys.argv[1:])
