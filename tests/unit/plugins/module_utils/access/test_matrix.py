# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which simulations are asked for, and what is read from their answers."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access import matrix
from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import Decision, Resource, Simulation
from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from hypothesis import given
from hypothesis import strategies as st

PLACE = Place("aws", "eu-central-1", "123456789012")
QUESTION: dict[str, t.Any] = {
    "principals": ["arn:aws:iam::123456789012:user/alice"],
    "policy_documents": [],
    "instance_ids": ["i-0123456789abcdef0"],
    "tag_sets": [],
    "documents": ["AWS-RunShellScript"],
}
TAGS = st.dictionaries(st.sampled_from(["Name", "Finance", "role"]), st.sampled_from(["a", "b", "c"]))


def node(name: str, **tags: str) -> Resource:
    return Resource(name, f"arn:{name}", matrix.tags_of(tags))


def test_thousand_nodes_with_names_take_as_many_calls_as_deciding_values() -> None:
    nodes = [node(f"i-{n}", Name=f"web-{n}", Finance=["web", "db"][n % 2]) for n in range(1000)]
    documents = [node("AWS-RunShellScript")]
    assert len(matrix.plan_simulations([*documents, *nodes], {"finance"})) == 3
    assert len(matrix.plan_simulations([*documents, *nodes], set())) == 2
    assert len(matrix.plan_simulations([*documents, *nodes], None)) == 1001


def test_one_call_holds_at_most_a_page_of_resources() -> None:
    plan = matrix.plan_simulations([node(f"i-{n}") for n in range(2500)], None)
    assert [len(simulation.arns) for simulation in plan] == [1000, 1000, 500]


@given(st.lists(TAGS, max_size=8), st.one_of(st.none(), st.sets(st.sampled_from(["NAME", "Finance", "x"]))))
def test_every_resource_is_asked_for_with_its_deciding_tags(
    tag_sets: list[dict[str, str]], keys: set[str] | None
) -> None:
    resources = [node(str(n), **tags) for n, tags in enumerate(tag_sets)]
    plan = matrix.plan_simulations(resources, keys)
    asked = [(simulation.tags, arn) for simulation in plan for arn in simulation.arns]
    assert len(asked) == len(set(asked)) == len(resources)
    for resource in resources:
        wanted = matrix.tags_of(
            {key: value for key, value in resource.tags if keys is None or key.lower() in {k.lower() for k in keys}}
        )
        assert (wanted, resource.arn) in asked
    assert len({simulation.tags for simulation in plan}) == len(plan)


def test_request_gives_each_tag_under_both_names() -> None:
    request = Simulation((("Finance", "web"),), ("arn:n",)).request()
    assert request["ActionNames"] == ["ssm:SendCommand"]
    assert request["ResourceArns"] == ["arn:n"]
    assert request["ContextEntries"] == [
        {"ContextKeyName": name, "ContextKeyValues": ["web"], "ContextKeyType": "string"}
        for name in ("ssm:resourceTag/Finance", "aws:ResourceTag/Finance")
    ]


def test_keys_that_can_decide() -> None:
    names = [
        "ssm:resourceTag/Finance",
        "aws:ResourceTag/cost/center",
        "aws:SourceIp",
        "ec2:ResourceTag/x",
        "SSM:RESOURCETAG/b",
    ]
    assert matrix.deciding_tag_keys(names) == {"Finance", "cost/center", "b"}


def test_context_keys_of_a_document() -> None:
    document = {
        "Statement": {
            "Resource": "arn:aws:s3:::b/${aws:username}/${aws:PrincipalTag/team, 'none'}/${*}",
            "Condition": {
                "StringLike": {"ssm:resourceTag/a": "${aws:ResourceTag/b}"},
                "Bool": {"aws:SecureTransport": "true"},
            },
        }
    }
    assert matrix.context_keys_of(document) == {
        "aws:username",
        "aws:PrincipalTag/team",
        "aws:ResourceTag/b",
        "ssm:resourceTag/a",
        "aws:SecureTransport",
    }


def test_per_resource_results_win_over_the_outer_one() -> None:
    simulation = Simulation((), ("arn:a", "arn:b"))
    result = {
        "EvalActionName": "ssm:SendCommand",
        "EvalResourceName": "arn:${Partition}:ec2:x",
        "EvalDecision": "implicitDeny",
        "ResourceSpecificResults": [
            {
                "EvalResourceName": "arn:a",
                "EvalResourceDecision": "allowed",
                "MatchedStatements": [{"SourcePolicyId": "p"}],
            },
            {
                "EvalResourceName": "arn:b",
                "EvalResourceDecision": "implicitDeny",
                "MissingContextValues": ["aws:SourceIp"],
            },
        ],
    }
    answers = matrix.fold_results(simulation, [result])
    assert answers[(), "arn:a"] == Decision("allowed", ({"SourcePolicyId": "p"},))
    assert answers[(), "arn:b"] == Decision("implicitDeny", (), ("aws:SourceIp",))


