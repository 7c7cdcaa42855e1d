# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Environment variables for the length of a block.

Ansible gives the C(environment) of a task to modules only: they are processes of their own, and an action is not.
"""

from __future__ import annotations

import contextlib
import os
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextlib.contextmanager
def environment_variables(variables: Mapping[str, str]) -> Iterator[None]:
    """Set `variables` in the environment of this process, and restore what they were before at the end of the block.

    They apply to all threads, so the block must contain all threads that it starts.

    :raises ValueError: the system does not take one of them; it is named, its value is not.
    """
    before = {name: os.environ.get(name) for name in variables}
    try:
        for name, value in variables.items():
            _set(name, value)
        yield
    finally:
        for name, earlier in before.items():
            if earlier is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = earlier


def _set(name: str, value: str) -> None:
    try:
        os.environ[name] = value
    except (OSError, ValueError) as error:
        raise ValueError(f"the variable {name!r} cannot be set ({error})") from error
