# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pathlib
import re
import signal
import time
import typing as t

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

from tests.support import warm_sandbox

from .test_lives import is_running

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

SHELL = "AWS-RunShellScript"
TAG = {"Targets": [{"Key": "tag:Role", "Values": ["web"]}]}
SCRIPT = {"Parameters": {"commands": ["true"]}}
ENDED = {"Success", "Failed", "TimedOut", "Cancelled"}
STEPS = {
    "schemaVersion": "2.2",
    "parameters": {"word": {"type": "String", "allowedValues": ["one", "two"], "default": "one"}},
    "mainSteps": [
        {"action": "aws:runShellScript", "name": "first", "inputs": {"runCommand": ["echo {{ word }}; exit 4"]}},
        {"action": "aws:runShellScript", "name": "second", "inputs": {"runCommand": ["echo second"]}},
    ],
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    fleets = (
        "3,Role=web",
        "1,Role=off,sandbox:ping-status=ConnectionLost",
        "120,Role=many,sandbox:duration=0.05",
        "1,Role=slow,sandbox:duration=60",
    )
    options = [option for fleet in fleets for option in ("--seed-nodes", fleet)]
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox"), *options) as running:
        yield running


@pytest.fixture
def ssm(sandbox: LocalSandbox) -> Iterator[t.Any]:
    yield sandbox.client("ssm")
    sandbox.control("DELETE", "config")
    sandbox.control("POST", "config", {"settings": {"time_scale": 1, "consistency_gap": 0.2, "target_growth": 0}})


def client_of(sandbox: LocalSandbox) -> t.Any:
    """A client that sends what it is told to, once."""
    ready = sandbox.environment
    return boto3.client(
        "ssm",
        endpoint_url=sandbox.url,
        region_name=ready["AWS_REGION"],
        aws_access_key_id=ready["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=ready["AWS_SECRET_ACCESS_KEY"],
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )


def nodes(ssm: t.Any, role: str) -> list[str]:
    return all_nodes(ssm, Filters=[{"Key": "tag:Role", "Values": [role]}])


def all_nodes(ssm: t.Any, **request: t.Any) -> list[str]:
    pages = ssm.get_paginator("describe_instance_information").paginate(**request)
    return [node["InstanceId"] for page in pages for node in page["InstanceInformationList"]]


def send(ssm: t.Any, **request: t.Any) -> str:
    return str(ssm.send_command(**{"DocumentName": SHELL, **SCRIPT, **request})["Command"]["CommandId"])


def ended(ssm: t.Any, command_id: str) -> dict[str, t.Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        command = ssm.list_commands(CommandId=command_id)["Commands"][0]
        if command["Status"] in ENDED:
            time.sleep(0.25)
            return t.cast("dict[str, t.Any]", command)
        time.sleep(0.05)
    raise AssertionError(f"{command_id} has not ended")


def details(ssm: t.Any, command_id: str) -> list[str]:
    pages = ssm.get_paginator("list_command_invocations").paginate(CommandId=command_id)
    return sorted(found["StatusDetails"] for page in pages for found in page["CommandInvocations"])


BAD_REQUESTS: list[tuple[dict[str, t.Any], str]] = [
    ({"DocumentName": "x", **TAG}, "ValidationException"),
    ({"DocumentName": "No-Such", **TAG}, "InvalidDocument"),
    ({**TAG, "DocumentVersion": "7"}, "InvalidDocumentVersion"),
    ({**TAG, "DocumentHash": "0" * 64}, "InvalidDocument"),
    ({}, "InvalidInstanceId"),
    ({**TAG, "InstanceIds": ["i-12345678"]}, "ValidationException"),
    ({"InstanceIds": ["i-00000000000000001"]}, "InvalidInstanceId"),
    ({"InstanceIds": ["i-12345678", "i-12345678"]}, "DuplicateInstanceId"),
    ({"InstanceIds": [f"i-{number:08x}" for number in range(51)]}, "ValidationException"),
    ({"InstanceIds": ["web-1"]}, "ValidationException"),
    ({"Targets": [{"Key": "colour", "Values": ["red"]}]}, "ValidationException"),
    ({"Targets": [{"Key": "tag:Role", "Values": []}]}, "ValidationException"),
    ({"Targets": [TAG["Targets"][0]] * 6}, "ValidationException"),
    ({"Targets": [{"Key": "tag:Role", "Values": [str(number) for number in range(51)]}]}, "ValidationException"),
    ({"Targets": [{"Key": "resource-groups:Name", "Values": ["a", "b"]}]}, "ValidationException"),
    ({**TAG, "Parameters": {}}, "InvalidParameters"),
    ({**TAG, "Parameters": {"commands": ["true"], "colour": ["red"]}}, "InvalidParameters"),
    ({**TAG, "Parameters": {"commands": ["true"], "executionTimeout": ["soon"]}}, "InvalidParameters"),
    ({**TAG, "TimeoutSeconds": 29}, "ValidationException"),
    ({**TAG, "TimeoutSeconds": 2_592_001}, "ValidationException"),
    ({**TAG, "MaxConcurrency": "0"}, "ValidationException"),
    ({**TAG, "MaxConcurrency": "101%"}, "ValidationException"),
    ({**TAG, "MaxErrors": "-1"}, "ValidationException"),
    ({**TAG, "MaxErrors": "many"}, "ValidationException"),
    ({**TAG, "Comment": "x" * 101}, "ValidationException"),
    ({**TAG, "OutputS3BucketName": "no-such-bucket"}, "InvalidOutputFolder"),
    ({**TAG, "OutputS3BucketName": "ab"}, "ValidationException"),
    ({**TAG, "ServiceRoleArn": "arn:aws:iam::123456789012:role/none"}, "InvalidRole"),
    ({**TAG, "NotificationConfig": {"NotificationArn": "arn:aws:sns:us-east-1:123456789012:none"}}, "InvalidRole"),
    ({**TAG, "CloudWatchOutputConfig": {"CloudWatchLogGroupName": "a b"}}, "ValidationException"),
]


@pytest.mark.parametrize(("request_", "code"), BAD_REQUESTS)
def test_bad_requests_have_the_codes_of_aws(sandbox: LocalSandbox, request_: dict[str, t.Any], code: str) -> None:
    with pytest.raises(ClientError) as refusal:
        client_of(sandbox).send_command(**{"DocumentName": SHELL, **SCRIPT, **request_})
    assert refusal.value.response["Error"]["Code"] == code


def test_scripts_really_run_each_on_its_own_node(ssm: t.Any) -> None:
    script = 'echo "$AWS_SSM_INSTANCE_ID"; hostname; pwd; echo trouble >&2'
    command_id = send(ssm, **TAG, Parameters={"commands": [script]}, MaxConcurrency="100%")
    command = ended(ssm, command_id)
    assert (command["Status"], command["TargetCount"], command["CompletedCount"]) == ("Success", 3, 3)
    answers = [ssm.get_command_invocation(CommandId=command_id, InstanceId=node) for node in nodes(ssm, "web")]
    assert {answer["StandardOutputContent"].splitlines()[0] for answer in answers} == set(nodes(ssm, "web"))
    assert len({answer["StandardOutputContent"].splitlines()[1] for answer in answers}) == 3
    assert {answer["StandardErrorContent"] for answer in answers} == {"trouble\n"}
    # The fully qualified host name, says the API reference of both members, and not the tag Name.
    listed = ssm.list_command_invocations(CommandId=command_id)["CommandInvocations"]
    for one in listed:
        filters = [{"Key": "InstanceIds", "Values": [one["InstanceId"]]}]
        (described,) = ssm.describe_instance_information(Filters=filters)["InstanceInformationList"]
        assert one["InstanceName"] == described["ComputerName"]
        assert one["InstanceName"].endswith((".ec2.internal", ".compute.internal"))


def test_an_invocation_is_not_there_at_once(sandbox: LocalSandbox, ssm: t.Any) -> None:
    sandbox.control("POST", "config", {"settings": {"consistency_gap": 30}})
    node = nodes(ssm, "web")[0]
    command_id = send(ssm, InstanceIds=[node])
    assert ssm.list_command_invocations(CommandId=command_id)["CommandInvocations"] == []
    with pytest.raises(ClientError, match="InvocationDoesNotExist"):
        ssm.get_command_invocation(CommandId=command_id, InstanceId=node)


def test_too_many_errors_terminate_what_was_not_sent(ssm: t.Any) -> None:
    command_id = send(ssm, **TAG, Parameters={"commands": ["exit 9"]}, MaxConcurrency="1")
    command = ended(ssm, command_id)
    assert (command["StatusDetails"], command["ErrorCount"]) == ("Failed", 1)
    assert details(ssm, command_id) == ["Failed", "Terminated", "Terminated"]


def test_tolerated_errors_leave_it_incomplete(ssm: t.Any) -> None:
    node = nodes(ssm, "web")[0]
    script = f'[ "$AWS_SSM_INSTANCE_ID" != {node} ]'
    command_id = send(ssm, **TAG, Parameters={"commands": [script]}, MaxErrors="50%", MaxConcurrency="1")
    assert ended(ssm, command_id)["StatusDetails"] == "Incomplete"
    assert details(ssm, command_id) == ["Failed", "Success", "Success"]


def test_a_script_is_stopped_after_its_execution_timeout(sandbox: LocalSandbox, ssm: t.Any) -> None:
    sandbox.control("POST", "config", {"settings": {"time_scale": 0.1}})
    parameters = {"commands": ["sleep 60"], "executionTimeout": ["5"]}
    command_id = send(ssm, InstanceIds=nodes(ssm, "web")[:1], Parameters=parameters)
    ended(ssm, command_id)
    assert details(ssm, command_id) == ["ExecutionTimedOut"]


def test_a_node_that_does_not_answer_is_delayed_and_then_given_up(sandbox: LocalSandbox, ssm: t.Any) -> None:
    sandbox.control("POST", "config", {"settings": {"time_scale": 0.05}})
    command_id = send(ssm, InstanceIds=nodes(ssm, "off"), TimeoutSeconds=30)
    command = ended(ssm, command_id)
    assert (command["Status"], command["DeliveryTimedOutCount"]) == ("TimedOut", 1)
    assert details(ssm, command_id) == ["DeliveryTimedOut"]


def test_cancel_stops_what_runs(ssm: t.Any) -> None:
    command_id = send(ssm, **TAG, Parameters={"commands": ["sleep 60"]}, MaxConcurrency="2")
    time.sleep(0.5)
    ssm.cancel_command(CommandId=command_id)
    assert ended(ssm, command_id)["StatusDetails"] == "Cancelled"
    assert details(ssm, command_id) == ["Cancelled"] * 3


def test_a_cancelled_node_that_simulates_says_what_ran(ssm: t.Any) -> None:
    ssm.create_document(Content=json.dumps(STEPS), Name="Slow-Steps", DocumentType="Command")
    command_id = send(ssm, DocumentName="Slow-Steps", InstanceIds=nodes(ssm, "slow"), Parameters={})
    time.sleep(0.5)
    ssm.cancel_command(CommandId=command_id)
    assert ended(ssm, command_id)["StatusDetails"] == "Cancelled"
    invocation = ssm.list_command_invocations(CommandId=command_id, Details=True)["CommandInvocations"][0]
    steps = [(plugin["StatusDetails"], plugin["ResponseCode"]) for plugin in invocation["CommandPlugins"]]
    assert steps == [("Cancelled", 137), ("Cancelled", 1)]


def test_no_node_with_the_tag_is_a_success_of_its_own_kind(ssm: t.Any) -> None:
    command_id = send(ssm, Targets=[{"Key": "tag:Role", "Values": ["none"]}])
    assert ended(ssm, command_id)["StatusDetails"] == "NoInstancesInTag"


def test_a_tag_of_another_service_counts_at_once(sandbox: LocalSandbox, ssm: t.Any) -> None:
    tagging = sandbox.client("resourcegroupstaggingapi")
    owner = {"Targets": [{"Key": "tag:Owner", "Values": ["Finance"]}]}
    assert ended(ssm, send(ssm, **owner))["TargetCount"] == 0
    node = ssm.describe_instance_information(Filters=[{"Key": "tag:Role", "Values": ["web"]}])
    account = sandbox.client("sts").get_caller_identity()["Account"]
    arn = f"arn:aws:ec2:us-east-1:{account}:instance/{node['InstanceInformationList'][0]['InstanceId']}"
    answer = tagging.tag_resources(ResourceARNList=[arn], Tags={"Owner": "Finance"})
    assert not answer["FailedResourcesMap"]
    assert ended(ssm, send(ssm, **owner))["TargetCount"] == 1


def test_a_region_that_aws_has_not_is_refused(sandbox: LocalSandbox) -> None:
    keys = {name.lower(): value for name, value in sandbox.environment.items() if "KEY" in name}
    client = boto3.client("ssm", region_name="eu-centrl-1", endpoint_url=sandbox.url, **keys)  # type: ignore[call-overload]  # a mapping
    with pytest.raises(ClientError, match="Credential should be scoped to a valid region"):
        client.list_commands()


def test_targets_grow_while_the_command_runs(sandbox: LocalSandbox, ssm: t.Any) -> None:
    sandbox.control("POST", "config", {"settings": {"target_growth": 2}})
    command_id = send(ssm, Targets=[{"Key": "tag:Role", "Values": ["many"]}], MaxConcurrency="100%")
    time.sleep(0.5)
    early = ssm.list_commands(CommandId=command_id)["Commands"][0]["TargetCount"]
    assert 0 < early < 120
    assert ended(ssm, command_id)["TargetCount"] == 120


def test_listings_come_in_pages_of_fifty(ssm: t.Any) -> None:
    command_id = send(ssm, Targets=[{"Key": "tag:Role", "Values": ["many"]}], MaxConcurrency="100%")
    ended(ssm, command_id)
    listing = ssm.get_paginator("list_command_invocations").paginate(CommandId=command_id)
    pages = [page["CommandInvocations"] for page in listing]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({found["InstanceId"] for page in pages for found in page}) == 120


def test_output_is_cut_where_aws_cuts_it_and_whole_elsewhere(sandbox: LocalSandbox, ssm: t.Any) -> None:
    sandbox.client("s3").create_bucket(Bucket="outputs")
    node = nodes(ssm, "web")[0]
    request = {
        "Parameters": {"commands": ["seq 1 10000; seq 1 5000 >&2"]},
        "OutputS3BucketName": "outputs",
        "OutputS3KeyPrefix": "pre",
        "CloudWatchOutputConfig": {"CloudWatchOutputEnabled": True, "CloudWatchLogGroupName": "/fleet"},
    }
    command_id = send(ssm, InstanceIds=[node], **request)
    ended(ssm, command_id)
    whole = "".join(f"{number}\n" for number in range(1, 10_001))
    answer = ssm.get_command_invocation(CommandId=command_id, InstanceId=node)
    assert answer["StandardOutputContent"] == whole[:23_980] + "--output truncated--"
    assert len(answer["StandardErrorContent"]) == 8_000
    listed = ssm.list_command_invocations(CommandId=command_id, Details=True)["CommandInvocations"][0]
    assert len(listed["CommandPlugins"][0]["Output"]) == 2_500
    key = f"pre/{command_id}/{node}/awsrunShellScript/0.awsrunShellScript/stdout"
    assert sandbox.client("s3").get_object(Bucket="outputs", Key=key)["Body"].read().decode() == whole
    stream = f"{command_id}/{node}/aws-runShellScript/stdout"
    events = sandbox.client("logs").get_log_events(logGroupName="/fleet", logStreamName=stream)["events"]
    assert "".join(event["message"] for event in events) == whole


def test_a_document_of_several_steps(ssm: t.Any) -> None:
    ssm.create_document(Content=json.dumps(STEPS), Name="Two-Steps", DocumentType="Command", DocumentFormat="JSON")
    node = nodes(ssm, "web")[0]
    with pytest.raises(ClientError, match="InvalidParameters"):
        send(ssm, DocumentName="Two-Steps", InstanceIds=[node], Parameters={"word": ["three"]})
    command_id = send(ssm, DocumentName="Two-Steps", InstanceIds=[node], Parameters={"word": ["two"]})
    ended(ssm, command_id)
    invocation = ssm.list_command_invocations(CommandId=command_id, Details=True)["CommandInvocations"][0]
    plugins = {
        plugin["Name"]: (plugin["StatusDetails"], plugin["ResponseCode"]) for plugin in invocation["CommandPlugins"]
    }
    assert plugins == {"first": ("Failed", 4), "second": ("Success", 0)}
    first = ssm.get_command_invocation(CommandId=command_id, InstanceId=node, PluginName="first")
    assert first["StandardOutputContent"] == "two\n"
    with pytest.raises(ClientError, match="InvalidPluginName"):
        ssm.get_command_invocation(CommandId=command_id, InstanceId=node, PluginName="third")
    whole = ssm.get_command_invocation(CommandId=command_id, InstanceId=node)
    assert (whole["Status"], "StandardOutputContent" in whole) == ("Failed", False)


YAML = """# says a word
schemaVersion: "2.2"
mainSteps:
  - action: aws:runShellScript
    name: say_it
    inputs: {runCommand: [echo yes]}
"""


def test_a_document_in_yaml(ssm: t.Any) -> None:
    ssm.create_document(Content=YAML, Name="In-Yaml", DocumentFormat="YAML")
    node = nodes(ssm, "web")[0]
    command_id = send(ssm, DocumentName="In-Yaml", InstanceIds=[node], Parameters={})
    ended(ssm, command_id)
    assert ssm.get_command_invocation(CommandId=command_id, InstanceId=node)["StandardOutputContent"] == "yes\n"
    assert ssm.get_document(Name="In-Yaml")["Content"] == YAML
    as_json = ssm.get_document(Name="In-Yaml", DocumentFormat="JSON")
    assert (as_json["DocumentFormat"], json.loads(as_json["Content"])["schemaVersion"]) == ("JSON", "2.2")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"Name": "AWS-Mine"}, "ValidationException"),
        ({"Name": "a b"}, "ValidationException"),
        ({"Content": "{}"}, "InvalidDocumentContent"),
        ({"Content": json.dumps({**STEPS, "schemaVersion": "9"})}, "InvalidDocumentSchemaVersion"),
        ({"Content": json.dumps({**STEPS, "description": "x" * 65_536})}, "MaxDocumentSizeExceeded"),
        ({"Content": YAML}, "InvalidDocumentContent"),
    ],
)
def test_documents_that_aws_refuses_are_not_made(ssm: t.Any, request_: dict[str, str], code: str) -> None:
    with pytest.raises(ClientError) as refusal:
        ssm.create_document(**{"Name": "Refused", "Content": json.dumps(STEPS), "DocumentType": "Command", **request_})
    assert refusal.value.response["Error"]["Code"] == code
    assert "Refused" not in [found["Name"] for found in ssm.list_documents()["DocumentIdentifiers"]]


