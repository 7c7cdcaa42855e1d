# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log groups have a class, a deletion protection and a key, and what belongs to one goes with it."""

from __future__ import annotations

import typing as t

from moto.backends import get_backend
from moto.logs.models import LogGroup

from ..wire.errors import ApiError
from .log_keys import check_key
from .logs_data import backend_of, group_of
from .patching import Correction, Json, Operations, wrap

CORRECTIONS: t.Final = (
    Correction(
        "Class and deletion protection of log groups",
        "are missing",
        "stored, shown, and respected when the group is deleted",
    ),
    Correction("DeleteLogGroup", "leaves tags and metric filters behind", "they go with the group"),
)
STANDARD = "STANDARD"


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


def _create_log_group(request: Json, region: str) -> Json:
    backend = backend_of(region)
    if request["logGroupName"] in backend.groups:
        raise ApiError("ResourceAlreadyExistsException", "The specified log group already exists")
    key = request.get("kmsKeyId")
    if key:
        check_key(key, region)
    group = backend.create_log_group(request["logGroupName"], request.get("tags") or {}, kmsKeyId=key)
    group.log_group_class = request.get("logGroupClass") or STANDARD
    group.deletion_protection = bool(request.get("deletionProtectionEnabled"))
    return {}


def _delete_log_group(request: Json, region: str) -> Json:
    group, backend = group_of(request, region), backend_of(region)
    if getattr(group, "deletion_protection", False):
        raise ApiError("ValidationException", "The log group has deletion protection enabled.")
    backend.delete_log_group(group.name)
    # What belongs to a group goes with it: one made later under the same name begins with nothing.
    backend.tagger.delete_all_tags_for_resource(group.arn)
    kept = [found for found in backend.filters.metric_filters if found["logGroupName"] != group.name]
    backend.filters.metric_filters[:] = kept
    return {}


def _put_deletion_protection(request: Json, region: str) -> Json:
    group_of(request, region).deletion_protection = bool(request["deletionProtectionEnabled"])
    return {}


OPERATIONS: t.Final[Operations] = {
    ("logs", "CreateLogGroup"): _create_log_group,
    ("logs", "DeleteLogGroup"): _delete_log_group,
    ("logs", "PutLogGroupDeletionProtection"): _put_deletion_protection,
}
