# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""botocore's models of services, read once for all sessions of a process.

Each session reads them anew, which takes a tenth of a second for a client. A user's process has one session; that of
the tests has a thousand.
"""

from __future__ import annotations

import functools
import os
import typing as t

import botocore.session
from botocore.loaders import Loader


class _SharedLoader(Loader):
    """A loader whose search paths stay the same, although each session of boto3 adds its own."""

    @property
    def search_paths(self) -> list[str]:
        paths: list[str] = t.cast("t.Any", self)._search_paths
        paths[:] = dict.fromkeys(paths)
        return paths


@functools.cache
def _loader(search_path: str | None = None) -> Loader:
    paths = [path for path in (search_path or "").split(os.pathsep) if path]
    return _SharedLoader(extra_search_paths=[os.path.expandvars(os.path.expanduser(path)) for path in paths])


def share() -> None:
    """Have all sessions from now on read with the same loader."""
    t.cast("t.Any", botocore.session).create_loader = _loader
