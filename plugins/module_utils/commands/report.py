# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a run: what a playbook registers, and a message for the user."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, statuses

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation, Step
    from mypy_boto3_ssm.type_defs import CommandTypeDef

Result = dict[str, t.Any]

# Failures that the message names; the others are only counted.
NAMED_FAILURES = 5
_NEVER_SENT_DETAILS = "Terminated"


@dataclasses.dataclass(frozen=True)
class Run:
    """The outcome of a run: its commands, each node's last invocation, those it replaced, and unsent node IDs."""

    commands: Sequence[CommandTypeDef]
    invocations: Mapping[str, Invocation]
    earlier: Mapping[str, Sequence[Invocation]] = dataclasses.field(default_factory=dict)
    unsent: Sequence[str] = ()
    timed_out: bool = False


def build_result(run: Run) -> Result:
    """The result of a run, without C(changed), C(failed) and C(msg)."""
    invocations = {node: invocation_result(found) for node, found in sorted(run.invocations.items())}
    for node, replaced in run.earlier.items():
        invocations[node]["earlier"] = [invocation_result(found) for found in replaced]
    invocations |= {node: _never_sent(node) for node in run.unsent}
    outcomes = {node: found.outcome for node, found in run.invocations.items()} | dict.fromkeys(
        run.unsent, statuses.TERMINATED
    )
    return {
        "command_ids": [command["CommandId"] for command in run.commands],
        "commands": [command_result(command) for command in run.commands],
        "invocations": invocations,
        "summary": statuses.count_outcomes(outcomes.values()),
        "failed_instance_ids": _nodes_with(outcomes, set(statuses.OUTCOMES) - {statuses.SUCCESS}),
        "undelivered_instance_ids": _nodes_with(outcomes, statuses.UNDELIVERED_OUTCOMES),
    }


def _nodes_with(outcomes: Mapping[str, str], wanted: Iterable[str]) -> list[str]:
    chosen = set(wanted)
    return sorted(node for node, outcome in outcomes.items() if outcome in chosen)


def _never_sent(node: str) -> Result:
    """A node that no command was sent to, because there were more errors than max_errors."""
    return invocation_result(output.Invocation(node, "", "", "Failed", _NEVER_SENT_DETAILS, ()))


def invocation_result(invocation: Invocation) -> Result:
    """The entry of one node: its streams are those of its steps, each beginning on a line of its own."""
    stdout = output.joined_texts(step.text.stdout for step in invocation.steps)
    started = [step.started_at for step in invocation.steps if step.started_at]
    finished = [step.finished_at for step in invocation.steps if step.finished_at]
    return {
        "instance_id": invocation.instance_id,
        "instance_name": invocation.instance_name,
        "command_id": invocation.command_id,
        "status": invocation.status,
        "status_details": invocation.status_details,
        "outcome": invocation.outcome,
        "rc": invocation.rc,
        "stdout": stdout,
        "stderr": output.joined_texts([*(step.text.stderr for step in invocation.steps), invocation.reason]),
        "stdout_lines": stdout.splitlines(),
        "started_at": timestamp(min(started, default=None)),
        "finished_at": timestamp(max(finished, default=None)),
        "truncated": invocation.truncated,
        "output_urls": dict(invocation.steps[0].urls) if invocation.steps else {},
        "plugins": [_step_result(step, alone=len(invocation.steps) == 1) for step in invocation.steps],
    }


def _step_result(step: Step, *, alone: bool) -> Result:
    result: Result = {
        "name": step.name,
        "status": step.status,
        "status_details": step.status_details,
        "rc": step.rc,
        "skipped": step.skipped,
        "started_at": timestamp(step.started_at),
        "finished_at": timestamp(step.finished_at),
    }
    # The output of the only step is already in the node's own stdout and stderr.
    return result if alone else result | {"stdout": step.text.stdout, "stderr": step.text.stderr}


def timestamp(moment: datetime.datetime | None) -> str | None:
    """ISO 8601 with the UTC offset, or None."""
    return moment.isoformat() if moment else None


def command_result(command: CommandTypeDef) -> Result:
    """The entry of a command: AWS's fields in snake_case, without its parameters (they may contain secrets)."""
    return {
        "command_id": command["CommandId"],
        "document_name": command.get("DocumentName", ""),
        "document_version": command.get("DocumentVersion", ""),
        "comment": command.get("Comment", ""),
        "status": command.get("Status", ""),
        "status_details": command.get("StatusDetails", ""),
        "requested_date_time": timestamp(command.get("RequestedDateTime")),
        "expires_after": timestamp(command.get("ExpiresAfter")),
        "target_count": command.get("TargetCount", 0),
        "completed_count": command.get("CompletedCount", 0),
        "error_count": command.get("ErrorCount", 0),
        "delivery_timed_out_count": command.get("DeliveryTimedOutCount", 0),
    }


def is_failed(result: Mapping[str, t.Any], fail_on: str, *, timed_out: bool) -> bool:
    """Whether the task fails: if C(any) node did not succeed (or there is no node), by the C(command), or C(never)."""
    if fail_on == "never":
        return False
    if timed_out:
        return True
    if fail_on == "command":
        return any(command["status"] != "Success" for command in result["commands"])
    return bool(result["failed_instance_ids"]) or result["summary"]["total"] == 0


def message(result: Mapping[str, t.Any], *, timed_out: bool) -> str:
    """A summary for people: how many succeeded, and the first failures with exit code and last line of stderr."""
    summary = result["summary"]
    if not summary["total"] and not timed_out:
        return f"The command reached no node: {_why_none(result['commands'])}."
    counts = ", ".join(
        f"{summary[outcome]} {outcome.replace('_', ' ')}" for outcome in statuses.OUTCOMES if summary[outcome]
    )
    text = f"{summary[statuses.SUCCESS]} of {summary['total']} nodes succeeded"
    text += "." if summary[statuses.SUCCESS] == summary["total"] else f" ({counts})."
    failed = result["failed_instance_ids"]
    named = [_failure(result["invocations"][node]) for node in failed[:NAMED_FAILURES] if node in result["invocations"]]
    if named:
        more = f"; and {len(failed) - len(named)} more" if len(failed) > len(named) else ""
        text += f" Failures: {'; '.join(named)}{more}."
    if timed_out:
        text = f"The command had not ended after wait_timeout. {text}"
    return text


def _why_none(commands: Iterable[Mapping[str, t.Any]]) -> str:
    """RateExceeded and others can end a command before it reaches a matching node."""
    ended = {command["status_details"] for command in commands} - {"Success", "NoInstancesInTag"}
    return f"AWS ended it with {', '.join(sorted(ended))}" if ended else "no managed node matches the targets"


def _failure(invocation: Mapping[str, t.Any]) -> str:
    text = f"{invocation['instance_id']} {invocation['status_details']}"
    if invocation["rc"] != output.NEVER_RAN:
        text += f" rc={invocation['rc']}"
    lines = [line.strip() for line in invocation["stderr"].splitlines() if line.strip()]
    # The agent ends the stderr of a failed script with a line of its own; the last line of the script is more useful.
    own = [line for line in lines if not line.startswith("failed to run commands: exit status")]
    last = (own or lines)[-1:]
    return f"{text} ({last[0][:200]})" if last else text
