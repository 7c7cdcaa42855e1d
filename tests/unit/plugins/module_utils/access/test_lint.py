# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lint finds and where it is silent; what each mistake does is checked with an independent reading of IAM."""

from __future__ import annotations

import copy
import itertools
import json
import pathlib
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import build_document
from ansible_collections.ssmops.run_command.plugins.module_utils.access.lint import (
    CODES,
    lint_document,
    tags_changeable,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import parse_request
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import matches, patterns_overlap
from hypothesis import given
from hypothesis import strategies as st

from .iam_reading import may_send

GOLDEN = pathlib.Path(__file__).parent / "golden"
SEND = "ssm:SendCommand"
SHELL = "arn:aws:ssm:*::document/AWS-RunShellScript"
INSTANCES = "arn:aws:ec2:*:*:instance/*"
MANAGED = "arn:aws:ssm:*:*:managed-instance/*"
ACCOUNT = "123456789012"
NODE = f"arn:aws:ec2:eu-central-1:{ACCOUNT}:instance/i-0123456789abcdef0"
SHELL_HERE = "arn:aws:ssm:eu-central-1::document/AWS-RunShellScript"
RIGHT: dict[str, t.Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Documents", "Effect": "Allow", "Action": [SEND], "Resource": [SHELL]},
        {
            "Sid": "Nodes",
            "Effect": "Allow",
            "Action": [SEND],
            "Resource": [INSTANCES, MANAGED],
            "Condition": {"StringLike": {"ssm:resourceTag/Finance": ["web"]}},
        },
        {
            "Sid": "Guard",
            "Effect": "Deny",
            "Action": ["ec2:*Tags", "ssm:*TagsToResource", "ssm:Remove*"],
            "Resource": "*",
        },
    ],
}


def documents(**parts: t.Any) -> dict[str, t.Any]:
    return changed(0, parts)


def nodes(**parts: t.Any) -> dict[str, t.Any]:
    return changed(1, parts)


def changed(number: int, parts: dict[str, t.Any]) -> dict[str, t.Any]:
    policy = copy.deepcopy(RIGHT)
    policy["Statement"][number].update(parts)
    return policy


def without(number: int) -> dict[str, t.Any]:
    return {**RIGHT, "Statement": [item for n, item in enumerate(RIGHT["Statement"]) if n != number]}


def also(**statement: t.Any) -> dict[str, t.Any]:
    return {**RIGHT, "Statement": [*RIGHT["Statement"], {"Effect": "Allow", "Resource": "*", **statement}]}


TAGGED = {"StringLike": {"ssm:resourceTag/Finance": ["web"]}}

