# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resources that a request names, as far as an action is allowed on resources of their type. Pure."""

from __future__ import annotations

import re
import typing as t

from ..wire.arns import partition_of
from . import ec2_resources

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .calls import Call
    from .reference import Action, ResourceType

ANY: t.Final = "*"


class Named(t.NamedTuple):
    """A resource: its type as the reference calls it ("": it has none) and its ARN, which may end in *."""

    kind: str
    arn: str


def named_by(call: Call, action: Action) -> list[Named]:
    """The resources that an action is to be allowed on; the one named * where it has no types of resources.

    A required type that the request does not name is asked for as any of its kind, unless the field that would name it
    names a resource of another type.
    """
    asked_on = _ASKED_ON.get(action.name)
    if asked_on is not None:
        return [Named("", asked_on(call))]
    found = {kind: list(_arns(call, kind, action)) for kind in action.resources}
    told = {field for kind, arns in found.items() if arns for field in _fields_of(kind) if field in call.parameters}
    for kind, arns in found.items():
        if kind.is_required and not arns and told.isdisjoint(_fields_of(kind)):
            found[kind] = [_any_of(call, kind)]
    named = {arn: Named(kind.name, arn) for kind, arns in found.items() for arn in arns}
    if call.service == "ec2" and ec2_resources.names_others(call, action.resources):
        named[ANY] = Named("", ANY)
    return list(named.values()) or [Named("", ANY)]


def arn_of(call: Call, kind: ResourceType, values: Mapping[str, str]) -> str:
    """The ARN of a resource in the call's account and region, * in place of what values does not say."""
    return kind.with_values({**_place(call), **values}, ANY)


def _place(call: Call) -> dict[str, str]:
    return {"Partition": partition_of(call.region), "Region": call.region, "Account": call.account.account_id}


def _any_of(call: Call, kind: ResourceType) -> str:
    if kind.service == "logs" and kind.name == "log-group":
        return _log_group_arn(call, "")
    return arn_of(call, kind, {})


def _arns(call: Call, kind: ResourceType, action: Action) -> Iterable[str]:
    if action.name in _TAGS_OF_LOGS and kind.name == "log-group":
        return [arn.removesuffix(_NO_STREAM) for arn in _log_groups(call, kind)]
    finder = _FINDERS.get(f"{kind.service}:{kind.name}")
    if finder is not None:
        return finder(call, kind)
    if kind.service == "ec2":
        return [arn_of(call, kind, values) for values in ec2_resources.named_in(call, kind)]
    return [arn for name in call.values(*_fields_of(kind)) if (arn := _arn_of_name(call, kind, name))]


def _fields_of(kind: ResourceType) -> tuple[str, ...]:
    return (*FIELDS.get(f"{kind.service}:{kind.name}", ()), *_ANY_ARN)


def _arn_of_name(call: Call, kind: ResourceType, name: str) -> str:
    """The ARN of a resource by its name; "" for an ARN of another type."""
    if name.startswith("arn:"):
        return name if kind.covers(name) else ""
    return kind.with_values(_place(call), name)


