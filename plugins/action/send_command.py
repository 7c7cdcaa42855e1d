# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a command on a fleet of managed nodes and brings every node's result."""

from __future__ import annotations

import json
import pathlib
import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_commands
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import (
    report,
    request,
    statuses,
    whole_output_calls,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch_calls import Dispatcher
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.fleet_calls import (
    CANCEL_GRACE,
    FleetRun,
    Stations,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output_calls import OutputReader
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.preflight import named
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.preflight_calls import Preflight
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track_calls import Tracker
from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.plugin_utils.aws_action import AWSActionBase
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_arguments import (
    ARGUMENT_SPEC,
    with_text_commands,
)
from ansible_collections.ssmops.run_command.plugins.plugin_utils.interrupts import last_act
from ansible_collections.ssmops.run_command.plugins.plugin_utils.progress_display import OutputFiles, ProgressDisplay

# SendCommand's default for TimeoutSeconds, and the default executionTimeout of AWS's documents (seconds).
DEFAULT_DELIVERY_TIMEOUT = 3600
DEFAULT_EXECUTION_TIMEOUT = 3600
# What the last node's answer may take beyond AWS's own total timeout (seconds).
WAIT_MARGIN = 60
# AWS ends every command by then: the longest TimeoutSeconds and the longest executionTimeout (seconds).
LONGEST_COMMAND = 2_592_000 + request.MAX_EXECUTION_TIMEOUT
NO_RETRIES = {"retries": {"total_max_attempts": 1}}
# Of the SDK's own; the tracker goes on asking until the task's deadline.
POLL_RETRIES = {"retries": {"total_max_attempts": 3, "mode": "standard"}, "max_pool_connections": 16}
READ_RETRIES = {"retries": {"total_max_attempts": 6, "mode": "standard"}, "max_pool_connections": 16}
# An interrupted controller has seconds to live.
LAST_CALL = {"retries": {"total_max_attempts": 2}, "connect_timeout": 2, "read_timeout": 4}

Result = dict[str, t.Any]


class ActionModule(AWSActionBase):
    """The action behind M(ssmops.run_command.send_command)."""

    _requires_connection = False

    def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(*args, **kwargs)
        self._files: OutputFiles | None = None

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """The task's result; failures keep all that is known of the commands."""
        super().run(tmp, task_vars)
        given = with_text_commands(self._task.args)
        arguments = self.validated_arguments(ARGUMENT_SPEC, given)
        try:
            request.check_arguments(arguments)
            self.require_aws_sdk()
            result = self._run(arguments, task_vars or {})
        except RequestError as error:
            return {"failed": True, "changed": False, "msg": str(error)}
        except AnsibleAWSError as error:
            return self.finished({"changed": False, **self.failure(error)})
        budget = arguments["result_max_bytes"]
        return self.finished(report.fit_result(result, budget) if budget and "invocations" in result else result)

    def _run(self, arguments: dict[str, t.Any], task_vars: dict[str, t.Any]) -> Result:
        reader = self.aws_client("ssm", **POLL_RETRIES)
        self._files = self._output_files(arguments["output_dir"])
        display = ProgressDisplay(
            show_output=Display().verbosity > 0, files=self._files, secret=bool(self._task.no_log)
        )
        if arguments["stream_output"]:
            display.stream(self.aws_client("logs", **READ_RETRIES), log_group(arguments))
        if self._task.check_mode:
            # Attaching reads in check mode too, and must not cancel.
            arguments = {**arguments, "on_timeout": "leave", "on_interrupt": "leave"}
        if arguments["command_ids"]:
            return self._attach(arguments, reader, display)
        preflight = Preflight(reader, display.warn)
        wanted = self._request(arguments, preflight, task_vars)
        preflight.check_platform(wanted)
        if self._task.check_mode:
            return self._preview(wanted, preflight, display)
        fleet = FleetRun(self._stations(arguments, reader, display, wait_seconds(arguments, wanted)))
        with self._cancelling(arguments, fleet, display):
            result = self._send(arguments, fleet, wanted, preflight)
        return {**result, **self._diff(wanted)}

    def _request(
        self, arguments: dict[str, t.Any], preflight: Preflight, task_vars: dict[str, t.Any]
    ) -> request.SendRequest:
        parameters = preflight.parameters(
            arguments["document_name"],
            arguments["document_version"],
            request.short_form_parameters(arguments, self._script(arguments["script"])),
        )
        wanted = request.build_request(arguments, parameters, arguments["comment"] or job_comment(task_vars))
        if not arguments["wait"]:
            request.check_unwaited(wanted)
        return wanted

    def _script(self, name: str | None) -> str | None:
        if name is None:
            return None
        # A file of Ansible Vault is decrypted into a file of its own.
        path = self._loader.get_real_file(ActionBase._find_needle(self, "files", name))
        try:
            text = pathlib.Path(path).read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise RequestError(f"script is {name!r}: it must be UTF-8 text ({error}).") from error
        finally:
            self._loader.cleanup_tmp_file(path)
        if not text.strip():
            raise RequestError(f"script is {name!r}: the file must have at least one line.")
        return text

    def _output_files(self, directory: str | None) -> OutputFiles | None:
        if not directory or self._task.check_mode:
            return None
        files = OutputFiles(directory)
        try:
            files.prepare()
        except OSError as error:
            raise RequestError(
                f"output_dir is {directory!r}: it must be a directory that can be written to ({error.strerror})."
            ) from error
        return files

    def _stations(
        self, arguments: dict[str, t.Any], reader: t.Any, display: ProgressDisplay, seconds: float
    ) -> Stations:
        deadline = Deadline(seconds)
        tracker = Tracker(reader, deadline)
        source = self._whole_output(arguments)
        return Stations(
            reader=reader,
            dispatcher=Dispatcher(self.aws_client("ssm", **NO_RETRIES), reader, deadline),
            tracker=tracker,
            outputs=OutputReader(tracker, source.text if source else None, display.warn),
            observer=display,
            deadline=deadline,
        )

    def _whole_output(self, arguments: dict[str, t.Any]) -> whole_output_calls.WholeOutputSource | None:
        if not arguments["full_output"]:
            return None
        if arguments["output_s3_bucket_name"]:
            return whole_output_calls.S3Output(
                self.aws_client("s3", **READ_RETRIES, **self._s3_addressing()),
                arguments["output_s3_bucket_name"],
                arguments["output_s3_key_prefix"] or "",
            )
        return whole_output_calls.LogsOutput(self.aws_client("logs", **READ_RETRIES), log_group(arguments))

    def _s3_addressing(self) -> dict[str, t.Any]:
        # A stand-in for AWS has no DNS name for each bucket.
        return {"s3": {"addressing_style": "path"}} if self._aws_options.get("endpoint_url") else {}

    def _cancelling(self, arguments: dict[str, t.Any], fleet: FleetRun, display: ProgressDisplay) -> t.Any:
        canceller = self.aws_client("ssm", **LAST_CALL)

        def act(reason: str) -> str:
            unanswered = fleet.take_up_unanswered(canceller)
            ids = fleet.active_command_ids
            cancelled = []
            if arguments["on_interrupt"] == "cancel":
                cancelled = fleet.cancel(lambda command_id: ssm_commands.cancel_command(canceller, command_id, ()))
            left = [command_id for command_id in ids if command_id not in cancelled]
            return interruption_message(reason, left=left, cancelled=cancelled, unanswered=unanswered)

        return last_act(act, display.warn)

    def _send(
        self, arguments: dict[str, t.Any], fleet: FleetRun, wanted: request.SendRequest, preflight: Preflight
    ) -> Result:
        try:
            if wanted.targets:
                fleet.send_to_targets(wanted)
            else:
                fleet.send_to_ids(wanted)
            if not arguments["wait"]:
                return {"changed": True, **self._result(fleet), "msg": sent_message(fleet)}
            self._watch(arguments, fleet, wanted)
        except AnsibleAWSError as error:
            return self._failed_on_the_way(fleet, error, self._explain(error, wanted, preflight))
        return {"changed": bool(fleet.invocations) or fleet.timed_out, **self._finished(arguments, fleet)}

    def _watch(self, arguments: dict[str, t.Any], fleet: FleetRun, wanted: request.SendRequest | None) -> None:
        fleet.watch(wanted)
        for _attempt in range(arguments["retry_undelivered"] if wanted else 0):
            if fleet.timed_out or wanted is None or not fleet.resend_undelivered(wanted):
                break
            fleet.watch(wanted)
        if not fleet.timed_out:
            return
        if arguments["on_timeout"] == "cancel":
            reader = self.aws_client("ssm", **POLL_RETRIES)
            fleet.cancel(lambda command_id: ssm_commands.cancel_command(reader, command_id, ()))
        fleet.collect_unfinished(CANCEL_GRACE if arguments["on_timeout"] == "cancel" else 0)

    def _attach(self, arguments: dict[str, t.Any], reader: t.Any, display: ProgressDisplay) -> Result:
        fleet = FleetRun(self._stations(arguments, reader, display, wait_seconds(arguments, None)))
        fleet.attach(arguments["command_ids"])
        if not arguments["wait"] and not all(statuses.is_terminal(part.command["Status"]) for part in fleet.parts):
            fleet.collect_unfinished(0)
            result = self._result(fleet)
            return {"changed": False, "failed": False, **result, "msg": running_message(result)}
        with self._cancelling(arguments, fleet, display):
            try:
                self._watch(arguments, fleet, None)
            except AnsibleAWSError as error:
                return self._failed_on_the_way(fleet, error, "")
        return {"changed": False, **self._finished(arguments, fleet)}

    def _result(self, fleet: FleetRun) -> Result:
        run = report.Run(
            commands=[part.command for part in fleet.parts],
            invocations=fleet.invocations,
            earlier=fleet.earlier,
            unsent=fleet.unsent,
        )
        result = report.build_result(run)
        for node, path in (self._files.written if self._files else {}).items():
            if node in result["invocations"]:
                result["invocations"][node]["output_file"] = path
        return result

    def _finished(self, arguments: dict[str, t.Any], fleet: FleetRun) -> Result:
        result = self._result(fleet)
        failed = report.is_failed(result, arguments["fail_on"], timed_out=fleet.timed_out)
        message = report.message(result, timed_out=fleet.timed_out)
        if fleet.timed_out:
            message += after_timeout(arguments["on_timeout"], fleet.active_command_ids)
        return {**result, "failed": failed, "msg": message}

    def _failed_on_the_way(self, fleet: FleetRun, error: AnsibleAWSError, explanation: str) -> Result:
        result = {"changed": bool(fleet.parts), **self._result(fleet), **self.failure(error)}
        if explanation:
            # AWS often gives a code and no text.
            result["msg"] = result["msg"].rstrip(": ") + explanation
        if fleet.active_command_ids:
            result["msg"] += (
                " The commands already sent go on: attach to them with command_ids: "
                f"[{', '.join(part.command_id for part in fleet.parts)}]."
            )
        if fleet.unsent:
            result["msg"] += f" {len(fleet.unsent)} nodes were not sent to."
        return result

    def _explain(self, error: AnsibleAWSError, wanted: request.SendRequest, preflight: Preflight) -> str:
        """What AWS leaves out of its errors, which often have no text at all."""
        if not wanted.instance_ids or error_code(error) != "InvalidInstanceId":
            return ""
        try:
            found = preflight.nodes(wanted) or []
        except AnsibleAWSError as unreadable:
            return f". A node is not managed in this account and region, or not running ({unreadable})."
        unmanaged = missing_nodes(wanted, found)
        if unmanaged:
            return (
                f". Not managed in this account and region: {named(unmanaged)} (is the agent running, does the node "
                "have an instance profile, is the region right?)."
            )
        offline = offline_nodes(found)
        return f". Not Online: {named(offline)}." if offline else ". All of the nodes are managed and Online by now."

    def _preview(self, wanted: request.SendRequest, preflight: Preflight, display: ProgressDisplay) -> Result:
        nodes = preflight.nodes(wanted)
        if nodes is None:
            display.warn("The nodes of a resource group cannot be listed before sending.")
        found = nodes or []
        offline = offline_nodes(found)
        message = f"The command would be sent to {len(found)} managed nodes"
        message += f", of which {len(offline)} are not Online: {named(offline)}." if offline else "."
        missing = missing_nodes(wanted, found)
        result: Result = {"changed": nodes is None or bool(found), "nodes": found, "msg": message, **self._diff(wanted)}
        if missing:
            result["failed"] = True
            result["msg"] += f" Not managed in this account and region: {named(missing)}."
        return result

    def _diff(self, wanted: request.SendRequest) -> Result:
        if not self._task.diff:
            return {}
        shown = {**wanted.fields, "InstanceIds": list(wanted.instance_ids), "Targets": list(wanted.targets)}
        limits = {"MaxConcurrency": wanted.max_concurrency, "MaxErrors": wanted.max_errors}
        sent = {name: value for name, value in {**shown, **limits}.items() if value}
        return {"diff": {"before": "", "after": json.dumps(sent, indent=2, sort_keys=True) + "\n"}}


def wait_seconds(arguments: t.Mapping[str, t.Any], wanted: request.SendRequest | None) -> float:
    """Seconds to wait: wait_timeout, or else what AWS itself gives the commands to be delivered and to run.

    `wanted` is None when attaching: how long those commands have is known to AWS, which ends them.
    """
    if arguments["wait_timeout"] is not None:
        return float(arguments["wait_timeout"])
    if wanted is None:
        return float(LONGEST_COMMAND + WAIT_MARGIN)
    delivery = arguments["timeout_seconds"] or DEFAULT_DELIVERY_TIMEOUT
    given = wanted.fields.get("Parameters", {}).get("executionTimeout", [""])[0]
    execution = int(given) if given.isdecimal() else DEFAULT_EXECUTION_TIMEOUT
    rounds = wanted.rounds * (1 + arguments["retry_undelivered"])
    return float(rounds * (delivery + execution) + WAIT_MARGIN)


def log_group(arguments: t.Mapping[str, t.Any]) -> str:
    """The log group the command writes to: the one named, or the one that the agent makes for the document."""
    # The latter bears the document's name, not its ARN.
    document = arguments["document_name"].rsplit("/", 1)[-1]
    return arguments["cloudwatch_log_group_name"] or f"/aws/ssm/{document}"


def missing_nodes(wanted: request.SendRequest, found: t.Iterable[t.Mapping[str, t.Any]]) -> list[str]:
    """Node ids of the request that are not among the managed nodes `found`."""
    managed = {node["instance_id"] for node in found}
    return [node for node in wanted.instance_ids if node not in managed]


def offline_nodes(found: t.Iterable[t.Mapping[str, t.Any]]) -> list[str]:
    """Ids of managed nodes that do not answer now."""
    return [node["instance_id"] for node in found if node["ping_status"] != "Online"]


def job_comment(task_vars: t.Mapping[str, t.Any]) -> str:
    """The comment of commands that an AWX job sends without one: how they are found when the job was killed."""
    job = task_vars.get("awx_job_id") or task_vars.get("tower_job_id")
    return f"AWX job {job}" if job else ""


def interruption_message(
    reason: str, *, left: t.Sequence[str], cancelled: t.Sequence[str], unanswered: str | None = None
) -> str:
    """What became of the commands when the controller was stopped.

    `unanswered` is the token of a command that was being sent, and that AWS does not list.
    """
    parts = []
    if cancelled:
        parts.append(f"asked AWS to cancel the commands {', '.join(cancelled)}")
    if left:
        parts.append(f"the commands go on, attach with command_ids: [{', '.join(left)}]")
    if unanswered:
        parts.append(f"a command was being sent and may still run: look for {unanswered} in the comments")
    return f"{reason}: {'; '.join(parts) or 'no command was running'}."


def after_timeout(on_timeout: str, active: t.Sequence[str]) -> str:
    """What became of commands that had not ended in time; `active` are those that have not ended now."""
    if on_timeout == "leave":
        return f" The command goes on: attach with command_ids: [{', '.join(active)}]."
    if active:
        return f" A cancel was asked for, and these have not ended yet: command_ids: [{', '.join(active)}]."
    return " The command was cancelled where it had not ended."


def running_message(result: Result) -> str:
    """What attaching without waiting says while nodes still run."""
    summary = result["summary"]
    running = sum(summary[outcome] for outcome in (statuses.PENDING, statuses.IN_PROGRESS, statuses.DELAYED))
    return f"{summary['total'] - running} of {summary['total']} nodes listed have ended; the commands go on."


def sent_message(fleet: FleetRun) -> str:
    """What C(wait=false) says."""
    return f"Sent {', '.join(part.command_id for part in fleet.parts)}; attach with command_ids to get the results."
