# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real agents as nodes, by a small client that speaks as one was recorded to speak."""

from __future__ import annotations

import concurrent.futures
import json
import time
import typing as t
import urllib.error
import urllib.request
import uuid

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.support import warm_sandbox

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.local_sandbox import LocalSandbox

Json = dict[str, t.Any]
NODE = "mi-00000000000000001"
OTHER = "mi-00000000000000002"
PREFIXES = {"ec2messages": "EC2WindowsMessageDeliveryService", "ssm": "AmazonSSM"}
STARTED, ENDED = "2026-11-27T10:00:00.500Z", "2026-11-27T10:00:02.000Z"


class Refused(Exception):  # noqa: N818 - what the service says, not a fault of the test
    """An error answer."""


class Agent:
    """What of an agent its services see."""

    def __init__(self, sandbox: LocalSandbox, instance_id: str = NODE, **wanted: t.Any) -> None:
        self.instance_id = instance_id
        self._url = sandbox.url
        self._keys = sandbox.control("POST", "agents", {"instance_id": instance_id, **wanted})

    def ask(self, service: str, operation: str, **request: t.Any) -> Json:
        """One signed call."""
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"{PREFIXES[service]}.{operation}",
        }
        made = AWSRequest("POST", f"{self._url}/", headers=headers, data=json.dumps(request).encode())
        credentials = Credentials(self._keys["access_key_id"], self._keys["secret_access_key"])
        SigV4Auth(credentials, service, self._keys["region"]).add_auth(made)
        headers = dict(made.headers.items())
        sent = urllib.request.Request(f"{self._url}/", data=made.data, headers=headers, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(sent, timeout=30) as answer:  # noqa: S310
                return t.cast("Json", json.loads(answer.read()))
        except urllib.error.HTTPError as error:
            raise Refused(json.loads(error.read())["__type"]) from error

    def report(self, **more: t.Any) -> None:
        """The heartbeat."""
        told = {"AgentName": "amazon-ssm-agent", "AgentVersion": "3.3.0.0", "PlatformType": "Linux", **more}
        assert self.ask("ssm", "UpdateInstanceInformation", InstanceId=self.instance_id, **told) == {}

    def poll(self, visibility: int = 10) -> list[Json]:
        """The messages of one poll."""
        asked = {"MessagesRequestId": str(uuid.uuid4()), "VisibilityTimeoutInSeconds": visibility}
        return list(self.ask("ec2messages", "GetMessages", Destination=self.instance_id, **asked)["Messages"])

    def reply(self, message_id: str, status: str, **steps: Json) -> Json:
        """A reply; steps by name."""
        payload = {"documentStatus": status, "documentTraceOutput": "", "runtimeStatus": steps or None}
        asked = {"MessageId": message_id, "ReplyId": str(uuid.uuid4()), "Payload": json.dumps(payload)}
        return self.ask("ec2messages", "SendReply", **asked)

    def acknowledge(self, message_id: str) -> None:
        """What follows the first reply."""
        assert self.ask("ec2messages", "AcknowledgeMessage", MessageId=message_id) == {}

    def take(self) -> Json:
        """The next message, begun and acknowledged, with its payload read."""
        (message,) = self.poll()
        self.reply(message["MessageId"], "InProgress")
        self.acknowledge(message["MessageId"])
        return {**message, "Payload": json.loads(message["Payload"])}


def step(status: str, code: int, output: str = "", error: str = "") -> Json:
    """What an agent tells of a step."""
    return {
        "status": status,
        "code": code,
        "name": "aws:runShellScript",
        "output": output + (f"\n----------ERROR-------\n{error}" if error else ""),
        "standardOutput": output,
        "standardError": error,
        "startDateTime": STARTED,
        "endDateTime": ENDED,
    }


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    """One for all tests: each leaves no message behind."""
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox"), "--enforce-iam") as running:
        running.control("POST", "config", {"settings": {"consistency_gap": 0, "agent_poll_seconds": 1}})
        yield running


@pytest.fixture
def agent(sandbox: LocalSandbox) -> Agent:
    """An agent that has reported."""
    made = Agent(sandbox, name="db-1", tags={"Role": "db"})
    made.report()
    return made


def send(sandbox: LocalSandbox, **request: t.Any) -> str:
    """The id of a command to the node."""
    wanted: Json = {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["echo hi"]}, **request}
    if "Targets" not in wanted:
        wanted.setdefault("InstanceIds", [NODE])
    return str(sandbox.client("ssm").send_command(**wanted)["Command"]["CommandId"])


