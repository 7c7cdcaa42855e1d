# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EC2 takes instance profiles that exist and have a role, and RunInstances gives its profile to every instance."""

from __future__ import annotations

import typing as t

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import iam_instance_profile
from moto.ec2.models.iam_instance_profile import IamInstanceProfileAssociationBackend
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.responses import instances
from moto.iam.exceptions import NotFoundException

from .patching import Correction, wrap

CORRECTIONS: t.Final = (
    Correction(
        "RunInstances with a profile", "gives it to the first of the instances only", "every instance has the profile"
    ),
    Correction(
        "Instance profiles given to instances",
        "need no role; one that does not exist is IAM's NoSuchEntity",
        "InvalidParameterValue without a role, or when they do not exist",
    ),
    Correction(
        "ReplaceIamInstanceProfileAssociation",
        "works on stopped instances",
        "IncorrectState unless the instance is running",
    ),
)


def apply() -> None:
    """Put the corrections in place."""
    wrap(InstanceBackend, "run_instances", _run_instances)
    # RunInstances asks before it makes an instance.
    for caller in (instances, iam_instance_profile):
        wrap(caller, "filter_iam_instance_profiles", _find_profile)
    wrap(IamInstanceProfileAssociationBackend, "replace_iam_instance_profile_association", _replace)


def _run_instances(original: t.Any, backend: t.Any, *args: t.Any, **keywords: t.Any) -> t.Any:
    reservation = original(backend, *args, **keywords)
    name, arn = keywords.get("iam_instance_profile_name"), keywords.get("iam_instance_profile_arn")
    # Who called this gives it to the first, and would be refused if the first had it.
    for instance in reservation.instances[1:]:
        if name or arn:
            backend.associate_iam_instance_profile(instance.id, name, arn)
    return reservation


def _find_profile(
    original: t.Any,
    account_id: str,
    partition: str,
    iam_instance_profile_arn: str | None,
    iam_instance_profile_name: str | None,
) -> t.Any:
    member, value = (
        ("arn", iam_instance_profile_arn) if iam_instance_profile_arn else ("name", iam_instance_profile_name)
    )
    invalid = f"Value ({value}) for parameter iamInstanceProfile.{member} is invalid. Invalid IAM Instance Profile"
    try:
        profile = original(account_id, partition, iam_instance_profile_arn, iam_instance_profile_name)
    except NotFoundException as error:
        raise EC2ClientError("InvalidParameterValue", f"{invalid} {member}") from error
    if profile is None:
        raise EC2ClientError("InvalidParameterValue", f"{invalid} {member}")
    if not profile.roles:
        raise EC2ClientError(
            "InvalidParameterValue", f'IAM Instance Profile "{profile.arn}" has no associated IAM Roles'
        )
    return profile


def _replace(original: t.Any, backend: t.Any, association_id: str, *args: t.Any, **keywords: t.Any) -> t.Any:
    associations = backend.iam_instance_profile_associations.values()
    for association in associations:
        instance = association.instance
        if association.association_id == association_id and instance.state != "running":
            raise EC2ClientError("IncorrectState", f"The instance '{instance.id}' is not in the 'running' state.")
    return original(backend, association_id, *args, **keywords)
