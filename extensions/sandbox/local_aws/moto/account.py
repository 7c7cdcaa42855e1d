# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What requests need to be known of the account, read from moto."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .data import MotoData

Tags = t.Mapping[str, str]


class MotoAccount:
    """The account as far as IAM's questions about a request in one region go."""

    def __init__(self, moto: MotoData, region: str) -> None:
        self._moto = moto
        self._region = region

    @property
    def account_id(self) -> str:
        """The twelve digits of the account."""
        return self._moto.account_id

    def _backend(self, service: str) -> t.Any:
        return self._moto.backend(service, self._region)

    def iam_arn(self, kind: str, name: str) -> str:
        """ARN of a user, group, role, policy or instance-profile with its path; "" when there is none."""
        found = (one.arn for one in self._principals(kind) if one.name == name)
        return str(next(found, ""))

    def _principals(self, kind: str) -> Iterable[t.Any]:
        iam = self._backend("iam")
        found: Mapping[str, Callable[[], Iterable[t.Any]]] = {
            "group": iam.groups.values,
            "instance-profile": iam.instance_profiles.values,
            "policy": iam.managed_policies.values,
            "role": iam.roles.values,
            "user": iam.users.values,
        }
        return list(found[kind]()) if kind in found else []

    def boundary_of(self, arn: str) -> str:
        """ARN of the permissions boundary of a user or role; "" when it has none."""
        kind = arn.rpartition(":")[2].partition("/")[0]
        found = (one for one in self._principals(kind) if one.arn == arn)
        return str(getattr(next(found, None), "permissions_boundary_arn", None) or "")

    def role_of_profile(self, name_or_arn: str) -> str:
        """ARN of the role in an instance profile; "" when there is none."""
        profiles = self._principals("instance-profile")
        roles = [role for profile in profiles if name_or_arn in {profile.name, profile.arn} for role in profile.roles]
        return str(roles[0].arn) if roles else ""

    def profile_of_instance(self, instance_id: str) -> str:
        """ARN of the instance profile of an instance; "" when it has none."""
        association = self._backend("ec2").iam_instance_profile_associations.get(instance_id)
        return str(association.iam_instance_profile.arn) if association else ""

    def instance_of_association(self, association_id: str) -> str:
        """Id of the instance of an instance profile association; "" when there is none."""
        associations = self._backend("ec2").iam_instance_profile_associations.values()
        found = (one.instance_id for one in associations if one.association_id == association_id)
        return str(next(found, ""))

    def key_of_alias(self, alias: str) -> str:
        """Id of the KMS key that an alias (alias/NAME) names; "" when there is none."""
        return str(self._backend("kms").get_key_id_from_alias(alias) or "")

    def tags_of(self, arn: str) -> Tags:
        """Tags of a resource of the services whose resources IAM asks about; {} for what has none or is not there."""
        parts = arn.split(":", 5)
        reader = _TAGS.get(parts[2]) if len(parts) == 6 else None
        return reader(self._backend(parts[2]), arn) if reader else {}


def _of_tagger(backend: t.Any, arn: str) -> Tags:
    return dict(backend.tagger.get_tag_dict_for_resource(arn))


def _of_ec2(backend: t.Any, arn: str) -> Tags:
    return dict(backend.tags.get(arn.rpartition("/")[2], {}))


def _of_iam(backend: t.Any, arn: str) -> Tags:
    kind = arn.rpartition(":")[2].partition("/")[0]
    if kind == "role":
        roles = [role for role in list(backend.roles.values()) if role.arn == arn]
        return {tag["Key"]: tag["Value"] for role in roles for tag in role.tags or []}
    listed = {"instance-profile": backend.instance_profiles, "policy": backend.managed_policies}.get(kind)
    if listed is None:
        return _of_tagger(backend, arn)
    found = [one.tags or [] for one in list(listed.values()) if one.arn == arn]
    # moto keeps those of policies by their keys, and those of profiles as a list.
    return {tag["Key"]: tag["Value"] for tags in found for tag in (tags.values() if isinstance(tags, dict) else tags)}


def _of_logs(backend: t.Any, arn: str) -> Tags:
    """A stream has the tags of its group."""
    return _of_tagger(backend, arn.partition(":log-stream:")[0])


def _of_kms(backend: t.Any, arn: str) -> Tags:
    return _of_tagger(backend, arn.rpartition("/")[2])


def _of_sns(backend: t.Any, arn: str) -> Tags:
    topic = backend.topics.get(arn)
    return dict(topic._tags) if topic else {}


def _of_sqs(backend: t.Any, arn: str) -> Tags:
    queue = backend.queues.get(arn.rpartition(":")[2])
    return dict(queue.tags) if queue else {}


def _of_ssm(backend: t.Any, arn: str) -> Tags:
    kind, _slash, name = arn.rpartition(":")[2].partition("/")
    kept = backend._resource_tags.get({"document": "Document", "parameter": "Parameter"}.get(kind, ""), {})
    return dict(kept.get(name) or kept.get(f"/{name}") or {})


_TAGS: t.Final[t.Mapping[str, t.Callable[[t.Any, str], Tags]]] = {
    "cloudwatch": _of_tagger,
    "ec2": _of_ec2,
    "events": _of_tagger,
    "iam": _of_iam,
    "kms": _of_kms,
    "logs": _of_logs,
    "sns": _of_sns,
    "sqs": _of_sqs,
    "ssm": _of_ssm,
}
