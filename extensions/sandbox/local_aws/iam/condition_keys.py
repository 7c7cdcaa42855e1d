# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What condition keys of services are in a request. Pure.

Source: Service Authorization Reference, the tables "Condition keys" of the services.
"""

from __future__ import annotations

import json
import typing as t

from . import reference, tags

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .calls import Call

Context = dict[str, list[str]]
TAG_KEYS: t.Final = "aws:TagKeys"

# Keys that are a parameter of the request, by its name.
_PARAMETERS: t.Final[Mapping[str, str]] = {
    "cloudwatch:AlarmActions": "AlarmActions",
    "cloudwatch:namespace": "Namespace",
    "ec2:InstanceType": "InstanceType",
    "iam:AWSServiceName": "AWSServiceName",
    "iam:PolicyARN": "PolicyArn",
    "kms:KeyOrigin": "Origin",
    "kms:KeySpec": "KeySpec",
    "kms:KeyUsage": "KeyUsage",
    "kms:ScheduleKeyDeletionPendingWindowInDays": "PendingWindowInDays",
    "s3:delimiter": "Delimiter",
    "s3:max-keys": "MaxKeys",
    "s3:prefix": "Prefix",
    "s3:versionid": "VersionId",
    "s3:x-amz-acl": "ACL",
    "s3:x-amz-copy-source": "CopySource",
    "s3:x-amz-grant-full-control": "GrantFullControl",
    "s3:x-amz-grant-read": "GrantRead",
    "s3:x-amz-grant-read-acp": "GrantReadACP",
    "s3:x-amz-grant-write": "GrantWrite",
    "s3:x-amz-grant-write-acp": "GrantWriteACP",
    "s3:x-amz-metadata-directive": "MetadataDirective",
    "s3:x-amz-object-ownership": "ObjectOwnership",
    "s3:x-amz-server-side-encryption": "ServerSideEncryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
    "s3:x-amz-storage-class": "StorageClass",
    "s3:x-amz-website-redirect-location": "WebsiteRedirectLocation",
    "sns:Endpoint": "Endpoint",
    "sns:Protocol": "Protocol",
    "ssm:DocumentType": "DocumentType",
    "ssm:Overwrite": "Overwrite",
    "ssm:Recursive": "Recursive",
    "ssm:SyncType": "SyncType",
    "sts:ExternalId": "ExternalId",
    "sts:RoleSessionName": "RoleSessionName",
    "sts:SourceIdentity": "SourceIdentity",
    "sts:TransitiveTagKeys": "TransitiveTagKeys",
}


def profile_of(call: Call) -> str:
    """ARN of the instance profile that a request of EC2 names; "" when it names none that is there."""
    profile = call.inner("IamInstanceProfile")
    return str(profile.get("Arn") or "") or call.account.iam_arn("instance-profile", str(profile.get("Name") or ""))


def _present_profile(call: Call, arn: str) -> str:
    return (
        profile_of(call)
        if call.operation == "RunInstances"
        else call.account.profile_of_instance(arn.rpartition("/")[2])
    )


def _boundary(call: Call, arn: str) -> str:
    return call.value("PermissionsBoundary") or call.account.boundary_of(arn)


def _pattern(call: Call, *names: str) -> list[str]:
    """The texts that an event pattern asks for at a place; [] where it asks for none, or for something else."""
    try:
        found: t.Any = json.loads(call.value("EventPattern") or "{}")
    except ValueError:
        return []
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return [value for value in found if isinstance(value, str)] if isinstance(found, list) else []


def _of_events(call: Call, member: str, name: str) -> list[str]:
    return [*_pattern(call, name), *(str(entry[member]) for entry in call.items("Entries") if member in entry)]


# Keys that are found otherwise: by the call and the ARN of the resource.
_READERS: t.Final[Mapping[str, Callable[[Call, str], Iterable[str]]]] = {
    "ec2:InstanceProfile": lambda call, arn: [_present_profile(call, arn)],
    "ec2:NewInstanceProfile": lambda call, _arn: [profile_of(call)],
    "ec2:Region": lambda call, _arn: [call.region],
    "events:TargetArn": lambda call, _arn: [str(target.get("Arn", "")) for target in call.items("Targets")],
    "events:creatorAccount": lambda call, _arn: [call.account.account_id],
    "events:detail-type": lambda call, _arn: _of_events(call, "DetailType", "detail-type"),
    "events:detail.eventTypeCode": lambda call, _arn: _pattern(call, "detail", "eventTypeCode"),
    "events:detail.service": lambda call, _arn: _pattern(call, "detail", "service"),
    "events:detail.userIdentity.principalId": lambda call, _arn: _pattern(
        call, "detail", "userIdentity", "principalId"
    ),
    "events:source": lambda call, _arn: _of_events(call, "Source", "source"),
    "iam:PermissionsBoundary": lambda call, arn: [_boundary(call, arn)],
    "s3:locationconstraint": lambda call, _arn: [
        str(call.inner("CreateBucketConfiguration").get("LocationConstraint") or "")
    ],
}
# All keys that are answered, apart from those of the caller and the moment, and a resource's tags.
ANSWERED: t.Final = frozenset({reference.REQUEST_TAG, TAG_KEYS, *_PARAMETERS, *_READERS})


def context_of(call: Call, action: reference.Action, kind: str, arn: str) -> Context:
    """The condition keys of an action and its resource in a request, and the tags that the resource has.

    :param kind: the resource's type, as the reference calls it.
    """
    context = {key: _answer(call, key, arn) for key in action.keys if key in _PARAMETERS or key in _READERS}
    context = {key: values for key, values in context.items() if values}
    return context | _request_tags(call, action, kind) | _resource_tags(call, action, arn)


def _answer(call: Call, key: str, arn: str) -> list[str]:
    if key in _READERS:
        return [value for value in _READERS[key](call, arn) if value]
    given = call.parameters.get(_PARAMETERS[key])
    values = given if isinstance(given, list) else [] if given is None else [given]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]


def _request_tags(call: Call, action: reference.Action, kind: str) -> Context:
    context: Context = {}
    if reference.REQUEST_TAG in action.keys:
        context |= {f"aws:RequestTag/{key}": [value] for key, value in tags.given_tags(call, kind).items()}
    keys = tags.tag_keys(call, kind) if TAG_KEYS in action.keys else []
    return context | ({TAG_KEYS: keys} if keys else {})


def _resource_tags(call: Call, action: reference.Action, arn: str) -> Context:
    context: Context = {}
    for key, value in call.account.tags_of(arn).items():
        context[f"aws:ResourceTag/{key}"] = [value]
        context[f"{action.service}:ResourceTag/{key}"] = [value]
    return context
