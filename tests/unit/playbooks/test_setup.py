# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook setup proves, and which instances get the profile: scope by scope, from its variables."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import build_document
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import resources_of_tag_sets
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import parse_request
from ansible_collections.ssmops.run_command.plugins.module_utils.task.answers import read_answers
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

from ..plugins.module_utils.access.iam_reading import may_send

VARS = pathlib.Path(__file__).parents[3] / "playbooks" / "vars" / "setup.yml"
HERE = "eu-central-1"
SHELL = "arn:aws:ssm:{}::document/AWS-RunShellScript"
WEB: dict[str, t.Any] = {"tags": {"Role": ["web", "proxy"]}}
RACK: dict[str, t.Any] = {"tags": {"Rack": "7"}, "node_types": ["managed"]}
ABROAD: dict[str, t.Any] = {"tags": {"Role": "batch"}, "regions": ["us-east-1", "us-west-2"], "node_types": ["ec2"]}


def value_of(name: str, scopes: list[dict[str, t.Any]], **more: t.Any) -> list[dict[str, t.Any]]:
    loader = DataLoader()
    variables = {**loader.load_from_file(str(VARS), trusted_as_template=True), **more}
    # The filter, which a test without Ansible's plugin loader does not find.
    questions = {name: dict(asked) for name, asked in variables["setup_questions"].items() if isinstance(asked, dict)}
    variables["setup_answers"] = read_answers({"run_command_scopes": scopes}, questions)[0]
    return t.cast("list[dict[str, t.Any]]", Templar(loader=loader, variables=variables).template(variables[name]))


@pytest.mark.parametrize(
    "scopes",
    [[WEB], [RACK], [ABROAD], [WEB, RACK], [WEB, RACK, ABROAD], [{**WEB, "regions": HERE, "node_types": "ec2"}]],
)
def test_all_that_is_expected_holds_for_the_policy_of_the_scopes(scopes: list[dict[str, t.Any]]) -> None:
    policy = build_document(parse_request({"scopes": scopes, "documents": ["AWS-RunShellScript"]}))
    proofs = value_of("run_command_proofs", scopes)
    for proof in proofs:
        region = proof["region"] or HERE
        place = Place("aws", region, "123456789012")
        for node in resources_of_tag_sets(proof["tag_sets"], proof["node_types"], place):
            sends = may_send(policy, SHELL.format(region), node.arn, dict(node.tags))
            assert sends == bool(proof["must_allow"]), (proof, node)
    assert len([proof for proof in proofs if proof["must_allow"]]) >= len(scopes)


def test_each_scope_is_proven_with_its_types_and_in_its_regions() -> None:
    proofs = value_of("run_command_proofs", [WEB, RACK, ABROAD], run_command_denied_documents=["AWS-RunDocument"])
    shown = [(proof["tag_sets"], proof["node_types"], proof["region"]) for proof in proofs if proof["must_allow"]]
    assert shown == [
        ([{"Role": "web"}], ["ec2", "managed"], ""),
        ([{"Rack": "7"}], ["managed"], ""),
        ([{"Role": "batch"}], ["ec2"], "us-east-1"),
        ([{"Role": "batch"}], ["ec2"], "us-west-2"),
    ]
    denied = [(proof["documents"], proof["tag_sets"], proof["region"]) for proof in proofs if proof["must_deny"]]
    assert (["AWS-RunDocument"], [{"Rack": "7"}], "") in denied
    assert [region for documents, tags, region in denied if tags == [{}]] == ["", "us-east-1", "us-west-2"]


def test_given_nodes_are_proven_as_given() -> None:
    proofs = value_of("run_command_proofs", [WEB], run_command_must_allow=[{"Role": "proxy"}], run_command_must_deny=[])
    assert [(proof["tag_sets"], proof["node_types"]) for proof in proofs] == [([{"Role": "proxy"}], ["ec2", "managed"])]


def test_only_instances_of_the_scopes_get_the_profile() -> None:
    assert value_of("run_command_node_places", [WEB, RACK, ABROAD]) == [
        {"tags": {"Role": ["web", "proxy"]}, "region": ""},
        {"tags": {"Role": "batch"}, "region": "us-east-1"},
        {"tags": {"Role": "batch"}, "region": "us-west-2"},
    ]
    assert value_of("run_command_node_places", [WEB], run_command_node_tags=[]) == []
    assert value_of("run_command_node_places", [], run_command_node_tags=[{"a": "b"}]) == [
        {"tags": {"a": "b"}, "region": ""}
    ]
