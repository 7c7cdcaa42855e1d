# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of one node from a registered result of send_command."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.commands import statuses

if t.TYPE_CHECKING:
    from collections.abc import Mapping

Result = dict[str, t.Any]
# The variables for a host's node ID, first match wins (amazon.aws.aws_ec2 sets instance_id).
ID_VARIABLES = ("instance_id", "ssm_instance_id", "ansible_aws_ssm_instance_id")


class VerdictError(ValueError):
    """The result contains nothing for a host; the message is one sentence for the user."""


class CutResultError(VerdictError):
    """The result contains nothing for a host because it was truncated."""


def node_of(hostname: str, hostvars: Mapping[str, t.Any], given: str | None) -> str:
    """The node ID of an inventory host: the given one, one of its variables, or its name."""
    return given or next((str(hostvars[name]) for name in ID_VARIABLES if hostvars.get(name)), hostname)


def verdict(result: Mapping[str, t.Any], instance_id: str) -> Result:
    """C(rc), C(stdout), C(stderr) and the rest of the node's entry, with C(failed) or C(unreachable) set.

    A node that AWS could not deliver to is unreachable; every other node that did not succeed has failed.

    :raises VerdictError: `result` is not from send_command, or does not contain the node.
    """
    invocations = result.get("invocations")
    if not isinstance(invocations, dict):
        raise VerdictError(
            "result is not a registered result of ssmops.run_command.send_command: it has no invocations."
        )
    found = invocations.get(instance_id)
    if found is None and result.get("result_cut", {}).get("invocations"):
        raise CutResultError(
            f"The result was truncated by result_max_bytes and may have lost the output of {instance_id}."
        )
    if found is None:
        raise VerdictError(f"The command was not sent to {instance_id}: the result has {len(invocations)} other nodes.")
    outcome = found["outcome"]
    verdict: Result = {**found, "stderr_lines": found["stderr"].splitlines(), "changed": outcome == statuses.SUCCESS}
    if outcome in statuses.UNDELIVERED_OUTCOMES:
        # Without it, Ansible takes an rc other than 0 for a failure.
        return {**verdict, "unreachable": True, "failed": False, "msg": f"{instance_id}: {found['status_details']}"}
    if outcome != statuses.SUCCESS:
        return {**verdict, "failed": True, "msg": f"{instance_id}: {found['status_details']}, rc={found['rc']}"}
    return verdict
