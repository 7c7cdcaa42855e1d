# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The matrix, asked of a simulator that answers by the tests' own reading of IAM."""

from __future__ import annotations

import typing as t

import boto3
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import build_document
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import Resource, resources_of_tag_sets
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix_calls import (
    Question,
    ask_principal,
    read_document,
    read_nodes,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import parse_request
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from .iam_reading import may_send
from .simulating_iam import SimulatingIAM

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_ssm.client import SSMClient

ACCOUNT = "123456789012"
PLACE = Place("aws", "eu-central-1", ACCOUNT)
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
SHELL = Resource("AWS-RunShellScript", "arn:aws:ssm:eu-central-1::document/AWS-RunShellScript")
POWERSHELL = Resource("AWS-RunPowerShellScript", "arn:aws:ssm:eu-central-1::document/AWS-RunPowerShellScript")


def policy(guard_tags: bool = False, **tags: t.Any) -> dict[str, t.Any]:
    options = {"scopes": [{"tags": tags}], "documents": ["AWS-RunShellScript"], "guard_tags": guard_tags}
    return build_document(parse_request(options), "aws", ACCOUNT)


def nodes(*tag_sets: dict[str, str]) -> tuple[Resource, ...]:
    return tuple(resources_of_tag_sets(tag_sets, ["ec2"], PLACE))


def as_client(iam: SimulatingIAM) -> IAMClient:
    return t.cast("IAMClient", iam)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[EC2Client, SSMClient]]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("ec2", region_name="eu-central-1"), boto3.client("ssm", region_name="eu-central-1")


def test_matrix_of_a_document_that_nobody_has_yet() -> None:
    iam = SimulatingIAM(None)
    question = Question(nodes({"Finance": "web"}, {"Finance": "db"}, {}), (SHELL, POWERSHELL), (policy(Finance="web"),))
    answer = ask_principal(as_client(iam), None, question)
    assert [(cell["tags"].get("Finance"), cell["document"], cell["allowed"]) for cell in answer.cells] == [
        ("web", "AWS-RunShellScript", True),
        ("web", "AWS-RunPowerShellScript", False),
        ("db", "AWS-RunShellScript", False),
        ("db", "AWS-RunPowerShellScript", False),
        (None, "AWS-RunShellScript", False),
        (None, "AWS-RunPowerShellScript", False),
    ]
    assert answer.cells[0]["deciding_statement"]["sid"] == "SendToScope1"
    assert answer.cells[1]["denied_by"] == ["document"]
    assert iam.calls == ["simulate"] * 3 == ["simulate"] * answer.calls


def test_tags_of_nodes_do_not_open_documents() -> None:
    """With Resource "*" under a condition on tags, a document asked for in the node's context would seem allowed."""
    wide: dict[str, t.Any] = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "ssm:SendCommand",
                "Resource": "*",
                "Condition": {"StringLike": {"ssm:resourceTag/Finance": "web"}},
            }
        ],
    }
    answer = ask_principal(as_client(SimulatingIAM(None)), None, Question(nodes({"Finance": "web"}), (SHELL,), (wide,)))
    assert [(cell["allowed"], cell["denied_by"]) for cell in answer.cells] == [(False, ["document"])]


def test_principal_with_many_named_nodes_takes_few_calls() -> None:
    iam = SimulatingIAM(None, {ALICE: [policy(Finance="web")]})
    named = nodes(*({"Name": f"n{n}", "Finance": "web" if n % 3 else "db"} for n in range(60)))
    answer = ask_principal(as_client(iam), ALICE, Question(named, (SHELL,)))
    assert sum(cell["allowed"] for cell in answer.cells) == 40
    assert iam.calls == ["get_context_keys_for_principal_policy", "simulate", "simulate", "simulate"]
    assert answer.calls == 4


def test_two_groups_need_no_question_about_keys() -> None:
    iam = SimulatingIAM(None, {ALICE: [policy(Finance="web")]})
    answer = ask_principal(as_client(iam), ALICE, Question(nodes({"Finance": "web", "Name": "a"}), (SHELL,)))
    assert [cell["allowed"] for cell in answer.cells] == [True]
    assert iam.calls == ["simulate", "simulate"]


def test_documents_are_added_to_what_the_principal_has() -> None:
    iam = SimulatingIAM(None, {ALICE: [policy(Finance="web")]})
    question = Question(nodes({"Finance": "web"}, {"Role": "db"}, {"x": "y"}), (SHELL,), (policy(Role="db"),))
    answer = ask_principal(as_client(iam), ALICE, question)
    assert [cell["allowed"] for cell in answer.cells] == [True, True, False]
    assert answer.cells[0]["deciding_statement"]["policy"] == "own-0"
    assert answer.cells[1]["deciding_statement"]["statement"]["Sid"] == "SendToScope1"


scope_tags = st.dictionaries(
    st.sampled_from(["Finance", "Role"]), st.sampled_from(["web", "db", "w*"]), min_size=1, max_size=2
)
node_tags = st.dictionaries(st.sampled_from(["Finance", "ROLE", "Name"]), st.sampled_from(["web", "db", ""]))


