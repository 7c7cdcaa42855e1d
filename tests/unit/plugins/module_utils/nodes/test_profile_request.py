# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task may say about an instance profile, and what is refused."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.nodes.profile_request import (
    OutputBucket,
    ProfileRequest,
    check_role_name,
    parse_request,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"


def parse(**options: t.Any) -> ProfileRequest:
    return parse_request({"name": "web", **options}, "eu-west-1")


def test_what_is_not_set_is_none() -> None:
    assert parse() == ProfileRequest(name="web")


def test_everything_is_taken_over() -> None:
    request = parse(
        role_name="node",
        path="/ops/ssm/",
        core_policy="inline",
        cloudwatch_log_groups=["/a", "/a", "/aws/ssm/*"],
        output_s3_buckets=[{"bucket": "out", "prefix": "/web/", "kms_key_arn": KEY, "other_account": True}],
        agent_s3_buckets=True,
        managed_policies=["CloudWatchAgentServerPolicy", "service-role/Old", BOUNDARY],
        purge_managed_policies=True,
        permissions_boundary=BOUNDARY,
        also_hybrid=False,
        tags={"team": 7},
        purge_tags=False,
    )
    assert request == ProfileRequest(
        name="web",
        role_name="node",
        path="/ops/ssm/",
        core_policy="inline",
        cloudwatch_log_groups=("/a", "/aws/ssm/*"),
        output_s3_buckets=(OutputBucket("out", "web", KEY, other_account=True),),
        agent_s3_regions=("eu-west-1",),
        managed_policies=("CloudWatchAgentServerPolicy", "service-role/Old", BOUNDARY),
        purge_managed_policies=True,
        permissions_boundary=BOUNDARY,
        also_hybrid=False,
        tags={"team": "7"},
        purge_tags=False,
    )


@pytest.mark.parametrize(
    ("options", "regions"),
    [
        ({"agent_s3_buckets": True, "agent_s3_regions": ["us-east-2", "us-east-2"]}, ("us-east-2",)),
        ({"agent_s3_buckets": False, "agent_s3_regions": ["us-east-2"]}, ()),
        ({}, None),
    ],
)
def test_the_regions_of_the_agent_buckets(options: dict[str, t.Any], regions: tuple[str, ...] | None) -> None:
    assert parse(**options).agent_s3_regions == regions


@pytest.mark.parametrize(
    ("options", "begins", "names"),
    [
        ({"name": ""}, "name: ", "''"),
        ({"name": "a b"}, "name: ", "'a b'"),
        ({"name": "a" * 129}, "name: ", "128"),
        ({"name": None}, "name: ", "None"),
        ({"role_name": "a/b"}, "role_name: ", "'a/b'"),
        ({"role_name": "r" * 65}, "role_name: ", "64"),
        ({"path": "ops/"}, "path: ", "'ops/'"),
        ({"path": "/ops"}, "path: ", "'/ops'"),
        ({"path": "/" + "a" * 511 + "/"}, "path: ", "is not a path"),
        ({"cloudwatch_log_groups": ["a b"]}, "cloudwatch_log_groups: ", "'a b'"),
        ({"cloudwatch_log_groups": [""]}, "cloudwatch_log_groups: ", "''"),
        ({"cloudwatch_log_groups": ["x" * 513]}, "cloudwatch_log_groups: ", "512"),
        ({"output_s3_buckets": [{"bucket": "A"}]}, "output_s3_buckets[0].bucket: ", "'A'"),
        ({"output_s3_buckets": [{"bucket": "ok-ok"}, {"bucket": "x/y"}]}, "output_s3_buckets[1].bucket: ", "'x/y'"),
        ({"output_s3_buckets": [{"bucket": "out", "prefix": "a*"}]}, "output_s3_buckets[0].prefix: ", "'a*'"),
        ({"output_s3_buckets": [{"bucket": "out", "prefix": "${x}"}]}, "output_s3_buckets[0].prefix: ", "'${x}'"),
        ({"output_s3_buckets": [{"bucket": "out", "prefix": "p" * 501}]}, "output_s3_buckets[0].prefix: ", "500"),
        ({"output_s3_buckets": [{"bucket": "out", "kms_key_arn": "x"}]}, "output_s3_buckets[0].kms_key_arn: ", "'x'"),
        (
            {"output_s3_buckets": [{"bucket": "out", "kms_key_arn": "arn:aws:kms:eu-west-1:123456789012:alias/x"}]},
            "output_s3_buckets[0].kms_key_arn: ",
            "alias/x",
        ),
        ({"agent_s3_buckets": True, "agent_s3_regions": ["Europe"]}, "agent_s3_regions: ", "'Europe'"),
        ({"managed_policies": ["a b"]}, "managed_policies: ", "'a b'"),
        ({"managed_policies": ["arn:aws:s3:::x"]}, "managed_policies: ", "arn:aws:s3:::x"),
        ({"permissions_boundary": "Boundary"}, "permissions_boundary: ", "'Boundary'"),
        ({"tags": {"": "x"}}, "tags: ", "''"),
        ({"tags": {"aws:x": "x"}}, "tags: ", "aws:x"),
        ({"tags": {"ssmops:made-by": "x"}}, "tags: ", "ssmops:made-by"),
        ({"tags": {"a": ["x"]}}, "tags[a]: ", "['x']"),
        ({"tags": {"a": "x" * 257}}, "tags[a]: ", "256"),
        ({"tags": {f"k{n}": "x" for n in range(50)}}, "tags: ", "49"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(options: dict[str, t.Any], begins: str, names: str) -> None:
    with pytest.raises(RequestError) as refused:
        parse(**options)
    text = str(refused.value)
    assert text.startswith(begins)
    assert names in text
    assert text.endswith(".")


def test_a_long_profile_name_needs_a_role_name() -> None:
    with pytest.raises(RequestError, match="so set role_name"):
        check_role_name(parse(name="n" * 65))
    check_role_name(parse(name="n" * 65, role_name="node"))
    check_role_name(parse(name="n" * 64))


def test_what_is_just_within_is_taken() -> None:
    request = parse(
        name="n" * 128,
        role_name="r" * 64,
        path="/" + "a" * 510 + "/",
        cloudwatch_log_groups=["x" * 512, "x"],
        output_s3_buckets=[{"bucket": "b" * 63, "prefix": "p" * 500}, {"bucket": "abc"}],
        managed_policies=["p" * 128],
        tags={f"k{number}": "v" * 256 for number in range(49)},
    )
    assert (len(request.name), len(request.role_name or ""), len(request.path or "")) == (128, 64, 512)
    assert [len(name) for name in request.cloudwatch_log_groups or ()] == [512, 1]
    assert [len(item.prefix) for item in request.output_s3_buckets or ()] == [500, 0]
    assert len(request.tags or {}) == 49


@pytest.mark.parametrize("bucket", ["ab", "b" * 64])
def test_a_bucket_s_name_has_3_to_63_characters(bucket: str) -> None:
    with pytest.raises(RequestError, match=r"^output_s3_buckets\[0\]\.bucket: "):
        parse(output_s3_buckets=[{"bucket": bucket}])
