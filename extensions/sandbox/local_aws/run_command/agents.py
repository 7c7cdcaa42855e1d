# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the agents of nodes do with an invocation: run its steps, for real or simulated, and write their output."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import functools
import threading
import time
import typing as t

from ..nodes import simulation
from . import outputs, statuses, steps
from .executor import StepRun

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ..wire.settings import Settings
    from .documents import Step
    from .executor import Executor
    from .model import Invocation, PluginRun
    from .output_files import OutputFile
    from .publishing import Publisher
    from .scheduler import Scheduler

# Scripts of nodes wait most of their time; each one that runs has a thread.
_THREADS = 128
# How often, a second apart, an agent looks whether a log stream has taken everything.
_LOG_LOOKS = 60


@dataclasses.dataclass
class Agents:
    """Runs invocations on their nodes; ended(invocation, StatusDetails) is called once for each."""

    executor: Executor
    scheduler: Scheduler
    publisher: Publisher
    settings: Settings

    def __post_init__(self) -> None:
        self._closing = threading.Event()
        self._threads = concurrent.futures.ThreadPoolExecutor(_THREADS, thread_name_prefix="agent")

    def close(self) -> None:
        """Stop everything that runs."""
        self._closing.set()
        self.executor.close()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def start(self, invocation: Invocation, ended: Callable[[Invocation, str], None]) -> None:
        """Begin an invocation; ValueError when a simulation tag of its node is no number."""
        invocation.executions += 1
        simulated = invocation.node.simulation
        if simulated is None:
            future = self._threads.submit(self._run_all, invocation, ended)
            future.add_done_callback(_raise_error)
        else:
            self._simulate(invocation, 0, simulated, ended)

    # Real scripts: one thread goes through the steps.

    def _run_all(self, invocation: Invocation, ended: Callable[[Invocation, str], None]) -> None:
        for position, plugin in enumerate(invocation.plugins):
            if invocation.cancelled:
                break
            if not self._settle_without_running(invocation, position):
                self._run(invocation, plugin)
        ended(invocation, _folded(invocation))

    def _run(self, invocation: Invocation, plugin: PluginRun) -> None:
        plugin.details, plugin.started_at = statuses.IN_PROGRESS, time.time()
        publishes = self.publisher.begin(invocation)
        run = StepRun(
            node=invocation.node,
            command_id=invocation.command.command_id,
            step=plugin.step,
            timeout=plugin.step.timeout * self.settings.time_scale,
            is_cancelled=lambda: invocation.cancelled,
            on_output=functools.partial(self._follow, invocation, plugin) if publishes else _ignore_output,
            output_interval=self.settings.log_upload_interval,
        )
        result = self.executor.run(run)
        while result.exit_code == statuses.REBOOT_EXIT_CODE and self._reboots(invocation):
            result.close()
            time.sleep(self.settings.reboot_seconds)
            result = self.executor.run(run)
        plugin.stdout = result.stdout.read(outputs.BYTES_FOR_STDOUT)
        plugin.stderr = result.stderr.read(outputs.BYTES_FOR_STDERR)
        if publishes:
            self._publish(invocation, plugin.step, {"stdout": result.stdout.read(), "stderr": result.stderr.read()})
        result.close()
        _end(plugin, result.details, result.exit_code)

    def _publish(self, invocation: Invocation, step: Step, streams: dict[str, bytes]) -> None:
        """Send both streams away; one that its log stream does not take keeps the step for a minute."""
        send = self.publisher.finish
        for _look in range(_LOG_LOOKS):
            sent = [send(invocation, step, stream, data) for stream, data in streams.items()]
            if all(sent) or invocation.cancelled or self._closing.wait(self.settings.time_scale):
                return
            send = self.publisher.retry

    def _follow(self, invocation: Invocation, plugin: PluginRun, stdout: OutputFile, stderr: OutputFile) -> None:
        self.publisher.follow(invocation, plugin.step, "stdout", stdout.read())
        self.publisher.follow(invocation, plugin.step, "stderr", stderr.read())

    # Simulated nodes: the scheduler goes through the steps, so that thousands need no thread.

    def _simulate(
        self,
        invocation: Invocation,
        position: int,
        simulated: simulation.Simulation,
        ended: Callable[[Invocation, str], None],
    ) -> None:
        while position < len(invocation.plugins) and self._settle_without_running(invocation, position):
            position += 1
        if position == len(invocation.plugins) or invocation.cancelled:
            ended(invocation, _folded(invocation))
            return
        plugin = invocation.plugins[position]
        if plugin.details == statuses.PENDING:
            plugin.details, plugin.started_at = statuses.IN_PROGRESS, time.time()
        timeout = plugin.step.timeout * self.settings.time_scale

        def end() -> None:
            if simulated.exit_code == statuses.REBOOT_EXIT_CODE and self._reboots(invocation):
                again = functools.partial(self._simulate, invocation, position, simulated, ended)
                self.scheduler.after(self.settings.reboot_seconds, again)
                return
            self._end_simulated(invocation, plugin, simulated, timed_out=simulated.duration > timeout)
            self._simulate(invocation, position + 1, simulated, ended)

        self.scheduler.after(min(simulated.duration, timeout), end)

    def _end_simulated(
        self, invocation: Invocation, plugin: PluginRun, simulated: simulation.Simulation, *, timed_out: bool
    ) -> None:
        exit_code = statuses.STOPPED_EXIT_CODE if timed_out or invocation.cancelled else simulated.exit_code
        stdout, stderr = simulation.text_of(simulated.stdout_bytes), simulation.text_of(simulated.stderr_bytes)
        if exit_code not in {0, statuses.REBOOT_EXIT_CODE}:
            stderr = outputs.with_failure_line(stderr, exit_code)
        plugin.stdout, plugin.stderr = stdout[: outputs.BYTES_FOR_STDOUT], stderr[: outputs.BYTES_FOR_STDERR]
        if self.publisher.begin(invocation):
            self.publisher.finish(invocation, plugin.step, "stdout", stdout)
            self.publisher.finish(invocation, plugin.step, "stderr", stderr)
        _end(plugin, statuses.of_exit_code(exit_code, cancelled=invocation.cancelled), exit_code)

    # Both

    def _settle_without_running(self, invocation: Invocation, position: int) -> bool:
        """End a step that is skipped or that no node here can run; whether that was so."""
        plugin = invocation.plugins[position]
        if plugin.details != statuses.PENDING:
            return plugin.details != statuses.IN_PROGRESS
        skipped = steps.skip_reason(invocation.plugins, position, invocation.node.platform)
        if not skipped and steps.is_executable(plugin.step):
            return False
        plugin.started_at = time.time()
        if skipped:
            plugin.stdout = skipped.encode()
            _end(plugin, statuses.SUCCESS, 0)
        else:
            plugin.stderr = f"plugin {plugin.step.action} cannot be run by this node".encode()
            _end(plugin, statuses.FAILED, 1)
        return True

    def _reboots(self, invocation: Invocation) -> bool:
        if invocation.cancelled or invocation.reboots >= self.settings.max_reboots:
            return False
        invocation.reboots += 1
        return True


def _end(plugin: PluginRun, details: str, exit_code: int) -> None:
    plugin.details, plugin.exit_code, plugin.finished_at = details, exit_code, time.time()


def _folded(invocation: Invocation) -> str:
    if invocation.cancelled:
        for plugin in invocation.plugins:
            if plugin.details in statuses.UNFINISHED:
                plugin.details = statuses.CANCELLED
        return statuses.CANCELLED
    return steps.fold(invocation.plugins)


def _ignore_output(_stdout: OutputFile, _stderr: OutputFile) -> None:
    """Nobody asked for the output while it is written."""


def _raise_error(future: concurrent.futures.Future[None]) -> None:
    if not future.cancelled():
        future.result()