def test_an_update_is_checked_as_well(ssm: t.Any) -> None:
    ssm.create_document(Content=json.dumps(STEPS), Name="Updated", DocumentType="Command")
    with pytest.raises(ClientError, match="InvalidDocumentContent"):
        ssm.update_document(Content="{}", Name="Updated", DocumentVersion="$LATEST")


def test_a_reboot_runs_the_script_again(ssm: t.Any) -> None:
    script = 'cd "$SANDBOX_NODE_DIRECTORY"; if [ -e rebooted ]; then echo again; else touch rebooted; exit 194; fi'
    node = nodes(ssm, "web")[1]
    command_id = send(ssm, InstanceIds=[node], Parameters={"commands": [script]})
    assert ended(ssm, command_id)["Status"] == "Success"
    assert ssm.get_command_invocation(CommandId=command_id, InstanceId=node)["StandardOutputContent"] == "again\n"


def test_powershell_is_sent_to_linux_and_not_found_there(ssm: t.Any) -> None:
    command_id = send(ssm, DocumentName="AWS-RunPowerShellScript", InstanceIds=nodes(ssm, "web")[:1])
    assert ended(ssm, command_id)["Status"] == "Failed"
    invocation = ssm.list_command_invocations(CommandId=command_id, Details=True)["CommandInvocations"][0]
    assert invocation["CommandPlugins"][0]["Name"] == "aws:runPowerShellScript"
    assert "fork/exec /usr/bin/pwsh: no such file or directory" in invocation["CommandPlugins"][0]["Output"]


