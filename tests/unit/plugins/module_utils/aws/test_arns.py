# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ARNs: reading, writing, and whose documents a name can be."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import arns
from hypothesis import given
from hypothesis import strategies as st

from ..access.iam_reading import glob


@given(st.text("ab*?.", max_size=6), st.text("ab*?.\n", max_size=6))
def test_patterns_cover_what_the_rules_say(pattern: str, text: str) -> None:
    assert arns.matches(pattern, text) is glob(pattern, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "arn:aws:ssm",
        "arn:aws:ssm:us-east-1:123456789012:",
        "arn::ssm:r:a:document/x",
        "ssm:aws:ssm:r:a:document/x",
    ],
)
def test_what_is_no_arn_is_none(text: str) -> None:
    assert arns.parse_arn(text) is None


def test_arn_is_read_and_written_the_same() -> None:
    text = "arn:aws:logs:eu-central-1:123456789012:log-group:name:*"
    arn = arns.parse_arn(text)
    assert arn is not None
    assert (arn.service, arn.resource) == ("logs", "log-group:name:*")
    assert str(arn) == text


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-central-1", "aws"),
        ("us-east-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_partition_of_region(region: str, partition: str) -> None:
    assert arns.partition_of_region(region) == partition


def test_partitions_are_those_of_botocore() -> None:
    import boto3

    session = boto3.session.Session()
    for partition in session.get_available_partitions():
        for region in session.get_available_regions("ssm", partition_name=partition):
            assert arns.partition_of_region(region) == partition, region
            assert arns.REGION_PATTERN.fullmatch(region), region


@pytest.mark.parametrize(
    ("name", "owners"),
    [
        ("AWS-RunShellScript", {"aws"}),
        ("AWS-*", {"aws"}),
        ("AWSEC2-Tool", {"aws"}),
        ("AmazonCloudWatch-ManageAgent", {"aws"}),
        ("amzn-x", {"aws"}),
        ("restart", {"account"}),
        ("a-*", {"account"}),
        ("ops-AWS-*", {"account"}),
        ("aw", {"account"}),
        ("A*", {"aws", "account"}),
        ("*-Shell", {"aws", "account"}),
        ("?WS-*", {"aws", "account"}),
        ("*", {"aws", "account"}),
    ],
)
def test_owners_of_a_name(name: str, owners: set[str]) -> None:
    assert arns.document_owners(name) == owners


@pytest.mark.parametrize(
    ("name", "account", "wanted"),
    [
        ("AWS-*", "123456789012", ["arn:aws:ssm:r::document/AWS-*"]),
        ("restart", "123456789012", ["arn:aws:ssm:r:123456789012:document/restart"]),
        ("restart", "*", ["arn:aws:ssm:r:*:document/restart"]),
        ("A*", "123456789012", ["arn:aws:ssm:r::document/A*", "arn:aws:ssm:r:123456789012:document/A*"]),
        ("A*", "*", ["arn:aws:ssm:r:*:document/A*"]),
        ("*", "123456789012", ["arn:aws:ssm:r:*:document/*"]),
    ],
)
def test_document_arns(name: str, account: str, wanted: list[str]) -> None:
    assert arns.document_arns(name, "aws", ["r"], account) == wanted


def test_node_arns() -> None:
    assert arns.node_arn("ec2", "aws-cn", "cn-north-1", "*") == "arn:aws-cn:ec2:cn-north-1:*:instance/*"
    assert arns.node_arn("managed", "aws", "*", "1", "mi-1") == "arn:aws:ssm:*:1:managed-instance/mi-1"


@pytest.mark.parametrize(("text", "found"), [("a*", True), ("?", True), ("*?", True), ("", False), ("a.b", False)])
def test_wildcards(text: str, found: bool) -> None:
    assert arns.is_wildcard(text) is found