# The parameters that hold a resource's ARN, whatever it is.
_ANY_ARN: t.Final = ("ResourceArn", "ResourceARN", "resourceArn", "Arn", "PolicySourceArn")
_INSTANCE_FIELDS: t.Final = ("InstanceId", "InstanceIds", "Target", "ResourceId")
# The parameters that name a resource of a type, or hold its ARN.
FIELDS: t.Final[Mapping[str, tuple[str, ...]]] = {
    "cloudwatch:alarm": ("AlarmName", "AlarmNames"),
    "cloudwatch:alarm-mute-rule": ("AlarmMuteRuleName", "Name"),
    "cloudwatch:dashboard": ("DashboardName", "DashboardNames"),
    "cloudwatch:insight-rule": ("RuleName", "RuleNames"),
    "cloudwatch:metric-stream": ("Name", "Names"),
    "events:api-destination": ("Name",),
    "events:archive": ("ArchiveName",),
    "events:connection": ("Name", "ConnectionArn"),
    "events:endpoint": ("Name",),
    "events:event-source": ("Name", "EventSourceName"),
    "events:replay": ("ReplayName",),
    "iam:oidc-provider": ("OpenIDConnectProviderArn",),
    "iam:saml-provider": ("SAMLProviderArn", "Name"),
    "iam:server-certificate": ("ServerCertificateName",),
    "iam:mfa": ("SerialNumber", "VirtualMFADeviceName"),
    "logs:anomaly-detector": ("anomalyDetectorArn",),
    "logs:delivery": ("id",),
    "logs:delivery-destination": ("deliveryDestinationName", "name", "deliveryDestinationArn"),
    "logs:delivery-source": ("deliverySourceName", "name"),
    "logs:destination": ("destinationName", "destinationArn"),
    "resource-groups:group": ("Group", "GroupName", "Name"),
    "sns:topic": ("TopicArn", "TargetArn", "Name"),
    "ssm:instance": _INSTANCE_FIELDS,
    "ssm:managed-instance": _INSTANCE_FIELDS,
    "ssm:association": ("AssociationId", "AssociationIds"),
    "ssm:automation-execution": ("AutomationExecutionId",),
    "ssm:document": ("Name", "DocumentName"),
    "ssm:maintenancewindow": ("WindowId",),
    "ssm:opsitem": ("OpsItemId",),
    "ssm:patchbaseline": ("BaselineId",),
    "ssm:resourcedatasync": ("SyncName",),
    "ssm:session": ("SessionId",),
    "ssm:windowtarget": ("WindowTargetId",),
    "ssm:windowtask": ("WindowTaskId",),
    "sts:role": ("RoleArn",),
    "sts:federated-user": ("Name",),
}

# IAM: names with their paths


def _iam_name(field: str) -> Callable[[Call, ResourceType], list[str]]:
    def find(call: Call, kind: ResourceType) -> list[str]:
        arns = [arn for arn in call.values(*_ANY_ARN, "PolicyArn") if kind.covers(arn)]
        return arns or [_with_path(call, kind, name) for name in call.values(field)]

    return find


def _with_path(call: Call, kind: ResourceType, name: str) -> str:
    """The ARN of what there is under a name; of what is about to be made, with the path that it is given."""
    is_new = call.operation.startswith("Create") and "Path" in call.parameters
    known = "" if is_new else call.account.iam_arn(kind.name, name)
    path = call.value("Path").strip("/") if is_new else ""
    return known or kind.with_values(_place(call), "/".join(filter(None, (path, name))))


def _user(call: Call, kind: ResourceType) -> list[str]:
    """The user that a request names; the caller, where IAM takes him when none is named."""
    named = _iam_name("UserName")(call, kind)
    is_callers = not named and call.operation in _OF_THE_CALLER and kind.covers(call.caller)
    return [call.caller] if is_callers else named


# What IAM does to the caller himself when the request names no user.
_OF_THE_CALLER: t.Final = frozenset(
    {
        "ChangePassword",
        "CreateAccessKey",
        "CreateLoginProfile",
        "DeleteAccessKey",
        "DeleteLoginProfile",
        "DeleteServiceSpecificCredential",
        "DeleteSigningCertificate",
        "GetLoginProfile",
        "GetUser",
        "ListAccessKeys",
        "ListMFADevices",
        "ListSSHPublicKeys",
        "ListServiceSpecificCredentials",
        "ListSigningCertificates",
        "ResetServiceSpecificCredential",
        "UpdateAccessKey",
        "UpdateServiceSpecificCredential",
        "UpdateSigningCertificate",
        "UploadSigningCertificate",
    }
)

# CloudWatch Logs

