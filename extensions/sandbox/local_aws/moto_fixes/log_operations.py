# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations of CloudWatch Logs that moto lacks or answers otherwise."""

from __future__ import annotations

import base64
import json
import typing as t

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.logs.models import LogGroup

from ..errors import ApiError
from .filter_patterns import FilterPatternError, compile_pattern
from .patching import wrap

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, t.Any]
# FilterLogEvents: at most 10,000 events a page (API page).
MAX_EVENTS = 10_000
STANDARD = "STANDARD"


def apply() -> None:
    """Let DescribeLogGroups show what is kept here."""
    wrap(LogGroup, "to_describe_dict", _to_describe_dict)


def _to_describe_dict(original: t.Any, group: t.Any) -> Json:
    return {
        **original(group),
        "logGroupClass": getattr(group, "log_group_class", STANDARD),
        "deletionProtectionEnabled": getattr(group, "deletion_protection", False),
    }


def _backend(region: str) -> t.Any:
    return get_backend("logs")[DEFAULT_ACCOUNT_ID][region]


def _group(request: Json, region: str) -> t.Any:
    named = request.get("logGroupName") or request.get("logGroupIdentifier") or request.get("resourceIdentifier") or ""
    name = named.split(":log-group:")[-1].removesuffix(":*")
    group = _backend(region).groups.get(name)
    if group is None:
        raise ApiError("ResourceNotFoundException", "The specified log group does not exist.")
    return group


def _create_log_group(request: Json, region: str) -> Json:
    backend = _backend(region)
    if request["logGroupName"] in backend.groups:
        raise ApiError("ResourceAlreadyExistsException", "The specified log group already exists")
    group = backend.create_log_group(
        request["logGroupName"], request.get("tags") or {}, kmsKeyId=request.get("kmsKeyId")
    )
    group.log_group_class = request.get("logGroupClass") or STANDARD
    group.deletion_protection = bool(request.get("deletionProtectionEnabled"))
    return {}


def _delete_log_group(request: Json, region: str) -> Json:
    group = _group(request, region)
    if getattr(group, "deletion_protection", False):
        raise ApiError("ValidationException", "The log group has deletion protection enabled.")
    _backend(region).delete_log_group(group.name)
    return {}


def _put_deletion_protection(request: Json, region: str) -> Json:
    _group(request, region).deletion_protection = bool(request["deletionProtectionEnabled"])
    return {}


def _associate_kms_key(request: Json, region: str) -> Json:
    key = request["kmsKeyId"]
    keys = get_backend("kms")[DEFAULT_ACCOUNT_ID][region].keys
    if key.rsplit("/", 1)[-1] not in keys:
        raise ApiError("InvalidParameterException", f"The KMS key {key} does not exist or cannot be used.")
    _group(request, region).kms_key_id = key
    return {}


def _disassociate_kms_key(request: Json, region: str) -> Json:
    _group(request, region).kms_key_id = None
    return {}


def _filter_log_events(request: Json, region: str) -> Json:
    group = _group(request, region)
    try:
        matches = compile_pattern(request.get("filterPattern") or "")
    except FilterPatternError as error:
        raise ApiError("InvalidParameterException", str(error)) from error
    found = sorted(
        (event for event in _events(group, request) if matches(event["message"]) is not None),
        key=lambda event: (event["timestamp"], int(event["eventId"])),
    )
    start = _position(request.get("nextToken") or "")
    size = min(int(request.get("limit") or MAX_EVENTS), MAX_EVENTS)
    token = {"nextToken": _token(start + size)} if start + size < len(found) else {}
    return {"events": found[start : start + size], "searchedLogStreams": [], **token}


def _events(group: t.Any, request: Json) -> Iterator[Json]:
    names = set(request.get("logStreamNames") or [])
    prefix = request.get("logStreamNamePrefix") or ""
    start, end = request.get("startTime") or 0, request.get("endTime")
    for stream in group.streams.values():
        if (names and stream.log_stream_name not in names) or not stream.log_stream_name.startswith(prefix):
            continue
        for event in stream.events:
            if event.timestamp >= start and (end is None or event.timestamp <= end):
                yield {**event.to_filter_dict(), "logStreamName": stream.log_stream_name}


def _token(position: int) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _position(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token)) if token else 0
    except ValueError as error:
        raise ApiError("InvalidParameterException", "The specified nextToken is invalid.") from error


def _test_metric_filter(request: Json, _region: str) -> Json:
    try:
        matches = compile_pattern(request["filterPattern"])
    except FilterPatternError as error:
        raise ApiError("InvalidParameterException", str(error)) from error
    found = [
        {"eventNumber": number, "eventMessage": message, "extractedValues": {}}
        for number, message in enumerate(request["logEventMessages"], start=1)
        if matches(message) is not None
    ]
    return {"matches": found}


OPERATIONS: t.Final[dict[tuple[str, str], Callable[[Json, str], Json]]] = {
    ("logs", "CreateLogGroup"): _create_log_group,
    ("logs", "DeleteLogGroup"): _delete_log_group,
    ("logs", "PutLogGroupDeletionProtection"): _put_deletion_protection,
    ("logs", "AssociateKmsKey"): _associate_kms_key,
    ("logs", "DisassociateKmsKey"): _disassociate_kms_key,
    ("logs", "FilterLogEvents"): _filter_log_events,
    ("logs", "TestMetricFilter"): _test_metric_filter,
}
