# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions and the resources that IAM asks about for a request of a service. Pure.

Source: Service Authorization Reference, as far as the operations this collection uses go.
"""

from __future__ import annotations

import re
import typing as t

from ..wire.arns import partition_of
from .request_tags import tag_context, value_of

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Request = t.Mapping[str, t.Any]
ANY = "*"
_PREFIXES: t.Final = {"monitoring": "cloudwatch", "email": "ses", "tagging": "tag"}
# Operations that need another action than their own name.
_ACTIONS: t.Final = {
    ("s3", "ListObjectsV2"): "s3:ListBucket",
    ("s3", "ListObjects"): "s3:ListBucket",
    ("s3", "ListBuckets"): "s3:ListAllMyBuckets",
    ("s3", "HeadBucket"): "s3:ListBucket",
    ("s3", "HeadObject"): "s3:GetObject",
    ("s3", "PutBucketEncryption"): "s3:PutEncryptionConfiguration",
    ("s3", "GetBucketEncryption"): "s3:GetEncryptionConfiguration",
    ("s3", "DeleteBucketEncryption"): "s3:PutEncryptionConfiguration",
    ("s3", "PutBucketLifecycle"): "s3:PutLifecycleConfiguration",
    ("s3", "GetBucketLifecycle"): "s3:GetLifecycleConfiguration",
    ("s3", "DeleteBucketLifecycle"): "s3:PutLifecycleConfiguration",
    ("s3", "DeleteBucketPublicaccessblock"): "s3:PutBucketPublicAccessBlock",
    ("sqs", "SendMessageBatch"): "sqs:SendMessage",
    ("sqs", "DeleteMessageBatch"): "sqs:DeleteMessage",
    ("sns", "PublishBatch"): "sns:Publish",
    ("ec2", "ReplaceIamInstanceProfileAssociation"): "ec2:ReplaceIamInstanceProfileAssociation",
}
_INSTANCE_FIELD = re.compile(r"(?:InstanceId|ResourceId)(?:\.\d+)?")
_LISTING: t.Final = ("Describe", "List")


class Asked(t.NamedTuple):
    """One thing that must be allowed; context are the condition keys the request gives it."""

    action: str
    resource: str
    context: Mapping[str, list[str]]


class Account(t.Protocol):
    """What a request's resources need to be known of the account."""

    @property
    def account_id(self) -> str:
        """The twelve digits of the account."""

    def role_of_profile(self, name_or_arn: str) -> str:
        """ARN of the role in an instance profile; "" when there is none."""

    def instance_of_association(self, association_id: str) -> str:
        """Id of the instance of an instance profile association; "" when there is none."""

    def tags_of(self, arn: str) -> Mapping[str, str]:
        """Tags of a resource; {} for one that has none or is not there."""


class Call(t.NamedTuple):
    """A request and where it was made."""

    service: str
    operation: str
    region: str
    request: Request
    account: Account


def of_request(call: Call) -> list[Asked]:
    """Everything that must be allowed for a call, its own action first."""
    action = _ACTIONS.get((call.service, call.operation), f"{_prefix(call)}:{call.operation}")
    finder = _FINDERS.get(call.service)
    resources = (finder(call) if finder else []) or [ANY]
    brought = tag_context(call.request)
    asked = [Asked(action, resource, brought | _resource_tags(call, resource)) for resource in resources]
    if call.service == "ec2" and call.operation == "RunInstances" and brought:
        asked.append(
            Asked("ec2:CreateTags", _instance_arn(call, ANY), brought | {"ec2:CreateAction": ["RunInstances"]})
        )
    return [*asked, *_passed_roles(call)]


def _prefix(call: Call) -> str:
    return _PREFIXES.get(call.service, call.service)


def _arn(call: Call, service: str, rest: str, *, is_global: bool = False) -> str:
    region = "" if is_global else call.region
    return f"arn:{partition_of(call.region)}:{service}:{region}:{call.account.account_id}:{rest}"


def _resource_tags(call: Call, resource: str) -> dict[str, list[str]]:
    context: dict[str, list[str]] = {}
    for key, value in call.account.tags_of(resource).items():
        context[f"aws:ResourceTag/{key}"] = [value]
        context[f"{_prefix(call)}:ResourceTag/{key}"] = [value]
    return context


def _passed_roles(call: Call) -> list[Asked]:
    reader = _PASSED.get((call.service, call.operation))
    if reader is None:
        return []
    service, roles = reader(call)
    context = {"iam:PassedToService": [service]}
    return [Asked("iam:PassRole", role, context) for role in dict.fromkeys(roles) if role]


def _profile_roles(call: Call) -> tuple[str, list[str]]:
    profile = value_of(call.request, "IamInstanceProfile.Name", "IamInstanceProfile.Arn")
    return "ec2.amazonaws.com", [call.account.role_of_profile(profile)] if profile else []


def _role_of_name(call: Call) -> tuple[str, list[str]]:
    name = value_of(call.request, "RoleName")
    return "ec2.amazonaws.com", [_arn(call, "iam", f"role/{name}", is_global=True)] if name else []


