# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the monitoring modules set up works end to end in the sandbox, and how many seconds each way takes.

A command's output reaches a queue by log group, metric filter, alarm and topic; its status reaches log group, topic and
queue; and an event is answered with a command.
"""

from __future__ import annotations

import json
import sys
import time
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.modules import (
    event_delivery_policy,
    event_rule,
    log_group,
    log_metric_filter,
    log_resource_policy,
    sns_topic,
)

from tests.support import warm_sandbox
from tests.unit.plugins.modules.run_module import run_module

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.local_sandbox import LocalSandbox

    Json = dict[str, t.Any]

HERE = "us-east-1:123456789012"
TOPIC = f"arn:aws:sns:{HERE}:chain"
ROLE = "arn:aws:iam::123456789012:role/answer"
OUTPUT, EVENTS = "/ssm/chain", "/aws/events/chain"
# Seconds that a way may take on a machine that has other work.
PATIENCE = 20.0
METRIC = {"metric_name": "OutOfMemory", "metric_namespace": "Chain"}
ANSWER = {
    "id": "answer",
    "document_name": "AWS-RunShellScript",
    "parameters": {"commands": ["echo answered"]},
    "run_command_targets": [{"key": "tag:Role", "values": ["web"]}],
    "role_arn": ROLE,
}
STATUS_TARGETS = [
    {"id": "logs", "log_group_name": EVENTS},
    {"id": "topic", "arn": TOPIC},
    {"id": "queue", "arn": f"arn:aws:sqs:{HERE}:direct"},
]
# The modules in the order of their tasks.
TASKS: list[tuple[t.Any, Json]] = [
    (log_group, {"name": OUTPUT}),
    (log_group, {"name": EVENTS}),
    (log_resource_policy, {"name": "chain", "log_group_names": [EVENTS]}),
    (log_metric_filter, {"name": "oom", "log_group_name": OUTPUT, "filter_pattern": '"Out of memory"', **METRIC}),
    (sns_topic, {"name": "chain", "subscriptions": [{"protocol": "sqs", "endpoint": f"arn:aws:sqs:{HERE}:told"}]}),
    (event_delivery_policy, {"topic": "chain", "rules": ["status"], "cloudwatch_alarms": True}),
    (event_delivery_policy, {"queue": "direct", "rules": ["status"]}),
    (event_rule, {"name": "status", "on_command_status": {"statuses": ["Failed"]}, "targets": STATUS_TARGETS}),
    (event_rule, {"name": "remedy", "event_pattern": {"source": ["example.app"]}, "targets": [ANSWER]}),
]


def make_surroundings(sandbox: LocalSandbox) -> None:
    """What the collection has no modules for: queues, the role of the answer, the alarm."""
    for name in ("told", "direct"):
        sandbox.client("sqs").create_queue(QueueName=name)
    trust = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sts:AssumeRole"}
    send = {"Effect": "Allow", "Action": "ssm:SendCommand", "Resource": "*"}
    iam = sandbox.client("iam")
    iam.create_role(RoleName="answer", AssumeRolePolicyDocument=policy(trust))
    iam.put_role_policy(RoleName="answer", PolicyName="send", PolicyDocument=policy(send))
    sandbox.client("cloudwatch").put_metric_alarm(
        AlarmName="oom",
        Namespace="Chain",
        MetricName="OutOfMemory",
        Statistic="Sum",
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        Threshold=1,
        Period=3600,
        EvaluationPeriods=1,
        TreatMissingData="notBreaching",
        AlarmActions=[TOPIC],
    )


def policy(statement: Json) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox"), "--seed-nodes", "1,Role=web") as running:
        make_surroundings(running)
        yield running


class Chain:
    """The sandbox's ends of the ways, and when what came there."""

    def __init__(self, sandbox: LocalSandbox) -> None:
        self._sandbox = sandbox
        self._came: dict[str, list[Json]] = {"told": [], "direct": []}
        self.began = time.monotonic()

    def waited(self, look: Callable[[], bool]) -> float:
        """The seconds from the beginning until something is seen; it fails after PATIENCE."""
        while not look():
            assert time.monotonic() - self.began < PATIENCE
            time.sleep(0.05)
        return time.monotonic() - self.began

    def messages(self, queue: str) -> list[Json]:
        """What has come to a queue: events, or what the topic said."""
        sqs = self._sandbox.client("sqs")
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        bodies = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        self._came[queue] += [json.loads(body["Message"]) if "Message" in body else body for body in bodies]
        return self._came[queue]

    def logged(self) -> list[Json]:
        """The events in the log group."""
        found = self._sandbox.client("logs").filter_log_events(logGroupName=EVENTS)["events"]
        return [json.loads(event["message"]) for event in found]

    def answers(self) -> list[Json]:
        """The commands that have answered an event."""
        commands: list[Json] = self._sandbox.client("ssm").list_commands()["Commands"]
        return [command for command in commands if command["Parameters"]["commands"] == ["echo answered"]]


def is_alarm(message: Json) -> bool:
    return (message.get("NewStateValue"), message.get("AlarmName")) == ("ALARM", "oom")


def is_status(message: Json) -> bool:
    return "detail" in message and bool(message["detail"]["status"] == "Failed")


def test_the_chain_from_output_status_and_event_to_its_ends(
    sandbox: LocalSandbox, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    connection = {
        "access_key": sandbox.environment["AWS_ACCESS_KEY_ID"],
        "secret_key": sandbox.environment["AWS_SECRET_ACCESS_KEY"],
    }
    for module, options in TASKS:
        made = run_module(module.main, {**connection, **options}, capsys)
        assert made["changed"], made
    chain, seconds = Chain(sandbox), {}
    sandbox.client("ssm").send_command(
        DocumentName="AWS-RunShellScript",
        Targets=[{"Key": "tag:Role", "Values": ["web"]}],
        Parameters={"commands": ["echo 'worker 7: Out of memory'; exit 3"]},
        CloudWatchOutputConfig={"CloudWatchOutputEnabled": True, "CloudWatchLogGroupName": OUTPUT},
    )
    seconds["output, alarm, topic, queue"] = chain.waited(lambda: any(map(is_alarm, chain.messages("told"))))
    seconds["status, log group"] = chain.waited(lambda: any(map(is_status, chain.logged())))
    seconds["status, topic, queue"] = chain.waited(lambda: any(map(is_status, chain.messages("told"))))
    seconds["status, queue"] = chain.waited(lambda: any(map(is_status, chain.messages("direct"))))
    chain.began = time.monotonic()
    event = {"Source": "example.app", "DetailType": "Unhealthy", "Detail": "{}"}
    sandbox.client("events").put_events(Entries=[event])
    seconds["event, command"] = chain.waited(lambda: [one["Status"] for one in chain.answers()] == ["Success"])
    with capsys.disabled():
        said = "; ".join(f"{way} {taken:.2f}" for way, taken in seconds.items())
        sys.stdout.write(f"\nSeconds of the monitoring chain: {said}\n")