def test_results_of_one_resource_each_are_read_too() -> None:
    simulation = Simulation((), ("arn:a",))
    result = {"EvalActionName": "ssm:SendCommand", "EvalResourceName": "arn:a", "EvalDecision": "explicitDeny"}
    assert matrix.fold_results(simulation, [result]) == {((), "arn:a"): Decision("explicitDeny")}


def test_a_resource_without_an_answer_is_an_error() -> None:
    result = {"EvalActionName": "ssm:SendCommand", "EvalResourceName": "arn:${Partition}:x", "EvalDecision": "allowed"}
    with pytest.raises(RequestError, match="returned no result for arn:a"):
        matrix.fold_results(Simulation((), ("arn:a",)), [result])


def test_boundary_and_organization_are_named() -> None:
    simulation = Simulation((), ("arn:a",))
    result = {
        "EvalResourceName": "arn:a",
        "EvalDecision": "implicitDeny",
        "PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False},
        "OrganizationsDecisionDetail": {"AllowedByOrganizations": False},
    }
    assert matrix.fold_results(simulation, [result])[(), "arn:a"].limits == ("permissions boundary", "organization")


@pytest.mark.parametrize(
    ("on_node", "on_document", "allowed", "decision", "denied_by"),
    [
        ("allowed", "allowed", True, "allowed", []),
        ("implicitDeny", "allowed", False, "implicitDeny", ["node"]),
        ("allowed", "implicitDeny", False, "implicitDeny", ["document"]),
        ("explicitDeny", "implicitDeny", False, "explicitDeny", ["document", "node"]),
        ("implicitDeny", "explicitDeny", False, "explicitDeny", ["document", "node"]),
    ],
)
def test_a_cell_is_allowed_only_when_both_are(
    on_node: str, on_document: str, allowed: bool, decision: str, denied_by: list[str]
) -> None:
    cell = matrix.make_cell("p", (node("n", a="b"), Decision(on_node)), (node("d"), Decision(on_document)))
    assert (cell["allowed"], cell["decision"], cell["denied_by"]) == (allowed, decision, denied_by)
    assert (cell["principal"], cell["instance_id"], cell["document"], cell["tags"]) == ("p", "n", "d", {"a": "b"})
    assert cell["deciding_statement"] is None


def test_deciding_statement_is_the_one_that_denies_else_the_one_of_the_node() -> None:
    by_node, by_document = {"SourcePolicyId": "node"}, {"SourcePolicyId": "document"}
    allowed = matrix.make_cell(
        "p", (node("n"), Decision("allowed", (by_node,))), (node("d"), Decision("allowed", (by_document,)))
    )
    assert allowed["deciding_statement"]["policy"] == "node"
    denied = matrix.make_cell(
        "p", (node("n"), Decision("allowed", (by_node,))), (node("d"), Decision("explicitDeny", (by_document,)))
    )
    assert denied["deciding_statement"]["policy"] == "document"


def test_statements_are_found_by_their_lines() -> None:
    document = {"Version": "2012-10-17", "Statement": [{"Sid": "A", "x": "\n"}, {"Sid": "B"}]}
    text = matrix.serialize_by_line(document)
    assert json.loads(text) == document
    for number, statement in enumerate(document["Statement"]):
        line = text.splitlines()[number + 1]
        assert json.loads(line.rstrip(",")) == statement
        assert matrix.statement_at(document, number + 2) == statement
    assert matrix.statement_at(document, 1) is None
    assert matrix.statement_at(document, 4) is None
    assert json.loads(matrix.serialize_by_line({"Statement": {"Sid": "C"}})) == {"Statement": [{"Sid": "C"}]}


def test_statement_of_a_document_that_was_sent_is_shown() -> None:
    document = {"Statement": [{"Sid": "A"}, {"Sid": "B"}]}
    matched = {
        "SourcePolicyId": "PolicyInputList.1",
        "SourcePolicyType": "none",
        "StartPosition": {"Line": 2, "Column": 16},
        "EndPosition": {"Line": 3, "Column": 12},
    }
    assert matrix.describe_statement(matched, [document]) == {
        "policy": "PolicyInputList.1",
        "policy_type": "none",
        "sid": "B",
        "statement": {"Sid": "B"},
        "start_line": 2,
        "end_line": 3,
    }
    assert matrix.describe_statement(matched)["statement"] is None
    assert matrix.describe_statement({"SourcePolicyId": "own"}, [document])["sid"] is None


def cells() -> list[dict[str, t.Any]]:
    return [
        matrix.make_cell(
            principal,
            (node(name, Finance=name), Decision("allowed" if name == "web" else "implicitDeny")),
            (node("AWS-RunShellScript"), Decision("allowed")),
        )
        for principal in ("alice", "bob")
        for name in ("web", "db")
    ]


