# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module send_command_access_info from its arguments to its result, on moto and a simulator of the tests."""

from __future__ import annotations

import json
import typing as t

import boto3
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import build_document
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import parse_request
from ansible_collections.ssmops.run_command.plugins.modules import send_command_access_info

from tests.support.document_account import DocumentAccount

from ..module_utils.access.simulating_iam import SimulatingIAM
from .run_module import run_module

ALICE = "arn:aws:iam::123456789012:user/alice"
BOB = "arn:aws:iam::123456789012:user/bob"
WEB = build_document(parse_request({"scopes": [{"tags": {"Finance": "web"}}], "documents": ["AWS-RunShellScript"]}))
GUARDED = build_document(
    parse_request({"scopes": [{"tags": {"Finance": "web"}}], "documents": ["AWS-RunShellScript"], "guard_tags": True})
)
TAGGER: dict[str, t.Any] = {"Statement": [{"Effect": "Allow", "Action": "ec2:CreateTags", "Resource": "*"}]}
SETS: list[dict[str, str]] = [{"Finance": "web"}, {"Finance": "db"}, {}]


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the module warns of; in a test's process Ansible would show it instead of returning it."""
    warnings: list[str] = []
    monkeypatch.setattr(f"{send_command_access_info.__name__}.warn", warnings.append)
    return warnings


@pytest.fixture
def run(
    aws: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> t.Callable[..., dict[str, t.Any]]:
    own = {ALICE: [WEB, TAGGER], BOB: []}
    account = DocumentAccount()

    def client(_self: object, service: str) -> t.Any:
        if service == "ssm":
            return account.ssm
        real: t.Any = boto3.client(t.cast("t.Any", service), region_name="us-east-1")
        return SimulatingIAM(real, own) if service == "iam" else real

    monkeypatch.setattr(f"{send_command_access_info.__name__}.AnsibleAWSModule.client", client)

    def run_it(check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        return run_module(send_command_access_info.main, options, capsys, check=check)

    return run_it


def test_matrix_of_a_planned_policy(run: t.Callable[..., dict[str, t.Any]]) -> None:
    result = run(policy_documents=[GUARDED], tag_sets=SETS, node_types=["ec2", "managed"])
    assert not result["changed"]
    assert [(cell["tags"], cell["allowed"]) for cell in result["matrix"]] == [
        (tags, tags == {"Finance": "web"}) for tags in SETS for _type in ("ec2", "managed")
    ]
    assert result["simulations"] == 3
    assert result["lint"] == []
    assert "tag_changes" not in result


def test_principals_and_nodes(run: t.Callable[..., dict[str, t.Any]]) -> None:
    ec2 = boto3.client("ec2", region_name="us-east-1")
    tags: t.Any = [{"ResourceType": "instance", "Tags": [{"Key": "Finance", "Value": "web"}]}]
    node = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, TagSpecifications=tags)["Instances"][0][
        "InstanceId"
    ]
    result = run(principals=[ALICE, BOB], instance_ids=[node, node], check=True)
    assert [(cell["principal"], cell["instance_id"], cell["allowed"]) for cell in result["matrix"]] == [
        (ALICE, node, True),
        (BOB, node, False),
    ]


def test_promises_that_hold(run: t.Callable[..., dict[str, t.Any]]) -> None:
    result = run(
        principals=[ALICE, BOB],
        tag_sets=SETS,
        must_allow=[{"principal": ALICE, "tags": {"Finance": "web"}}],
        must_deny=[{"principal": BOB}, {"tags": {"Finance": "db"}}],
    )
    assert len(result["matrix"]) == 6
    assert not result.get("failed")


def test_broken_promises_fail_with_their_cells(run: t.Callable[..., dict[str, t.Any]]) -> None:
    result = run(principals=[ALICE, BOB], tag_sets=SETS, must_allow=[{}])
    assert result["failed"]
    assert len(result["offending_cells"]) == 5
    assert result["msg"].startswith("5 of 6 cells violate must_allow or must_deny: ")
    assert len(result["matrix"]) == 6


def test_requests_through_mcp_servers_have_a_column(run: t.Callable[..., dict[str, t.Any]]) -> None:
    options = {"scopes": [{"tags": {"Finance": "web"}}], "documents": ["AWS-RunShellScript"]}
    denying = build_document(parse_request({**options, "deny_via_mcp": True}), "aws", "123456789012")
    lenient = build_document(parse_request(options), "aws", "123456789012")
    web = {"tag_sets": [{"Finance": "web"}], "check_via_mcp": True}
    proofs = {"must_allow": [{"via_mcp": False}], "must_deny": [{"via_mcp": True}]}
    proven = run(policy_documents=[denying], **web, **proofs)
    assert not proven.get("failed"), proven["msg"]
    assert [(cell["via_mcp"], cell["allowed"], cell["decision"]) for cell in proven["matrix"]] == [
        (False, True, "allowed"),
        (True, False, "explicitDeny"),
    ]
    assert proven["matrix"][1]["context"] == {"aws:ViaAWSMCPService": ["true"]}
    refuted = run(policy_documents=[lenient], **web, **proofs)
    assert refuted["failed"]
    assert [cell["via_mcp"] for cell in refuted["offending_cells"]] == [True]
    (direct,) = run(policy_documents=[denying], tag_sets=[{"Finance": "web"}])["matrix"]
    assert (direct["via_mcp"], direct["allowed"]) == (False, True)
    given = run(policy_documents=[denying], **web, context={"aws:viaawsmcpservice": True})["matrix"]
    assert [cell["via_mcp"] for cell in given] == [True]


OFFICE: dict[str, t.Any] = {
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "ssm:SendCommand",
            "Resource": "*",
            "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
        }
    ]
}


