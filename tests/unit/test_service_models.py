# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A request that AWS would refuse fails the test that makes it, whatever stands for AWS there."""

from __future__ import annotations

import ast
import typing as t
from pathlib import Path

import pytest

from tests.support.service_models import FakeClient, check_requests_of_clients, operations_of, stubbed_client

PLUGIN_TESTS: t.Final = Path(__file__).with_name("plugins")
SERVICES: t.Final = ("cloudwatch", "ec2", "events", "iam", "logs", "s3", "sns", "sqs", "ssm", "sts")
NODE: t.Final = "i-0123456789abcdef0"
BAD_REQUESTS: t.Final = {
    "no such parameter": {"InstanceId": NODE, "Filters": [], "Colour": "red"},
    "a wrong type": {"MaxResults": "50"},
    "an enum": {"Filters": [{"key": "InvokedSince", "value": "x"}]},
    "a pattern": {"InstanceId": "web-1"},
    "too much": {"MaxResults": 51},
    "too little": {"CommandId": "short"},
    "what is required": {"Filters": [{"key": "Status"}]},
}


class Fake(FakeClient, service="ssm"):
    """Lists what it was made with."""

    def __init__(self, *commands: dict[str, t.Any]) -> None:
        self.commands = commands

    def list_commands(self, **request: t.Any) -> dict[str, t.Any]:
        start = int(request.get("NextToken", 0))
        more = {"NextToken": str(start + 1)} if start + 1 < len(self.commands) else {}
        return {"Commands": list(self.commands[start : start + 1]), **more}


@pytest.mark.parametrize("request_", BAD_REQUESTS.values(), ids=BAD_REQUESTS)
def test_a_fake_refuses_what_aws_would(request_: dict[str, t.Any]) -> None:
    with pytest.raises(AssertionError, match="ListCommands"):
        Fake().list_commands(**request_)


@pytest.mark.parametrize("request_", BAD_REQUESTS.values(), ids=BAD_REQUESTS)
def test_a_stub_refuses_what_aws_would(monkeypatch: pytest.MonkeyPatch, request_: dict[str, t.Any]) -> None:
    check_requests_of_clients(monkeypatch)
    with stubbed_client("ssm") as (client, _stub), pytest.raises(AssertionError, match="ListCommands"):
        client.list_commands(**request_)


@pytest.mark.parametrize("answer", [{"Command": []}, {"Commands": [{"CommandId": 1}]}])
def test_an_answer_that_aws_could_not_give_fails_too(answer: dict[str, t.Any]) -> None:
    fake = Fake()
    t.cast("t.Any", fake).list_commands = lambda **_request: answer
    with pytest.raises(AssertionError, match="ListCommands, answer"):
        fake.list_commands()


def test_pages_are_botocore_s_own() -> None:
    pages = Fake({"Comment": "a"}, {"Comment": "b"}).get_paginator("list_commands").paginate()
    assert [page["Commands"] for page in pages] == [[{"Comment": "a"}], [{"Comment": "b"}]]


def test_every_fake_of_the_plugins_tests_is_checked() -> None:
    """A class with a method under the name of an operation stands for a client."""
    operations = {name for service in SERVICES for name in operations_of(service)}
    classes = [
        node
        for path in PLUGIN_TESTS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    fakes = {
        node.name: [ast.unparse(base) for base in node.bases]
        for node in classes
        if operations & {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
    }
    assert {"FakeSSM", "FakeEC2", "FakeBucket", "FakeLogs", "SimulatingIAM"} <= fakes.keys()
    unchecked = {name for name, bases in fakes.items() if not {"FakeClient", *fakes} & set(bases)}
    # boto3 parses IAM's documents, which are texts in the model.
    assert unchecked == {"_ParsedDocuments"}