def test_a_reference_to_nothing_is_told(ssm: t.Any) -> None:
    (node, *_others) = nodes(ssm, "web")
    command_id = send(ssm, InstanceIds=[node], Parameters={"commands": ["echo {{ssm:nothing}}"]})
    assert ended(ssm, command_id)["Status"] == "Failed"
    invocation = ssm.list_command_invocations(CommandId=command_id, Details=True)["CommandInvocations"][0]
    assert invocation["TraceOutput"] == "Input contains invalid parameters [nothing]"
    answer = ssm.get_command_invocation(CommandId=command_id, InstanceId=node)
    assert (answer["Status"], answer["ResponseCode"]) == ("Failed", -1)


def test_a_shell_script_does_not_fit_windows(sandbox: LocalSandbox, ssm: t.Any) -> None:
    node = "mi-0123456789abcdef1"
    sandbox.control("POST", "nodes", {"instance_id": node, "tags": {"System": "windows"}, "platform": "Windows"})
    command_id = send(ssm, Targets=[{"Key": "tag:System", "Values": ["windows"]}])
    assert ended(ssm, command_id)["Status"] == "Failed"
    assert details(ssm, command_id) == ["InvalidPlatform"]
    with pytest.raises(ClientError, match="UnsupportedPlatformType"):
        send(ssm, InstanceIds=[node])


