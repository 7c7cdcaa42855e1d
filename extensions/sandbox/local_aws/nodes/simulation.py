# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes that do not execute: what they would have done is read from their tags."""

from __future__ import annotations

import functools
import math
import typing as t

DURATION = "sandbox:duration"
EXIT_CODE = "sandbox:exit-code"
STDOUT_BYTES = "sandbox:stdout-bytes"
STDERR_BYTES = "sandbox:stderr-bytes"
SIMULATION_TAGS: t.Final = frozenset({DURATION, EXIT_CODE, STDOUT_BYTES, STDERR_BYTES})
_LINE = "The quick brown fox jumps over the lazy dog 0123456789 abcdefgh\n"


class Simulation(t.NamedTuple):
    """What a simulated node does with every script: seconds, exit code, bytes written."""

    duration: float = 0.0
    exit_code: int = 0
    stdout_bytes: int = 0
    stderr_bytes: int = 0


def from_tags(tags: t.Mapping[str, str]) -> Simulation | None:
    """The simulation a node's tags ask for, None when it is to execute really; ValueError: a tag is no number."""
    if not SIMULATION_TAGS & tags.keys():
        return None
    duration = float(tags.get(DURATION, 0))
    if not math.isfinite(duration):
        raise ValueError(f"{DURATION} is not a number of seconds: {tags[DURATION]}")
    return Simulation(
        duration=duration,
        exit_code=int(tags.get(EXIT_CODE, 0)),
        stdout_bytes=int(tags.get(STDOUT_BYTES, 0)),
        stderr_bytes=int(tags.get(STDERR_BYTES, 0)),
    )


@functools.lru_cache(maxsize=64)
def filler_text(size: int) -> bytes:
    """size bytes of readable lines, the same object for the same size."""
    line = _LINE.encode()
    return (line * (size // len(line) + 1))[:size]
