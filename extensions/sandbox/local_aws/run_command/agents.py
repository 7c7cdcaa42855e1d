# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
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
from . import actions, outputs, plugins, references, shell_input, statuses, steps
from .aws_declarations import sandbox_step
from .executor import StepOutput, StepRun
from .model import PluginRun
from .node_plugins import Place
from .output_files import OutputFile

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..moto.data import MotoData
    from ..nodes.managed_nodes import Node
    from ..wire.settings import Settings
    from .executor import Executor
    from .model import Invocation
    from .node_plugins import NodePlugins
    from .plan import Step
    from .publishing import Publisher
    from .scheduler import Scheduler

# Scripts of nodes wait most of their time; each one that runs has a thread.
_THREADS = 128
_NOT_READ_EXIT_CODE = 1
# How often, a second apart, an agent looks whether a log stream has taken everything.
_LOG_LOOKS = 60


@dataclasses.dataclass
class Agents:
    """Runs invocations on their nodes; on_end(invocation, StatusDetails) is called once for each."""

    executor: Executor
    moto: MotoData
    scheduler: Scheduler
    publisher: Publisher
    settings: Settings
    node_plugins: NodePlugins

    def __post_init__(self) -> None:
        self._closing = threading.Event()
        self._threads = concurrent.futures.ThreadPoolExecutor(_THREADS, thread_name_prefix="agent")

    def close(self) -> None:
        """Stop everything that runs here; real agents run on."""
        self._closing.set()
        self.executor.close()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def start(self, invocation: Invocation, on_end: Callable[[Invocation, str], None]) -> None:
        """Begin an invocation; ValueError when a simulation tag of its node is no number."""
        invocation.executions += 1
        simulated = invocation.node.simulation
        if simulated is None:
            future = self._threads.submit(self._run_all, invocation, on_end)
            future.add_done_callback(_raise_error)
        else:
            self._simulate(invocation, 0, simulated, on_end)

    def _check_patterns(self, invocation: Invocation) -> None:
        command = invocation.command
        read = functools.partial(self._read_parameters, invocation.node)
        references.check_patterns(command.document.parameters, command.request.get("Parameters") or {}, read)

    def _resolve(self, node: Node, runs: Sequence[PluginRun]) -> None:
        """Put values of the Parameter Store into the steps; UnresolvedError when one cannot be had."""
        read = functools.partial(self._read_parameters, node)
        for plugin in runs:
            inputs = references.resolve(plugin.step.inputs, read)
            if inputs is not plugin.step.inputs:
                plugin.step = dataclasses.replace(plugin.step, inputs=inputs)

    def _read_parameters(self, node: Node, names: list[str]) -> dict[str, references.StoredParameter]:
        """GetParameters with the rights of the node's role; UnresolvedError when they do not allow it."""
        refused = next((name for name in names if not node.may_read_parameter(name)), None)
        if refused is not None:
            raise references.UnresolvedError(
                f"AccessDeniedException: {node.role_name} is not authorized to perform: ssm:GetParameters on {refused}"
            )
        found = self.moto.ssm_parameters(node.region, names)
        return {name: references.StoredParameter(*parameter) for name, parameter in found.items()}

    # Real scripts: one thread goes through the steps.

    def _run_all(self, invocation: Invocation, on_end: Callable[[Invocation, str], None]) -> None:
        try:
            self._check_patterns(invocation)
            self._resolve(invocation.node, invocation.plugins)
        except references.UnresolvedError as error:
            invocation.trace_output = str(error)
            on_end(invocation, statuses.FAILED)
            return
        self._run_steps(Place(invocation), invocation.plugins)
        on_end(invocation, _folded(invocation.plugins))

    def _run_steps(self, place: Place, runs: Sequence[PluginRun]) -> None:
        for position, plugin in enumerate(runs):
            if place.invocation.cancelled:
                break
            if not _settle_without_running(runs, position, place.node.platform):
                plugin.details, plugin.started_at = statuses.IN_PROGRESS, time.time()
                plugin.end(self._run(place, plugin.step))

    def _run(self, place: Place, step: Step) -> steps.Reply:
        replies = [self._run_once(place, step, inputs) for inputs in step.inputs]
        return steps.conclude(step, functools.reduce(steps.merge, replies))

    def _run_once(self, place: Place, step: Step, inputs: t.Any) -> steps.Reply:
        if step.action != actions.SHELL or sandbox_step(inputs):
            return self._run_plugin(place, step, inputs)
        try:
            script = shell_input.read(inputs, step.step_id, step.environment)
        except shell_input.InputError as error:
            return steps.reply(statuses.FAILED, _NOT_READ_EXIT_CODE, b"", str(error).encode())
        output = StepOutput(OutputFile(), OutputFile())
        try:
            return self._run_script(place, step, script, output)
        finally:
            output.close()

    def _run_plugin(self, place: Place, step: Step, inputs: t.Any) -> steps.Reply:
        publishes = self._begin(place)
        if step.action == actions.RUN_DOCUMENT:
            reply = self._run_document(place, step, inputs)
        else:
            reply = steps.reply_of_plugin(self._answer(place, step, inputs))
        if publishes:
            self._publish(place.invocation, step, {"stdout": reply.stdout, "stderr": reply.stderr})
        return reply

    def _begin(self, place: Place) -> bool:
        """Whether the output of a step goes anywhere; that of documents within documents does not."""
        return not place.within and self.publisher.begin(place.invocation)

    def _answer(self, place: Place, step: Step, inputs: t.Any) -> plugins.Answer:
        """What a plugin answers that runs no script, after each reboot again."""
        answer = self.node_plugins.answer(place, step.action, inputs)
        while answer.exit_code == statuses.REBOOT_EXIT_CODE and self._reboots(place.invocation):
            time.sleep(self.settings.reboot_seconds)
            last = self.node_plugins.answer(place, step.action, inputs)
            answer = last._replace(stdout=answer.stdout + last.stdout, stderr=answer.stderr + last.stderr)
        return answer

    def _run_document(self, place: Place, step: Step, inputs: t.Any) -> steps.Reply:
        try:
            runs = [PluginRun(inner) for inner in self.node_plugins.steps_of_document(place, inputs)]
            self._resolve(place.node, runs)
        except (plugins.PluginError, references.UnresolvedError) as error:
            return steps.reply_of_plugin(plugins.Answer.failed(error))
        self._run_steps(place.inside(step), runs)
        _folded(runs)
        return steps.reply_of_document(runs)

    def _run_script(self, place: Place, step: Step, script: shell_input.Script, output: StepOutput) -> steps.Reply:
        invocation, publishes = place.invocation, self._begin(place)
        placed = dataclasses.replace(step, step_id=script.step_id)
        run = StepRun(
            node=invocation.node,
            command_id=invocation.command.command_id,
            folder=outputs.orchestration_folder(placed),
            script=script,
            timeout=script.timeout * self.settings.time_scale,
            is_cancelled=lambda: invocation.cancelled,
            on_output=functools.partial(self._follow, invocation, placed) if publishes else _ignore_output,
            output_interval=self.settings.log_upload_interval,
            within=place.within,
        )
        details, exit_code = self.executor.run(run, output)
        while exit_code == statuses.REBOOT_EXIT_CODE and self._reboots(invocation):
            time.sleep(self.settings.reboot_seconds)
            details, exit_code = self.executor.run(run, output)
        if publishes:
            self._publish(invocation, placed, {"stdout": output.stdout.read(), "stderr": output.stderr.read()})
        most = outputs.REPLY_LIMIT
        return steps.reply(details, exit_code, output.stdout.read(most), output.stderr.read(most))

    def _publish(self, invocation: Invocation, step: Step, streams: dict[str, bytes]) -> None:
        """Send both streams away; one that its log stream does not take keeps the step for a minute."""
        send = self.publisher.finish
        for _look in range(_LOG_LOOKS):
            sent = [send(invocation, step, stream, data) for stream, data in streams.items()]
            if all(sent) or invocation.cancelled or self._closing.wait(self.settings.time_scale):
                break
            send = self.publisher.retry
        self.publisher.forget(invocation, step)

    def _follow(self, invocation: Invocation, step: Step, output: StepOutput) -> None:
        self.publisher.follow(invocation, step, "stdout", output.stdout.read())
        self.publisher.follow(invocation, step, "stderr", output.stderr.read())

    # Simulated nodes: the scheduler goes through the steps, so that thousands need no thread.

    def _simulate(
        self,
        invocation: Invocation,
        position: int,
        simulated: simulation.Simulation,
        on_end: Callable[[Invocation, str], None],
    ) -> None:
        runs, platform = invocation.plugins, invocation.node.platform
        while position < len(runs) and _settle_without_running(runs, position, platform):
            position += 1
        if position == len(runs) or invocation.cancelled:
            on_end(invocation, _folded(runs))
            return
        plugin = invocation.plugins[position]
        if plugin.details == statuses.PENDING:
            plugin.details, plugin.started_at = statuses.IN_PROGRESS, time.time()
        timeout = plugin.step.timeout * self.settings.time_scale

        def end() -> None:
            if statuses.is_terminal(plugin.details):
                # A cancel has ended it, and reported that.
                return
            if simulated.exit_code == statuses.REBOOT_EXIT_CODE and self._reboots(invocation):
                again = functools.partial(self._simulate, invocation, position, simulated, on_end)
                self.scheduler.after(self.settings.reboot_seconds, again)
                return
            self._end_simulated(invocation, plugin, simulated, timed_out=simulated.duration > timeout)
            self._simulate(invocation, position + 1, simulated, on_end)

        self.scheduler.after(min(simulated.duration, timeout), end)

    def _end_simulated(
        self, invocation: Invocation, plugin: PluginRun, simulated: simulation.Simulation, *, timed_out: bool
    ) -> None:
        exit_code = statuses.STOPPED_EXIT_CODE if timed_out or invocation.cancelled else simulated.exit_code
        stdout = simulation.filler_text(simulated.stdout_bytes)
        stderr = simulation.filler_text(simulated.stderr_bytes) + outputs.failure_of_exit_code(exit_code)
        if self.publisher.begin(invocation):
            self.publisher.finish(invocation, plugin.step, "stdout", stdout)
            self.publisher.finish(invocation, plugin.step, "stderr", stderr)
            self.publisher.forget(invocation, plugin.step)
        details = statuses.of_exit_code(exit_code, cancelled=invocation.cancelled)
        plugin.end(steps.conclude(plugin.step, _simulated_reply(details, exit_code, stdout, stderr)))

    # Both

    def _reboots(self, invocation: Invocation) -> bool:
        if invocation.cancelled or invocation.reboots >= self.settings.max_reboots:
            return False
        invocation.reboots += 1
        return True


def _settle_without_running(runs: Sequence[PluginRun], position: int, platform: str) -> bool:
    """End a step that is skipped or that fails before it begins; whether that was so."""
    plugin = runs[position]
    if plugin.details != statuses.PENDING:
        return plugin.details != statuses.IN_PROGRESS
    settled = steps.settle(runs, position, platform)
    if settled:
        plugin.end(settled)
    return settled is not None


def _folded(runs: Sequence[PluginRun]) -> str:
    """StatusDetails that steps come to; those that were never begun were cancelled."""
    for plugin in runs:
        if plugin.details in statuses.UNFINISHED:
            plugin.end(steps.CANCELLED)
    return steps.fold(runs)


@functools.lru_cache(maxsize=64)
def _simulated_reply(details: str, exit_code: int, stdout: bytes, stderr: bytes) -> steps.Reply:
    """One object for all nodes that answer the same: there may be 10,000 of them."""
    return steps.reply(details, exit_code, stdout, stderr)


def _ignore_output(_output: StepOutput) -> None:
    """Nobody asked for the output while it is written."""


def _raise_error(future: concurrent.futures.Future[None]) -> None:
    if not future.cancelled():
        future.result()