_LOG_GROUP: t.Final = re.compile(r"(?P<group>arn:[^:]*:logs:[^:]*:[^:]*:log-group:[^:]*)(?::\*)?")
_NO_STREAM: t.Final = ":log-stream:"
# These are asked on a log group itself.
_TAGS_OF_LOGS: t.Final = frozenset({"logs:ListTagsForResource", "logs:TagResource", "logs:UntagResource"})
_LOG_GROUP_FIELDS: t.Final = (
    "logGroupName",
    "logGroupIdentifier",
    "logGroupNames",
    "logGroupIdentifiers",
    "resourceArn",
)


def _log_group_arn(call: Call, name: str) -> str:
    """The ARN that CloudWatch Logs asks about a log group: one of a log stream without a name.

    Source: the texts of its refusals ("... on resource: arn:aws:logs:...:log-group:NAME:log-stream:"), and its user
    guide, which wants policies to name a log group with :* at its end.
    """
    found = _LOG_GROUP.fullmatch(name)
    group = (
        found["group"]
        if found
        else "arn:{Partition}:logs:{Region}:{Account}".format(**_place(call)) + f":log-group:{name}"
    )
    return f"{group}{_NO_STREAM}"


def _log_groups(call: Call, _kind: ResourceType) -> list[str]:
    names = call.values(*_LOG_GROUP_FIELDS)
    return [_log_group_arn(call, name) for name in names if not name.startswith("arn:") or _LOG_GROUP.fullmatch(name)]


def _log_streams(call: Call, _kind: ResourceType) -> list[str]:
    stream = call.value("logStreamName")
    groups = call.values("logGroupName", "logGroupIdentifier")
    return [f"{_log_group_arn(call, group)}{stream}" for group in groups]


# EventBridge


def _rules(call: Call, kind: ResourceType) -> list[str]:
    is_custom = kind.name == "rule-on-custom-event-bus"
    if arns := call.values("ResourceARN"):
        return [arn for arn in arns if kind.covers(arn) and (arn.count("/") > 1) == is_custom]
    bus = call.value("EventBusName").rpartition("/")[2]
    names = call.values("Rule", "Name")
    if is_custom != (bus not in {"", "default"}):
        return []
    return [arn_of(call, kind, {"RuleName": name, "EventBusName": bus}) for name in names]


def _event_buses(call: Call, kind: ResourceType) -> list[str]:
    if arns := call.values("ResourceARN"):
        return [arn for arn in arns if kind.covers(arn)]
    given = [str(entry.get("EventBusName") or "default") for entry in call.items("Entries")]
    given += call.values("EventBusName", "EventSourceArn") or (
        call.values("Name") if call.operation.endswith("EventBus") else []
    )
    buses = given or ["default"]
    return [_arn_of_name(call, kind, bus) for bus in buses if kind.covers(bus) or not bus.startswith("arn:")]


# S3, SQS, SNS, KMS


def _buckets(call: Call, kind: ResourceType) -> list[str]:
    return [arn_of(call, kind, {"BucketName": name}) for name in call.values("Bucket")]


