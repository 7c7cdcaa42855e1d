# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""boto3 clients of a corrected moto."""

from __future__ import annotations

import dataclasses
import functools
import json
import typing as t

import boto3
import pytest
from local_aws.moto import corrections
from moto import mock_aws

from tests.support import local_answers

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import OperationModel

REGION = "us-east-1"
ACCOUNT = "123456789012"


def _answer(model: OperationModel, params: dict[str, t.Any], **_more: t.Any) -> t.Any:
    """What the sandbox answers before moto is asked, as boto3 parses it; None: moto is asked."""
    service = model.service_model.service_name
    request = json.loads(params["body"])
    return local_answers.parsed(model, lambda: corrections.answer(service, model.name, request, REGION))


@functools.cache
def _client(service: str, region: str) -> t.Any:
    """A client, made once: making it takes longer than most of the tests."""
    client = boto3.client(service, region_name=region)  # type: ignore[call-overload]  # the name is not a literal
    for name, operation in corrections.OPERATIONS:
        if name == service:
            client.meta.events.register(f"before-call.{name}.{operation}", _answer)
    return client


@dataclasses.dataclass
class Aws:
    """A corrected moto; commands are the calls of rules' Run Command targets."""

    commands: list[tuple[t.Any, ...]] = dataclasses.field(default_factory=list)

    def run(self, *arguments: t.Any) -> str:
        """What a Run Command target calls."""
        self.commands.append(arguments)
        return "command-id"

    def client(self, service: str, region: str = REGION) -> t.Any:
        """A boto3 client."""
        return _client(service, region)

    def queue(self, name: str, policy: t.Any = None) -> tuple[str, str]:
        """A queue that EventBridge may send to, unless another policy is given; its URL and ARN."""
        url = self.client("sqs").create_queue(QueueName=name)["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
        text = json.dumps(events_may("sqs:SendMessage", arn) if policy is None else policy)
        self.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": text})
        return url, arn

    def messages(self, url: str) -> list[dict[str, t.Any]]:
        """All messages of a queue."""
        asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"]}
        found: list[dict[str, t.Any]] = []
        while page := self.client("sqs").receive_message(**asked).get("Messages"):
            found += page
        return found

    def rule(self, pattern: t.Any, *targets: dict[str, t.Any], name: str = "rule") -> str:
        """A rule with targets; its ARN."""
        events = self.client("events")
        arn = str(events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"])
        if targets:
            numbered = [{"Id": str(number), **target} for number, target in enumerate(targets)]
            events.put_targets(Rule=name, Targets=numbered)
        return arn

    def put(self, detail: t.Any, source: str = "test", detail_type: str = "T", **more: t.Any) -> dict[str, t.Any]:
        """Put one event; its entry of the answer."""
        event = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail), **more}
        answer = self.client("events").put_events(Entries=[event])
        return t.cast("dict[str, t.Any]", answer["Entries"][0])


def events_may(action: t.Any, resource: str, **more: t.Any) -> dict[str, t.Any]:
    """A resource policy that lets EventBridge in."""
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": action}
    return {"Version": "2012-10-17", "Statement": [{**statement, "Resource": resource, **more}]}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """A corrected moto with nothing in it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "setup")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "setup")
    with mock_aws():
        made = Aws()
        corrections.apply(made.run)
        yield made
