# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the calls to S3 send and what they make of the answers, on botocore's own stubs."""

from __future__ import annotations

import io
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import s3

from .call_rows import Row, RowTests

if t.TYPE_CHECKING:
    from tests.support.service_models import StubbedClient

SERVICE = "s3"
RULES = [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}}]
ROWS = [
    Row(s3.head_bucket, ("out",), "head_bucket", {"Bucket": "out"}, given=True, missing=("404", None)),
    Row(
        s3.get_lifecycle_rules,
        ("out",),
        "get_bucket_lifecycle_configuration",
        {"Bucket": "out"},
        ({"Rules": RULES},),
        RULES,
        ("NoSuchLifecycleConfiguration", None),
    ),
    Row(
        s3.put_lifecycle_rules,
        ("out", RULES),
        "put_bucket_lifecycle_configuration",
        {"Bucket": "out", "LifecycleConfiguration": {"Rules": RULES}},
    ),
    Row(s3.delete_lifecycle_rules, ("out",), "delete_bucket_lifecycle", {"Bucket": "out"}),
    Row(
        s3.list_keys_page,
        ("out", "p/", "n"),
        "list_objects_v2",
        {"Bucket": "out", "Prefix": "p/", "ContinuationToken": "n"},
        ({"Contents": [{"Key": "p/a"}], "NextContinuationToken": "o"},),
        (["p/a"], "o"),
    ),
    Row(
        s3.read_object,
        ("out", "p/a", 3),
        "get_object",
        {"Bucket": "out", "Key": "p/a"},
        ({"Body": io.BytesIO(b"text")},),
        b"tex",
    ),
]


def test_the_first_page_of_nothing(stubbed: StubbedClient) -> None:
    stubbed.stub.add_response("list_objects_v2", {}, {"Bucket": "out", "Prefix": ""})
    assert s3.list_keys_page(stubbed.client, "out", "", None) == ([], None)


def test_a_bucket_that_is_not_there_has_two_codes(stubbed: StubbedClient) -> None:
    stubbed.stub.add_client_error("head_bucket", "NoSuchBucket")
    assert s3.head_bucket(stubbed.client, "out") is None


class TestRows(RowTests):
    """What each function sends and gives, and its errors."""
