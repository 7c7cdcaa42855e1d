# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS was seen to answer, asked of the sandbox."""

from __future__ import annotations

import datetime
import json
import time
import typing as t

import pytest
from botocore.exceptions import ClientError
from local_aws.run_command import responses

from tests.support import warm_sandbox

from . import records

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.local_sandbox import LocalSandbox

Json = dict[str, t.Any]
WINDOWS = "mi-0123456789abcdef1"
NOBODY = "i-00000000000000001"
SHELL = "AWS-RunShellScript"
TRUTH = records.read("service-truth.jsonl")
ENDED = {"Success", "Failed", "TimedOut", "Cancelled"}
# Whose values are not the record's: identities, times, and the version as it was shown before 2020.
OTHERWISE = {"InstanceIds", "RequestedDateTime", "ExpiresAfter"}
SKIPPED_ELSEWHERE: dict[str, str] = {
    "what the message service answers": "the sandbox has no message service for agents yet",
    "a node whose agent is gone": "after how long is not recorded; here it is DeliveryTimedOut after TimeoutSeconds",
}


class Service:
    """A sandbox with a Linux and a Windows node."""

    def __init__(self, sandbox: LocalSandbox) -> None:
        self.sandbox = sandbox
        self.ssm = sandbox.client("ssm")
        self.node = self.ssm.describe_instance_information()["InstanceInformationList"][0]["InstanceId"]
        sandbox.control("POST", "nodes", {"instance_id": WINDOWS, "platform": "Windows"})

    def set(self, **settings: t.Any) -> None:
        """Change settings of the sandbox."""
        self.sandbox.control("POST", "config", {"settings": settings})

    def error(self, **request: t.Any) -> Json:
        """The error that SendCommand answers."""
        with pytest.raises(ClientError) as refusal:
            self.ssm.send_command(**{"DocumentName": SHELL, "Parameters": {"commands": ["true"]}, **request})
        return t.cast("Json", refusal.value.response)

    def ended(self, **request: t.Any) -> Json:
        """The invocation of a command with its plugins, once it has ended."""
        sent = self.ssm.send_command(**{"DocumentName": SHELL, "InstanceIds": [self.node], **request})
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            listed = self.ssm.list_command_invocations(CommandId=sent["Command"]["CommandId"], Details=True)
            if listed["CommandInvocations"] and listed["CommandInvocations"][0]["Status"] in ENDED:
                return t.cast("Json", listed["CommandInvocations"][0])
            time.sleep(0.1)
        raise AssertionError("the command has not ended")

    def answer(self, invocation: Json, **more: str) -> Json:
        """GetCommandInvocation of it."""
        place = {"CommandId": invocation["CommandId"], "InstanceId": invocation["InstanceId"]}
        return t.cast("Json", self.ssm.get_command_invocation(**place, **more))

    def create(self, name: str, *steps: Json) -> None:
        """Make a document of these steps."""
        content = {"schemaVersion": "2.2", "mainSteps": steps}
        self.ssm.create_document(Name=name, Content=json.dumps(content), DocumentType="Command", DocumentFormat="JSON")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox"), "--seed-nodes", "1,Application=xxxx") as running:
        yield Service(running)


def shell(name: str, command: str, **more: t.Any) -> Json:
    return {"action": "aws:runShellScript", "name": name, "inputs": {"runCommand": [command]}, **more}


def sent(service: Service, record: Json) -> None:
    request = {"DocumentName": SHELL, "Parameters": {"commands": ["true"]}, **record["request"]}
    del request["operation"]
    for target in [request, *request.get("Targets", ())]:
        for name in {"InstanceIds", "Values"} & target.keys():
            target[name] = [service.node if value.startswith("i-") else value for value in target[name]]
    expected = record["answer"]["Command"]
    command = service.ssm.send_command(**request)["Command"]
    expected |= {name: request[name] for name in {"Targets"} & request.keys()}
    compared = expected.keys() - OTHERWISE - ({"DocumentVersion"} if expected["DocumentVersion"] == "" else set())
    assert {name: command.get(name) for name in compared} == {name: expected[name] for name in compared}
    assert command["InstanceIds"] == request.get("InstanceIds", [])
    assert ("TimeoutSeconds" in command) == ("TimeoutSeconds" in request)
    seconds = (command["ExpiresAfter"] - command["RequestedDateTime"]).total_seconds()
    assert seconds == request.get("TimeoutSeconds", 3600) + 3600