def invocation(sandbox: LocalSandbox, command_id: str, instance_id: str = NODE) -> Json:
    """The node's invocation as GetCommandInvocation has it."""
    return dict(sandbox.client("ssm").get_command_invocation(CommandId=command_id, InstanceId=instance_id))


def wait_for(look: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 20
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_node_appears_with_what_its_agent_reports(sandbox: LocalSandbox) -> None:
    ssm = sandbox.client("ssm")
    agent = Agent(sandbox, "mi-0000000000000000a", name="db-1", tags={"Role": "new"})
    filters = [{"Key": "tag:Role", "Values": ["new"]}]
    assert ssm.describe_instance_information(Filters=filters)["InstanceInformationList"] == []
    agent.report()
    agent.report(
        PlatformName="Debian GNU/Linux", PlatformVersion="12", ComputerName="db-1.example.org", IPAddress="10.1.2.3"
    )
    (node,) = ssm.describe_instance_information(Filters=filters)["InstanceInformationList"]
    shown = ("PingStatus", "AgentVersion", "PlatformName", "PlatformVersion", "ComputerName", "IPAddress", "Name")
    assert [node[name] for name in shown] == [
        "Online", "3.3.0.0", "Debian GNU/Linux", "12", "db-1.example.org", "10.1.2.3", "db-1",
    ]  # fmt: skip


def test_a_command_goes_to_the_agent_and_its_result_comes_back(sandbox: LocalSandbox, agent: Agent) -> None:
    command_id = send(sandbox, Comment="to an agent")
    assert invocation(sandbox, command_id)["Status"] == "Pending"
    message = agent.take()
    assert message["MessageId"] == f"aws.ssm.{command_id}.{NODE}"
    assert (message["Topic"], message["Destination"]) == ("aws.ssm.sendCommand.us-east-1", NODE)
    assert len(message["CreatedDate"]) == len("2026-01-31T10:00:00.000Z")
    payload = message["Payload"]
    assert payload["Parameters"] == {"commands": ["echo hi"], "workingDirectory": "", "executionTimeout": "3600"}
    assert payload["DocumentContent"]["schemaVersion"] == "1.2"
    assert payload["CloudWatchOutputEnabled"] == "false"
    assert invocation(sandbox, command_id)["Status"] == "InProgress"
    done = {"aws:runShellScript": step("Failed", 3, "hi\n", "no\nfailed to run commands: exit status 3")}
    answer = agent.reply(message["MessageId"], "Failed", **done)
    assert answer["MessageId"] == message["MessageId"]
    found = invocation(sandbox, command_id)
    assert (found["Status"], found["StatusDetails"], found["ResponseCode"]) == ("Failed", "Failed", 3)
    assert found["StandardOutputContent"] == "hi\n"
    assert found["StandardErrorContent"] == "no\nfailed to run commands: exit status 3"
    assert found["ExecutionStartDateTime"] == STARTED
    assert found["ExecutionElapsedTime"] == "PT1.5S"
    assert sandbox.executions()[command_id] == {NODE: 1}
    assert agent.poll() == []


def test_steps_come_one_by_one(sandbox: LocalSandbox, agent: Agent) -> None:
    ssm = sandbox.client("ssm")
    shell = {"action": "aws:runShellScript", "inputs": {"runCommand": ["true"]}}
    content = {
        "schemaVersion": "2.2",
        "parameters": {"count": {"type": "Integer", "default": 2}, "names": {"type": "StringList", "default": ["a"]}},
        "mainSteps": [{"name": "step_one", **shell}, {"name": "step_two", **shell}],
    }
    ssm.create_document(Name="two-steps", Content=json.dumps(content), DocumentType="Command")
    command_id = send(sandbox, DocumentName="two-steps", Parameters={"count": ["3"]})
    message = agent.take()
    assert message["Payload"]["Parameters"] == {"count": 3, "names": ["a"]}
    agent.reply(message["MessageId"], "InProgress", step_one=step("Success", 0, "one\n"))
    agent.reply(message["MessageId"], "InProgress", step_two=step("TimedOut", 137, "two\n"))
    agent.reply(message["MessageId"], "TimedOut")
    (shown,) = ssm.list_command_invocations(CommandId=command_id, Details=True)["CommandInvocations"]
    assert (shown["Status"], shown["StatusDetails"]) == ("TimedOut", "ExecutionTimedOut")
    assert [(one["Name"], one["Status"], one["ResponseCode"], one["Output"]) for one in shown["CommandPlugins"]] == [
        ("step_one", "Success", 0, "one\n"),
        ("step_two", "TimedOut", 137, "two\n"),
    ]


def test_a_cancel_reaches_the_agent(sandbox: LocalSandbox, agent: Agent) -> None:
    command_id = send(sandbox)
    message = agent.take()
    sandbox.client("ssm").cancel_command(CommandId=command_id)
    (cancel,) = agent.poll()
    assert cancel["Topic"].startswith("aws.ssm.cancelCommand")
    assert json.loads(cancel["Payload"]) == {"CancelMessageId": message["MessageId"]}
    agent.reply(cancel["MessageId"], "InProgress")
    agent.acknowledge(cancel["MessageId"])
    (shown,) = sandbox.client("ssm").list_command_invocations(CommandId=command_id)["CommandInvocations"]
    assert shown["Status"] == "Cancelling"
    agent.reply(message["MessageId"], "Cancelled", **{"aws:runShellScript": step("Cancelled", 137)})
    found = invocation(sandbox, command_id)
    assert (found["Status"], found["ResponseCode"]) == ("Cancelled", 137)


def test_what_is_cancelled_before_the_agent_comes_is_not_handed_out(sandbox: LocalSandbox, agent: Agent) -> None:
    command_id = send(sandbox)
    sandbox.client("ssm").cancel_command(CommandId=command_id)
    wait_for(lambda: invocation(sandbox, command_id)["Status"] == "Cancelled")
    assert agent.poll() == []


def test_a_message_that_is_not_acknowledged_comes_again(sandbox: LocalSandbox, agent: Agent) -> None:
    command_id = send(sandbox)
    (first,) = agent.poll(visibility=1)
    (again,) = agent.poll()
    assert again == first
    agent.reply(first["MessageId"], "InProgress")
    agent.reply(first["MessageId"], "Success", **{"aws:runShellScript": step("Success", 0)})
    # An agent that comes back sends what it could not send before: late, and twice.
    agent.reply(first["MessageId"], "Failed", **{"aws:runShellScript": step("Failed", 1)})
    agent.acknowledge(first["MessageId"])
    assert invocation(sandbox, command_id)["Status"] == "Success"
    assert sandbox.executions()[command_id] == {NODE: 1}


def test_of_two_agents_with_one_id_one_gets_the_command(sandbox: LocalSandbox, agent: Agent) -> None:
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        polls = [pool.submit(agent.poll) for _agent in range(2)]
        command_id = send(sandbox)
        got = [message for poll in polls for message in poll.result()]
    assert [message["MessageId"] for message in got] == [f"aws.ssm.{command_id}.{NODE}"]
    agent.reply(got[0]["MessageId"], "Success", **{"aws:runShellScript": step("Success", 0)})
    agent.acknowledge(got[0]["MessageId"])


def test_an_agent_that_dies_in_the_middle_is_told_as_such(sandbox: LocalSandbox, agent: Agent) -> None:
    sandbox.control("POST", "config", {"settings": {"time_scale": 0.0005}})
    try:
        command_id = send(sandbox, Parameters={"commands": ["sleep 9"], "executionTimeout": ["3600"]})
        agent.take()
        wait_for(lambda: invocation(sandbox, command_id)["StatusDetails"] == "DeliveryTimedOut")
        never = send(sandbox, TimeoutSeconds=30)
        wait_for(lambda: invocation(sandbox, never)["StatusDetails"] == "DeliveryTimedOut")
    finally:
        sandbox.control("POST", "config", {"settings": {"time_scale": 1}})
    assert agent.poll() == []


def test_a_message_that_the_agent_cannot_read_fails(sandbox: LocalSandbox, agent: Agent) -> None:
    command_id = send(sandbox)
    (message,) = agent.poll()
    agent.ask("ec2messages", "FailMessage", MessageId=message["MessageId"], FailureType="InternalHandlerException")
    agent.acknowledge(message["MessageId"])
    assert invocation(sandbox, command_id)["Status"] == "Failed"


def test_output_to_aws_s_own_hosts_is_refused(sandbox: LocalSandbox, agent: Agent) -> None:
    command_id = send(sandbox, CloudWatchOutputConfig={"CloudWatchOutputEnabled": True})
    wait_for(lambda: invocation(sandbox, command_id)["Status"] == "Failed")
    (shown,) = sandbox.client("ssm").list_command_invocations(CommandId=command_id)["CommandInvocations"]
    assert shown["TraceOutput"].startswith("The sandbox cannot run this document")
    assert agent.poll() == []


@pytest.mark.parametrize(
    ("name", "parameters", "reason"),
    [
        ("AWS-RunPatchBaseline", {"Operation": ["Scan"]}, "a real agent does not simulate"),
        ("AWS-UpdateSSMAgent", {}, "a real agent downloads from AWS's own hosts"),
        ("AWS-RunRemoteScript", {"sourceType": ["S3"]}, "a real agent downloads from AWS's own hosts"),
    ],
)
def test_what_only_the_sandbox_does_is_refused(
    sandbox: LocalSandbox, agent: Agent, name: str, parameters: dict[str, list[str]], reason: str
) -> None:
    command_id = send(sandbox, DocumentName=name, Parameters=parameters)
    wait_for(lambda: invocation(sandbox, command_id)["Status"] == "Failed")
    (shown,) = sandbox.client("ssm").list_command_invocations(CommandId=command_id)["CommandInvocations"]
    assert shown["TraceOutput"] == f"The sandbox cannot run this document: {reason}."
    assert agent.poll() == []


def test_an_agent_reads_parameters(sandbox: LocalSandbox, agent: Agent) -> None:
    sandbox.client("ssm").put_parameter(Name="greeting", Value="hello", Type="String")
    found = agent.ask("ssm", "GetParameters", Names=["greeting", "none"], WithDecryption=False)
    assert [(one["Name"], one["Type"], one["Value"]) for one in found["Parameters"]] == [
        ("greeting", "String", "hello")
    ]
    assert found["InvalidParameters"] == ["none"]
    associations = agent.ask("ssm", "ListInstanceAssociations", InstanceId=NODE, MaxResults=20)
    assert associations == {"Associations": []}


@pytest.mark.parametrize(
    ("service", "operation", "request_"),
    [
        ("ec2messages", "GetMessages", {"Destination": OTHER}),
        ("ec2messages", "AcknowledgeMessage", {"MessageId": f"aws.ssm.c.{OTHER}"}),
        ("ec2messages", "SendReply", {"MessageId": f"aws.ssm.c.{OTHER}", "ReplyId": "r", "Payload": "{}"}),
        ("ssm", "UpdateInstanceInformation", {"InstanceId": OTHER, "PlatformType": "Linux"}),
        ("ssm", "SendCommand", {"InstanceIds": [NODE], "DocumentName": "AWS-RunShellScript"}),
        ("ssm", "GetParametersByPath", {"Path": "/"}),
    ],
)
def test_the_key_of_an_agent_is_for_its_node_alone(
    sandbox: LocalSandbox, agent: Agent, service: str, operation: str, request_: Json
) -> None:
    Agent(sandbox, OTHER).report()
    with pytest.raises(Refused, match="AccessDeniedException"):
        agent.ask(service, operation, **request_)


def test_no_other_key_speaks_for_a_node(sandbox: LocalSandbox, agent: Agent) -> None:
    old = Agent(sandbox, OTHER)
    Agent(sandbox, OTHER).report()
    with pytest.raises(Refused, match="UnrecognizedClientException"):
        old.report()
    agent._keys = {**agent._keys, **_own_keys(sandbox)}
    with pytest.raises(Refused, match="AccessDeniedException"):
        agent.poll()


def _own_keys(sandbox: LocalSandbox) -> Json:
    environment = sandbox.environment
    return {
        "access_key_id": environment["AWS_ACCESS_KEY_ID"],
        "secret_access_key": environment["AWS_SECRET_ACCESS_KEY"],
    }


@pytest.mark.parametrize(
    "payload", ["", "no", "[]", "{}", '{"documentStatus": "Success", "runtimeStatus": {"a": {"status": "Failed"}}}']
)
def test_a_reply_that_is_none_is_refused(sandbox: LocalSandbox, agent: Agent, payload: str) -> None:
    message_id = f"aws.ssm.{send(sandbox)}.{NODE}"
    with pytest.raises(Refused, match="ValidationException"):
        agent.ask("ec2messages", "SendReply", MessageId=message_id, ReplyId="r", Payload=payload)
    agent.take()
    agent.reply(message_id, "Success")


def test_before_its_first_report_an_agent_gets_nothing(sandbox: LocalSandbox) -> None:
    silent = Agent(sandbox, "mi-0000000000000000b")
    with pytest.raises(Refused, match="InvalidInstanceId"):
        silent.poll()
    with pytest.raises(ClientError, match="InvalidInstanceId"):
        send(sandbox, InstanceIds=[silent.instance_id])
