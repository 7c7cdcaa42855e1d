# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What requests need to be known of the account, read from moto."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from .data import MotoData


class MotoAccount:
    """The account as far as IAM's questions about a request in one region go."""

    def __init__(self, moto: MotoData, region: str) -> None:
        self._moto = moto
        self._region = region

    @property
    def account_id(self) -> str:
        """The twelve digits of the account."""
        return self._moto.account_id

    def _ec2(self) -> t.Any:
        return self._moto.backend("ec2", self._region)

    def role_of_profile(self, name_or_arn: str) -> str:
        """ARN of the role in an instance profile; "" when there is none."""
        profiles = self._moto.backend("iam", "aws").instance_profiles.values()
        roles = [role for profile in profiles if name_or_arn in {profile.name, profile.arn} for role in profile.roles]
        return str(roles[0].arn) if roles else ""

    def instance_of_association(self, association_id: str) -> str:
        """Id of the instance of an instance profile association; "" when there is none."""
        associations = self._ec2().iam_instance_profile_associations.values()
        found = (one.instance_id for one in associations if one.association_id == association_id)
        return str(next(found, ""))

    def tags_of(self, arn: str) -> Mapping[str, str]:
        """Tags of an EC2 resource, a user or a role; {} for what has none or is not there."""
        service = arn.split(":")[2] if arn.count(":") >= 5 else ""
        if service == "ec2":
            return dict(self._ec2().tags.get(arn.rpartition("/")[2], {}))
        if service == "iam":
            return self._iam_tags(arn)
        return {}

    def _iam_tags(self, arn: str) -> Mapping[str, str]:
        iam = self._moto.backend("iam", "aws")
        if ":role/" not in arn:
            return dict(iam.tagger.get_tag_dict_for_resource(arn))
        roles = [role for role in list(iam.roles.values()) if role.arn == arn]
        return {tag["Key"]: tag["Value"] for role in roles for tag in role.tags or []}
