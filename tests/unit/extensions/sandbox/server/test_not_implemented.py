# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What moto cannot do is said in the service's own protocol, so that its client reads a code and a text."""

from __future__ import annotations

import typing as t

import botocore.exceptions
import pytest

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

GROUP_ARN = "arn:aws:resource-groups:eu-central-1:123456789012:group/web"
BUCKET = "not-implemented"


@pytest.fixture(scope="module", autouse=True)
def bucket(sandbox: LocalSandbox) -> Iterator[None]:
    """A bucket that is there."""
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield
    s3.delete_bucket(Bucket=BUCKET)


@pytest.mark.parametrize(
    ("service", "operation", "request_"),
    [
        pytest.param("accessanalyzer", "list_analyzers", {}, id="a service that is not known"),
        pytest.param("ssm", "describe_automation_executions", {}, id="json, not implemented"),
        pytest.param("cloudwatch", "describe_anomaly_detectors", {}, id="cbor, not implemented"),
        pytest.param(
            "iam", "list_policies_granting_service_access", {"Arn": "a" * 20, "ServiceNamespaces": ["s3"]}, id="query"
        ),
        pytest.param("ec2", "describe_mac_hosts", {}, id="ec2, not implemented"),
        pytest.param("logs", "get_query_results", {"queryId": "none"}, id="json, moto fails"),
        pytest.param("sns", "delete_platform_application", {"PlatformApplicationArn": "none"}, id="query, moto fails"),
        pytest.param("iam", "create_service_linked_role", {"AWSServiceName": "x.y"}, id="query, moto fails too"),
        pytest.param(
            "ec2", "delete_fleets", {"FleetIds": ["fleet-1"], "TerminateInstances": True}, id="ec2, moto fails"
        ),
        pytest.param("resource-groups", "update_group", {"GroupName": "none"}, id="rest-json, moto fails"),
        pytest.param("resource-groups", "list_group_resources", {"Group": GROUP_ARN}, id="rest-json, no such path"),
        pytest.param("s3", "copy_object", {"Bucket": BUCKET, "Key": "a", "CopySource": "b"}, id="rest-xml, moto fails"),
    ],
)
def test_what_moto_cannot_do_is_501_with_a_reason(
    sandbox: LocalSandbox, service: str, operation: str, request_: dict[str, t.Any]
) -> None:
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        getattr(sandbox.client(service), operation)(**request_)
    answer = refusal.value.response
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]) == (501, "NotImplemented")
    assert answer["Error"]["Message"].startswith("The sandbox ")