@pytest.mark.parametrize(
    ("selector", "count"),
    [
        ({}, 4),
        ({"principal": "alice"}, 2),
        ({"principal": None, "instance_id": "db"}, 2),
        ({"tags": {"Finance": "web"}, "principal": "bob"}, 1),
        ({"document": "AWS-RunShellScript"}, 4),
        ({"document": "arn:AWS-RunShellScript"}, 4),
        ({"tags": {"Finance": "x"}}, 0),
    ],
)
def test_selectors(selector: dict[str, t.Any], count: int) -> None:
    assert len(matrix.select_cells(cells(), selector)) == count


def test_promises_that_hold() -> None:
    assert matrix.unmet_expectations(cells(), [{"tags": {"Finance": "web"}}], [{"instance_id": "db"}]) == []


def test_broken_promises_are_named_once() -> None:
    broken = matrix.unmet_expectations(cells(), [{"principal": "alice"}, {}], [{"instance_id": "web"}])
    assert [(cell["principal"], cell["instance_id"]) for cell in broken] == [
        ("alice", "db"),
        ("bob", "db"),
        ("alice", "web"),
        ("bob", "web"),
    ]
    assert matrix.describe_cell(broken[0]) == (
        "alice on db {'Finance': 'db'} with AWS-RunShellScript is denied (implicitDeny on the node)"
    )
    assert matrix.describe_cell(broken[2]).endswith("is allowed")


def test_a_promise_about_nothing_is_an_error() -> None:
    with pytest.raises(RequestError, match=r"must_deny\[0\]: \{'principal': 'carol'\} selects no cell"):
        matrix.unmet_expectations(cells(), [], [{"principal": "carol", "tags": None}])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"principals": ["alice"]}, r"principals: 'alice' is not the ARN of a user, group or role"),
        (
            {"principals": ["arn:aws:sts::123456789012:assumed-role/r/s"]},
            r"principals: .*assumed-role.* is not the ARN",
        ),
        ({"principals": ["arn:aws:iam::123456789012:policy/p"]}, r"principals: .* is not the ARN of a user"),
        ({"principals": []}, r"principals: an empty list selects nobody"),
        ({"instance_ids": []}, r"instance_ids: an empty list selects no node"),
        ({"instance_ids": ["web"]}, r"instance_ids: 'web' is not a node ID"),
        ({"documents": []}, r"documents: an empty list"),
        ({"documents": ["AWS-*"]}, r"documents: 'AWS-\*' is a pattern"),
        ({"policy_documents": [{"Version": "2012-10-17"}]}, r"policy_documents\[0\]: it has no Statement"),
    ],
)
def test_what_cannot_be_asked(options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        matrix.check_question({**QUESTION, **options})


@pytest.mark.parametrize(
    "options", [{}, {"principals": [], "policy_documents": [{"Statement": [{"Effect": "Allow"}]}]}]
)
def test_what_can_be_asked(options: dict[str, t.Any]) -> None:
    question = {**QUESTION, **options}
    matrix.check_question(question)
    assert question == {**QUESTION, **options}


def test_tag_sets_stand_for_nodes() -> None:
    resources = matrix.resources_of_tag_sets([{"a": 1}, {}], ["ec2", "managed"], PLACE)
    assert [(resource.name, resource.tags) for resource in resources] == [
        (None, (("a", "1"),)),
        (None, (("a", "1"),)),
        (None, ()),
        (None, ()),
    ]
    assert resources[0].arn == "arn:aws:ec2:eu-central-1:123456789012:instance/i-00000000000000000"
    assert resources[1].arn == "arn:aws:ssm:eu-central-1:123456789012:managed-instance/mi-00000000000000000"


@pytest.mark.parametrize("tags", [{"aws:x": "a"}, {"a": ["b"]}, {"a": True}, {"a": None}])
def test_tags_no_node_can_have(tags: dict[str, t.Any]) -> None:
    with pytest.raises(RequestError, match=r"tag_sets\[0\]"):
        matrix.resources_of_tag_sets([tags], ["ec2"], PLACE)


@given(st.dictionaries(st.sampled_from("abc"), st.sampled_from("12")), st.randoms())
def test_tags_are_the_same_in_whatever_order(tags: dict[str, str], random: t.Any) -> None:
    items = list(tags.items())
    random.shuffle(items)
    assert matrix.tags_of(dict(items)) == matrix.tags_of(tags) == tuple(sorted(items))


@pytest.mark.parametrize("rest", [{}, {"Version": "2012-10-17", "Id": "x"}])
def test_a_document_in_lines_is_the_same_document(rest: dict[str, t.Any]) -> None:
    statements = [{"Sid": "A", "Effect": "Allow"}, {"Sid": "B", "Effect": "Deny"}]
    text = matrix.serialize_by_line({**rest, "Statement": statements})
    assert json.loads(text) == {**rest, "Statement": statements}
    assert text.count('"Statement"') == 1
    assert [json.loads(line.rstrip(",")) for line in text.splitlines()[1:3]] == statements
