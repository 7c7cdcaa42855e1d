# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tags of nodes are read in few calls, each from where it is."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.node_tags_calls import read_tags

if t.TYPE_CHECKING:
    from tests.support.service_models import StubbedClient

HYBRID = "mi-00000000000000003"


def test_tags_are_read_from_where_they_are(ec2: StubbedClient, ssm: StubbedClient) -> None:
    ids = [f"i-{number:017x}" for number in range(201)]
    for part in (ids[:200], ids[200:]):
        instances = [{"InstanceId": item, "Tags": [{"Key": "Name", "Value": item}]} for item in part]
        asked = {"Filters": [{"Name": "instance-id", "Values": part}]}
        ec2[1].add_response("describe_instances", {"Reservations": [{"Instances": instances}]}, asked)
    asked_of_ssm = {"ResourceType": "ManagedInstance", "ResourceId": HYBRID}
    ssm[1].add_response("list_tags_for_resource", {"TagList": [{"Key": "Rack", "Value": "7"}]}, asked_of_ssm)
    tags = read_tags(ec2[0], ssm[0], [*ids, HYBRID])
    assert tags == {**{item: {"Name": item} for item in ids}, HYBRID: {"Rack": "7"}}


def test_a_hybrid_node_that_is_gone_is_not_in_the_answer(ec2: StubbedClient, ssm: StubbedClient) -> None:
    ssm[1].add_client_error("list_tags_for_resource", "InvalidResourceId")
    assert read_tags(ec2[0], ssm[0], [HYBRID]) == {}
