# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a command on a fleet of managed nodes and returns the result of every node."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import re
import typing as t

from ansible import constants
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.errors import RequiredError, UnsupportedError
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import request, wait_time
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.client_token import (
    adoption_preview,
    unlisted_preview,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.client_token_calls import (
    Recollection,
    find_adoption,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import check_unlisted
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.option_checks import check_arguments
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import AttachOptions, read_options
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.preflight_calls import Preflight
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.result_size import (
    default_budget,
    fit_result,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retries import OUTAGE_TOLERANCE
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.track import VISIBILITY_DELAY
from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import HIDDEN, RequestError
from ansible_collections.ssmops.run_command.plugins.plugin_utils.aws_action import AWSActionBase, failure
from ansible_collections.ssmops.run_command.plugins.plugin_utils.client_place import client_place
from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_arguments import (
    ARGUMENT_SPEC,
    as_written,
)
from ansible_collections.ssmops.run_command.plugins.plugin_utils.inventory_places import (
    check_one_place,
    host_variables_of,
)
from ansible_collections.ssmops.run_command.plugins.plugin_utils.output_files import OutputFiles
from ansible_collections.ssmops.run_command.plugins.plugin_utils.progress_display import ProgressDisplay
from ansible_collections.ssmops.run_command.plugins.plugin_utils.run_assembly import Console, assembled_run
from ansible_collections.ssmops.run_command.plugins.plugin_utils.run_claims import (
    certain_hosts,
    certain_refusal,
    claim_of,
    refusal,
)
from ansible_collections.ssmops.run_command.plugins.plugin_utils.sent_requests import requests_of

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.options import SendOptions, TaskOptions
    from ansible_collections.ssmops.run_command.plugins.plugin_utils.command_run import CommandRun
    from ansible_collections.ssmops.run_command.plugins.plugin_utils.run_claims import Claim
    from ansible_collections.ssmops.run_command.plugins.plugin_utils.sent_requests import SentRequests

# The engine is the only layer that retries: it knows the deadline.
NO_RETRIES: dict[str, t.Any] = {"retries": {"total_max_attempts": 1, "mode": "standard"}, "max_pool_connections": 16}
# Seconds for which a call may be without an answer; aws_config can set others.
TIMEOUTS = {"connect_timeout": 5, "read_timeout": 10}

# In the sentences of Ansible's argument checks, which show the value behind the name.
NAMED_ARGUMENT = re.compile(r"(?:argument|option|value of) '?(\w+)")
NO_ASYNC = (
    "send_command cannot be combined with async: use wait: false, and attach later in a task with the result's "
    "command_ids."
)

Result = dict[str, t.Any]


class ActionModule(AWSActionBase):
    """The action behind M(ssmops.run_command.send_command)."""

    _requires_connection = False
    # The inventory's name of the host that the task runs for.
    _host = "localhost"

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Result:
        """The result of the task; failures include everything known about the commands."""
        if self._task.async_val:
            raise AnsibleActionFail(NO_ASYNC)
        super().run(tmp, task_vars)
        with self.task_environment():
            return self._run(task_vars or {})

    def _run(self, task_vars: dict[str, t.Any]) -> Result:
        self._host = str(task_vars.get("inventory_hostname", self._host))
        try:
            arguments = self.validated_arguments(ARGUMENT_SPEC, as_written(self._task.args))
            check_arguments(arguments)
            origin = job_origin(task_vars)
            self._check_hosts(arguments, task_vars)
            options = with_budget(read_options(arguments), in_job=bool(origin))
            self.require_aws_sdk()
            result = self._result(options, origin)
        except RequestError as error:
            message = error.without_value if self._task.no_log else str(error)
            return {"failed": True, "changed": False, "msg": message}
        except AnsibleAWSError as error:
            return self.finished({"changed": False, **failure(error, secret=bool(self._task.no_log))})
        result = self.finished(result)
        budget = options.result.result_max_bytes
        if budget:
            result = fit_result(result, budget)
        # Otherwise, -v would print the whole result of a task that did not fail, beside the nodes' outputs.
        return result if self._task.check_mode else {**result, "_ansible_verbose_override": True}

    def _check_hosts(self, arguments: t.Mapping[str, t.Any], task_vars: dict[str, t.Any]) -> None:
        if arguments["instance_ids"]:
            check_one_place(arguments["instance_ids"], host_variables_of(task_vars))
        if arguments["command_ids"] or arguments["send_per_host"]:
            return
        hosts = certain_hosts(self._task, task_vars.get("ansible_play_batch", ()))
        if hosts:
            raise RequestError(certain_refusal(hosts))

    def _refusal(self, error: Exception) -> str:
        text = super()._refusal(error)
        if not self._task.no_log or isinstance(error, (UnsupportedError, RequiredError)):
            return text
        named = NAMED_ARGUMENT.search(text)
        return f"{named[1] if named else 'An argument'} has a value that is not allowed {HIDDEN}."

    def _result(self, options: SendOptions | AttachOptions, origin: tuple[str, ...]) -> Result:
        console = self._console(options)
        if isinstance(options, AttachOptions):
            return self._attach(options, console)
        return self._send(options, console, origin)

    def _attach(self, options: AttachOptions, console: Console) -> Result:
        if self._task.check_mode:
            # Attaching also reads in check mode, but must not cancel.
            options = dataclasses.replace(options, wait=options.wait.without_cancelling())
        return self._command_run(options, console, wait_time.seconds_for_attached(options)).attach(options.command_ids)

    def _send(self, options: SendOptions, console: Console, origin: tuple[str, ...]) -> Result:
        preflight = Preflight(
            console.reader, console.retrier, console.display.warn, console.display.note, secret=console.display.secret
        )
        wanted = self._request(options, preflight, origin)
        preflight.check_platform(wanted)
        claim = None if options.command.send_per_host else self._claim(wanted, console)
        memory = requests_of(wanted.client_token, console.reader, self.get_options(), directory_of_run())
        if self._task.check_mode:
            result = self._preview(options, wanted, console, preflight, memory)
        else:
            run = self._command_run(options, console, wait_time.seconds_for_sent(options, wanted), memory)
            with self._giving_back(claim, memory):
                result = run.send(wanted, lambda error: preflight.explain(error, wanted))
        return {**result, "diff": wanted.diff()} if self._task.diff else result

    @contextlib.contextmanager
    def _giving_back(self, claim: Claim | None, memory: SentRequests) -> t.Iterator[None]:
        """Give the claim back if nothing was sent in the block, for a refusal by AWS or for an error."""
        try:
            yield
        finally:
            if claim and not memory.may_have_sent:
                # A claim that stays keeps others from sending, and says whose it is.
                with contextlib.suppress(OSError):
                    claim.give_back(directory_of_run(), self._host)

    def _preview(
        self,
        options: SendOptions,
        wanted: request.SendRequest,
        console: Console,
        preflight: Preflight,
        memory: SentRequests,
    ) -> Result:
        recollection = Recollection.of(memory, Deadline(None))
        found = find_adoption(console.reader, console.retrier, wanted, recollection)
        try:
            check_unlisted(found.unlisted, VISIBILITY_DELAY, may_resend=options.wait.on_lost_response == "resend")
        except AnsibleAWSError as error:
            return {**unlisted_preview(found), **failure(error, secret=bool(self._task.no_log))}
        if found.is_complete:
            return adoption_preview(found)
        # A task that does not wait does not get to know that there is no node.
        fail_on = options.result.fail_on if options.wait.wait else "never"
        rest = preflight.preview(dataclasses.replace(wanted, instance_ids=found.missing_ids), fail_on)
        return adoption_preview(found, rest) if found.commands else rest

    def _request(self, options: SendOptions, preflight: Preflight, origin: tuple[str, ...]) -> request.SendRequest:
        parameters = preflight.parameters(
            options.document.document_name,
            options.document.document_version,
            request.short_form_parameters(options.parameters, self._script(options.parameters.script)),
        )
        wanted = request.build_request(options, parameters, origin)
        if not options.wait.wait:
            request.check_unwaited(wanted)
        return wanted

    def _claim(self, wanted: request.SendRequest, console: Console) -> Claim:
        claim = claim_of(self._task, wanted, console.reader, self.get_options(), is_check=bool(self._task.check_mode))
        try:
            first = claim.first_host(directory_of_run(), self._host)
        except OSError as error:
            raise RequestError(
                f"That no other host of this run sends the request cannot be made sure of ({error}); nothing was sent. "
                "Set send_per_host: true if this task runs on one host only."
            ) from error
        if first != self._host:
            raise RequestError(refusal(first, self._host))
        return claim

    def _script(self, name: str | None) -> str | None:
        if name is None:
            return None
        try:
            found = ActionBase._find_needle(self, "files", name)
        except AnsibleError as error:
            raise RequestError(str(error), f"script is {HIDDEN}: there is no such file.") from error
        # A file of Ansible Vault is decrypted to a temporary file.
        path = self._loader.get_real_file(found)
        try:
            # Not read_text(): it would take a carriage return for a line end.
            text = pathlib.Path(path).read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise RequestError.of_value("script is", name, f"it must be UTF-8 text ({error}).") from error
        except OSError as error:
            raise RequestError.of_value("script is", name, f"it must be readable ({error.strerror}).") from error
        finally:
            self._loader.cleanup_tmp_file(path)
        if not text.strip():
            raise RequestError.of_value("script is", name, "the file must have at least one line.")
        return text

    def _console(self, options: TaskOptions) -> Console:
        reader = self._client("ssm")
        files = self._output_files(options)
        display = ProgressDisplay(
            show_output=Display().verbosity > 0,
            files=files,
            secret=bool(self._task.no_log),
            place=lambda: client_place(reader),
        )
        return Console(reader, Retrier(Deadline(OUTAGE_TOLERANCE)), display, files)

    def _client(self, service: str, **more: t.Any) -> t.Any:
        """A client that does not retry by itself, and waits no longer for an answer than a task can."""
        chosen = self._aws_connection.aws_config or {}
        timeouts = {name: timeout(name, chosen.get(name, seconds)) for name, seconds in TIMEOUTS.items()}
        return self.aws_client(service, **NO_RETRIES, **timeouts, **more)

    def _output_files(self, options: TaskOptions) -> OutputFiles | None:
        directory = options.result.output_dir
        if not directory or self._task.check_mode:
            return None
        files = OutputFiles(directory, by_command=isinstance(options, AttachOptions) and len(options.command_ids) > 1)
        try:
            files.prepare()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise RequestError.of_value(
                "output_dir is", directory, f"it must be a directory that can be written to ({reason})."
            ) from error
        return files

    def _command_run(
        self, options: TaskOptions, console: Console, seconds: float, memory: SentRequests | None = None
    ) -> CommandRun:
        return assembled_run(options, console, self._client_for_outputs, seconds, memory)

    def _client_for_outputs(self, service: str) -> t.Any:
        return self._client(service, **(self.s3_addressing() if service == "s3" else {}))


def directory_of_run() -> str:
    """The temporary directory of this run: ansible-playbook creates it, and its workers inherit the name."""
    return str(t.cast("t.Any", constants).DEFAULT_LOCAL_TMP)


def timeout(name: str, value: t.Any) -> float:
    """A timeout of C(aws_config) in seconds: what a template leaves may be text.

    :raises RequestError: it is no number.
    """
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise RequestError.of_value(f"aws_config.{name} is", value, "it must be a number of seconds.") from error


def job_origin(task_vars: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """The job of AWX, its workflow and its template, by which commands of a killed job are found; () outside of AWX."""

    def number(name: str) -> str:
        found = str(task_vars.get(f"awx_{name}") or task_vars.get(f"tower_{name}") or "")
        # Outside of AWX, anybody may set the variable.
        return found if found.isdecimal() else ""

    if not number("job_id"):
        return ()
    # The first words are the last to be left out of a comment that has little room.
    places = (("job", "job_id"), ("workflow", "workflow_job_id"), ("template", "job_template_id"))
    return tuple(f"AWX {word} {number(name)}" for word, name in places if number(name))


def with_budget(options: SendOptions | AttachOptions, *, in_job: bool) -> SendOptions | AttachOptions:
    """The options with the default of result_max_bytes, which only a job of AWX has."""
    budget = options.result.result_max_bytes or default_budget(os.environ, in_job=in_job)
    return dataclasses.replace(options, result=dataclasses.replace(options.result, result_max_bytes=budget))
