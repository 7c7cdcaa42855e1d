# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program costs while it runs against a sandbox: calls, seconds, memory."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import subprocess
import threading
import time
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.support.local_sandbox import LocalSandbox

_SAMPLE_SECONDS = 0.2
_PAGE_BYTES = 4096


@dataclasses.dataclass(frozen=True)
class Cost:
    """One run. wall and tail in seconds (tail: from the last node's end to the program's); memory in bytes.

    calls: API calls by operation; results: nodes whose result the program has.
    """

    subject: str
    nodes: int
    calls: Mapping[str, int]
    wall: float
    tail: float
    memory: int
    results: int

    @property
    def total_calls(self) -> int:
        """All API calls."""
        return sum(self.calls.values())


class MemorySampler:
    """Highest sum of the resident memory of a process and of all it started, shared pages counted once for each."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._ended = threading.Event()
        self.peak = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Bytes at the peak."""
        self._ended.set()
        self._thread.join()
        return self.peak

    def _run(self) -> None:
        while not self._ended.wait(_SAMPLE_SECONDS):
            self.peak = max(self.peak, sum(resident_bytes(pid) for pid in _tree(self._pid)))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for process in found:
        try:
            children = pathlib.Path(f"/proc/{process}/task/{process}/children").read_text()
        except FileNotFoundError:
            continue
        found += [int(child) for child in children.split()]
    return found


def resident_bytes(pid: int) -> int:
    """Memory of a process that is not swapped out; 0 when it has ended."""
    try:
        return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
    except (FileNotFoundError, ProcessLookupError, IndexError):
        # It ended between the listing and the reading.
        return 0


def measure(subject: str, nodes: int, command: Sequence[str], sandbox: LocalSandbox, folder: pathlib.Path) -> Cost:
    """Run a program to its end and count what it did.

    It writes one line for each result to results.txt in folder, and may write to ended.txt when it had them all, in
    seconds since the epoch: Ansible does other things after the task.
    """
    before = set(sandbox.executions())
    sandbox.clear_calls()
    results = folder / "results.txt"
    ended_file = folder / "ended.txt"
    for file in (results, ended_file):
        file.unlink(missing_ok=True)
    began = time.time()
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            list(command),
            env={**os.environ, **sandbox.environment, "RESULTS": str(results)},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        sampler = MemorySampler(process.pid)
        returncode = process.wait()
    ended = float(ended_file.read_text()) if ended_file.exists() else time.time()
    memory = sampler.stop()
    if returncode:
        raise RuntimeError(f"{subject} failed: {(folder / 'output.txt').read_text()[-2000:]}")
    calls = sandbox.calls()
    return Cost(
        subject=subject,
        nodes=nodes,
        calls=calls,
        wall=ended - began,
        tail=ended - last_end(sandbox, set(sandbox.executions()) - before),
        memory=memory,
        results=len(results.read_text().splitlines()),
    )


def last_end(sandbox: LocalSandbox, command_ids: set[str]) -> float:
    """When the last node of these commands ended, in seconds since the epoch."""
    pages = sandbox.client("ssm").get_paginator("list_command_invocations")
    ends: list[float] = [
        plugin["ResponseFinishDateTime"].timestamp()
        for command_id in command_ids
        for page in pages.paginate(CommandId=command_id, Details=True)
        for invocation in page["CommandInvocations"]
        for plugin in invocation["CommandPlugins"]
    ]
    return max(ends)