# The mistake, what lint says of it, and whether a node tagged Finance=web and one without tags are let in.
MISTAKES: list[tuple[str, dict[str, t.Any], list[str], tuple[bool, bool]]] = [
    ("right", RIGHT, [], (True, False)),
    ("any document", documents(Resource="arn:aws:ssm:*:*:document/*"), ["any-document"], (True, False)),
    ("any document of ssm", documents(Resource="arn:aws:ssm:*:*:*"), ["any-document", "any-node"], (True, False)),
    ("any resource", documents(Resource="*"), ["any-document", "any-node"], (True, True)),
    ("any node", nodes(Condition={}), ["any-node", "any-node"], (True, True)),
    (
        "wildcard",
        nodes(Condition={"StringLike": {"ssm:resourceTag/Finance": "w*"}}),
        ["wildcard-tag-value"],
        (True, False),
    ),
    ("star", nodes(Condition={"StringLike": {"ssm:resourceTag/Finance": "*"}}), ["wildcard-tag-value"], (True, False)),
    ("tag on document", documents(Condition=TAGGED), ["document-tag-condition", "no-document"], (False, False)),
    (
        "if exists",
        nodes(Condition={"StringLikeIfExists": {"ssm:resourceTag/Finance": "web"}}),
        ["untagged-nodes"],
        (True, True),
    ),
    (
        "for all values",
        nodes(Condition={"ForAllValues:StringEquals": {"aws:ResourceTag/Finance": "web"}}),
        ["untagged-nodes"],
        (True, True),
    ),
    (
        "negated",
        nodes(Condition={"StringNotEquals": {"ssm:resourceTag/Finance": "db"}}),
        ["untagged-nodes"],
        (True, True),
    ),
    ("null", nodes(Condition={"Null": {"ssm:resourceTag/Finance": "true"}}), ["untagged-nodes"], (False, True)),
    ("there", nodes(Condition={"Null": {"ssm:resourceTag/Finance": "false"}}), [], (True, False)),
    ("no document", without(0), ["no-document"], (False, False)),
    ("no node", without(1), ["no-node"], (False, False)),
    ("no managed instance", nodes(Resource=[INSTANCES]), ["no-managed-instance"], (True, False)),
    (
        "instance of ssm",
        nodes(Resource=["arn:aws:ssm:*:*:instance/*", MANAGED]),
        ["node-arn-service"],
        (False, False),
    ),
    (
        "managed instance of ec2",
        nodes(Resource=[INSTANCES, "arn:aws:ec2:*:*:managed-instance/*"]),
        ["node-arn-service", "no-managed-instance"],
        (True, False),
    ),
    (
        "account in an AWS document",
        documents(Resource=f"arn:aws:ssm:*:{ACCOUNT}:document/AWS-RunShellScript"),
        ["document-account"],
        (False, False),
    ),
    (
        "key of ec2",
        nodes(Condition={"StringEquals": {"ec2:ResourceTag/Finance": "web"}}),
        ["foreign-tag-key", "any-node", "any-node"],
        (False, False),
    ),
    ("reads with a tag", also(Action="ssm:ListCommands", Condition=TAGGED), ["limited-reads"], (True, False)),
    ("reads on nodes", also(Action="ssm:GetCommandInvocation", Resource=INSTANCES), ["limited-reads"], (True, False)),
    ("unguarded", without(2), ["tags-changeable"], (True, False)),
    (
        "tags itself in",
        {**RIGHT, "Statement": [*without(2)["Statement"], {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]},
        ["tags-changeable"],
        (True, False),
    ),
    (
        "guards volumes only",
        changed(2, {"Resource": "arn:aws:ec2:*:*:volume/*"}),
        ["tags-changeable"],
        (True, False),
    ),
    (
        "tags volumes",
        also(Action="ec2:CreateTags", Resource="arn:aws:ec2:*:*:volume/*"),
        [],
        (True, False),
    ),
    (
        "all but some actions",
        also(NotAction="iam:*"),
        ["any-document", "any-node", "document-changeable"],
        (True, True),
    ),
    ("scripts", documents(Resource="arn:aws:ssm:*::document/AWS-Run*"), ["script-document"], (True, False)),
    ("all but this action", also(NotAction="ssm:*"), [], (True, False)),
    (
        "all but some resources",
        {
            **RIGHT,
            "Statement": [*RIGHT["Statement"], {"Effect": "Allow", "Action": SEND, "NotResource": "arn:aws:s3:::*"}],
        },
        ["any-document", "any-node"],
        (True, True),
    ),
    ("other partition", documents(Resource=SHELL.replace("aws", "aws-cn", 1)), ["wrong-partition"], (False, False)),
    (
        "region of another partition",
        nodes(Resource=["arn:aws:ec2:cn-north-1:*:instance/*", MANAGED]),
        ["wrong-partition"],
        (False, False),
    ),
    (
        "sends nothing",
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}},
        [],
        (False, False),
    ),
]


@pytest.mark.parametrize(
    ("policy", "codes", "lets_in"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_finds_the_mistake(policy: dict[str, t.Any], codes: list[str], lets_in: tuple[bool, bool]) -> None:
    found = lint_document(policy, "aws")
    assert sorted(finding.code for finding in found) == sorted(codes)
    assert all(finding.message.endswith(".") for finding in found)
    tagged = may_send(policy, SHELL_HERE, NODE, {"Finance": "web"})
    untagged = may_send(policy, SHELL_HERE, NODE, {})
    assert (tagged, untagged) == lets_in


def test_every_code_is_found_by_some_row() -> None:
    assert {code for row in MISTAKES for code in row[2]} == set(CODES)


def test_skipped_codes_stay_silent() -> None:
    policy = documents(Resource="*")
    assert [finding.code for finding in lint_document(policy, "aws", ["any-document"])] == ["any-node"]
    assert lint_document(policy, "aws", ["any-document", "any-node"]) == []


def test_partition_of_the_caller_counts_when_it_is_known() -> None:
    assert {finding.code for finding in lint_document(RIGHT, "aws-cn")} == {"wrong-partition"}
    assert lint_document(RIGHT) == []


def test_finding_names_its_statement() -> None:
    (finding,) = lint_document(nodes(Condition={"StringLike": {"ssm:resourceTag/Finance": "w?b"}}), "aws")
    assert str(finding).startswith("Nodes: the value 'w?b' of ssm:resourceTag/Finance is a pattern")
    assert str(finding).endswith("[wildcard-tag-value]")
    nameless = nodes(Sid="", Condition={})
    assert {finding.statement for finding in lint_document(nameless, "aws")} == {"Statement 2"}


@pytest.mark.parametrize(
    "action",
    [
        "ssm:CancelCommand",
        "ssm:GetCommandInvocation",
        "ssm:ListCommandInvocations",
        "ssm:ListCommands",
        "SSM:listcommands",
    ],
)
def test_what_cannot_be_limited_is_found_when_it_is(action: str) -> None:
    limited = lint_document(also(Action=action, Resource=INSTANCES), "aws")
    assert [finding.code for finding in limited] == ["limited-reads"]
    assert lint_document(also(Action=action, Resource="*"), "aws") == []


def test_who_may_change_tags_is_told_by_name() -> None:
    finding = tags_changeable("arn:aws:iam::1:user/a", ["ec2:DeleteTags", "ec2:CreateTags"], ["Finance"])
    assert finding.code == "tags-changeable"
    assert finding.message.startswith(
        "arn:aws:iam::1:user/a may call ec2:CreateTags, ec2:DeleteTags with the tags Finance"
    )


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("topic_one_tag", {"any-document", "no-managed-instance", "tags-changeable"}),
        ("topic_both_tags", {"script-document", "tags-changeable"}),
        ("topic_either_tag", {"script-document", "tags-changeable"}),
    ],
)
def test_no_false_alarm_about_the_policies_of_the_topic(name: str, codes: set[str]) -> None:
    policy = json.loads((GOLDEN / f"{name}.json").read_text())
    assert {finding.code for finding in lint_document(policy, "aws")} == codes


