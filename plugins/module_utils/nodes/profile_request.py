# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of an instance profile, checked. Pure.

parse_request raises RequestError with one sentence that names the argument, the value and what is allowed.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.iam_arguments import (
    TAGS_MAX,
    parse_name,
    parse_path,
    parse_tags,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import REGION_PATTERN, parse_arn
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.managed_nodes import check_wait_timeout
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import MARK_KEY, Consent
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CorePolicy = t.Literal["managed", "inline"]
CORE_POLICIES: tuple[CorePolicy, ...] = ("managed", "inline")

# IAM's and S3's models and quotas.
POLICY_NAME_PATTERN = re.compile(r"([A-Za-z0-9.,+@=_-]+/)*[A-Za-z0-9_+=,.@-]{1,128}")
BUCKET_PATTERN = re.compile(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]")
# The name of a log group; here with * because the agent itself names log groups /aws/ssm/DOCUMENT.
LOG_GROUP_PATTERN = re.compile(r"[.\-_/#A-Za-z0-9*]{1,512}")
# What a role policy takes literally: no wildcards, no policy variables.
PREFIX_PATTERN = re.compile(r"[^*?$\s]*")
PROFILE_NAME_MAX = 128
ROLE_NAME_MAX = 64
PREFIX_MAX = 500
# One tag is reserved for the module.
GIVEN_TAGS_MAX = TAGS_MAX - 1


@dataclasses.dataclass(frozen=True)
class OutputBucket:
    """A bucket that the node may write command output to, below `prefix` if set."""

    bucket: str
    prefix: str = ""
    kms_key_arn: str | None = None
    other_account: bool = False


@dataclasses.dataclass(frozen=True)
class ProfileRequest:
    """The wanted instance profile; None means no change."""

    name: str
    role_name: str | None = None
    path: str | None = None
    core_policy: CorePolicy | None = None
    cloudwatch_log_groups: tuple[str, ...] | None = None
    output_s3_buckets: tuple[OutputBucket, ...] | None = None
    agent_s3_regions: tuple[str, ...] | None = None
    managed_policies: tuple[str, ...] | None = None
    purge_managed_policies: bool = False
    permissions_boundary: str | None = None
    also_hybrid: bool | None = None
    tags: dict[str, str] | None = None
    purge_tags: bool = True
    consent: Consent = dataclasses.field(default_factory=Consent)


def parse_request(options: Mapping[str, t.Any], region: str) -> ProfileRequest:
    """A request from the module's options; `region` is the default of agent_s3_regions."""
    check_wait_timeout(options)
    role_name = options.get("role_name")
    return ProfileRequest(
        name=parse_profile_name(options.get("name"), "name"),
        role_name=None if role_name is None else _role_name(role_name, "role_name"),
        path=parse_path(options.get("path")),
        core_policy=options.get("core_policy"),
        cloudwatch_log_groups=_log_groups(options.get("cloudwatch_log_groups")),
        output_s3_buckets=_buckets(options.get("output_s3_buckets")),
        agent_s3_regions=_agent_regions(options, region),
        managed_policies=_policies(options.get("managed_policies")),
        purge_managed_policies=bool(options.get("purge_managed_policies")),
        permissions_boundary=_boundary(options.get("permissions_boundary")),
        also_hybrid=options.get("also_hybrid"),
        tags=_tags(options.get("tags")),
        purge_tags=bool(options.get("purge_tags", True)),
        consent=Consent.parse(options),
    )


def parse_profile_name(raw: object, where: str) -> str:
    """The name of an instance profile."""
    return parse_name(raw, where, PROFILE_NAME_MAX)


def _role_name(raw: object, where: str) -> str:
    return parse_name(raw, where, ROLE_NAME_MAX)


def check_role_name(request: ProfileRequest) -> None:
    """Raises RequestError if the resulting name of the role is invalid."""
    if request.role_name is None and len(request.name) > ROLE_NAME_MAX:
        raise RequestError(
            f"role_name: it is not set, and {request.name!r} is too long for a role;"
            f" allowed are at most {ROLE_NAME_MAX} characters, so set role_name."
        )


def _log_groups(raw: Sequence[object] | None) -> tuple[str, ...] | None:
    if raw is None:
        return None
    for item in raw:
        if not isinstance(item, str) or not LOG_GROUP_PATTERN.fullmatch(item):
            raise RequestError(
                f"cloudwatch_log_groups: {item!r} is not a log group's name; allowed are 1 to 512 letters, digits,"
                " the characters .-_/# and the wildcard *."
            )
    return tuple(dict.fromkeys(str(item) for item in raw))


def _buckets(raw: Sequence[Mapping[str, t.Any]] | None) -> tuple[OutputBucket, ...] | None:
    return None if raw is None else tuple(dict.fromkeys(_bucket(item, n) for n, item in enumerate(raw)))


def _bucket(raw: Mapping[str, t.Any], number: int) -> OutputBucket:
    where = f"output_s3_buckets[{number}]"
    bucket, prefix = raw.get("bucket"), str(raw.get("prefix") or "").strip("/")
    if not isinstance(bucket, str) or not BUCKET_PATTERN.fullmatch(bucket):
        raise RequestError(
            f"{where}.bucket: {bucket!r} is not a bucket's name; allowed are 3 to 63 lowercase letters, digits,"
            " dots and hyphens."
        )
    if len(prefix) > PREFIX_MAX or not PREFIX_PATTERN.fullmatch(prefix):
        raise RequestError(
            f"{where}.prefix: {prefix!r} cannot be a prefix; allowed are at most {PREFIX_MAX} characters"
            " without white space and *, ? and $."
        )
    return OutputBucket(bucket, prefix, _key(raw.get("kms_key_arn"), where), bool(raw.get("other_account")))


def _key(raw: str | None, where: str) -> str | None:
    if not raw:
        return None
    arn = parse_arn(raw)
    if arn is None or arn.service != "kms" or not arn.resource.startswith("key/"):
        raise RequestError(
            f"{where}.kms_key_arn: {raw!r} is not the ARN of a key; allowed is arn:PARTITION:kms:REGION:ACCOUNT:key/ID."
        )
    return raw


def _agent_regions(options: Mapping[str, t.Any], region: str) -> tuple[str, ...] | None:
    regions = options.get("agent_s3_regions")
    for item in regions or []:
        if not isinstance(item, str) or not REGION_PATTERN.fullmatch(item):
            raise RequestError(f"agent_s3_regions: {item!r} is not a region; allowed are names such as 'eu-west-1'.")
    wanted = options.get("agent_s3_buckets")
    if wanted is None:
        return None
    return tuple(dict.fromkeys(regions or [region])) if wanted else ()


def _policies(raw: Sequence[object] | None) -> tuple[str, ...] | None:
    return None if raw is None else tuple(dict.fromkeys(_policy(item) for item in raw))


def _policy(raw: object) -> str:
    if isinstance(raw, str) and (_is_policy_arn(raw) or POLICY_NAME_PATTERN.fullmatch(raw)):
        return raw
    raise RequestError(
        f"managed_policies: {raw!r} is not a managed policy; allowed are ARNs, and names of AWS's own policies."
    )


def _is_policy_arn(text: str) -> bool:
    arn = parse_arn(text)
    return arn is not None and arn.service == "iam" and arn.resource.startswith("policy/")


def _boundary(raw: str | None) -> str | None:
    if not raw or _is_policy_arn(raw):
        return raw
    raise RequestError(
        f"permissions_boundary: {raw!r} is not the ARN of a managed policy; allowed is such an ARN, or '' for none."
    )


def _tags(raw: Mapping[object, object] | None) -> dict[str, str] | None:
    tags = parse_tags(raw, GIVEN_TAGS_MAX)
    if tags is not None and MARK_KEY in tags:
        raise RequestError(f"tags: {MARK_KEY!r} is reserved for the collection; allowed are other keys.")
    return tags
