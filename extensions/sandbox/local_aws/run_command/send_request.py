# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules SendCommand has beyond its service model, in AWS's error codes."""

from __future__ import annotations

import re
import typing as t

from ..wire.errors import ApiError
from . import parameters, responses
from . import plan as planning
from .model import Limits
from .rate_control import DEFAULT_MAX_CONCURRENCY, DEFAULT_MAX_ERRORS

if t.TYPE_CHECKING:
    from ..moto.data import MotoData
    from .documents import Document
    from .plan import Step

Request = t.Mapping[str, t.Any]
DEFAULT_TIMEOUT_SECONDS = 3600
# In the API reference, not in botocore's model.
_LOG_GROUP_NAME = r"[\.\-_/#A-Za-z0-9]+"
_GROUP_KEY_LIMITS = {"resource-groups:Name": 1, "resource-groups:ResourceTypeFilters": 5}


def check(request: Request) -> None:
    """Raise what SendCommand answers to a request no account could accept."""
    ids, targets = request.get("InstanceIds") or [], request.get("Targets") or []
    if ids and targets:
        raise ApiError("ValidationException", "InstanceIds and Targets cannot be specified together.")
    if not ids and not targets:
        raise ApiError("InvalidInstanceId", "InstanceIds or Targets must be specified.")
    if len(set(ids)) < len(ids):
        raise ApiError("DuplicateInstanceId", "")
    for target in targets:
        _check_target(target)
    group = (request.get("CloudWatchOutputConfig") or {}).get("CloudWatchLogGroupName")
    if group and not re.fullmatch(_LOG_GROUP_NAME, group):
        raise ApiError("ValidationException", f"The log group name {group} must match {_LOG_GROUP_NAME}.")
    if request.get("NotificationConfig") and not request.get("ServiceRoleArn"):
        raise ApiError("InvalidRole", "A service role ARN is required for notifications.")


def _check_target(target: t.Mapping[str, t.Any]) -> None:
    key, values = str(target.get("Key", "")), target.get("Values") or []
    if not values:
        raise ApiError("ValidationException", f"Target key {key} has no values.")
    limit = _GROUP_KEY_LIMITS.get(key)
    if limit is not None and len(values) > limit:
        raise ApiError("ValidationException", f"Target key {key} takes at most {limit} values.")
    if limit is None and key.lower() != "instanceids" and key != "tag-key" and not key.startswith("tag:"):
        raise ApiError("ValidationException", f"Target key {key} is not supported.")


def check_account(request: Request, moto: MotoData) -> None:
    """Raise what SendCommand answers when the account lacks what the request names."""
    bucket = request.get("OutputS3BucketName")
    if bucket and not moto.bucket_exists(bucket):
        raise ApiError("InvalidOutputFolder", f"The S3 bucket {bucket} does not exist.")
    role = request.get("ServiceRoleArn")
    if role and not moto.role_exists(role):
        raise ApiError("InvalidRole", f"The role {role} does not exist.")
    topic = (request.get("NotificationConfig") or {}).get("NotificationArn")
    if topic and not moto.topic_exists(topic):
        raise ApiError("InvalidNotificationConfig", f"The topic {topic} does not exist.")


def check_document(request: Request, document: Document) -> None:
    """Raise what SendCommand answers to a document it cannot send."""
    if document.kind != "Command":
        raise ApiError("InvalidDocument", f"Document {document.name} is of type {document.kind}, not Command.")
    wanted = request.get("DocumentHash")
    if wanted:
        is_sha1 = request.get("DocumentHashType") == "Sha1"
        actual = responses.sha1(document) if is_sha1 else document.sha256
        if wanted.lower() != actual:
            raise ApiError("InvalidDocument", "The document hash does not match the document.")


def plan(request: Request, document: Document) -> list[Step]:
    """The steps with the parameters of the request; InvalidParameters."""
    given = parameters.resolve_parameters(document, request.get("Parameters") or {})
    return planning.plan_steps(document, given)


def limits(request: Request, steps: t.Sequence[Step]) -> Limits:
    """Rate control and timeouts, defaults put in."""
    return Limits(
        max_concurrency=request.get("MaxConcurrency") or DEFAULT_MAX_CONCURRENCY,
        max_errors=request.get("MaxErrors") or DEFAULT_MAX_ERRORS,
        timeout_seconds=request.get("TimeoutSeconds") or DEFAULT_TIMEOUT_SECONDS,
        execution_timeout=planning.execution_timeout(steps),
    )
