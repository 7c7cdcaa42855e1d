# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Log groups: the wanted log group and the changes to get there. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import Arn
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import Consent, is_marked, marked
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import TagChange, tag_change, tags_after

if t.TYPE_CHECKING:
    from collections.abc import Mapping

# PutRetentionPolicy in botocore's logs model, whose documentation is the only place with this list.
MAKER: t.Final = "log_group"
RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
KEEP_FOR_EVER = 0
LOG_GROUP_CLASSES = ("STANDARD", "INFREQUENT_ACCESS", "DELIVERY", "ESSENTIALS")
NAME_PATTERN = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
KMS_KEY_ARN_PATTERN = re.compile(r"arn:aws(-[a-z]+)*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+")

LogGroup = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class LogGroupSpec:
    """The wanted log group; None means no change.

    `retention_in_days` 0 keeps events forever, `kms_key_id` "" removes the key.
    """

    name: str
    retention_in_days: int | None = None
    kms_key_id: str | None = None
    log_group_class: str | None = None
    deletion_protection_enabled: bool | None = None
    tags: dict[str, str] | None = None
    purge_tags: bool = True
    consent: Consent = dataclasses.field(default_factory=Consent)

    def __post_init__(self) -> None:
        check_log_group_name("name", self.name)
        if self.retention_in_days not in {None, KEEP_FOR_EVER, *RETENTION_DAYS}:
            allowed = ", ".join(map(str, RETENTION_DAYS))
            raise RequestError(
                f"retention_in_days: {self.retention_in_days} is not a retention that CloudWatch Logs supports; "
                f"allowed are {allowed}, and 0 to keep events forever."
            )
        if self.kms_key_id and not KMS_KEY_ARN_PATTERN.fullmatch(self.kms_key_id):
            raise RequestError(
                f"kms_key_id: {self.kms_key_id!r} is not the ARN of a KMS key, like "
                "arn:aws:kms:REGION:ACCOUNT:key/ID (no alias); an empty string removes the key."
            )


@dataclasses.dataclass(frozen=True)
class LogGroupChange:
    """The calls to make on an existing log group; None if there are none."""

    retention_in_days: int | None
    kms_key_id: str | None
    deletion_protection_enabled: bool | None
    tags: TagChange

    def __bool__(self) -> bool:
        return bool(self.tags) or any(
            value is not None for value in (self.retention_in_days, self.kms_key_id, self.deletion_protection_enabled)
        )


def check_log_group_name(argument: str, name: str) -> None:
    """Raise RequestError, naming `argument`, unless the name is a valid log group name."""
    if not NAME_PATTERN.fullmatch(name):
        raise RequestError(
            f"{argument}: {name!r} is not the name of a log group; "
            "allowed are 1 to 512 of the letters a-z, A-Z, digits, and . - _ / #."
        )


def log_group_arn(partition: str, region: str, account: str, name: str) -> str:
    """The ARN of a log group, without the suffix C(:*) for its streams."""
    return str(Arn(partition, "logs", region, account, f"log-group:{name}"))


def read_log_group(group: Mapping[str, t.Any], tags: Mapping[str, str]) -> LogGroup:
    """A log group of DescribeLogGroups as the modules return it."""
    return {
        "log_group_name": group["logGroupName"],
        "arn": group["arn"].removesuffix(":*"),
        "creation_time": group.get("creationTime"),
        "retention_in_days": group.get("retentionInDays"),
        # Returned by newer versions of botocore only.
        "retention_policy_name": group.get("retentionPolicyName"),
        "kms_key_id": group.get("kmsKeyId"),
        "log_group_class": group.get("logGroupClass", "STANDARD"),
        "deletion_protection_enabled": group.get("deletionProtectionEnabled", False),
        "metric_filter_count": group.get("metricFilterCount", 0),
        "stored_bytes": group.get("storedBytes", 0),
        "tags": dict(tags),
    }


def created(spec: LogGroupSpec, arn: str) -> LogGroup:
    """The log group that results from creating it."""
    return {
        "log_group_name": spec.name,
        "arn": arn,
        "creation_time": None,
        "retention_in_days": spec.retention_in_days or None,
        "retention_policy_name": None,
        "kms_key_id": spec.kms_key_id or None,
        "log_group_class": spec.log_group_class or "STANDARD",
        "deletion_protection_enabled": bool(spec.deletion_protection_enabled),
        "metric_filter_count": 0,
        "stored_bytes": 0,
        "tags": marked(spec.tags, MAKER),
    }


def create_request(spec: LogGroupSpec) -> dict[str, t.Any]:
    """The parameters of CreateLogGroup; the retention has its own call."""
    values = {
        "kmsKeyId": spec.kms_key_id,
        "logGroupClass": spec.log_group_class,
        "deletionProtectionEnabled": spec.deletion_protection_enabled,
        "tags": marked(spec.tags, MAKER),
    }
    return {"logGroupName": spec.name} | {key: value for key, value in values.items() if value}


def plan(spec: LogGroupSpec, current: LogGroup) -> LogGroupChange:
    """The differences between an existing log group and the wanted one.

    :raises RequestError: the class differs, which AWS cannot change.
    """
    if spec.log_group_class not in {None, current["log_group_class"]}:
        raise RequestError(
            f"log_group_class: {spec.log_group_class} cannot be given to {spec.name!r}, which has the class "
            f"{current['log_group_class']}; AWS sets the class only when it creates a log group."
        )
    return LogGroupChange(
        retention_in_days=_retention_change(spec, current),
        kms_key_id=_difference(spec.kms_key_id, current["kms_key_id"] or ""),
        deletion_protection_enabled=_difference(
            spec.deletion_protection_enabled, current["deletion_protection_enabled"]
        ),
        # Agents create log groups too, so one without the mark is used, and keeps the tags that others gave it.
        tags=tag_change(current["tags"], spec.tags, spec.purge_tags and is_marked(current["tags"], MAKER)),
    )


def _retention_change(spec: LogGroupSpec, current: LogGroup) -> int | None:
    # A policy of the account hides the retention of the log group itself, so nothing tells whether it differs.
    is_hidden = current["retention_policy_name"] is not None
    return None if is_hidden else _difference(spec.retention_in_days, current["retention_in_days"] or KEEP_FOR_EVER)


def retention_warnings(spec: LogGroupSpec, current: LogGroup) -> tuple[str, ...]:
    """That a policy of the account sets another retention than the wanted one."""
    policy, days = current["retention_policy_name"], current["retention_in_days"] or KEEP_FOR_EVER
    if policy is None or spec.retention_in_days in {None, days}:
        return ()
    return (
        f"retention_in_days: {spec.retention_in_days} is not set, as the account-level retention policy {policy} keeps "
        f"the events of {spec.name} for {days or 'unlimited'} days.",
    )


def changed(current: LogGroup, change: LogGroupChange) -> LogGroup:
    """The log group after the change."""
    after = current | {"tags": tags_after(current["tags"], change.tags)}
    if change.retention_in_days is not None:
        after["retention_in_days"] = change.retention_in_days or None
    if change.kms_key_id is not None:
        after["kms_key_id"] = change.kms_key_id or None
    if change.deletion_protection_enabled is not None:
        after["deletion_protection_enabled"] = change.deletion_protection_enabled
    return after


T = t.TypeVar("T")


def _difference(wanted: T | None, current: T) -> T | None:
    return None if wanted is None or wanted == current else wanted