def test_a_hybrid_node_is_declared(sandbox: LocalSandbox, ssm: t.Any) -> None:
    node = "mi-0123456789abcdef0"
    sandbox.control("POST", "nodes", {"instance_id": node, "tags": {"Site": "here"}, "name": "on-premises"})
    command_id = send(ssm, Targets=[{"Key": "tag:Site", "Values": ["here"]}], Parameters={"commands": ["hostname"]})
    ended(ssm, command_id)
    answer = ssm.get_command_invocation(CommandId=command_id, InstanceId=node)
    assert answer["StandardOutputContent"] == "on-premises\n"


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("throttle", "ThrottlingException"),
        ("server_error", "InternalServerError"),
        ("server_error_after", "InternalServerError"),
        ("expired_token", "ExpiredTokenException"),
    ],
)
def test_a_fault_befalls_one_call(sandbox: LocalSandbox, ssm: t.Any, kind: str, error: str) -> None:
    client = client_of(sandbox)
    sandbox.control("POST", "config", {"faults": [{"operation": "ListCommands", "kind": kind}]})
    with pytest.raises(ClientError) as refusal:
        client.list_commands()
    assert refusal.value.response["Error"]["Code"] == error
    assert "Commands" in client.list_commands()


@pytest.mark.parametrize("kind", ["cut", "cut_after"])
def test_a_cut_ends_the_connection(sandbox: LocalSandbox, ssm: t.Any, kind: str) -> None:
    client = client_of(sandbox)
    sandbox.control("POST", "config", {"faults": [{"operation": "ListCommands", "kind": kind}]})
    with pytest.raises(HTTPClientError):
        client.list_commands()
    assert "Commands" in client.list_commands()