def resources_of(*names: str) -> list[str]:
    documents = build_document(
        parse_request({"scopes": [{"tags": {"a": "b"}}], "documents": list(names)}), "aws", ACCOUNT
    )
    return t.cast("list[str]", documents["Statement"][0]["Resource"])


# What a document's name or pattern can match: any document, or some that run what the sender brings, or neither.
PATTERNS: list[tuple[str, str, list[str]]] = [
    ("*", "any-document", []),
    ("**", "any-document", []),
    ("?*", "any-document", []),
    ("*?", "any-document", []),
    ("???*", "any-document", []),
    ("A*", "script-document", ["AWS-RunShellScript", "AWS-RunDocument"]),
    ("AWS-*", "script-document", ["AWS-RunShellScript", "AWS-RunRemoteScript", "AWS-ApplyAnsiblePlaybooks"]),
    ("AWS-Run*", "script-document", ["AWS-RunShellScript", "AWS-RunAnsiblePlaybook"]),
    ("AWS-Run*Script", "script-document", ["AWS-RunPowerShellScript, AWS-RunRemoteScript, AWS-RunShellScript"]),
    ("AWS-RunShellScrip?", "script-document", ["AWS-RunShellScript"]),
    ("*Script", "script-document", ["AWS-RunShellScript"]),
    ("AWS-RunDocument", "script-document", ["AWS-RunDocument"]),
    ("AWS-RunRemoteScript", "script-document", ["AWS-RunRemoteScript"]),
    ("AWS-RunAnsiblePlaybook", "script-document", ["AWS-RunAnsiblePlaybook"]),
    ("AWS-ApplyAnsiblePlaybooks", "script-document", ["AWS-ApplyAnsiblePlaybooks"]),
    ("AWS-RunShellScript", "", []),
    ("AWS-RunPowerShellScript", "", []),
    ("AWS-RunPatchBaseline", "", []),
    ("AWS-Update*", "", []),
    ("AmazonCloudWatch-*", "", []),
    ("restart-*", "", []),
    ("restart", "", []),
]


@pytest.mark.parametrize(("name", "code", "named"), PATTERNS)
def test_documents_are_judged_by_what_a_pattern_can_match(name: str, code: str, named: list[str]) -> None:
    findings = lint_document(documents(Resource=resources_of(name)), "aws")
    assert {finding.code for finding in findings} == ({code} if code else set())
    for text in named:
        assert any(text in finding.message for finding in findings)


WRITES = ("ssm:CreateDocument", "ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion")


@pytest.mark.parametrize("action", [*WRITES, "ssm:*Document*"])
@pytest.mark.parametrize(
    ("sent", "written", "found"),
    [
        ("restart", "*", True),
        ("restart", f"arn:aws:ssm:*:{ACCOUNT}:document/restart", True),
        ("restart-*", "arn:aws:ssm:*:*:document/*-web", True),
        ("restart-*", "arn:aws:ssm:*:*:document/stop-*", False),
        ("restart", "arn:aws:ssm:*:210987654321:document/restart", False),
        ("restart", "arn:aws:s3:::x", False),
        ("AWS-RunShellScript", "*", False),
    ],
)
def test_who_may_write_what_he_may_send_is_told(action: str, sent: str, written: str, found: bool) -> None:
    policy = documents(Resource=resources_of(sent))
    policy["Statement"].append({"Sid": "Write", "Effect": "Allow", "Action": action, "Resource": written})
    findings = [finding for finding in lint_document(policy, "aws") if finding.code == "document-changeable"]
    assert [finding.statement for finding in findings] == (["Write"] if found else [])
    policy["Statement"].append({"Effect": "Deny", "Action": "ssm:*", "Resource": "*"})
    assert all(finding.code != "document-changeable" for finding in lint_document(policy, "aws"))


@given(st.text("a*?b", max_size=5), st.text("a*?b", max_size=5))
def test_patterns_overlap_when_a_text_matches_both(first: str, second: str) -> None:
    texts = ("".join(chars) for size in range(9) for chars in itertools.product("ab", repeat=size))
    assert patterns_overlap(first, second) == any(matches(first, text) and matches(second, text) for text in texts)