@pytest.mark.parametrize("promise", ["must_deny", "must_allow"])
def test_what_depends_on_a_key_that_is_not_given_proves_nothing(
    run: t.Callable[..., dict[str, t.Any]], promise: str, warned: list[str]
) -> None:
    result = run(policy_documents=[OFFICE], tag_sets=[{}], **{promise: [{}]})
    assert result["failed"]
    assert "is unknown (it depends on aws:SourceIp; give values in context)" in result["msg"]
    assert result["offending_cells"][0]["allowed"] is None


def test_context_gives_the_key_and_each_case_has_its_cells(
    run: t.Callable[..., dict[str, t.Any]], warned: list[str]
) -> None:
    inside, outside = ({"aws:SourceIp": address} for address in ("192.0.2.7", "198.51.100.7"))
    assert not run(policy_documents=[OFFICE], tag_sets=[{}], context=inside, must_allow=[{}]).get("failed")
    result = run(policy_documents=[OFFICE], tag_sets=[{}], context=[inside, outside], must_deny=[{}])
    assert [cell["allowed"] for cell in result["matrix"]] == [True, False]
    assert "1 of 2 cells" in result["msg"]
    assert "in the context {'aws:SourceIp': ['192.0.2.7']} is allowed" in result["msg"]


def test_the_region_of_the_request_is_known(run: t.Callable[..., dict[str, t.Any]], warned: list[str]) -> None:
    condition = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    document = {"Statement": [{**OFFICE["Statement"][0], "Condition": condition}]}
    result = run(policy_documents=[document], tag_sets=[{}], must_deny=[{}])
    assert result["offending_cells"][0]["decision"] == "allowed"


def test_who_may_change_tags(run: t.Callable[..., dict[str, t.Any]], warned: list[str]) -> None:
    result = run(principals=[ALICE, BOB], tag_sets=SETS, check_tag_changes=True)
    nothing: dict[str, list[str]] = {"undecided": [], "depends_on": [], "unreadable_policies": []}
    assert result["tag_changes"] == [
        {"principal": ALICE, "actions": ["ec2:CreateTags"], "tag_keys": ["Finance"], **nothing}
    ]
    assert any("may call ec2:CreateTags with the tags Finance" in warning for warning in warned)
    guarded = run(principals=[ALICE], policy_documents=[GUARDED], tag_sets=SETS, check_tag_changes=True)
    assert guarded["tag_changes"] == []


def test_documents_are_linted(run: t.Callable[..., dict[str, t.Any]], warned: list[str]) -> None:
    result = run(policy_documents=[WEB], tag_sets=SETS)
    assert [finding["code"] for finding in result["lint"]] == ["tags-changeable"]
    assert warned == [str(result["lint"][0]["message"]) + " [tags-changeable]"]


def document(*commands: str, **parameters: t.Any) -> str:
    """The content of a document."""
    step = {"action": "aws:runShellScript", "name": "say", "inputs": {"runCommand": list(commands)}}
    return json.dumps({"schemaVersion": "2.2", "parameters": parameters, "mainSteps": [step]})


def test_documents_that_may_be_sent_are_shells(run: t.Callable[..., dict[str, t.Any]], warned: list[str]) -> None:
    ssm = DocumentAccount().ssm
    ssm.create_document(
        Name="Say", Content=document("echo {{ word }}", word={"type": "String"}), DocumentType="Command"
    )
    ssm.update_document(Name="Say", Content=document("echo fixed"), DocumentVersion="$LATEST")
    ssm.create_document(Name="Fixed", Content=document("echo fixed"), DocumentType="Command")
    names = ["Say", "Fixed", "None", "Other"]
    policy = build_document(parse_request({"scopes": [{"tags": {"Finance": "web"}}], "documents": names[:3]}))
    result = run(policy_documents=[policy], tag_sets=SETS, documents=names, check_documents=True)
    said = {row["document"]: (row["allowed"], row["shell"]) for row in result["document_lint"]}
    assert said == {"Say": (True, True), "Fixed": (True, False), "None": (True, None)}
    (found,) = result["document_lint"][0]["lint"]
    assert (found["code"], found["document_version"]) == ("shell-parameter", "1")
    assert warned[-2:] == [
        "the policy may send Say, which is a shell: its sender chooses what a node runs (shell-parameter).",
        "the policy may send None; whether it is a shell is unknown: it does not exist.",
    ]
    assert "document_lint" not in run(policy_documents=[policy], tag_sets=SETS)


