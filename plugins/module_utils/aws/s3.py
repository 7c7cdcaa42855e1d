# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""S3: one API call per function."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import (
    answer_field,
    aws_call,
    aws_lookup,
    aws_write,
    once,
)

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_s3.client import S3Client

NO_LIFECYCLE = ("NoSuchLifecycleConfiguration",)
NO_TAGS = ("NoSuchTagSet",)
NO_BUCKET = ("NoSuchBucket", "404")


@aws_lookup("find the bucket", NO_BUCKET)
def head_bucket(client: S3Client, name: str) -> bool:
    """HeadBucket: True; None if the bucket does not exist."""
    client.head_bucket(Bucket=name)
    return True


@aws_lookup("get the tags of the bucket", NO_TAGS)
def get_tags(client: S3Client, name: str) -> dict[str, str]:
    """GetBucketTagging; None if the bucket has no tags."""
    return {tag["Key"]: tag["Value"] for tag in answer_field(client.get_bucket_tagging(Bucket=name), "TagSet")}


@aws_lookup("get the lifecycle rules of the bucket", NO_LIFECYCLE)
def get_lifecycle_rules(client: S3Client, name: str) -> list[Mapping[str, t.Any]]:
    """GetBucketLifecycleConfiguration's rules; None if the bucket has none."""
    return t.cast("list[Mapping[str, t.Any]]", client.get_bucket_lifecycle_configuration(Bucket=name)["Rules"])


@aws_write("put the lifecycle rules of the bucket")
def put_lifecycle_rules(client: S3Client, name: str, rules: Sequence[t.Any]) -> None:
    """PutBucketLifecycleConfiguration: replaces all rules with these."""
    client.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})


@aws_write("delete the lifecycle rules of the bucket")
def delete_lifecycle_rules(client: S3Client, name: str) -> None:
    """DeleteBucketLifecycle: deletes all rules."""
    client.delete_bucket_lifecycle(Bucket=name)


@aws_call("list the output in the bucket", once)
def list_keys_page(client: S3Client, bucket: str, prefix: str, token: str | None) -> tuple[list[str], str | None]:
    """One page of the keys with `prefix`, and the token of the next."""
    page = {"ContinuationToken": token} if token else {}
    answer = client.list_objects_v2(Bucket=bucket, Prefix=prefix, **t.cast("t.Any", page))
    return [entry["Key"] for entry in answer.get("Contents", [])], answer.get("NextContinuationToken")


@aws_call("read the output from the bucket", once)
def read_object(client: S3Client, bucket: str, key: str, limit: int) -> bytes:
    """The first `limit` bytes of an object: no more of it is held in memory."""
    body = client.get_object(Bucket=bucket, Key=key)["Body"]
    try:
        return body.read(limit)
    finally:
        # The connection of a body that is not read to its end cannot be used again.
        body.close()