def _target_roles(call: Call) -> tuple[str, list[str]]:
    targets = call.request.get("Targets") or []
    listed = [target.get("RoleArn", "") for target in targets if isinstance(target, dict)]
    return "events.amazonaws.com", [*listed, value_of(call.request, "RoleArn")]


def _activation_role(call: Call) -> tuple[str, list[str]]:
    name = value_of(call.request, "IamRole")
    return "ssm.amazonaws.com", [_arn(call, "iam", f"role/{name}", is_global=True)] if name else []


_PASSED: t.Final[Mapping[tuple[str, str], Callable[[Call], tuple[str, list[str]]]]] = {
    ("ec2", "RunInstances"): _profile_roles,
    ("ec2", "AssociateIamInstanceProfile"): _profile_roles,
    ("ec2", "ReplaceIamInstanceProfileAssociation"): _profile_roles,
    ("iam", "AddRoleToInstanceProfile"): _role_of_name,
    ("events", "PutTargets"): _target_roles,
    ("events", "PutRule"): _target_roles,
    ("ssm", "CreateActivation"): _activation_role,
}


def _iam(call: Call) -> list[str]:
    request = call.request
    if named := value_of(request, "PolicySourceArn"):
        return [named]
    for field, kind in _IAM_NAMES:
        name = value_of(request, field)
        if name:
            path = value_of(request, "Path").strip("/")
            return [_arn(call, "iam", "/".join(filter(None, (kind, path, name))), is_global=True)]
    return [arn] if (arn := value_of(request, "PolicyArn")) else []


_IAM_NAMES: t.Final = (
    ("UserName", "user"),
    ("GroupName", "group"),
    ("InstanceProfileName", "instance-profile"),
    ("RoleName", "role"),
    ("PolicyName", "policy"),
)


def _instance_arn(call: Call, instance_id: str) -> str:
    return _arn(call, "ec2", f"instance/{instance_id}")


def _ec2(call: Call) -> list[str]:
    if call.operation.startswith(_LISTING):
        return []
    if call.operation == "RunInstances":
        return [_instance_arn(call, ANY)]
    ids = [value_of(call.request, name) for name in call.request if _INSTANCE_FIELD.fullmatch(name)]
    association = value_of(call.request, "AssociationId")
    if association:
        ids.append(call.account.instance_of_association(association))
    return [_ec2_arn(call, resource_id) for resource_id in ids if resource_id]


def _ec2_arn(call: Call, resource_id: str) -> str:
    kind = _EC2_KINDS.get(resource_id.rpartition("-")[0], "")
    return _arn(call, "ec2", f"{kind}/{resource_id}") if kind else ANY


_EC2_KINDS: t.Final = {
    "i": "instance",
    "vol": "volume",
    "ami": "image",
    "eni": "network-interface",
    "sg": "security-group",
    "subnet": "subnet",
    "vpc": "vpc",
}


def _s3(call: Call) -> list[str]:
    bucket, key = value_of(call.request, "Bucket"), value_of(call.request, "Key")
    if not bucket:
        return []
    return [f"arn:{partition_of(call.region)}:s3:::{bucket}" + (f"/{key}" if key else "")]


def _sqs(call: Call) -> list[str]:
    name = value_of(call.request, "QueueName") or value_of(call.request, "QueueUrl").rpartition("/")[2]
    return [_arn(call, "sqs", name)] if name else []


def _events(call: Call) -> list[str]:
    name = value_of(call.request, "Rule") or value_of(call.request, "Name" if "Rule" in call.operation else "")
    if call.operation == "PutEvents":
        return [_arn(call, "events", "event-bus/default")]
    if not name or call.operation.startswith("ListRules"):
        return [arn] if (arn := value_of(call.request, "ResourceARN")) else []
    bus = value_of(call.request, "EventBusName").rpartition("/")[2]
    return [_arn(call, "events", f"rule/{bus}/{name}" if bus not in {"", "default"} else f"rule/{name}")]


def _ssm(call: Call) -> list[str]:
    kind = value_of(call.request, "ResourceType")
    resource_id = value_of(call.request, "ResourceId")
    if resource_id:
        place = {"ManagedInstance": "managed-instance", "Document": "document", "Parameter": "parameter"}.get(kind, "")
        return [_arn(call, "ssm", f"{place}/{resource_id}")] if place else []
    name = value_of(call.request, "Name")
    return [_arn(call, "ssm", f"document/{name}")] if name and "Document" in call.operation else []


def _regional(service: str, template: str, *names: str) -> Callable[[Call], list[str]]:
    def find(call: Call) -> list[str]:
        name = value_of(call.request, *names)
        if not name:
            return []
        return [name if name.startswith("arn:") else _arn(call, service, template.format(name))]

    return find


_FINDERS: t.Final[Mapping[str, Callable[[Call], list[str]]]] = {
    "iam": _iam,
    "ec2": _ec2,
    "s3": _s3,
    "sqs": _sqs,
    "events": _events,
    "ssm": _ssm,
    "logs": _regional("logs", "log-group:{}:*", "logGroupName", "logGroupIdentifier", "resourceArn"),
    "sns": _regional("sns", "{}", "TopicArn", "ResourceArn", "Name"),
    "monitoring": _regional("cloudwatch", "alarm:{}", "AlarmName"),
    "sts": _regional("sts", "{}", "RoleArn"),
}
