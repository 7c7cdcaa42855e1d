# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the README says is simpler than in AWS is so, row by row."""

from __future__ import annotations

import json
import os
import pathlib
import platform
import re
import time
import typing as t

import pytest
from botocore.exceptions import ClientError
from local_aws.run_command import plugins

from tests.support import readme, warm_sandbox

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.local_sandbox import LocalSandbox

Json = dict[str, t.Any]
NODES = ["mi-00000000000000001", "mi-00000000000000002"]
WINDOWS = "mi-00000000000000003"
PATCHES = {"sandbox:patches-missing": "3", "sandbox:patches-installed": "4"}
TRUST = {"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"}, "Action": "sts:AssumeRole"}
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
CANNOT_RUN = "the sandbox cannot run this document"
PLUGINS = {
    name: what
    for names, what in readme.rows("What is simpler", "plugin").items()
    for name in re.findall("`([a-zA-Z:]+)`", names)
}
S3_SOURCE = {"sourceType": "S3", "sourceInfo": json.dumps({"path": "https://s3.us-east-1.amazonaws.com/content/text"})}
GITHUB_SOURCE = {"sourceType": "GitHub", "sourceInfo": json.dumps({"owner": "o", "repository": "r"})}
NESTED_SOURCE = {"documentType": "SSMDocument", "documentPath": "AWS-RunShellScript"}
# What makes a step of a plugin, where something is required.
INPUTS: dict[str, Json] = {
    "aws:runShellScript": {"runCommand": ["echo it runs"]},
    "aws:runPowerShellScript": {"runCommand": ["dir"]},
    "aws:runDocument": {**NESTED_SOURCE, "documentParameters": {"commands": ["echo it runs"]}},
    "aws:downloadContent": S3_SOURCE,
    "aws:configurePackage": {"name": "AmazonCloudWatchAgent", "action": "Install"},
    "aws:updateSsmAgent": {"agentName": "amazon-ssm-agent", "allowDowngrade": "false"},
}
# By the README's words: on which node, how the step ends, and what it says.
ENDS = {
    "runs": (NODES[0], "Success", "it runs"),
    "downloads from S3 and Systems Manager; other sources cannot be run": (NODES[0], "Success", "Content downloaded"),
    "is simulated": (NODES[0], "Success", ""),
    "succeeds and applies nothing": (NODES[0], "Success", "All associations have been requested"),
    "fails on Linux as on a node without `pwsh`; on Windows it cannot be run": (NODES[0], "Failed", "no such file"),
    "fails as on a node: only an association can invoke it": (NODES[0], "Failed", plugins.INVENTORY_REFUSAL),
    "cannot be run": (WINDOWS, "Failed", CANNOT_RUN),
}


