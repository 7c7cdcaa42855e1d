# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README names the operations that answer 501, and no others."""

from __future__ import annotations

import fnmatch
import re
import typing as t

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from local_aws.iam import reference

from tests.support import readme, warm_sandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

    from tests.support.local_sandbox import LocalSandbox

SERVICES = ["cloudwatch", "events", "iam", "kms", "logs", "s3", "sns", "sqs", "ssm", "sts"]
# What has every shape, for a request that is about nothing in particular.
SCALARS: dict[str, t.Any] = {"float": 1.0, "double": 1.0, "boolean": True, "blob": b"a", "timestamp": 1_700_000_000}
# What says that moto has an operation, and could not do with such a request.
FAILED = "The sandbox cannot do this: moto failed"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    """One of its own: every operation is tried in it."""
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


def least(shape: t.Any) -> t.Any:
    """A value of a shape with no more in it than is required."""
    kind = shape.type_name
    if kind == "structure":
        return {name: least(shape.members[name]) for name in shape.required_members}
    most = max(1, shape.metadata.get("min", 1))
    if kind == "list":
        return [least(shape.member)] * most
    if kind == "map":
        return {least(shape.key): least(shape.value)}
    if kind == "string":
        return shape.enum[0] if shape.enum else "a" * most
    return SCALARS.get(kind, most)


def client_of(sandbox: LocalSandbox, service: str) -> t.Any:
    """A client that sends what it is told to, once."""
    ready = sandbox.environment
    return boto3.client(
        t.cast("t.Any", service),
        endpoint_url=sandbox.url,
        region_name=ready["AWS_REGION"],
        aws_access_key_id=ready["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ready["AWS_SECRET_ACCESS_KEY"],
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )


def is_missing(client: t.Any, operation: str, shape: Shape | None) -> bool:
    """Whether an operation is answered with 501 before anything is done."""
    try:
        client._make_api_call(operation, least(shape) if shape else {})
    except ClientError as error:
        answer = error.response["Error"]
        return answer["Code"] == "NotImplemented" and not answer["Message"].startswith(FAILED)
    return False


def named(service: str) -> list[str]:
    """The operations of a service that the README names, with stars."""
    return [
        pattern
        for part, operations in readme.rows("What is simpler", "part").items()
        if part.startswith(f"`{service}`")
        for pattern in re.findall("`([A-Za-z*]+)`", operations)
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_the_readme_names_the_operations_that_are_missing(sandbox: LocalSandbox, service: str) -> None:
    client, patterns = client_of(sandbox, service), named(service)
    model = client.meta.service_model
    # Some have a host of their own (stream-127.0.0.1), and reach no sandbox.
    operations = [name for name in model.operation_names if model.operation_model(name).endpoint is None]
    missing = {name for name in operations if is_missing(client, name, model.operation_model(name).input_shape)}
    said = {name for name in operations if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)}
    known = {name for name in missing if reference.action(f"{service}:{name}")}
    assert (known - said, said - missing) == (set(), set())
    assert [pattern for pattern in patterns if not fnmatch.filter(missing, pattern)] == []


def test_every_service_has_a_row(sandbox: LocalSandbox) -> None:
    services = {part.partition("`")[2].partition("`")[0] for part in readme.rows("What is simpler", "part")}
    assert services == {*SERVICES, "ec2"}
    assert is_missing(client_of(sandbox, "ec2"), "DescribeMacHosts", None)
