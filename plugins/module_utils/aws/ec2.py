# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EC2 instances and their instance profile associations: one API call per function."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import (
    answer_field,
    aws_call,
    aws_deletion,
    aws_write,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_ec2.type_defs import IamInstanceProfileAssociationTypeDef, InstanceTypeDef, ReservationTypeDef

# DescribeInstances: the largest MaxResults.
PAGE_SIZE_MAX = 1_000
# EC2 accepts at most 200 values in one filter.
FILTER_VALUES_MAX = 200


@aws_call("describe the instances")
def describe_reservations(
    client: EC2Client, filters: Mapping[str, Sequence[str]], page_size: int | None = None
) -> list[ReservationTypeDef]:
    """The instances that match every filter with one of its values, in their reservations, which have the account.

    :param page_size: of all pages, 5 to 1,000; None: as EC2 likes.
    """
    pages = client.get_paginator("describe_instances").paginate(
        Filters=t.cast("t.Any", _filter_list(filters)),
        PaginationConfig={"PageSize": page_size} if page_size else {},
    )
    return [reservation for page in pages for reservation in answer_field(page, "Reservations")]


def describe_instances(client: EC2Client, filters: Mapping[str, Sequence[str]]) -> list[InstanceTypeDef]:
    """The instances that match every filter with one of its values; all pages."""
    return [instance for found in describe_reservations(client, filters) for instance in found.get("Instances", ())]


@aws_call("describe the instance profile associations")
def describe_associations(
    client: EC2Client, filters: Mapping[str, Sequence[str]]
) -> list[IamInstanceProfileAssociationTypeDef]:
    """The instance profile associations that match every filter (C(instance-id), C(state)); all pages."""
    pages = client.get_paginator("describe_iam_instance_profile_associations").paginate(
        Filters=t.cast("t.Any", _filter_list(filters))
    )
    return [association for page in pages for association in answer_field(page, "IamInstanceProfileAssociations")]


@aws_write("associate the instance profile", subject="{profile_name} with {instance_id}")
def associate_instance_profile(
    client: EC2Client, instance_id: str, profile_name: str
) -> IamInstanceProfileAssociationTypeDef:
    """Associate a profile with an instance that has none."""
    answer = client.associate_iam_instance_profile(InstanceId=instance_id, IamInstanceProfile={"Name": profile_name})
    return t.cast("IamInstanceProfileAssociationTypeDef", answer_field(answer, "IamInstanceProfileAssociation"))


@aws_write("replace the instance profile association", subject="{association_id} with {profile_name}")
def replace_association(
    client: EC2Client, association_id: str, profile_name: str
) -> IamInstanceProfileAssociationTypeDef:
    """Replace the profile of an association."""
    answer = client.replace_iam_instance_profile_association(
        AssociationId=association_id, IamInstanceProfile={"Name": profile_name}
    )
    return t.cast("IamInstanceProfileAssociationTypeDef", answer_field(answer, "IamInstanceProfileAssociation"))


@aws_deletion("disassociate the instance profile", missing=["InvalidAssociationID.NotFound"])
def disassociate_instance_profile(client: EC2Client, association_id: str) -> None:
    """End an association."""
    client.disassociate_iam_instance_profile(AssociationId=association_id)


def _filter_list(filters: Mapping[str, Sequence[str]]) -> list[dict[str, t.Any]]:
    return [{"Name": name, "Values": list(values)} for name, values in filters.items()]
