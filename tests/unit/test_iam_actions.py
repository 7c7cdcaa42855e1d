# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every IAM action that is named, in code or text, is one.

The witnesses are the Service Authorization Reference and, for other services, botocore's models.
"""

from __future__ import annotations

import functools
import re
import typing as t
from pathlib import Path

import botocore.session
import pytest
from local_aws.iam import reference

ROOT: t.Final = Path(__file__).resolve().parents[2]
NAMED: t.Final = re.compile(r"(?<![\w:./-])([a-z][a-z0-9-]*|[A-Z][A-Z0-9]+):([A-Z][A-Za-z]+)\b(?!:)")
# Neither has these.
WITHOUT_OPERATION: t.Final = frozenset(
    {
        # What the agent alone calls: "Reference: ec2messages, ssmmessages, and other API operations" in the Systems
        # Manager user guide.
        "ec2messages:AcknowledgeMessage",
        "ec2messages:DeleteMessage",
        "ec2messages:FailMessage",
        "ec2messages:GetEndpoint",
        "ec2messages:GetMessages",
        "ec2messages:SendReply",
        "ssm:ListInstanceAssociations",
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:OpenControlChannel",
    }
)
# Keys of conditions and of targets, written the same way.
KEYS: t.Final = frozenset(
    {
        "AWS:SourceOwner",
        "autoscaling:ResourceTag",
        "aws:CalledVia",
        "aws:ViaAWSMCPService",
        "aws:CurrentTime",
        "aws:EpochTime",
        "aws:MultiFactorAuthPresent",
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalIsAWSService",
        "aws:PrincipalTag",
        "aws:PrincipalType",
        "aws:RequestTag",
        "aws:RequestedRegion",
        "aws:ResourceTag",
        "aws:SourceAccount",
        "aws:SecureTransport",
        "aws:SourceArn",
        "aws:SourceIp",
        "aws:TagKeys",
        "ec2:CreateAction",
        "ec2:ResourceTag",
        "iam:PassedToService",
        "resource-groups:Name",
        "resource-groups:ResourceTypeFilters",
    }
)
# Placeholders, and beginnings of names before an asterisk, in texts.
NO_NAMES: t.Final = re.compile(r"tag:\w+|ssm:NAME|iam:(Get|List)")


@functools.cache
def operations(service: str) -> frozenset[str]:
    """The operations of a service by its prefix in IAM, which is botocore's name of it; none for an unknown one."""
    session = botocore.session.get_session()
    if service not in session.get_available_services():
        return frozenset()
    return frozenset(session.get_service_model(service).operation_names)


def is_action(name: str) -> bool:
    """Whether an action such as C(ssm:SendCommand) exists."""
    service, _colon, action = name.partition(":")
    is_known = reference.action(f"{service.lower()}:{action}") is not None
    return is_known or action in operations(service.lower()) or name in WITHOUT_OPERATION


def named_actions(text: str) -> set[str]:
    """What looks like an action in a text; SNS writes its own prefix in capitals."""
    found = {match[0] for match in NAMED.finditer(text)}
    return {name for name in found - KEYS if not NO_NAMES.fullmatch(name)}


@pytest.mark.parametrize("folder", ["plugins", "roles", "playbooks", "docs/docsite"])
def test_every_action_that_is_named_exists(folder: str) -> None:
    texts = [path for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".yml", ".rst", ".md", ".j2"}]
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in texts
        for name in sorted(named_actions(path.read_text(encoding="utf-8")))
        if not is_action(name)
    ]
    assert texts
    assert wrong == []


def test_actions_are_found_where_they_are_named() -> None:
    """What the search above does not see, it does not check."""
    path = ROOT / "plugins" / "module_utils" / "nodes" / "role_documents.py"
    found = named_actions(path.read_text(encoding="utf-8"))
    assert {"ssm:ListAssociations", "ec2messages:SendReply", "logs:CreateLogGroup", "kms:GenerateDataKey"} <= found
    assert named_actions("Needs C(logs:CreateLogGroups), ssm:SendCommand.") == {
        "logs:CreateLogGroups",
        "ssm:SendCommand",
    }


@pytest.mark.parametrize(
    "name", ["logs:CreateLogGroups", "ssm:SendCommands", "ec2messages:GetMessage", "smm:SendCommand"]
)
def test_a_misspelt_action_is_none(name: str) -> None:
    assert not is_action(name)
