# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action and the resource that IAM asks about for a request of a service. Pure."""

from __future__ import annotations

import typing as t

from moto.core.models import DEFAULT_ACCOUNT_ID

from ..nodes import partition_of

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Request = t.Mapping[str, t.Any]
_PREFIXES: t.Final = {"monitoring": "cloudwatch", "email": "ses"}
# Operations that need another action than their own name.
_ACTIONS: t.Final = {
    ("s3", "ListObjectsV2"): "s3:ListBucket",
    ("s3", "ListBuckets"): "s3:ListAllMyBuckets",
    ("s3", "HeadBucket"): "s3:ListBucket",
    ("s3", "HeadObject"): "s3:GetObject",
}


def of_request(service: str, operation: str, region: str, request: Request) -> list[tuple[str, str]]:
    """Pairs of action and resource ARN ("*" where the request names none)."""
    action = _ACTIONS.get((service, operation), f"{_PREFIXES.get(service, service)}:{operation}")
    finder = _FINDERS.get(service)
    arn = finder(region, request) if finder else ""
    asked = [(action, arn or "*")]
    role = _passed_role(request)
    if role:
        asked.append(("iam:PassRole", role))
    return asked


def _value(request: Request, *names: str) -> str:
    for name in names:
        value = request.get(name)
        if value:
            return str(value[0]) if isinstance(value, list) else str(value)
    return ""


def _passed_role(request: Request) -> str:
    return _value(request, "RoleArn", "roleArn") if _value(request, "Action") != "AssumeRole" else ""


def _iam(region: str, request: Request) -> str:
    named = _value(request, "PolicyArn", "PolicySourceArn")
    if named and not _value(request, "UserName", "GroupName", "RoleName"):
        return named
    partition = partition_of(region)
    for field, kind in (
        ("UserName", "user"),
        ("GroupName", "group"),
        ("RoleName", "role"),
        ("InstanceProfileName", "instance-profile"),
        ("PolicyName", "policy"),
    ):
        name = _value(request, field)
        if name:
            return f"arn:{partition}:iam::{DEFAULT_ACCOUNT_ID}:{kind}/{name}"
    return ""


def _ec2(region: str, request: Request) -> str:
    for name in ("ResourceId.1", "InstanceId.1", "InstanceId", "IamInstanceProfileAssociation.InstanceId"):
        resource_id = _value(request, name)
        if resource_id.startswith("i-"):
            return f"arn:{partition_of(region)}:ec2:{region}:{DEFAULT_ACCOUNT_ID}:instance/{resource_id}"
    return ""


def _regional(service: str, template: str, *names: str) -> Callable[[str, Request], str]:
    def find(region: str, request: Request) -> str:
        name = _value(request, *names)
        if name.startswith("arn:") or not name:
            return name
        return f"arn:{partition_of(region)}:{service}:{region}:{DEFAULT_ACCOUNT_ID}:{template.format(name)}"

    return find


_FINDERS: t.Final[Mapping[str, Callable[[str, Request], str]]] = {
    "iam": _iam,
    "ec2": _ec2,
    "logs": _regional("logs", "log-group:{}:*", "logGroupName"),
    "events": _regional("events", "rule/{}", "Name", "Rule"),
    "sns": _regional("sns", "{}", "TopicArn", "Name"),
    "sqs": _regional("sqs", "{}", "QueueName"),
    "monitoring": _regional("cloudwatch", "alarm:{}", "AlarmName"),
    "ssm": _regional("ssm", "document/{}", "Name", "ResourceId"),
    "sts": _regional("sts", "{}", "RoleArn"),
}
