# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The three policies of the topic "Setting up Run Command" come out of short tasks, meaning the same."""

from __future__ import annotations

import itertools
import json
import pathlib
import re
import textwrap
import typing as t

import pytest
import yaml
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import build_document
from ansible_collections.ssmops.run_command.plugins.module_utils.access.lint import CODES
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import READ_ACTIONS, parse_request

from .iam_reading import is_allowed, node_context

GOLDEN = pathlib.Path(__file__).parent / "golden"
GUIDE = pathlib.Path(__file__).parents[5] / "docs" / "docsite" / "rst" / "guide_access.rst"
ACCOUNT = "123456789012"
REGIONS = ("us-west-1", "us-east-2", "eu-central-1")
TOPIC_READS = ["UpdateInstanceInformation", "ListCommands", "ListCommandInvocations", "GetDocument"]
TWO_REGIONS: dict[str, t.Any] = {
    "documents": ["AWS-*"],
    "document_regions": ["us-west-1", "us-east-2"],
    "allow": {"read": True, "read_actions": ["topic"]},
}
TASKS: dict[str, dict[str, t.Any]] = {
    "topic_one_tag": {"scopes": [{"tags": {"Finance": "WebServers"}, "node_types": ["ec2"]}]},
    "topic_both_tags": {"scopes": [{"tags": {"tag_key1": "tag_value1", "tag_key2": "tag_value2"}}], **TWO_REGIONS},
    "topic_either_tag": {
        "scopes": [{"tags": {"tag_key1": "tag_value1"}}, {"tags": {"tag_key2": "tag_value2"}}],
        **TWO_REGIONS,
    },
}
TAG_VALUES: dict[str, tuple[str | None, ...]] = {
    "Finance": (None, "WebServers", "WebServer", "webservers", "*"),
    "tag_key1": (None, "tag_value1", "tag_value2", "tag_value11"),
    "tag_key2": (None, "tag_value2", "tag_value1", ""),
}
DOCUMENTS = ("AWS-RunShellScript", "AWS-RunPowerShellScript", "AWSEC2-Other", "AWS-", "own-document")


def golden(name: str) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", json.loads((GOLDEN / f"{name}.json").read_text()))


def built(name: str, account: str = "*") -> dict[str, t.Any]:
    return build_document(parse_request(TASKS[name]), "aws", account)


def all_tags() -> list[dict[str, str]]:
    combinations = itertools.product(*TAG_VALUES.values())
    return [
        {key: value for key, value in zip(TAG_VALUES, values, strict=True) if value is not None}
        for values in combinations
    ]


def all_nodes() -> list[str]:
    return [
        arn
        for region in REGIONS
        for arn in (
            f"arn:aws:ec2:{region}:{ACCOUNT}:instance/i-0123456789abcdef0",
            f"arn:aws:ssm:{region}:{ACCOUNT}:managed-instance/mi-0123456789abcdef0",
        )
    ]


def all_documents() -> list[str]:
    return [
        f"arn:aws:ssm:{region}:{'' if name.startswith('AWS') else ACCOUNT}:document/{name}"
        for region in REGIONS
        for name in DOCUMENTS
    ]


Table = dict[tuple[str, str, int], bool]


def decision_table(policy: dict[str, t.Any]) -> Table:
    """May it be sent: for every document, node and set of tags (by number). Both parts are decided for themselves."""
    documents = {arn: is_allowed(policy, "ssm:SendCommand", arn) for arn in all_documents()}
    nodes = {
        (arn, number): is_allowed(policy, "ssm:SendCommand", arn, node_context(tags))
        for arn in all_nodes()
        for number, tags in enumerate(all_tags())
    }
    return {
        (document, node, number): on_document and on_node
        for document, on_document in documents.items()
        for (node, number), on_node in nodes.items()
    }


@pytest.mark.parametrize("account", ["*", ACCOUNT])
@pytest.mark.parametrize("name", TASKS)
def test_decides_like_the_policy_of_the_topic(name: str, account: str) -> None:
    theirs, ours = decision_table(golden(name)), decision_table(built(name, account))
    assert len(theirs) == len(all_documents()) * len(all_nodes()) * len(all_tags()) == 15 * 6 * 80
    assert {row for row, wanted in theirs.items() if wanted} == {row for row, found in ours.items() if found}
    assert 0 < sum(theirs.values()) < len(theirs)


@pytest.mark.parametrize("name", TASKS)
def test_allows_the_same_other_actions(name: str) -> None:
    theirs, ours = golden(name), built(name)
    actions = (
        *READ_ACTIONS,
        "ssm:CancelCommand",
        "ssm:StartSession",
        "ssm:PutParameter",
        "ec2:CreateTags",
        "s3:GetObject",
    )
    for action in actions:
        assert is_allowed(ours, action, "*") is is_allowed(theirs, action, "*"), action


