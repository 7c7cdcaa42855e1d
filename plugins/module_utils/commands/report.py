# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a run: what a playbook registers, and a message for the user."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.folding import Folder, group_results
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.messages import target_text
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted, named
from ansible_collections.ssmops.run_command.plugins.module_utils.task.readable_text import readable_line

if t.TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.folding import Group
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.output import Invocation, Step
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.verdict import Verdict
    from mypy_boto3_ssm.type_defs import CommandTypeDef

Result = dict[str, t.Any]

# Groups of failures that the message has, and nodes of each that it names; the others are only counted.
NAMED_GROUPS = 3
NAMED_NODES = 5


def build_result(verdict: Verdict, folder: Folder | None = None, *, shows_texts: bool = True) -> Result:
    """The result of a run, without C(changed), C(failed) and C(msg).

    :param folder: what has seen answers whose texts may be cut in the verdict.
    :param shows_texts: whether C(groups) may have texts of nodes.
    """
    folder = folder or Folder()
    return {
        "command_ids": [record.command_id for record in verdict.run.records],
        "commands": [command_result(record.command) for record in verdict.run.records],
        "invocations": {node: _node_result(verdict, node, folder) for node in verdict.results},
        **group_results(folder.groups(_counting(verdict)), shows_texts=shows_texts),
        "summary": verdict.summary,
        "summary_by_command": verdict.summary_by_command,
        "failed_instance_ids": verdict.failed_nodes,
        "undelivered_instance_ids": verdict.nodes_with(statuses.UNDELIVERED_OUTCOMES),
        **({"lost_response": True} if verdict.run.has_lost_targets else {}),
    }


def _counting(verdict: Verdict) -> list[Invocation]:
    """The result of each node that counts: its worst."""
    return [found[0] for found in verdict.results.values()]


def _node_result(verdict: Verdict, node: str, folder: Folder) -> Result:
    """The node's worst result; with C(by_command) if there are several, and C(earlier) if the task sent again."""

    def entry_of(one: Invocation) -> Result:
        return {**invocation_result(one), "digest": folder.digest(one)}

    found = verdict.results[node]
    entry = entry_of(found[0])
    if len(found) > 1:
        # A resend that may have run has no ID: it is the node's own entry, as the worst.
        entry["by_command"] = {one.command_id: entry_of(one) for one in found if one.command_id}
    if node in verdict.earlier:
        entry["earlier"] = [entry_of(one) for one in verdict.earlier[node]]
    return entry


def invocation_result(invocation: Invocation) -> Result:
    """The entry of one node: its streams are those of its steps, each beginning on a line of its own."""
    stdout = invocation.stdout
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
        "stderr": invocation.stderr,
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


def message(
    verdict: Verdict, folder: Folder | None = None, *, timed_out: bool, region: str, shows_texts: bool = True
) -> str:
    """A summary for people: how many succeeded, and the largest groups of failures with exit code and last error line.

    :param folder: as for `build_result`.
    :param timed_out: the commands had not ended, so that there may be nodes yet.
    :param region: where the commands are.
    :param shows_texts: whether the line of stderr and the targets may be shown.
    """
    text = _message(verdict, folder or Folder(), timed_out=timed_out, region=region, shows_texts=shows_texts)
    # The names of steps and the statuses come from elsewhere as well.
    return readable_line(text)


def _message(verdict: Verdict, folder: Folder, *, timed_out: bool, region: str, shows_texts: bool) -> str:
    summary = verdict.summary
    if not summary["total"] and not timed_out:
        return f"The command reached no node: {_why_none(verdict, region, shows_texts)}."
    counts = ", ".join(
        f"{summary[outcome]} {outcome.replace('_', ' ')}" for outcome in statuses.OUTCOMES if summary[outcome]
    )
    text = f"{summary[statuses.SUCCESS]} of {counted(summary['total'], 'node')} succeeded"
    text += "." if summary[statuses.SUCCESS] == summary["total"] else f" ({counts})."
    if summary["skipped"]:
        text += f" {counted(summary['skipped'], 'node')} skipped every step."
    text += _failures(verdict, folder, shows_texts=shows_texts) + _endings(verdict)
    return text


def _failures(verdict: Verdict, folder: Folder, *, shows_texts: bool) -> str:
    groups = [group for group in folder.groups(_counting(verdict)) if group.answer.outcome != statuses.SUCCESS]
    if not groups:
        return ""
    texts = [_failure(group, verdict, folder, shows_texts=shows_texts) for group in groups[:NAMED_GROUPS]]
    others = groups[NAMED_GROUPS:]
    if others:
        left = sum(len(group.instance_ids) for group in others)
        texts.append(f"and {left} more {'node' if left == 1 else 'nodes'} in {counted(len(others), 'other group')}")
    return f" Failures: {'; '.join(texts)}."


def _endings(verdict: Verdict) -> str:
    """What no node's result says: commands that AWS ended, and nodes that it counts and does not list."""
    text = "".join(
        f" AWS ended the command {command['CommandId']} with {command.get('StatusDetails') or command['Status']}."
        for command in verdict.unexplained_endings
    )
    if verdict.unnamed:
        text += f" AWS counts {verdict.unnamed} more than it lists."
    return text


def _why_none(verdict: Verdict, region: str, shows_texts: bool) -> str:
    """RateExceeded and others can end a command before it reaches a matching node."""
    ended = {record.command.get("StatusDetails", "") for record in verdict.run.records}
    ended -= {"Success", "NoInstancesInTag"}
    if ended:
        return f"AWS ended it with {', '.join(sorted(ended))}"
    named = [target_text(record.command.get("Targets") or ()) for record in verdict.run.records if shows_texts]
    where = ", or ".join(dict.fromkeys(text for text in named if text)) or "the targets"
    return f"no managed node in {region} matches {where}"


def _failure(group: Group, verdict: Verdict, folder: Folder, *, shows_texts: bool) -> str:
    """One node with its error, or how many nodes have the same one, and the first of them."""
    found = [verdict.results[node][0] for node in group.instance_ids]
    failed = _common_failed_step(found)
    rc = failed.rc if failed else group.answer.rc
    text = found[0].status_details
    if rc != output.NEVER_RAN:
        text += f" rc={rc}"
    if failed:
        text += f" in step {failed.name}"
    last = _last_line((failed,) if failed else found[0].steps) if shows_texts else ""
    if len(found) == 1:
        return f"{found[0].instance_id} {text}" + (f" ({last})" if last else "")
    text += f" ({folder.folded(found[0], last)})" if last else ""
    return f"{counted(len(found), 'node')} {text}: {named(group.instance_ids, NAMED_NODES)}"


def _common_failed_step(found: Sequence[Invocation]) -> Step | None:
    """The step that failed, of documents with several, if it is the same one on all nodes."""
    steps = [one.failed_step if len(one.steps) > 1 else None for one in found]
    ends = {(step.name, step.rc) if step else None for step in steps}
    return steps[0] if len(ends) == 1 else None


def _last_line(steps: Iterable[Step]) -> str:
    """The last line that the steps wrote to stderr, as a terminal may show it."""
    lines = [line.strip() for step in steps for line in step.text.stderr.splitlines() if line.strip()]
    return "".join(readable_line(line)[:200] for line in lines[-1:])