def bad(**parts: t.Any) -> dict[str, t.Any]:
    return {"Statement": [{**OFFICE["Statement"][0], **parts}]}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tag_sets": SETS}, "principals: an empty list selects nobody"),
        ({"principals": [ALICE]}, "instance_ids: an empty list selects no node"),
        ({"principals": ["alice"], "tag_sets": SETS}, "principals: 'alice' is not the ARN of a user"),
        ({"principals": [ALICE], "instance_ids": ["web-1"]}, "instance_ids: 'web-1' is not a node ID"),
        ({"principals": [ALICE], "instance_ids": ["i-0123456789abcdef0"]}, "i-0123456789abcdef0 is not in us-east-1"),
        ({"principals": [ALICE], "tag_sets": [{"aws:x": "y"}]}, "tag_sets[0]: the tag key 'aws:x' begins with 'aws:'"),
        ({"principals": [ALICE], "tag_sets": SETS, "documents": ["AWS-*"]}, "documents: 'AWS-*' is a pattern"),
        ({"principals": [ALICE], "tag_sets": SETS, "documents": []}, "documents: an empty list"),
        ({"principals": [ALICE], "tag_sets": SETS, "node_types": ["x"]}, "node_types"),
        ({"policy_documents": [{"a": 1}], "tag_sets": SETS}, "policy_documents[0]: it has no Statement"),
        (
            {"policy_documents": [OFFICE, {"Statement": "x"}], "tag_sets": SETS},
            "policy_documents[1]: Statement 1 is 'x'; allowed is a dictionary with Effect, Action and Resource.",
        ),
        ({"policy_documents": [{"Statement": ["x"]}], "tag_sets": SETS}, "policy_documents[0]: Statement 1 is 'x'"),
        ({"policy_documents": [bad(Effect="allow")], "tag_sets": SETS}, "Statement 1 has the Effect 'allow'"),
        ({"policy_documents": [bad(Action=[])], "tag_sets": SETS}, "Statement 1 has the Action []"),
        ({"policy_documents": [bad(NotAction="x")], "tag_sets": SETS}, "Statement 1 has Action and NotAction"),
        ({"policy_documents": [bad(Resource={})], "tag_sets": SETS}, "Statement 1 has the Resource {}"),
        ({"policy_documents": [bad(Condition=["x"])], "tag_sets": SETS}, "Statement 1 has the Condition ['x']"),
        ({"policy_documents": [bad(Condition={"Bool": "x"})], "tag_sets": SETS}, "has the Condition {'Bool': 'x'}"),
        (
            {"policy_documents": [bad(Condition={"Bool": {"aws:x": {}}})], "tag_sets": SETS},
            "Statement 1 has the value {} of aws:x",
        ),
        ({"policy_documents": ["{"], "tag_sets": SETS}, "policy_documents"),
        (
            {"principals": [ALICE], "tag_sets": SETS, "must_deny": [{"principal": BOB}]},
            f"must_deny[0]: {{'principal': '{BOB}'}} selects no cell",
        ),
        ({"principals": [ALICE], "tag_sets": SETS, "must_allow": [{"node": "x"}]}, "must_allow.node"),
        ({"principals": [ALICE], "tag_sets": SETS, "region": ""}, "region: it is not set"),
        ({"principals": [ALICE], "tag_sets": SETS, "context": []}, "context: an empty list has no case"),
        ({"principals": [ALICE], "tag_sets": SETS, "context": ["x"]}, "context[0]: 'x' is not a dictionary"),
        ({"principals": [ALICE], "tag_sets": SETS, "context": {"mfa": True}}, "context: 'mfa' is not a condition key"),
        (
            {"principals": [ALICE], "tag_sets": SETS, "context": {"aws:SourceIp": {}}},
            "context[aws:SourceIp]: {} is not a value of a condition key",
        ),
        (
            {"principals": [ALICE], "tag_sets": SETS, "context": {"ssm:resourceTag/Finance": "web"}},
            "context: 'ssm:resourceTag/Finance' is a tag of a node; use tag_sets",
        ),
        (
            {"principals": [ALICE], "tag_sets": SETS, "context": {"aws:SourceIp": "1", "aws:sourceip": "2"}},
            "context: 'aws:sourceip' and 'aws:SourceIp' are the same key for IAM",
        ),
    ],
)
def test_bad_input_is_refused_by_name(
    run: t.Callable[..., dict[str, t.Any]], monkeypatch: pytest.MonkeyPatch, options: dict[str, t.Any], message: str
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "EC2_REGION"):
        monkeypatch.delenv(name, raising=False)
    result = run(**options)
    assert result["failed"]
    assert message in result["msg"]
    assert "\n" not in result["msg"]