def invalid_instance(year: int, by: Callable[[str], Json]) -> Callable[[Service, Json], None]:
    def check(service: Service, record: Json) -> None:
        service.set(service_year=year)
        error = service.error(**by(NOBODY))["Error"]
        service.set(service_year=2026)
        recorded = record["answer"]["error"]
        text = recorded["Message"].replace("i-00903e1796f3b1cb6", NOBODY).replace("775288309636", "123456789012")
        assert (error["Code"], error["Message"]) == (recorded["Code"], text)

    return check


def by_id(instance_id: str) -> Json:
    return {"InstanceIds": [instance_id]}


def by_target(instance_id: str) -> Json:
    return {"Targets": [{"Key": "InstanceIds", "Values": [instance_id]}]}


def unsupported(service: Service, record: Json) -> None:
    answer, recorded = service.error(InstanceIds=[WINDOWS]), record["answer"]["error"]
    assert answer["Error"] == {
        "Code": recorded["Code"],
        "Message": recorded["Message"].replace("i-01d5373d148f269d2", WINDOWS),
    }
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == recorded["HTTPStatusCode"]


def invalid_parameters(service: Service, record: Json) -> None:
    recorded = record["answer"]["error"]
    expected = {"Code": recorded["Code"], "Message": recorded["Message"]}
    for parameters in (
        {"commands": ["true"], "colour": ["red"]},
        {},
        {"commands": ["true"], "executionTimeout": ["soon"]},
    ):
        answer = service.error(InstanceIds=[service.node], Parameters=parameters)
        assert answer["Error"] == expected
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == recorded["HTTPStatusCode"]


def durations(service: Service, record: Json) -> None:
    examples = [*record["answer"]["examples"], {"ExecutionElapsedTime": "PT0S"}, {"ExecutionElapsedTime": "PT1H1M1S"}]
    seconds = [44.002, 2.44, 3600.271, 1.337, 0.541, 0.091, 0.02, 0.21, 0, 3661]
    for example, elapsed in zip(examples, seconds, strict=True):
        assert responses.java_duration(elapsed) == example["ExecutionElapsedTime"]
    answer = service.answer(service.ended(Parameters={"commands": ["sleep 1.2"]}))
    start, end = (datetime.datetime.fromisoformat(answer[f"Execution{one}DateTime"]) for one in ("Start", "End"))
    assert (end - start).total_seconds() == int(answer["ExecutionElapsedTime"][2:].partition(".")[0])


def listed(service: Service, record: Json) -> None:
    invocation = service.ended(Parameters={"commands": ["true"]})
    recorded = record["answer"]["CommandPlugins"][0]
    (plugin,) = invocation["CommandPlugins"]
    assert recorded.keys() <= plugin.keys()
    same = recorded.keys() - {"Name", "ResponseStartDateTime", "ResponseFinishDateTime", "OutputS3Region"}
    assert {name: plugin[name] for name in same} == {name: recorded[name] for name in same}
    assert plugin["ResponseFinishDateTime"] > plugin["ResponseStartDateTime"]
    # The record is of a node whose host name AWS did not know. The API reference: "the fully qualified host name".
    assert invocation["InstanceName"].startswith(f"{service.node}.")
    names = record["answer"].keys() - {"CommandPlugins", "InstanceName"}
    assert {name: invocation[name] for name in names} == {name: record["answer"][name] for name in names}


def timed_out(service: Service, record: Json) -> None:
    parameters = {"commands": ["sleep 60"], "executionTimeout": ["5"]}
    answer = service.answer(service.ended(Parameters=parameters))
    assert {name: answer[name] for name in record["answer"]} == record["answer"]


def marked(service: Service, record: Json) -> None:
    answer = service.answer(service.ended(Parameters={"commands": ["seq 10000"]}))
    assert answer["StandardOutputContent"].endswith(record["answer"]["StandardOutputContent"][3:])


def skipped(service: Service, record: Json) -> None:
    only = {"StringEquals": ["platformType", "Windows"]}
    service.create("Skipped", shell("createDownloadFolder", "true", precondition=only))
    (plugin,) = service.ended(DocumentName="Skipped")["CommandPlugins"]
    (recorded,) = record["answer"]["CommandPlugins"]
    assert {name: plugin[name] for name in recorded} == recorded


def without_plugin_name(service: Service, record: Json) -> None:
    service.create("Several", shell("first", "echo 1"), shell("second", "exit 3"))
    invocation = service.ended(DocumentName="Several")
    answer = service.answer(invocation)
    assert (answer["Status"], answer["StatusDetails"]) == ("Failed", "Failed")
    assert not {"PluginName", "StandardOutputContent", "StandardErrorContent"} & answer.keys()
    assert service.answer(invocation, PluginName="first")["StandardOutputContent"] == "1\n"
    assert "several" in record["what"]