def test_a_hanging_call_does_nothing_and_has_no_answer(sandbox: LocalSandbox, ssm: t.Any) -> None:
    client = client_of(sandbox)
    before = ssm.list_commands()["Commands"]
    sandbox.control("POST", "config", {"faults": [{"operation": "SendCommand", "kind": "hang", "seconds": 1}]})
    began = time.monotonic()
    with pytest.raises(HTTPClientError):
        send(client, **TAG)
    assert time.monotonic() - began >= 1
    assert ssm.list_commands()["Commands"] == before


def test_a_listing_that_lags_shows_a_command_later(sandbox: LocalSandbox, ssm: t.Any) -> None:
    sandbox.control("POST", "config", {"settings": {"list_commands_gap": 60}})
    try:
        command_id = send(ssm, **TAG)
        assert ssm.list_commands(CommandId=command_id)["Commands"] == []
    finally:
        sandbox.control("POST", "config", {"settings": {"list_commands_gap": 0}})
    assert [one["CommandId"] for one in ssm.list_commands(CommandId=command_id)["Commands"]] == [command_id]


def test_it_stops_by_its_pid_and_leaves_nothing(tmp_path: pathlib.Path) -> None:
    running = warm_sandbox.start(tmp_path, "--seed-nodes", "1,Role=web")
    ssm = running.client("ssm")
    pid_file = tmp_path / "pid"
    command_id = send(ssm, **TAG, Parameters={"commands": [f"sleep 1000 & echo $! > {pid_file}; wait"]})
    time.sleep(1)
    assert ssm.list_commands(CommandId=command_id)["Commands"][0]["Status"] == "InProgress"
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0
    assert not (tmp_path / "sandbox.json").exists()
    assert not is_running(int(pid_file.read_text()))


