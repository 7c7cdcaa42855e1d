# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls to EC2 send and what they make of the answers, on botocore's own stubs."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ec2

if t.TYPE_CHECKING:
    from tests.support.service_models import StubbedClient

SERVICE = "ec2"
ONE = "i-00000000000000001"
ASSOCIATION: dict[str, t.Any] = {"AssociationId": "iip-assoc-1", "InstanceId": ONE, "State": "associating"}
ANSWER = {"IamInstanceProfileAssociation": ASSOCIATION}


def test_instances_of_all_reservations_and_pages(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    asked = {"Filters": [{"Name": "tag:Role", "Values": ["web", "app"]}]}
    first = {"Reservations": [{"Instances": [{"InstanceId": "i-1"}]}, {"Instances": [{"InstanceId": "i-2"}]}]}
    stub.add_response("describe_instances", {**first, "NextToken": "more"}, asked)
    second = {"Reservations": [{"Instances": [{"InstanceId": "i-3"}]}]}
    stub.add_response("describe_instances", second, {**asked, "NextToken": "more"})
    found = ec2.describe_instances(client, {"tag:Role": ("web", "app")})
    assert [instance["InstanceId"] for instance in found] == ["i-1", "i-2", "i-3"]


def test_associations_of_all_pages(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    asked = {"Filters": [{"Name": "state", "Values": ["associated"]}]}
    page = {"IamInstanceProfileAssociations": [ASSOCIATION]}
    stub.add_response("describe_iam_instance_profile_associations", {**page, "NextToken": "more"}, asked)
    stub.add_response("describe_iam_instance_profile_associations", page, {**asked, "NextToken": "more"})
    assert ec2.describe_associations(client, {"state": ["associated"]}) == [ASSOCIATION, ASSOCIATION]


def test_a_profile_is_named_and_not_its_arn(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    profile = {"IamInstanceProfile": {"Name": "web"}}
    stub.add_response("associate_iam_instance_profile", ANSWER, {"InstanceId": ONE, **profile})
    stub.add_response("replace_iam_instance_profile_association", ANSWER, {"AssociationId": "iip-assoc-1", **profile})
    assert ec2.associate_instance_profile(client, ONE, "web") == ASSOCIATION
    assert ec2.replace_association(client, "iip-assoc-1", "web") == ASSOCIATION


def test_an_association_that_is_gone_is_no_error(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    stub.add_response("disassociate_iam_instance_profile", ANSWER, {"AssociationId": "iip-assoc-1"})
    stub.add_client_error("disassociate_iam_instance_profile", "InvalidAssociationID.NotFound")
    assert ec2.disassociate_instance_profile(client, "iip-assoc-1")
    assert not ec2.disassociate_instance_profile(client, "iip-assoc-1")


def test_an_error_says_what_was_tried(stubbed: StubbedClient) -> None:
    client, stub = stubbed
    stub.add_client_error("associate_iam_instance_profile", "UnauthorizedOperation", "no")
    with pytest.raises(AnsibleAWSError, match=r"^Failed to associate the instance profile: .*UnauthorizedOperation"):
        ec2.associate_instance_profile(client, ONE, "web")
