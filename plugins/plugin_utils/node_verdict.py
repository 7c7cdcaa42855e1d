# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of one node from a registered result of send_command."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.result_size import entry_of_cut_node
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted
from ansible_collections.ssmops.run_command.plugins.module_utils.task.readable_text import readable_line

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Result = dict[str, t.Any]
# The variables for a host's node ID, first match wins (amazon.aws.aws_ec2 sets instance_id).
ID_VARIABLES = ("instance_id", "ssm_instance_id", "ansible_aws_ssm_instance_id")


class VerdictError(ValueError):
    """The result contains nothing for a host; the message is one sentence for the user."""


class MissingNodeError(VerdictError):
    """The command was not sent to the host's node."""


class CutResultError(VerdictError):
    """The result contains nothing for a host because it was truncated."""


def node_of(hostname: str, hostvars: Mapping[str, t.Any], given: str | None) -> str:
    """The node ID of an inventory host: the given one, one of its variables, or its name."""
    return given or next((str(hostvars[name]) for name in ID_VARIABLES if hostvars.get(name)), hostname)


def verdict(result: Mapping[str, t.Any], instance_id: str) -> Result:
    """C(rc), C(stdout), C(stderr) and the rest of the node's entry, with C(failed), C(unreachable) or C(skipped) set.

    A node that AWS could not deliver to is unreachable, one of check mode is skipped; every other node that did not
    succeed has failed. Of a loop, it is the worst of the node's entries, and C(by_item) has all of them.

    :raises VerdictError: `result` is not from send_command, or does not contain the node.
    """
    if "results" not in result:
        return _verdict(_entry(result, "result", instance_id), instance_id)
    found = list(_entries_of_items(result["results"], instance_id))
    if not found:
        raise MissingNodeError(f"The command was not sent to {instance_id} by any item of the loop.")
    worst = max(found, key=lambda entry: statuses.severity(entry["outcome"]))
    return _verdict(worst if len(found) == 1 else {**worst, "by_item": found}, instance_id)


def _entries_of_items(items: Sequence[Mapping[str, t.Any]], instance_id: str) -> Iterator[Result]:
    for number, item in enumerate(items, 1):
        # An item for other nodes.
        with contextlib.suppress(MissingNodeError):
            yield _entry(item, f"result.results[{number}]", instance_id)


def _entry(result: Mapping[str, t.Any], where: str, instance_id: str) -> Result:
    """The node's entry in the result of one task or of one item of its loop."""
    known = result if isinstance(result, dict) else {}
    if known.get("skipped"):
        raise MissingNodeError(f"The command was not sent to {instance_id}: the task was skipped.")
    invocations = known.get("invocations")
    if not isinstance(invocations, dict) and known.get("failed") and "msg" in known:
        raise VerdictError(f"{where} is of a task that failed before it knew of a node: {known['msg']}")
    if not isinstance(invocations, dict):
        raise VerdictError(
            f"{where} is not a registered result of ssmops.run_command.send_command: it has no invocations."
        )
    found: Result | None = invocations.get(instance_id) or entry_of_cut_node(known, instance_id)
    if found is not None:
        return found
    # Check mode could not list the nodes of a resource group: any may be one.
    if known.get("nodes", ()) is None:
        return {"instance_id": instance_id, "outcome": statuses.NOT_SENT}
    cut = known.get("result_cut", {})
    if cut.get("invocations") or cut.get("nodes"):
        raise CutResultError(
            f"The result was truncated by result_max_bytes and may have lost the output of {instance_id}."
        )
    if any(not statuses.is_terminal(command["status"]) for command in known.get("commands", ())):
        raise VerdictError(
            f"{where} is of a task that did not wait for the end of its commands, and lacks {instance_id}: "
            "wait for them with send_command's command_ids."
        )
    _check_all_are_named(known, len(invocations), instance_id)
    raise MissingNodeError(
        f"The command was not sent to {instance_id}: the result has {counted(len(invocations), 'other node')}."
    )


def _check_all_are_named(result: Mapping[str, t.Any], named: int, instance_id: str) -> None:
    """Raise VerdictError if the command may have run on nodes that the result does not name."""
    if result.get("lost_response"):
        raise VerdictError(f"The command may run on {instance_id}: the response to SendCommand was lost.")
    unnamed = result.get("summary", {}).get("total", 0) - named
    if unnamed > 0:
        raise VerdictError(
            f"The command may have run on {instance_id}: AWS counts {counted(unnamed, 'node')} that the result lacks."
        )


def _verdict(found: Result, instance_id: str) -> Result:
    outcome = found["outcome"]
    if outcome == statuses.NOT_SENT:
        return {"skipped": True, "changed": False, "msg": f"{instance_id}: nothing was sent in check mode."}
    # Without failed, Ansible takes an rc other than 0 for a failure; a document can succeed with one.
    verdict = {
        **found,
        "stderr_lines": found["stderr"].splitlines(),
        "changed": outcome == statuses.SUCCESS,
        "failed": outcome not in {statuses.SUCCESS, *statuses.UNDELIVERED_OUTCOMES},
    }
    if outcome in statuses.UNDELIVERED_OUTCOMES:
        return {**verdict, "unreachable": True, "msg": readable_line(f"{instance_id}: {found['status_details']}")}
    if verdict["failed"]:
        return {**verdict, "msg": readable_line(f"{instance_id}: {found['status_details']}, rc={found['rc']}")}
    return verdict