def policy(statement: Json) -> str:
    """A policy of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Place:
    """A sandbox with nodes, and a directory of the test's."""

    def __init__(self, sandbox: LocalSandbox, directory: pathlib.Path) -> None:
        self.sandbox = sandbox
        self.directory = directory
        self.ssm = sandbox.client("ssm")

    def run(self, document: str, node: str = NODES[0], **parameters: list[str]) -> Json:
        """The answer about the only step of a command that has ended."""
        sent = self.ssm.send_command(DocumentName=document, InstanceIds=[node], Parameters=parameters)["Command"]
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            (shown,) = self.ssm.list_commands(CommandId=sent["CommandId"])["Commands"]
            if shown["CompletedCount"] == 1:
                time.sleep(0.2)
                answer = self.ssm.get_command_invocation(CommandId=sent["CommandId"], InstanceId=node)
                return t.cast("Json", answer)
            time.sleep(0.02)
        pytest.fail("the command did not end")

    def shell(self, *commands: str) -> str:
        """What a script writes."""
        return str(self.run("AWS-RunShellScript", commands=list(commands))["StandardOutputContent"])

    def plugin(self, action: str, node: str, inputs: Json) -> Json:
        """The answer about a step of this plugin."""
        name = f"try-{action.partition(':')[2]}-{len(self.ssm.list_documents()['DocumentIdentifiers'])}"
        step = {"action": action, "name": "one", "inputs": inputs}
        content = json.dumps({"schemaVersion": "2.2", "mainSteps": [step]})
        self.ssm.create_document(Name=name, Content=content, DocumentType="Command")
        return self.run(name, node)

    def queue(self, name: str) -> tuple[str, str]:
        """A queue that everybody may send to; its URL and its ARN."""
        sqs = self.sandbox.client("sqs")
        arn = f"arn:aws:sqs:us-east-1:123456789012:{name}"
        text = policy({**ALL, "Principal": "*", "Resource": arn})
        return str(sqs.create_queue(QueueName=name, Attributes={"Policy": text})["QueueUrl"]), arn

    def messages(self, url: str) -> list[Json]:
        """What is in a queue."""
        answer = self.sandbox.client("sqs").receive_message(QueueUrl=url, MessageAttributeNames=["All"])
        return t.cast("list[Json]", answer.get("Messages", []))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox")) as sandbox:
        iam = sandbox.client("iam")
        iam.create_role(RoleName="node", AssumeRolePolicyDocument=policy(TRUST))
        iam.put_role_policy(RoleName="node", PolicyName="all", PolicyDocument=policy(ALL))
        for node in NODES:
            declared = {"instance_id": node, "tags": PATCHES, "name": f"name-of-{node}", "role": "node"}
            sandbox.control("POST", "nodes", declared)
        sandbox.control("POST", "nodes", {"instance_id": WINDOWS, "platform": "Windows"})
        sandbox.client("s3").create_bucket(Bucket="content")
        sandbox.client("s3").put_object(Bucket="content", Key="text", Body=b"text")
        yield Place(sandbox, tmp_path_factory.mktemp("outside"))


def test_every_plugin_of_the_agent_has_a_row() -> None:
    assert PLUGINS.keys() == plugins.KNOWN


@pytest.mark.parametrize("action", sorted(PLUGINS))
def test_a_plugin_does_what_its_row_says(place: Place, action: str) -> None:
    node, details, words = ENDS[PLUGINS[action]]
    answer = place.plugin(action, node, INPUTS.get(action, {}))
    assert answer["StatusDetails"] == details
    assert words in answer["StandardOutputContent"] + answer["StandardErrorContent"]


@pytest.mark.parametrize(
    ("action", "node", "inputs"),
    [
        ("aws:downloadContent", NODES[0], GITHUB_SOURCE),
        ("aws:runPowerShellScript", WINDOWS, {"runCommand": ["dir"]}),
    ],
)
def test_the_rest_of_a_row_about_a_plugin(place: Place, action: str, node: str, inputs: Json) -> None:
    assert "cannot be run" in PLUGINS[action]
    assert CANNOT_RUN in place.plugin(action, node, inputs)["StandardErrorContent"]


def user_of_scripts(place: Place) -> None:
    assert place.shell("id -u") == f"{os.getuid()}\n"


def files_outside(place: Place) -> None:
    place.shell(f"echo text > {place.directory}/left")
    assert (place.directory / "left").read_text() == "text\n"


def reboots(place: Place) -> None:
    flag = place.directory / "flag"
    boot_id = "cat /proc/sys/kernel/random/boot_id || sysctl -n kern.bootsessionuuid"
    first, second = place.shell(f"{boot_id}; [ -e {flag} ] || {{ touch {flag}; exit 194; }}").split()
    assert first == second


def host_name(place: Place) -> None:
    assert place.shell("hostname", "uname -n").split() == [f"name-of-{NODES[0]}", platform.node()]


def secrets(place: Place) -> None:
    place.ssm.put_parameter(Name="secret", Value="open", Type="SecureString")
    assert place.shell("echo '{{ssm-secure:secret}}'") == "{{ssm-secure:secret}}\n"


def versions(place: Place) -> None:
    name = "AmazonCloudWatch-ManageAgent"
    first, newest = (
        place.ssm.get_document(Name=name, DocumentVersion=version)["Content"] for version in ("1", "$LATEST")
    )
    assert first == newest


