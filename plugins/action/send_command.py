# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a command on a fleet of managed nodes and returns the result of every node."""

from __future__ import annotations

import dataclasses
import pathlib
import typing as t

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import request, wait_time
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch_calls import Dispatcher
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.fleet_calls import RunServices
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.option_checks import check_arguments
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import AttachOptions, read_options
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output_calls import OutputReader
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.preflight_calls import Preflight
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.report import fit_result
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track_calls import Tracker
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.whole_output_calls import LogsOutput, S3Output
from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.plugin_utils.aws_action import AWSActionBase, failure
from ansible_collections.ssmops.run_command.plugins.plugin_utils.client_place import client_place
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_arguments import (
    ARGUMENT_SPEC,
    commands_as_list,
)
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_run import CommandRun
from ansible_collections.ssmops.run_command.plugins.plugin_utils.progress_display import OutputFiles, ProgressDisplay
from ansible_collections.ssmops.run_command.plugins.plugin_utils.run_claims import claim_of, refusal

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import SendOptions, TaskOptions
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.whole_output_calls import (
        WholeOutputSource,
    )

NO_RETRIES = {"retries": {"total_max_attempts": 1}}
# Retries of the SDK itself; the tracker continues until the task's deadline.
POLL_RETRIES = {"retries": {"total_max_attempts": 3, "mode": "standard"}, "max_pool_connections": 16}
READ_RETRIES = {"retries": {"total_max_attempts": 6, "mode": "standard"}, "max_pool_connections": 16}
# An interrupted controller has only seconds left.
LAST_CALL = {"retries": {"total_max_attempts": 2}, "connect_timeout": 2, "read_timeout": 4}

Result = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Console:
    """What a task displays while it runs, the files it writes, and the client it reads with."""

    reader: t.Any
    display: ProgressDisplay
    files: OutputFiles | None


class ActionModule(AWSActionBase):
    """The action behind M(ssmops.run_command.send_command)."""

    _requires_connection = False
    # The inventory's name of the host that the task runs for.
    _host = "localhost"

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """The result of the task; failures include everything known about the commands."""
        super().run(tmp, task_vars)
        with self.task_environment():
            return self._run(task_vars or {})

    def _run(self, task_vars: dict[str, t.Any]) -> Result:
        self._host = str(task_vars.get("inventory_hostname", self._host))
        arguments = self.validated_arguments(ARGUMENT_SPEC, commands_as_list(self._task.args))
        try:
            check_arguments(arguments)
            options = read_options(arguments)
            self.require_aws_sdk()
            result = self._result(options, job_comment(task_vars))
        except RequestError as error:
            return {"failed": True, "changed": False, "msg": str(error)}
        except AnsibleAWSError as error:
            return self.finished({"changed": False, **failure(error)})
        budget = options.result.result_max_bytes
        return self.finished(fit_result(result, budget) if budget and "invocations" in result else result)

    def _result(self, options: SendOptions | AttachOptions, default_comment: str) -> Result:
        console = self._console(options)
        if isinstance(options, AttachOptions):
            return self._attach(options, console)
        return self._send(options, console, default_comment)

    def _attach(self, options: AttachOptions, console: Console) -> Result:
        if self._task.check_mode:
            # Attaching also reads in check mode, but must not cancel.
            options = dataclasses.replace(options, wait=options.wait.without_cancelling())
        return self._command_run(options, console, wait_time.seconds_for_attached(options)).attach(options.command_ids)

    def _send(self, options: SendOptions, console: Console, default_comment: str) -> Result:
        preflight = Preflight(console.reader, console.display.warn)
        wanted = self._request(options, preflight, default_comment)
        preflight.check_platform(wanted)
        if self._task.check_mode:
            result = preflight.preview(wanted)
        else:
            if not options.command.send_per_host:
                self._claim(wanted, console)
            run = self._command_run(options, console, wait_time.seconds_for_sent(options, wanted))
            result = run.send(wanted, lambda error: preflight.explain(error, wanted))
        return {**result, "diff": wanted.diff()} if self._task.diff else result

    def _request(self, options: SendOptions, preflight: Preflight, default_comment: str) -> request.SendRequest:
        parameters = preflight.parameters(
            options.document.document_name,
            options.document.document_version,
            request.short_form_parameters(options.parameters, self._script(options.parameters.script)),
        )
        wanted = request.build_request(options, parameters, options.command.comment or default_comment)
        if not options.wait.wait:
            request.check_unwaited(wanted)
        return wanted

    def _claim(self, wanted: request.SendRequest, console: Console) -> None:
        claim = claim_of(self._task, wanted, console.reader, self.get_options())
        try:
            # Of this run: ansible-playbook creates it, and its workers inherit the name.
            first = claim.first_host(t.cast("t.Any", constants).DEFAULT_LOCAL_TMP, self._host)
        except OSError as error:
            raise RequestError(
                f"That no other host of this run sends the request cannot be made sure of ({error}); nothing was sent. "
                "Set send_per_host: true if this task runs on one host only."
            ) from error
        if first != self._host:
            raise RequestError(refusal(first, self._host))

    def _script(self, name: str | None) -> str | None:
        if name is None:
            return None
        # A file of Ansible Vault is decrypted to a temporary file.
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

    def _console(self, options: TaskOptions) -> Console:
        reader = self.aws_client("ssm", **POLL_RETRIES)
        files = self._output_files(options.result.output_dir)
        display = ProgressDisplay(
            show_output=Display().verbosity > 0,
            files=files,
            secret=bool(self._task.no_log),
            place=lambda: client_place(reader),
        )
        if options.result.stream_output:
            display.stream(self.aws_client("logs", **READ_RETRIES), options.log_group)
        return Console(reader, display, files)

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

    def _command_run(self, options: TaskOptions, console: Console, seconds: float) -> CommandRun:
        deadline = Deadline(seconds)
        tracker = Tracker(console.reader, deadline)
        source = self._whole_output(options)
        stations = RunServices(
            reader=console.reader,
            dispatcher=Dispatcher(self.aws_client("ssm", **NO_RETRIES), console.reader, deadline),
            tracker=tracker,
            outputs=OutputReader(tracker, source.text if source else None, console.display.warn),
            observer=console.display,
            deadline=deadline,
        )
        written = console.files.written if console.files else {}
        canceller = self.aws_client("ssm", **LAST_CALL)
        return CommandRun(stations, canceller, options.wait, options.result.fail_on, written)

    def _whole_output(self, options: TaskOptions) -> WholeOutputSource | None:
        if not options.result.full_output:
            return None
        bucket = options.output.output_s3_bucket_name
        if bucket:
            client = self.aws_client("s3", **READ_RETRIES, **self.s3_addressing())
            return S3Output(client, bucket, options.output.output_s3_key_prefix or "")
        return LogsOutput(self.aws_client("logs", **READ_RETRIES), options.log_group)


def job_comment(task_vars: t.Mapping[str, t.Any]) -> str:
    """The default comment of commands in an AWX job: it finds them if the job was killed."""
    job = task_vars.get("awx_job_id") or task_vars.get("tower_job_id")
    return f"AWX job {job}" if job else ""
