# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations of CloudWatch Logs that moto lacks or answers otherwise."""

from __future__ import annotations

import json
import typing as t

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.utils import unix_time_millis
from moto.logs.models import LogGroup

from ..wire.errors import ApiError
from . import log_search
from .patching import wrap

if t.TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, t.Any]
STANDARD = "STANDARD"
# What PutRetentionPolicy takes (API reference); its service model only says that it is a number.
RETENTION_DAYS: t.Final = frozenset(
    {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)
# CloudWatch Logs quotas.
MAX_FILTERS = 100
MAX_POLICY_CHARACTERS = 5_120


def apply() -> None:
    """Let DescribeLogGroups show what is kept here."""
    wrap(LogGroup, "to_describe_dict", _to_describe_dict)


def _to_describe_dict(original: t.Any, group: t.Any) -> Json:
    filters = get_backend("logs")[group.account_id][group.region].filters.metric_filters
    return {
        **original(group),
        "logGroupClass": getattr(group, "log_group_class", STANDARD),
        "deletionProtectionEnabled": getattr(group, "deletion_protection", False),
        "metricFilterCount": sum(found["logGroupName"] == group.name for found in filters),
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
    key = request.get("kmsKeyId")
    if key:
        _check_key(key, region)
    group = backend.create_log_group(request["logGroupName"], request.get("tags") or {}, kmsKeyId=key)
    group.log_group_class = request.get("logGroupClass") or STANDARD
    group.deletion_protection = bool(request.get("deletionProtectionEnabled"))
    return {}


def _delete_log_group(request: Json, region: str) -> Json:
    group, backend = _group(request, region), _backend(region)
    if getattr(group, "deletion_protection", False):
        raise ApiError("ValidationException", "The log group has deletion protection enabled.")
    backend.delete_log_group(group.name)
    # What belongs to a group goes with it: one made later under the same name begins with nothing.
    backend.tagger.delete_all_tags_for_resource(group.arn)
    kept = [found for found in backend.filters.metric_filters if found["logGroupName"] != group.name]
    backend.filters.metric_filters[:] = kept
    return {}


def _put_deletion_protection(request: Json, region: str) -> Json:
    _group(request, region).deletion_protection = bool(request["deletionProtectionEnabled"])
    return {}


def _put_retention_policy(request: Json, region: str) -> Json:
    days = request["retentionInDays"]
    if days not in RETENTION_DAYS:
        allowed = ", ".join(str(number) for number in sorted(RETENTION_DAYS))
        raise ApiError(
            "InvalidParameterException",
            f"1 validation error detected: '{days}' at 'retentionInDays' is not of {allowed}",
        )
    _group(request, region).set_retention_policy(days)
    return {}


def _check_key(key: str, region: str) -> None:
    keys = get_backend("kms")[DEFAULT_ACCOUNT_ID][region].keys
    if key.rsplit("/", 1)[-1] not in keys:
        raise ApiError("InvalidParameterException", f"The KMS key {key} does not exist or cannot be used.")


def _associate_kms_key(request: Json, region: str) -> Json:
    _check_key(request["kmsKeyId"], region)
    _group(request, region).kms_key_id = request["kmsKeyId"]
    return {}


def _disassociate_kms_key(request: Json, region: str) -> Json:
    _group(request, region).kms_key_id = None
    return {}


def _filter_log_events(request: Json, region: str) -> Json:
    return log_search.filter_log_events(_group(request, region), request)


def _test_metric_filter(request: Json, _region: str) -> Json:
    return log_search.test_metric_filter(request)


def _put_metric_filter(request: Json, region: str) -> Json:
    group, filters = _group(request, region), _backend(region).filters
    log_search.matcher_of(request["filterPattern"])
    name = request["filterName"]
    others = [found for found in filters.get_matching_filters(log_group_name=group.name) if found["filterName"] != name]
    if len(others) >= MAX_FILTERS:
        raise ApiError("LimitExceededException", "Resource limit exceeded.")
    filters.add_filter(name, request["filterPattern"], group.name, request["metricTransformations"])
    filters.metric_filters[-1]["creationTime"] = int(unix_time_millis())
    return {}


def _delete_metric_filter(request: Json, region: str) -> Json:
    group, filters = _group(request, region), _backend(region).filters
    named = [found["filterName"] for found in filters.get_matching_filters(log_group_name=group.name)]
    if request["filterName"] not in named:
        raise ApiError("ResourceNotFoundException", "The specified metric filter does not exist.")
    filters.delete_filter(request["filterName"], group.name)
    return {}


def _put_resource_policy(request: Json, _region: str) -> Json | None:
    """Refuse what is no policy; the rest is moto's."""
    text = request.get("policyDocument") or ""
    if len(text) > MAX_POLICY_CHARACTERS:
        raise ApiError(
            "InvalidParameterException", f"A resource policy has at most {MAX_POLICY_CHARACTERS} characters."
        )
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ApiError("InvalidParameterException", f"Invalid resource policy: {error}") from error
    if not isinstance(document, dict) or not document.get("Statement"):
        raise ApiError("InvalidParameterException", "Invalid resource policy: it has no Statement")
    return None


OPERATIONS: t.Final[dict[tuple[str, str], Callable[[Json, str], Json | None]]] = {
    ("logs", "CreateLogGroup"): _create_log_group,
    ("logs", "DeleteLogGroup"): _delete_log_group,
    ("logs", "PutLogGroupDeletionProtection"): _put_deletion_protection,
    ("logs", "PutRetentionPolicy"): _put_retention_policy,
    ("logs", "AssociateKmsKey"): _associate_kms_key,
    ("logs", "DisassociateKmsKey"): _disassociate_kms_key,
    ("logs", "FilterLogEvents"): _filter_log_events,
    ("logs", "TestMetricFilter"): _test_metric_filter,
    ("logs", "PutMetricFilter"): _put_metric_filter,
    ("logs", "DeleteMetricFilter"): _delete_metric_filter,
    ("logs", "PutResourcePolicy"): _put_resource_policy,
}
