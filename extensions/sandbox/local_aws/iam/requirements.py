# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that IAM asks about for a request: its own actions, tags, what it copies, roles it hands on. Pure."""

from __future__ import annotations

import re
import typing as t
import urllib.parse

from ..wire.arns import partition_of
from . import condition_keys, operations, reference, resources, tags
from .resources import Named

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .calls import Call, Parameters

ROLE_HANDED_ON: t.Final = "iam:PassRole"
_COPIES: t.Final = frozenset({"s3:CopyObject", "s3:UploadPartCopy"})
_COPY_SOURCE: t.Final = re.compile(r"/?(?P<bucket>[^/]+)/(?P<key>[^?]+)(?:\?versionId=(?P<version>.*))?", re.DOTALL)


class Asked(t.NamedTuple):
    """One thing that must be allowed; context are the condition keys the request gives it."""

    action: str
    resource: str
    context: Mapping[str, list[str]]


def of_request(call: Call) -> list[Asked]:
    """Everything that must be allowed for a call, its own actions first."""
    operation = f"{call.service}:{call.operation}"
    actions = operations.actions_of(operation, call.parameters)
    asked = [_asked(call, action, named) for action in actions for named in resources.named_by(call, action)]
    asked += _tagging(call, actions[0])
    if operation in _COPIES:
        asked += _copied(call)
    return [*asked, *_passed_roles(call)]


def _asked(call: Call, action: reference.Action, named: Named) -> Asked:
    return Asked(action.name, named.arn, condition_keys.context_of(call, action, named.kind, named.arn))


def _tagging(call: Call, action: reference.Action) -> list[Asked]:
    """The right to tag, where a request gives tags to what it makes."""
    right = reference.action(operations.tagging_of(action))
    if right is None:
        return []
    if call.service == "ec2":
        made = [kind for kind in right.resources if kind.name in tags.tagged_kinds(call)]
        named = [Named(kind.name, resources.arn_of(call, kind, {})) for kind in made]
    else:
        named = _made(call, action, right) if tags.given_tags(call, "") else []
    asked = [_asked(call, right, one) for one in named]
    creation = {"ec2:CreateAction": [call.operation]} if call.service == "ec2" else {}
    return [one._replace(context={**one.context, **creation}) for one in asked]


def _made(call: Call, action: reference.Action, right: reference.Action) -> list[Named]:
    """What an action makes, as the right to tag names it."""
    kinds = {kind.name for kind in action.resources}
    return resources.named_by(
        call, right._replace(resources=tuple(one for one in right.resources if one.name in kinds))
    )


def _copied(call: Call) -> list[Asked]:
    """The right to read what is copied."""
    source = _COPY_SOURCE.fullmatch(urllib.parse.unquote(call.value("CopySource")))
    if source is None:
        return [Asked("s3:GetObject", resources.ANY, {})]
    parameters: Parameters = {"Bucket": source["bucket"], "Key": source["key"], "VersionId": source["version"] or ""}
    reading = call._replace(operation="GetObject", parameters=parameters)
    (action,) = operations.actions_of("s3:GetObject", parameters)
    return [_asked(reading, action, named) for named in resources.named_by(reading, action)]


# Roles that are handed to a service: it, and the ARNs of the roles.


def _passed_roles(call: Call) -> list[Asked]:
    reader = PASSED.get(f"{call.service}:{call.operation}")
    if reader is None:
        return []
    service, roles = reader(call)
    context = {"iam:PassedToService": [service]}
    return [Asked(ROLE_HANDED_ON, role, context) for role in dict.fromkeys(roles) if role]


Passed = tuple[str, list[str]]


def _profile_role(call: Call) -> Passed:
    profile = call.inner("IamInstanceProfile") or call.inner("LaunchSpecification", "IamInstanceProfile")
    name = str(profile.get("Arn") or profile.get("Name") or "")
    return "ec2.amazonaws.com", [call.account.role_of_profile(name)] if name else []


def _role_of_name(call: Call, name: str) -> str:
    path = f"arn:{partition_of(call.region)}:iam::{call.account.account_id}:role/{name}"
    return (call.account.iam_arn("role", name) or path) if name else ""


def _profiled_role(call: Call) -> Passed:
    return "ec2.amazonaws.com", [_role_of_name(call, call.value("RoleName"))]


def _target_roles(call: Call) -> Passed:
    listed = [str(target.get("RoleArn") or "") for target in call.items("Targets")]
    return "events.amazonaws.com", [*listed, call.value("RoleArn")]


def _activation_role(call: Call) -> Passed:
    return "ssm.amazonaws.com", [_role_of_name(call, call.value("IamRole").rpartition("/")[2])]


def _host_management_role(call: Call) -> Passed:
    """The role of Default Host Management Configuration: no other setting has a role."""
    is_role = call.value("SettingId").endswith("/default-ec2-instance-management-role")
    name = call.value("SettingValue").rpartition("/")[2]
    return "ssm.amazonaws.com", [_role_of_name(call, name)] if is_role else []


def _in_field(service: str, *fields: str) -> Callable[[Call], Passed]:
    return lambda call: (service, call.values(*fields))


def _feedback_roles(call: Call) -> Passed:
    """The roles with which SNS writes down what became of messages: attributes of a topic."""
    given = call.inner("Attributes")
    listed = [str(value) for name, value in given.items() if name.endswith("FeedbackRoleArn")]
    is_one = call.value("AttributeName").endswith("FeedbackRoleArn")
    return "sns.amazonaws.com", [*listed, *(call.values("AttributeValue") if is_one else [])]


# By the operation; what the reference says of iam:PassRole, and what it leaves out.
PASSED: t.Final[Mapping[str, Callable[[Call], Passed]]] = {
    "cloudwatch:PutMetricStream": _in_field("streams.metrics.cloudwatch.amazonaws.com", "RoleArn"),
    "ec2:AssociateIamInstanceProfile": _profile_role,
    "ec2:CreateFlowLogs": _in_field("vpc-flow-logs.amazonaws.com", "DeliverLogsPermissionArn"),
    "ec2:ReplaceIamInstanceProfileAssociation": _profile_role,
    "ec2:RequestSpotInstances": _profile_role,
    "ec2:RunInstances": _profile_role,
    "events:PutRule": _target_roles,
    "events:PutTargets": _target_roles,
    "iam:AddRoleToInstanceProfile": _profiled_role,
    "logs:PutDestination": _in_field("logs.amazonaws.com", "roleArn"),
    "logs:PutSubscriptionFilter": _in_field("logs.amazonaws.com", "roleArn"),
    "resource-groups:StartTagSyncTask": _in_field("resource-groups.amazonaws.com", "RoleArn"),
    "sns:CreateTopic": _feedback_roles,
    "sns:SetTopicAttributes": _feedback_roles,
    "ssm:CreateActivation": _activation_role,
    "ssm:RegisterTaskWithMaintenanceWindow": _in_field("ssm.amazonaws.com", "ServiceRoleArn"),
    "ssm:SendCommand": _in_field("ssm.amazonaws.com", "ServiceRoleArn"),
    "ssm:UpdateServiceSetting": _host_management_role,
    "ssm:UpdateMaintenanceWindowTask": _in_field("ssm.amazonaws.com", "ServiceRoleArn"),
}
