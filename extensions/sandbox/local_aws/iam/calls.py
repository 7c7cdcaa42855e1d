# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request as IAM sees it: its parameters by the names of the service's API, and the account it was made in."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Mapping

Parameters = t.Mapping[str, t.Any]


class Account(t.Protocol):
    """What a request's resources need to be known of the account."""

    @property
    def account_id(self) -> str:
        """The twelve digits of the account."""

    def iam_arn(self, kind: str, name: str) -> str:
        """ARN of a user, group, role, policy or instance-profile with its path; "" when there is none."""

    def boundary_of(self, arn: str) -> str:
        """ARN of the permissions boundary of a user or role; "" when it has none."""

    def role_of_profile(self, name_or_arn: str) -> str:
        """ARN of the role in an instance profile; "" when there is none."""

    def profile_of_instance(self, instance_id: str) -> str:
        """ARN of the instance profile of an instance; "" when it has none."""

    def instance_of_association(self, association_id: str) -> str:
        """Id of the instance of an instance profile association; "" when there is none."""

    def key_of_alias(self, alias: str) -> str:
        """Id of the KMS key that an alias (alias/NAME) names; "" when there is none."""

    def tags_of(self, arn: str) -> Mapping[str, str]:
        """Tags of a resource; {} for one that has none or is not there."""


class Call(t.NamedTuple):
    """A request and where it was made; service as IAM calls it (cloudwatch), caller: the ARN of who asks."""

    service: str
    operation: str
    region: str
    parameters: Parameters
    account: Account
    caller: str = ""

    def values(self, *names: str) -> list[str]:
        """What parameters of these names hold, texts and lists of texts."""
        found: list[str] = []
        for name in names:
            value = self.parameters.get(name)
            found += [str(item) for item in (value if isinstance(value, list) else [value]) if _is_scalar(item)]
        return found

    def value(self, *names: str) -> str:
        """The first value of parameters of these names; "" when there is none."""
        return next(iter(self.values(*names)), "")

    def inner(self, *names: str) -> Parameters:
        """A structure in the parameters; {} when it is not there."""
        found: t.Any = self.parameters
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def items(self, name: str) -> list[Parameters]:
        """A list of structures in the parameters; [] when it is not there."""
        found = self.parameters.get(name)
        return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _is_scalar(value: object) -> bool:
    return isinstance(value, (str, int)) and value != ""
