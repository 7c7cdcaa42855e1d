# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms that upload to S3: what their signed policy allows."""

from __future__ import annotations

import base64
import json
import typing as t

import pytest
from local_aws.wire import post_policies
from local_aws.wire.refusals import Reason, Refusal

NOW = 1_780_000_000.0
IN_FORCE = "2030-01-01T00:00:00Z"
EXPIRED = "2020-01-01T00:00:00Z"


def form(conditions: t.Any, *, expiration: t.Any = IN_FORCE, **fields: str) -> post_policies.Form:
    policy = base64.b64encode(json.dumps({"expiration": expiration, "conditions": conditions}).encode()).decode()
    return post_policies.Form({"policy": policy, "signature": "s", "file": "name", **fields}, "bucket", 10)


BUCKET = {"bucket": "bucket"}


@pytest.mark.parametrize(
    ("conditions", "fields"),
    [
        ([BUCKET, {"key": "a/b"}], {"key": "a/b"}),
        ([BUCKET, ["eq", "$key", "a/b"]], {"key": "a/b"}),
        ([BUCKET, ["starts-with", "$key", "a/"]], {"key": "a/b"}),
        ([BUCKET, ["starts-with", "$key", ""]], {"key": "anything"}),
        ([BUCKET, {"key": "k"}, ["content-length-range", 0, 10]], {"key": "k"}),
        ([BUCKET, {"key": "k"}, {"acl": "private"}], {"key": "k", "acl": "private"}),
        ([BUCKET, {"key": "k"}], {"key": "k", "x-ignore-this": "any"}),
    ],
)
def test_what_a_policy_allows(conditions: t.Any, fields: dict[str, str]) -> None:
    post_policies.check(form(conditions, **fields), NOW)


@pytest.mark.parametrize(
    ("conditions", "fields", "expected"),
    [
        ([{"bucket": "another"}, {"key": "k"}], {"key": "k"}, Reason.OUTSIDE_POLICY),
        ([BUCKET, {"key": "k"}], {"key": "another"}, Reason.OUTSIDE_POLICY),
        ([BUCKET, ["starts-with", "$key", "a/"]], {"key": "b/a/"}, Reason.OUTSIDE_POLICY),
        ([BUCKET, {"key": "k"}, ["content-length-range", 11, 20]], {"key": "k"}, Reason.OUTSIDE_POLICY),
        ([BUCKET, {"key": "k"}, ["content-length-range", 0, 9]], {"key": "k"}, Reason.OUTSIDE_POLICY),
        ([BUCKET, {"key": "k"}], {"key": "k", "acl": "public-read"}, Reason.OUTSIDE_POLICY),
        ([BUCKET, {"key": "k"}, {"acl": "private"}], {"key": "k"}, Reason.OUTSIDE_POLICY),
        ([BUCKET, {"key": "k"}, ["matches", "$key", "k"]], {"key": "k"}, Reason.MALFORMED),
        ([BUCKET, 5], {"key": "k"}, Reason.MALFORMED),
        ("all", {"key": "k"}, Reason.MALFORMED),
    ],
)
def test_what_a_policy_refuses(conditions: t.Any, fields: dict[str, str], expected: Reason) -> None:
    with pytest.raises(Refusal) as refused:
        post_policies.check(form(conditions, **fields), NOW)
    assert refused.value.reason is expected


@pytest.mark.parametrize(
    ("expiration", "expected"), [(EXPIRED, Reason.OUTSIDE_POLICY), (5, Reason.MALFORMED), (None, Reason.MALFORMED)]
)
def test_a_policy_ends(expiration: t.Any, expected: Reason) -> None:
    with pytest.raises(Refusal) as refused:
        post_policies.check(form([BUCKET, {"key": "k"}], expiration=expiration, key="k"), NOW)
    assert refused.value.reason is expected


@pytest.mark.parametrize(
    "policy", ["!", "bm8ganNvbg==", base64.b64encode(b"[]").decode(), base64.b64encode(b"[" * 100_000).decode()]
)
def test_what_is_no_policy(policy: str) -> None:
    with pytest.raises(Refusal) as refused:
        post_policies.check(post_policies.Form({"policy": policy}, "bucket", 0), NOW)
    assert refused.value.reason is Reason.MALFORMED