def test_a_wrong_configuration_is_refused(tmp_path: pathlib.Path) -> None:
    (tmp_path / "config.json").write_text('{"settings": {"colour": 1}}')
    with pytest.raises(RuntimeError) as refused:
        warm_sandbox.start(tmp_path, "--config", str(tmp_path / "config.json"))
    said = "['settings']: Additional properties are not allowed ('colour' was unexpected)"
    assert re.search(rf"ended with 1 .*{re.escape(said)}", str(refused.value), re.DOTALL)


def test_a_resource_data_sync_lists_the_nodes_of_all_regions(sandbox: LocalSandbox, ssm: t.Any) -> None:
    elsewhere = "mi-0123456789abcdef0"
    sandbox.control("POST", "nodes", {"instance_id": elsewhere, "region": "eu-west-1"})
    sync = {"SyncName": "AWS-QuickSetup-ManagedNode"}
    pages = list(ssm.get_paginator("list_nodes").paginate(**sync))
    regions = {node["Id"]: node["Region"] for page in pages for node in page["Nodes"]}
    assert regions == {**dict.fromkeys(all_nodes(ssm), ssm.meta.region_name), elsewhere: "eu-west-1"}
    assert [len(page["Nodes"]) for page in pages] == [50, 50, len(regions) - 100]
    by_region = {"Filters": [{"Key": "Region", "Values": ["eu-west-1"]}]}
    assert [node["Id"] for node in ssm.list_nodes(**sync, **by_region)["Nodes"]] == [elsewhere]
    assert ssm.list_nodes(**by_region)["Nodes"] == []
    with pytest.raises(ClientError, match="ResourceDataSyncNotFoundException"):
        ssm.list_nodes(SyncName="none")