def patches(place: Place) -> None:
    for node in NODES:
        place.run("AWS-RunPatchBaseline", node, Operation=["Scan"])
    states = place.ssm.describe_instance_patch_states(InstanceIds=NODES)["InstancePatchStates"]
    assert len({state["BaselineId"] for state in states}) == 1
    assert {(state["MissingCount"], state["SecurityNonCompliantCount"]) for state in states} == {(3, 3)}


def schedules(place: Place) -> None:
    events, (url, arn) = place.sandbox.client("events"), place.queue("scheduled")
    events.put_rule(Name="scheduled", ScheduleExpression="rate(1 minute)")
    events.put_targets(Rule="scheduled", Targets=[{"Id": "1", "Arn": arn}])
    events.put_events(Entries=[{"Source": "own", "DetailType": "T", "Detail": "{}"}])
    assert place.messages(url) == []


def targets(place: Place) -> None:
    events, (url, arn) = place.sandbox.client("events"), place.queue("dead")
    function = "arn:aws:lambda:us-east-1:123456789012:function:f"
    events.put_rule(Name="matching", EventPattern='{"source": ["own"]}')
    events.put_targets(Rule="matching", Targets=[{"Id": "1", "Arn": function, "DeadLetterConfig": {"Arn": arn}}])
    events.put_events(Entries=[{"Source": "own", "DetailType": "T", "Detail": "{}"}])
    (letter,) = place.messages(url)
    assert "lambda" in letter["MessageAttributes"]["ERROR_MESSAGE"]["StringValue"]


def alarms(place: Place) -> None:
    cloudwatch, (url, arn) = place.sandbox.client("cloudwatch"), place.queue("alarmed")
    sns = place.sandbox.client("sns")
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    ec2 = place.sandbox.client("ec2")
    (instance,) = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)["Instances"]
    of_instance = [{"Name": "InstanceId", "Value": instance["InstanceId"]}]
    about = {"Namespace": "own", "MetricName": "m", "Dimensions": of_instance}
    rule = {"Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 0.0}
    rule |= {
        "ComparisonOperator": "GreaterThanThreshold",
        "AlarmActions": [topic, "arn:aws:automate:us-east-1:ec2:stop"],
    }
    cloudwatch.put_metric_alarm(AlarmName="a", **about, **rule)
    data = [{"MetricName": "m", "Dimensions": of_instance, "Value": 1.0}]
    cloudwatch.put_metric_data(Namespace="own", MetricData=data)
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["a"])["MetricAlarms"]
    assert (alarm["StateValue"], len(place.messages(url))) == ("ALARM", 1)
    (reservation,) = ec2.describe_instances(InstanceIds=[instance["InstanceId"]])["Reservations"]
    assert reservation["Instances"][0]["State"]["Name"] == "running"


def queries(place: Place) -> None:
    logs, now = place.sandbox.client("logs"), time.time()
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    event = {"timestamp": int(now * 1000), "message": "text"}
    logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=[event])
    query = "fields @message | filter @message like /other/ | stats count(*)"
    started = logs.start_query(logGroupName="g", startTime=0, endTime=int(now) + 60, queryString=query)
    ((_pointer, shown),) = logs.get_query_results(queryId=started["queryId"])["results"]
    assert shown == {"field": "@message", "value": "text"}


def faults_of_moto(place: Place) -> None:
    with pytest.raises(ClientError, match="moto failed with KeyError") as refusal:
        place.sandbox.client("logs").get_query_results(queryId="none")
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


TRIALS: dict[str, Callable[[Place], None]] = {
    "the user of scripts": user_of_scripts,
    "files outside of the node's directory": files_outside,
    "reboots": reboots,
    "the host name": host_name,
    "`{{ssm-secure:NAME}}`": secrets,
    "versions of AWS-owned documents": versions,
    "patches": patches,
    "schedules": schedules,
    "targets of rules": targets,
    "alarms": alarms,
    "queries of Logs Insights": queries,
    "faults of moto": faults_of_moto,
}


@pytest.mark.parametrize("row", sorted(readme.rows("What is simpler", "what")))
def test_a_row_is_true(place: Place, row: str) -> None:
    TRIALS[row](place)


def test_every_trial_has_a_row() -> None:
    assert readme.rows("What is simpler", "what").keys() == TRIALS.keys()