@pytest.mark.parametrize("name", ["topic_both_tags", "topic_either_tag"])
def test_only_difference_is_a_document_that_carries_the_tags_of_nodes(name: str) -> None:
    """The topic's Resource "*" also lets in documents tagged like nodes; ours names nodes, so it does not."""
    tagged = node_context({"tag_key1": "tag_value1", "tag_key2": "tag_value2"})
    document = f"arn:aws:ssm:eu-central-1:{ACCOUNT}:document/own-document"
    assert is_allowed(golden(name), "ssm:SendCommand", document, tagged)
    assert not is_allowed(built(name), "ssm:SendCommand", document, tagged)


def test_golden_document_of_the_first_task() -> None:
    assert built("topic_one_tag") == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "SendDocuments",
                "Effect": "Allow",
                "Action": ["ssm:SendCommand"],
                "Resource": ["arn:aws:ssm:*:*:document/*"],
            },
            {
                "Sid": "SendToScope1",
                "Effect": "Allow",
                "Action": ["ssm:SendCommand"],
                "Resource": ["arn:aws:ec2:*:*:instance/*"],
                "Condition": {"StringLike": {"ssm:resourceTag/Finance": ["WebServers"]}},
            },
        ],
    }


def test_golden_document_of_the_second_task() -> None:
    assert built("topic_both_tags") == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "SendDocuments",
                "Effect": "Allow",
                "Action": ["ssm:SendCommand"],
                "Resource": ["arn:aws:ssm:us-west-1::document/AWS-*", "arn:aws:ssm:us-east-2::document/AWS-*"],
            },
            {
                "Sid": "SendToScope1",
                "Effect": "Allow",
                "Action": ["ssm:SendCommand"],
                "Resource": ["arn:aws:ec2:*:*:instance/*", "arn:aws:ssm:*:*:managed-instance/*"],
                "Condition": {
                    "StringLike": {
                        "ssm:resourceTag/tag_key1": ["tag_value1"],
                        "ssm:resourceTag/tag_key2": ["tag_value2"],
                    }
                },
            },
            {
                "Sid": "ReadCommands",
                "Effect": "Allow",
                "Action": [
                    "ssm:GetDocument",
                    "ssm:ListCommandInvocations",
                    "ssm:ListCommands",
                    "ssm:UpdateInstanceInformation",
                ],
                "Resource": ["*"],
            },
        ],
    }


def test_golden_document_of_the_third_task() -> None:
    second, third = built("topic_both_tags"), built("topic_either_tag")
    nodes = second["Statement"][1]["Resource"]
    assert third["Statement"][0] == second["Statement"][0]
    assert third["Statement"][3] == second["Statement"][2]
    assert third["Statement"][1:3] == [
        {
            "Sid": f"SendToScope{number}",
            "Effect": "Allow",
            "Action": ["ssm:SendCommand"],
            "Resource": nodes,
            "Condition": {"StringLike": {f"ssm:resourceTag/tag_key{number}": [f"tag_value{number}"]}},
        }
        for number in (1, 2)
    ]


def guide_blocks(language: str) -> list[str]:
    """The code blocks of the guide, without their indentation."""
    pattern = rf"\.\. code-block:: {language}\n\n((?:(?: {{2,}}.*)?\n)+?)(?=\S|    -\n)"
    return [textwrap.dedent(block) for block in re.findall(pattern, GUIDE.read_text())]


def test_guide_shows_the_policies_of_the_topic() -> None:
    assert [json.loads(block) for block in guide_blocks("json")] == [golden(name) for name in TASKS]


def test_tasks_of_the_guide_decide_like_the_policies_beside_them() -> None:
    tasks = [task for block in guide_blocks("yaml") for task in yaml.safe_load(block)]
    options = [task.get("ssmops.run_command.send_command_policy", {}) for task in tasks]
    shown = {given["name"]: given for given in options if given.get("name", "").startswith("topic-")}
    assert list(shown) == [name.replace("_", "-") for name in TASKS]
    for name in TASKS:
        document = build_document(parse_request(shown[name.replace("_", "-")]))
        assert decision_table(document) == decision_table(golden(name))


def test_guide_explains_every_finding_of_lint() -> None:
    assert sorted(re.findall(r"^  \* - ``([a-z-]+)``$", GUIDE.read_text(), re.MULTILINE)) == list(CODES)


def test_the_word_stands_for_the_four_actions_of_the_topic() -> None:
    spelled = {**TASKS["topic_both_tags"], "allow": {"read": True, "read_actions": TOPIC_READS}}
    assert build_document(parse_request(spelled), "aws", "*") == built("topic_both_tags")
