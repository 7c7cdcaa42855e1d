# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no module reads: messages of a queue, values of a metric, how late events are. Prints one JSON document.

observe.py receive QUEUE-URL NUMBER | notifications QUEUE-URL NUMBER | waiting QUEUE-URL
| metric NAMESPACE NAME STATISTIC [DIMENSION=VALUE] | put-event SOURCE DETAIL-TYPE
| delays COMMAND-ID QUEUE-URL LOG-GROUP
"""

from __future__ import annotations

import datetime
import json
import sys
import time
import typing as t

import boto3

INVOCATION = "EC2 Command Invocation Status-change Notification"
PATIENCE = 10.0


def receive(queue_url: str, number: str) -> list[t.Any]:
    """Bodies of at least `number` messages, which leave the queue; fewer when they do not come."""
    return [json.loads(message["Body"]) for message in _messages(queue_url, int(number))]


def notifications(queue_url: str, number: str) -> list[t.Any]:
    """What a topic's rules said, at least `number` times; an alarm, which comes in its own time, says no status."""
    said: list[t.Any] = []
    deadline = time.monotonic() + PATIENCE
    while len(said) < int(number) and time.monotonic() < deadline:
        bodies = [json.loads(json.loads(message["Body"])["Message"]) for message in _messages(queue_url, 1)]
        said += [body for body in bodies if "status" in body]
    return said


def waiting(queue_url: str) -> int:
    """How many messages are in a queue."""
    answer = boto3.client("sqs").get_queue_attributes(
        QueueUrl=queue_url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def _messages(queue_url: str, number: int) -> list[t.Any]:
    sqs = boto3.client("sqs")
    found: list[t.Any] = []
    deadline = time.monotonic() + PATIENCE
    while len(found) < number and time.monotonic() < deadline:
        answer = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, AttributeNames=["SentTimestamp"])
        for message in answer.get("Messages", []):
            found.append(message)
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        time.sleep(0.1)
    return found


def metric(namespace: str, name: str, statistic: str, *dimensions: str) -> float:
    """The statistic over the last hour; 0 when there is no value."""
    now = datetime.datetime.now(datetime.UTC)
    pairs = [dimension.split("=", 1) for dimension in dimensions]
    answer = boto3.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in pairs],
        StartTime=now - datetime.timedelta(hours=1),
        EndTime=now + datetime.timedelta(hours=1),
        Period=7200,
        Statistics=[t.cast("t.Any", statistic)],
    )
    return max((point[statistic] for point in t.cast("t.Any", answer["Datapoints"])), default=0.0)


def put_event(source: str, detail_type: str) -> int:
    """How many entries failed."""
    entry: t.Any = {"Source": source, "DetailType": detail_type, "Detail": "{}"}
    return boto3.client("events").put_events(Entries=[entry])["FailedEntryCount"]


def delays(command_id: str, queue_url: str, log_group: str) -> dict[str, float]:
    """The longest time, in seconds, from a node's end to its event in the queue and in the log group."""
    answer = boto3.client("ssm").list_command_invocations(CommandId=command_id, Details=True)
    ends = {
        invocation["InstanceId"]: invocation["CommandPlugins"][-1]["ResponseFinishDateTime"].timestamp()
        for invocation in answer["CommandInvocations"]
    }
    sent = [
        (json.loads(message["Body"]), int(message["Attributes"]["SentTimestamp"]))
        for message in _messages(queue_url, len(ends) + 1)
    ]
    logged = boto3.client("logs").filter_log_events(logGroupName=log_group, filterPattern="Failed")["events"]
    recorded = [(json.loads(event["message"]), event["ingestionTime"]) for event in logged]
    return {"queue": _latest(ends, sent), "log_group": _latest(ends, recorded), "nodes": len(ends)}


def _latest(ends: dict[str, float], arrivals: list[tuple[t.Any, int]]) -> float:
    came = {event["detail"]["instance-id"]: at for event, at in arrivals if event["detail-type"] == INVOCATION}
    return max(came[node] / 1000 - end for node, end in ends.items())


def main() -> None:
    operation, *arguments = sys.argv[1:]
    operations: dict[str, t.Any] = {
        "receive": receive,
        "notifications": notifications,
        "waiting": waiting,
        "metric": metric,
        "put-event": put_event,
        "delays": delays,
    }
    sys.stdout.write(json.dumps(operations[operation](*arguments)))


if __name__ == "__main__":
    main()