@settings(max_examples=100)
@given(st.lists(scope_tags, min_size=1, max_size=3), st.lists(node_tags, min_size=1, max_size=6), st.booleans())
def test_cells_are_as_if_each_node_were_asked_about_alone(
    scopes: list[dict[str, t.Any]], tag_sets: list[dict[str, str]], is_own: bool
) -> None:
    documents = [policy(False, **tags) for tags in scopes]
    whole = {"Version": "2012-10-17", "Statement": [item for one in documents for item in one["Statement"]]}
    iam = SimulatingIAM(None, {ALICE: documents if is_own else []})
    question = Question(nodes(*tag_sets), (SHELL, POWERSHELL), () if is_own else tuple(documents))
    answer = ask_principal(as_client(iam), ALICE if is_own else None, question)
    asked = [(node, document) for node in question.nodes for document in question.documents]
    wanted = [may_send(whole, document.arn, node.arn, dict(node.tags)) for node, document in asked]
    assert [cell["allowed"] for cell in answer.cells] == wanted
    assert answer.calls == len(iam.calls) <= len({node.tags for node in question.nodes}) + 2


class Untold(SimulatingIAM):
    """Does not let its caller ask for context keys."""

    def get_context_keys_for_principal_policy(self, **request: t.Any) -> t.NoReturn:
        error = {"Error": {"Code": "AccessDenied", "Message": request["PolicySourceArn"]}}
        raise ClientError(t.cast("t.Any", error), "GetContextKeysForPrincipalPolicy")


def test_without_the_right_to_ask_for_keys_all_tags_decide() -> None:
    iam = Untold(None, {ALICE: [policy(Finance="web")]})
    named = nodes(*({"Name": f"n{n}", "Finance": "web"} for n in range(5)))
    answer = ask_principal(as_client(iam), ALICE, Question(named, (SHELL,)))
    assert all(cell["allowed"] for cell in answer.cells)
    assert iam.calls == ["simulate"] * 6


@pytest.mark.parametrize(("guard", "wanted"), [(False, ["ec2:CreateTags", "ec2:DeleteTags"]), (True, [])])
def test_tag_changes(guard: bool, wanted: list[str]) -> None:
    tagger = {"Statement": [{"Effect": "Allow", "Action": "ec2:*Tags", "Resource": "*"}], "Version": "2012-10-17"}
    iam = SimulatingIAM(None, {ALICE: [policy(guard, Finance="web"), tagger]})
    answer = ask_principal(as_client(iam), ALICE, Question(nodes({}), (SHELL,), tag_changes_in=PLACE))
    assert list(answer.tag_changes.actions) == wanted
    assert answer.tag_keys == ["Finance"]
    assert answer.calls == sum(call != "read" for call in iam.calls)


def test_tags_that_decide_nothing_are_not_asked_about() -> None:
    iam = SimulatingIAM(None, {ALICE: [{"Statement": [], "Version": "2012-10-17"}]})
    answer = ask_principal(as_client(iam), ALICE, Question(nodes({"a": "b"}), (SHELL,), tag_changes_in=PLACE))
    assert (answer.tag_changes.actions, answer.tag_keys) == ((), [])


def test_tags_of_nodes_come_from_ec2_and_ssm(aws: tuple[EC2Client, SSMClient]) -> None:
    ec2, ssm = aws
    specification: t.Any = [{"ResourceType": "instance", "Tags": [{"Key": "Finance", "Value": "web"}]}]
    made = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, TagSpecifications=specification)[
        "Instances"
    ]
    managed = "mi-0123456789abcdef0"
    ids = [managed, made[0]["InstanceId"]]
    with Stubber(ssm) as stub:
        asked = {"ResourceType": "ManagedInstance", "ResourceId": managed}
        stub.add_response("list_tags_for_resource", {"TagList": [{"Key": "Role", "Value": "db"}]}, asked)
        found = read_nodes(ec2, ssm, ids, PLACE)
    assert [(node.name, node.tags) for node in found] == [
        (managed, (("Role", "db"),)),
        (ids[1], (("Finance", "web"),)),
    ]
    assert found[0].arn == f"arn:aws:ssm:eu-central-1:{ACCOUNT}:managed-instance/{managed}"
    assert found[1].arn == f"arn:aws:ec2:eu-central-1:{ACCOUNT}:instance/{ids[1]}"


def test_nodes_that_are_not_there_are_named(aws: tuple[EC2Client, SSMClient]) -> None:
    with pytest.raises(RequestError, match="instance_ids: i-0123456789abcdef0 is not in eu-central-1 of account 1234"):
        read_nodes(*aws, ["i-0123456789abcdef0"], PLACE)


def test_own_documents_have_tags_and_those_of_aws_have_none(aws: tuple[EC2Client, SSMClient]) -> None:
    _ec2, ssm = aws
    content = '{"schemaVersion": "2.2", "mainSteps": []}'
    ssm.create_document(Content=content, Name="restart", DocumentType="Command", Tags=[{"Key": "a", "Value": "b"}])
    own = f"arn:aws:ssm:eu-central-1:{ACCOUNT}:document/restart"
    assert read_document(ssm, "restart", PLACE) == Resource("restart", own, (("a", "b"),))
    assert read_document(ssm, own, PLACE) == Resource(own, own, (("a", "b"),))
    assert read_document(ssm, "AWS-RunShellScript", PLACE) == SHELL
    foreign = "arn:aws:ssm:eu-central-1:210987654321:document/restart"
    assert read_document(ssm, foreign, PLACE) == Resource(foreign, foreign)
