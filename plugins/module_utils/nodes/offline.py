# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a node is not online, as far as this is visible in AWS. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_ec2.type_defs import InstanceTypeDef
    from mypy_boto3_iam.type_defs import EvaluationResultTypeDef
    from mypy_boto3_ssm.type_defs import InstanceInformationTypeDef

# Without any of these, the agent does not register, or receives no commands.
NEEDED_ACTIONS = (
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:OpenControlChannel",
    "ec2messages:GetMessages",
    "ec2messages:AcknowledgeMessage",
    "ec2messages:SendReply",
)


@dataclasses.dataclass(frozen=True)
class RoleRights:
    """The known permissions of the role: what it lacks, or why this is unknown."""

    lacks: tuple[str, ...] = ()
    unknown: str = ""


def missing_actions(results: Sequence[EvaluationResultTypeDef]) -> tuple[str, ...]:
    """The actions that a policy simulation denies."""
    return tuple(result["EvalActionName"] for result in results if result["EvalDecision"] != "allowed")


def explain_offline(instance: InstanceTypeDef, node: InstanceInformationTypeDef | None, rights: RoleRights) -> str:
    """The likely reason, in one phrase. `node` is its entry in SSM, None if there is none."""
    state = instance["State"]["Name"]
    if state != "running":
        return f"the instance is {state}"
    if rights.lacks:
        return f"the role of its instance profile lacks {', '.join(rights.lacks)}"
    if instance.get("MetadataOptions", {}).get("HttpEndpoint") == "disabled":
        return "its metadata service is disabled, so the agent gets no credentials"
    guess = _guess_silence(instance) if node is None else _guess_loss(node)
    return f"{guess} (its role was not checked: {rights.unknown})" if rights.unknown else guess


def _guess_silence(instance: InstanceTypeDef) -> str:
    route = (
        "no route to SSM's endpoints: it has no public address, so it needs NAT, or VPC endpoints for ssm, ssmmessages"
        " and ec2messages"
        if not instance.get("PublicIpAddress")
        else "no route to SSM's endpoints"
    )
    return (
        "SSM does not list it: no agent is running, the agent does not have the new credentials yet (restarting it"
        f" helps), or there is {route}"
    )


def _guess_loss(node: InstanceInformationTypeDef) -> str:
    last = node.get("LastPingDateTime")
    when = f" since {last.isoformat()}" if last else ""
    return f"SSM has received no ping{when}: the agent was stopped, or its route to SSM's endpoints is gone"
