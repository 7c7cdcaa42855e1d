# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The likely reason why a node is not online."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.offline import (
    NEEDED_ACTIONS,
    RoleRights,
    explain_offline,
    missing_actions,
)

RUNNING: dict[str, t.Any] = {"State": {"Name": "running"}, "PublicIpAddress": "203.0.113.7"}
LOST = {"PingStatus": "ConnectionLost", "LastPingDateTime": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)}


@pytest.mark.parametrize(
    ("instance", "node", "rights", "says"),
    [
        ({"State": {"Name": "stopped"}}, LOST, RoleRights(("x",)), "the instance is stopped"),
        (RUNNING, None, RoleRights(("ssm:A", "ssm:B")), "the role of its instance profile lacks ssm:A, ssm:B"),
        ({**RUNNING, "MetadataOptions": {"HttpEndpoint": "disabled"}}, None, RoleRights(), "metadata service"),
        ({**RUNNING, "MetadataOptions": {"HttpEndpoint": "enabled"}}, None, RoleRights(), "no agent is running"),
        (RUNNING, None, RoleRights(), "no route to SSM's endpoints"),
        ({"State": {"Name": "running"}}, None, RoleRights(), "VPC endpoints for ssm, ssmmessages"),
        (RUNNING, LOST, RoleRights(), "since 2026-01-02T00:00:00+00:00: the agent was stopped"),
        (RUNNING, {"PingStatus": "Inactive"}, RoleRights(), "received no ping: the agent was stopped"),
        (RUNNING, None, RoleRights(unknown="denied"), "(its role was not checked: denied)"),
    ],
)
def test_reasons(instance: t.Any, node: t.Any, rights: RoleRights, says: str) -> None:
    assert says in explain_offline(instance, node, rights)


def test_a_public_address_is_not_told_to_need_nat() -> None:
    assert "NAT" not in explain_offline(t.cast("t.Any", RUNNING), None, RoleRights())


def test_these_actions_a_role_must_have() -> None:
    assert NEEDED_ACTIONS == (
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:OpenControlChannel",
        "ec2messages:GetMessages",
        "ec2messages:AcknowledgeMessage",
        "ec2messages:SendReply",
    )


def test_missing_actions_are_those_denied() -> None:
    results: t.Any = [
        {"EvalActionName": "ssm:A", "EvalDecision": "allowed"},
        {"EvalActionName": "ssm:B", "EvalDecision": "implicitDeny"},
        {"EvalActionName": "ssm:C", "EvalDecision": "explicitDeny"},
    ]
    assert missing_actions(results) == ("ssm:B", "ssm:C")
