# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which actions an operation asks for, where the Service Authorization Reference does not say it. Pure.

An operation asks for the action of its own name. What is listed here has another one: by the pages of the services'
API references, and "Required permissions for Amazon S3 API operations" of the Amazon S3 user guide.
"""

from __future__ import annotations

import typing as t

from . import reference

if t.TYPE_CHECKING:
    from collections.abc import Mapping

Parameters = t.Mapping[str, t.Any]
# What IAM calls a service, where it is not its signing name.
_PREFIXES: t.Final = {"monitoring": "cloudwatch", "tagging": "tag"}

# Operations whose action has another name.
ACTIONS: t.Final[Mapping[str, str]] = {
    "kms:ReEncrypt": "kms:ReEncryptFrom",
    "sns:PublishBatch": "sns:Publish",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:CopyObject": "s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:DeleteBucketAnalyticsConfiguration": "s3:PutAnalyticsConfiguration",
    "s3:DeleteBucketCors": "s3:PutBucketCORS",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketIntelligentTieringConfiguration": "s3:PutIntelligentTieringConfiguration",
    "s3:DeleteBucketInventoryConfiguration": "s3:PutInventoryConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketMetricsConfiguration": "s3:PutMetricsConfiguration",
    "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "s3:DeleteBucketReplication": "s3:PutReplicationConfiguration",
    "s3:DeleteBucketTagging": "s3:PutBucketTagging",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3:GetBucketAnalyticsConfiguration": "s3:GetAnalyticsConfiguration",
    "s3:GetBucketCors": "s3:GetBucketCORS",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketIntelligentTieringConfiguration": "s3:GetIntelligentTieringConfiguration",
    "s3:GetBucketInventoryConfiguration": "s3:GetInventoryConfiguration",
    "s3:GetBucketLifecycle": "s3:GetLifecycleConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketMetricsConfiguration": "s3:GetMetricsConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBucketAnalyticsConfigurations": "s3:GetAnalyticsConfiguration",
    "s3:ListBucketIntelligentTieringConfigurations": "s3:GetIntelligentTieringConfiguration",
    "s3:ListBucketInventoryConfigurations": "s3:GetInventoryConfiguration",
    "s3:ListBucketMetricsConfigurations": "s3:GetMetricsConfiguration",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:ListParts": "s3:ListMultipartUploadParts",
    "s3:PutBucketAccelerateConfiguration": "s3:PutAccelerateConfiguration",
    "s3:PutBucketAnalyticsConfiguration": "s3:PutAnalyticsConfiguration",
    "s3:PutBucketCors": "s3:PutBucketCORS",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketIntelligentTieringConfiguration": "s3:PutIntelligentTieringConfiguration",
    "s3:PutBucketInventoryConfiguration": "s3:PutInventoryConfiguration",
    "s3:PutBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutBucketMetricsConfiguration": "s3:PutMetricsConfiguration",
    "s3:PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "s3:PutBucketReplication": "s3:PutReplicationConfiguration",
    "s3:PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:RenameObject": "s3:PutObject",
    "s3:SelectObjectContent": "s3:GetObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:UploadPartCopy": "s3:PutObject",
}
# What asks for the version of an object in place of the object, when the request names one.
VERSIONED: t.Final[Mapping[str, str]] = {
    "s3:DeleteObject": "s3:DeleteObjectVersion",
    "s3:DeleteObjectTagging": "s3:DeleteObjectVersionTagging",
    "s3:GetObject": "s3:GetObjectVersion",
    "s3:GetObjectAcl": "s3:GetObjectVersionAcl",
    "s3:GetObjectAttributes": "s3:GetObjectVersionAttributes",
    "s3:GetObjectTagging": "s3:GetObjectVersionTagging",
    "s3:GetObjectTorrent": "s3:GetObjectVersionTorrent",
    "s3:PutObjectAcl": "s3:PutObjectVersionAcl",
    "s3:PutObjectTagging": "s3:PutObjectVersionTagging",
}
# The parameters with which an object's access list and its tags are given as it is written.
ACL_PARAMETERS: t.Final = ("ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP")
_WRITING: t.Final = frozenset({"s3:PutObject", "s3:CopyObject", "s3:CreateMultipartUpload"})
_READS_ATTRIBUTES: t.Final = {
    "s3:GetObjectAttributes": "s3:GetObject",
    "s3:GetObjectVersionAttributes": "s3:GetObjectVersion",
}
# The right to tag what an operation makes, by the service; and by the operation, where that depends on what it makes.
TAGGING: t.Final[Mapping[str, str]] = {
    "cloudwatch": "cloudwatch:TagResource",
    "ec2": "ec2:CreateTags",
    "events": "events:TagResource",
    "kms": "kms:TagResource",
    "logs": "logs:TagResource",
    "resource-groups": "resource-groups:Tag",
    "s3": "s3:TagResource",
    "sns": "sns:TagResource",
    "sqs": "sqs:TagQueue",
    "ssm": "ssm:AddTagsToResource",
    "sts": "sts:TagSession",
    "iam:CreateInstanceProfile": "iam:TagInstanceProfile",
    "iam:CreateOpenIDConnectProvider": "iam:TagOpenIDConnectProvider",
    "iam:CreatePolicy": "iam:TagPolicy",
    "iam:CreateRole": "iam:TagRole",
    "iam:CreateSAMLProvider": "iam:TagSAMLProvider",
    "iam:CreateUser": "iam:TagUser",
    "iam:CreateVirtualMFADevice": "iam:TagMFADevice",
    "iam:UploadServerCertificate": "iam:TagServerCertificate",
}


def prefix_of(service: str) -> str:
    """What IAM calls a service, by its signing name."""
    return _PREFIXES.get(service, service)


def actions_of(operation: str, parameters: Parameters) -> list[reference.Action]:
    """The actions that an operation (s3:HeadObject) asks for by itself; at least one.

    An action that the reference does not know has no resource types: it is allowed on everything or not at all.
    """
    own = ACTIONS.get(operation, operation)
    if parameters.get("VersionId"):
        own = VERSIONED.get(own, own)
    names = [own, *([_READS_ATTRIBUTES[own]] if own in _READS_ATTRIBUTES else [])]
    if operation == "kms:ReEncrypt":
        names.append("kms:ReEncryptTo")
    if operation in _WRITING and any(parameters.get(name) for name in ACL_PARAMETERS):
        names.append("s3:PutObjectAcl")
    if operation in _WRITING and parameters.get("Tagging"):
        names.append("s3:PutObjectTagging")
    return [reference.action(name) or reference.Action(name) for name in names]


def tagging_of(action: reference.Action) -> str:
    """The right to tag what an action makes; "" for an action that takes no tags, or is that right itself."""
    if reference.REQUEST_TAG not in action.keys:
        return ""
    right = TAGGING.get(action.name) or TAGGING.get(action.service, "")
    own = action.name.partition(":")[2]
    return "" if own.startswith(("Tag", "AddTags", "CreateTags")) else right