def _objects(call: Call, kind: ResourceType) -> list[str]:
    bucket = call.value("Bucket")
    listed = call.inner("Delete").get("Objects")
    keys = [str(one.get("Key", "")) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [
        arn_of(call, kind, {"BucketName": bucket, "ObjectName": key}) for key in [*call.values("Key"), *keys] if key
    ]


def _nothing(_call: Call, _kind: ResourceType) -> list[str]:
    return []


def _queues(call: Call, kind: ResourceType) -> list[str]:
    arns = [arn for arn in call.values("SourceArn") if kind.covers(arn)]
    names = [*(url.rpartition("/")[2] for url in call.values("QueueUrl")), *call.values("QueueName")]
    return [*arns, *(arn_of(call, kind, {"QueueName": name}) for name in names)]


def _topic_of_subscription(call: Call) -> str:
    topic = call.value("SubscriptionArn").rpartition(":")[0]
    return topic or _any_topic(call)


def _any_topic(call: Call) -> str:
    return "arn:{Partition}:sns:{Region}:{Account}:*".format(**_place(call))


def _keys(call: Call, kind: ResourceType) -> list[str]:
    named = call.values("KeyId", "TargetKeyId", "SourceKeyId", "DestinationKeyId")
    alias = [] if named else call.values("AliasName")
    return [arn for name in [*named, *alias] if (arn := _key_arn(call, kind, name))]


def _key_arn(call: Call, kind: ResourceType, name: str) -> str:
    if kind.covers(name):
        return name
    alias = (
        name if name.startswith("alias/") else name.partition(":alias/")[2] and f"alias/{name.partition(':alias/')[2]}"
    )
    key = call.account.key_of_alias(alias) if alias else name
    return arn_of(call, kind, {"KeyId": key}) if key else ""


def _aliases(call: Call, kind: ResourceType) -> list[str]:
    return [arn_of(call, kind, {"Alias": name.removeprefix("alias/")}) for name in call.values("AliasName")]


# Systems Manager


def _tagged(kind_of_request: str, variable: str, *fields: str) -> Callable[[Call, ResourceType], list[str]]:
    """A finder by fields, or by ResourceId where ResourceType says that it is one of these."""

    def find(call: Call, kind: ResourceType) -> list[str]:
        names = call.values(*fields)
        if call.value("ResourceType") == kind_of_request:
            names += call.values("ResourceId")
        arns = [name for name in call.values(*fields, *_ANY_ARN) if kind.covers(name)]
        plain = [name.lstrip("/") for name in names if not name.startswith("arn:")]
        return [*arns, *(arn_of(call, kind, {variable: name}) for name in plain)]

    return find


def _instances(prefix: str) -> Callable[[Call, ResourceType], list[str]]:
    def find(call: Call, kind: ResourceType) -> list[str]:
        ids = call.values(*_INSTANCE_FIELDS)
        return [arn_of(call, kind, {"InstanceId": one}) for one in ids if one.startswith(prefix)]

    return find


_FINDERS: t.Final[Mapping[str, Callable[[Call, ResourceType], list[str]]]] = {
    "events:event-bus": _event_buses,
    "events:rule-on-custom-event-bus": _rules,
    "events:rule-on-default-event-bus": _rules,
    "iam:group": _iam_name("GroupName"),
    "iam:instance-profile": _iam_name("InstanceProfileName"),
    "iam:policy": _iam_name("PolicyName"),
    "iam:role": _iam_name("RoleName"),
    "iam:user": _user,
    "kms:alias": _aliases,
    "kms:key": _keys,
    "logs:log-group": _log_groups,
    "logs:log-stream": _log_streams,
    # Access points have no names of their own here.
    "s3:accesspoint": _nothing,
    "s3:accesspointobject": _nothing,
    "s3:bucket": _buckets,
    "s3:object": _objects,
    "sqs:queue": _queues,
    "ssm:document": _tagged("Document", "DocumentName", "Name", "DocumentName"),
    "ssm:instance": _instances("i-"),
    "ssm:managed-instance": _instances("mi-"),
    "ssm:parameter": _tagged("Parameter", "ParameterNameWithoutLeadingSlash", "Name", "Names", "Path"),
    "ssm:servicesetting": _tagged("", "ResourceId", "SettingId"),
    "sts:user": _nothing,
}
# What is asked on another resource than the reference says: as refusals say it, and as policies that are used prove.
_ASKED_ON: t.Final[Mapping[str, Callable[[Call], str]]] = {
    "logs:DescribeLogGroups": lambda call: _log_group_arn(call, ""),
    "sns:GetSubscriptionAttributes": _topic_of_subscription,
    "sns:ListSubscriptions": _any_topic,
    "sns:ListTopics": _any_topic,
    "sns:SetSubscriptionAttributes": _topic_of_subscription,
    "sns:Unsubscribe": _topic_of_subscription,
}