def described(service: Service, record: Json) -> None:
    expected = record["answer"]["Document"]
    document = service.ssm.describe_document(Name=expected["Name"])["Document"]
    parameters = [
        {name: one[name] for name in ("Name", "Type", "DefaultValue") if name in one} for one in document["Parameters"]
    ]
    assert parameters == expected.pop("Parameters")
    assert {name: document[name] for name in expected} == expected
    shell_document = service.ssm.describe_document(Name=SHELL)["Document"]
    assert shell_document["PlatformTypes"] == record["answer"][SHELL]["PlatformTypes"]


def variables(service: Service, record: Json) -> None:
    service.set(strict_environment=True)
    output = service.ended(Parameters={"commands": ["env"]})["CommandPlugins"][0]["Output"]
    found = dict(line.split("=", 1) for line in output.splitlines())
    # The shell of Amazon Linux counts its levels and knows the last command; dash does neither.
    of_bash = {"SHLVL", "_"}
    assert found.keys() - of_bash == {*record["answer"]["names"], "SANDBOX_NODE_DIRECTORY"} - of_bash
    assert found["PATH"] == f"{found['SANDBOX_NODE_DIRECTORY']}/bin:{record['answer']['PATH']}"
    assert found["PWD"] == found["SANDBOX_NODE_DIRECTORY"]


CHECKS: dict[str, Callable[[Service, Json], None]] = {
    "SendCommand by InstanceIds": sent,
    "SendCommand by Targets Key=InstanceIds": sent,
    "Targets Key=instanceids in lower case": sent,
    "SendCommand by tag": sent,
    "InvalidInstanceId, 2021 to 2023": invalid_instance(2022, by_target),
    "InvalidInstanceId, 2026": invalid_instance(2026, by_id),
    "InvalidInstanceId, before 2021": invalid_instance(2019, by_id),
    "a document for another platform": unsupported,
    "a parameter the document does not have": invalid_parameters,
    "ExecutionElapsedTime": durations,
    "ListCommandInvocations Details": listed,
    "a script that timed out": timed_out,
    "the agent's mark": marked,
    "a step skipped": skipped,
    "GetCommandInvocation of a document with several steps": without_plugin_name,
    "DescribeDocument": described,
    "variables of a script": variables,
}


@pytest.mark.parametrize("beginning", CHECKS)
def test_the_sandbox_answers_as_aws_does(service: Service, beginning: str) -> None:
    (record,) = [record for record in TRUTH if record["what"].startswith(beginning)]
    CHECKS[beginning](service, json.loads(json.dumps(record)))


def test_every_record_is_asked_or_has_a_reason() -> None:
    beginnings = (*CHECKS, *SKIPPED_ELSEWHERE)
    assert [record["what"] for record in TRUTH if not record["what"].startswith(beginnings)] == []
    assert len(TRUTH) == len(beginnings)


@pytest.mark.parametrize(
    "name",
    [
        "arn:aws:ssm:us-east-1:999999999999:document/Mine",
        "arn:aws:ssm:eu-west-1:123456789012:document/Mine",
        "arn:aws-cn:ssm:us-east-1:123456789012:document/Mine",
        "arn:aws:ssm:us-east-1:999999999999:document/AWS-RunShellScript",
        "arn:aws:ssm:us-east-1::document/Mine",
    ],
)
def test_a_document_of_others_is_none(service: Service, name: str) -> None:
    if "Mine" not in [found["Name"] for found in service.ssm.list_documents()["DocumentIdentifiers"]]:
        service.create("Mine", shell("only", "true"))
    assert service.error(InstanceIds=[service.node], DocumentName=name)["Error"]["Code"] == "InvalidDocument"


@pytest.mark.parametrize(
    "name", ["arn:aws:ssm:us-east-1::document/AWS-RunShellScript", "arn:aws:ssm:us-east-1:123456789012:document/Own"]
)
def test_a_document_by_its_arn(service: Service, name: str) -> None:
    if name.endswith("Own"):
        service.create("Own", shell("only", "true"))
    assert service.ssm.describe_document(Name=name)["Document"]["DocumentType"] == "Command"


@pytest.mark.parametrize(
    ("of", "operation"),
    [
        ("ssm", "list_commands"),
        ("ssm", "list_documents"),
        ("logs", "describe_log_groups"),
        ("events", "list_rules"),
        ("ec2", "describe_instances"),
        ("iam", "list_roles"),
        ("sts", "get_caller_identity"),
        ("sns", "list_topics"),
        ("sqs", "list_queues"),
        ("cloudwatch", "describe_alarms"),
        ("s3", "list_buckets"),
    ],
)
def test_every_answer_has_an_id(service: Service, of: str, operation: str) -> None:
    client = service.sandbox.client(of)
    assert getattr(client, operation)()["ResponseMetadata"]["RequestId"]
