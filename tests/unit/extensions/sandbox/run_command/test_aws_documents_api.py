# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWS-owned documents through the API: listed, described, and run on nodes."""

from __future__ import annotations

import json
import typing as t

import pytest
from botocore.exceptions import ClientError
from local_aws.run_command import documents

from tests.support import warm_sandbox

from .test_api import ended, nodes

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

Json = dict[str, t.Any]
OBJECTS = {
    "scripts/hello.sh": "#!/bin/sh\necho hello $1; pwd\n",
    "scripts/lib/part.sh": "#!/bin/sh\necho part\n",
    "evil/../../out.sh": "#!/bin/sh\n",
    "greet.yml": """
schemaVersion: '2.2'
parameters: {word: {type: String}}
mainSteps:
- {action: 'aws:runShellScript', name: first, inputs: {runCommand: ['echo {{ word }}; echo trouble >&2']}}
- {action: 'aws:runShellScript', name: second, inputs: {runCommand: ['exit 3']}}
""",
}
FOR_AN_AGENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["ssm:*", "ssmmessages:*"], "Resource": "*"}],
}
OWN: Json = {"schemaVersion": "2.2", "mainSteps": [{"action": "aws:runShellScript", "name": "one", "inputs": {}}]}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    with warm_sandbox.running(tmp_path_factory.mktemp("sandbox"), "--seed-nodes", "3,Role=web") as running:
        running.client("ssm").create_document(Name="Own-One", Content=json.dumps(OWN), DocumentType="Command")
        s3 = running.client("s3")
        s3.create_bucket(Bucket="content")
        for key, text in OBJECTS.items():
            s3.put_object(Bucket="content", Key=key, Body=text.encode())
        yield running


@pytest.fixture
def ssm(sandbox: LocalSandbox) -> t.Any:
    return sandbox.client("ssm")


def test_documents_are_listed_in_pages(ssm: t.Any) -> None:
    pages = list(ssm.get_paginator("list_documents").paginate(PaginationConfig={"PageSize": 5}))
    assert {len(page["DocumentIdentifiers"]) for page in pages[:-1]} == {5}
    names = [shown["Name"] for page in pages for shown in page["DocumentIdentifiers"]]
    assert names == sorted({*documents.AWS_OWNED, "Own-One"})


def test_documents_are_found_by_filters(ssm: t.Any) -> None:
    filters = [
        {"Key": "Owner", "Values": ["Amazon"]},
        {"Key": "Name", "Values": ["AWS-Run"]},
        {"Key": "PlatformTypes", "Values": ["Windows"]},
        {"Key": "DocumentType", "Values": ["Command"]},
    ]
    found = ssm.list_documents(Filters=filters)["DocumentIdentifiers"]
    assert [shown["Name"] for shown in found] == [
        "AWS-RunDocument",
        "AWS-RunPatchBaseline",
        "AWS-RunPowerShellScript",
        "AWS-RunRemoteScript",
    ]
    (own,) = ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"]
    assert (own["Name"], own["PlatformTypes"], own["DocumentVersion"]) == ("Own-One", ["Linux", "MacOS"], "1")


def test_a_document_is_described_and_given(ssm: t.Any) -> None:
    described = ssm.describe_document(Name="AWS-RunPatchBaseline")["Document"]
    assert (described["Owner"], described["DocumentType"], described["SchemaVersion"]) == ("Amazon", "Command", "2.2")
    content = json.loads(ssm.get_document(Name="AWS-RunPatchBaseline", DocumentFormat="JSON")["Content"])
    assert [entry["Name"] for entry in described["Parameters"]] == list(content["parameters"])
    assert content["parameters"]["Operation"]["allowedValues"] == ["Scan", "Install"]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("AWS-RunPatchBaseline", {}),
        ("AWS-RunPatchBaseline", {"Operation": ["Scan"], "Colour": ["red"]}),
        ("AWS-ConfigureAWSPackage", {"action": ["Install"]}),
        ("AWS-RunRemoteScript", {"sourceType": ["S3"], "sourceInfo": ["no JSON"]}),
    ],
)
def test_parameters_that_do_not_fit_are_refused(ssm: t.Any, name: str, parameters: Json) -> None:
    targets = [{"Key": "tag:Role", "Values": ["web"]}]
    with pytest.raises(ClientError) as refusal:
        ssm.send_command(DocumentName=name, Targets=targets, Parameters=parameters)
    assert refusal.value.response["Error"]["Code"] == "InvalidParameters"


def address(key: str) -> str:
    return f"https://content.s3.us-east-1.amazonaws.com/{key}"


def run(ssm: t.Any, name: str, parameters: Json, **more: t.Any) -> tuple[str, dict[str, Json]]:
    """Send a document to one node: StatusDetails of the command, and its steps by their names."""
    targets = more or {"InstanceIds": nodes(ssm, "web")[:1]}
    sent = ssm.send_command(DocumentName=name, Parameters=parameters, **targets)["Command"]
    details = str(ended(ssm, sent["CommandId"])["StatusDetails"])
    (shown,) = ssm.list_command_invocations(CommandId=sent["CommandId"], Details=True)["CommandInvocations"]
    return details, {
        plugin["Name"]: ssm.get_command_invocation(
            CommandId=sent["CommandId"], InstanceId=shown["InstanceId"], PluginName=plugin["Name"]
        )
        for plugin in shown["CommandPlugins"]
    }


def remote(key: str, command_line: str, **more: list[str]) -> Json:
    return {
        "sourceType": ["S3"],
        "sourceInfo": [json.dumps({"path": address(key)})],
        "commandLine": [command_line],
        **more,
    }


def test_a_script_of_a_bucket_really_runs(ssm: t.Any) -> None:
    details, steps = run(ssm, "AWS-RunRemoteScript", remote("scripts/hello.sh", "hello.sh you"))
    assert details == "Success"
    assert list(steps) == ["downloadContent", "runPowerShellScript", "runShellScript"]
    assert steps["downloadContent"]["StandardOutputContent"].startswith("Content downloaded to /")
    first, folder = steps["runShellScript"]["StandardOutputContent"].splitlines()
    assert first == "hello you"
    assert folder.endswith("/downloads")


def test_a_folder_of_a_bucket_comes_with_all_that_is_in_it(ssm: t.Any) -> None:
    parameters = remote("scripts", "./part.sh", workingDirectory=["lib"])
    details, steps = run(ssm, "AWS-RunRemoteScript", parameters)
    assert (details, steps["runShellScript"]["StandardOutputContent"]) == ("Success", "part\n")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"sourceType": ["S3"], "sourceInfo": ['{"path": "https://s3.amazonaws.com/content/none.sh"}']}, "NoSuchKey"),
        ({"sourceType": ["S3"], "sourceInfo": ['{"path": "https://s3.amazonaws.com/nowhere/x"}']}, "NoSuchKey"),
        ({"sourceType": ["S3"]}, "SourceInfo must be specified"),
        (
            {"sourceType": ["GitHub"], "sourceInfo": ['{"owner": "o", "repository": "r", "path": "p"}']},
            "the sandbox cannot run this document: it downloads nothing from GitHub",
        ),
    ],
)
def test_what_cannot_be_downloaded(ssm: t.Any, source: Json, words: str) -> None:
    details, steps = run(ssm, "AWS-RunRemoteScript", {**source, "commandLine": ["true"]})
    assert (details, steps["downloadContent"]["ResponseCode"]) == ("Failed", 1)
    assert words in steps["downloadContent"]["StandardErrorContent"]


def test_the_outputs_of_all_steps_are_kept_but_not_those_within_others(sandbox: LocalSandbox, ssm: t.Any) -> None:
    s3, node = sandbox.client("s3"), nodes(ssm, "web")[0]
    s3.create_bucket(Bucket="outputs")
    parameters = {
        "sourceType": ["S3"],
        "sourceInfo": [json.dumps({"path": address("greet.yml")})],
        "documentParameters": ['{"word": "kept"}'],
    }
    run(ssm, "AWS-RunDocument", parameters, InstanceIds=[node], OutputS3BucketName="outputs")
    keys = [found["Key"].split("/", 2)[2] for found in s3.list_objects_v2(Bucket="outputs")["Contents"]]
    assert keys == [
        "awsdownloadContent/downloadContent/stdout",
        "awsrunDocument/runDocument/stderr",
        "awsrunDocument/runDocument/stdout",
    ]


def test_no_key_leads_out_of_the_downloads(ssm: t.Any) -> None:
    details, steps = run(ssm, "AWS-RunRemoteScript", remote("evil", "true"))
    assert details == "Failed"
    assert "../../out.sh leads out of" in steps["downloadContent"]["StandardErrorContent"]


def test_a_node_without_the_right_downloads_nothing(sandbox: LocalSandbox, ssm: t.Any) -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    iam = sandbox.client("iam")
    iam.create_role(RoleName="no-bucket", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName="no-bucket", PolicyName="agent", PolicyDocument=json.dumps(FOR_AN_AGENT))
    node = "mi-0123456789abcdef2"
    sandbox.control("POST", "nodes", {"instance_id": node, "role": "no-bucket"})
    _details, steps = run(ssm, "AWS-RunRemoteScript", remote("scripts/hello.sh", "true"), InstanceIds=[node])
    assert "AccessDenied" in steps["downloadContent"]["StandardErrorContent"]


def test_a_document_of_a_bucket_really_runs(ssm: t.Any) -> None:
    parameters = {
        "sourceType": ["S3"],
        "sourceInfo": [json.dumps({"path": address("greet.yml")})],
        "documentParameters": ['{"word": "welcome"}'],
    }
    details, steps = run(ssm, "AWS-RunDocument", parameters)
    shown = steps["runDocument"]
    assert (details, shown["StatusDetails"], shown["ResponseCode"]) == ("Failed", "Failed", 0)
    assert shown["StandardOutputContent"] == "welcome\n"
    assert shown["StandardErrorContent"] == "trouble\nfailed to run commands: exit status 3"


def test_a_document_of_the_account_really_runs(ssm: t.Any) -> None:
    content = {**OWN, "mainSteps": [{**OWN["mainSteps"][0], "inputs": {"runCommand": ["echo own"]}}]}
    ssm.create_document(Name="Own-Two", Content=json.dumps(content), DocumentType="Command")
    parameters = {"sourceType": ["SSMDocument"], "sourceInfo": ['{"name": "Own-Two"}']}
    details, steps = run(ssm, "AWS-RunDocument", parameters)
    assert (details, steps["runDocument"]["StandardOutputContent"]) == ("Success", "own\n")


def test_documents_run_documents_three_deep(ssm: t.Any) -> None:
    def nesting(name: str) -> str:
        inputs = {"documentType": "SSMDocument", "documentPath": name}
        step = {"action": "aws:runDocument", "name": "deeper", "inputs": inputs}
        return json.dumps({"schemaVersion": "2.2", "mainSteps": [step]})

    ssm.create_document(Name="Deep-0", Content=nesting("Own-One"), DocumentType="Command")
    for depth in range(1, 4):
        ssm.create_document(Name=f"Deep-{depth}", Content=nesting(f"Deep-{depth - 1}"), DocumentType="Command")
    assert run(ssm, "Deep-2", {})[0] == "Success"
    details, steps = run(ssm, "Deep-3", {})
    assert details == "Failed"
    assert "Maximum depth permitted - 3 and current depth - 4" in steps["deeper"]["StandardErrorContent"]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("AmazonCloudWatch-ManageAgent", {"action": ["status"]}),
        ("AWS-GatherSoftwareInventory", {}),
        ("AWS-RunAnsiblePlaybook", {"playbook": ["- hosts: all"]}),
        ("AWS-ApplyAnsiblePlaybooks", {"SourceType": ["GitHub"], "SourceInfo": ['{"owner": "o"}']}),
    ],
)
def test_what_cannot_be_run_says_so(ssm: t.Any, name: str, parameters: Json) -> None:
    details, steps = run(ssm, name, parameters)
    assert details == "Failed"
    assert any("the sandbox cannot run this document" in step["StandardErrorContent"] for step in steps.values())


@pytest.fixture
def patched(sandbox: LocalSandbox, ssm: t.Any) -> str:
    """A node with patches to install, an old agent, an old package and one that cannot be installed."""
    node = str(nodes(ssm, "web")[1])
    tags = {
        "sandbox:patches-installed": "10",
        "sandbox:patches-missing": "3",
        "sandbox:patches-failing": "0",
        "sandbox:agent-version": "3.1.0.0",
        "sandbox:packages": "AmazonCloudWatchAgent=0.9",
        "sandbox:failing-software": "AWSPVDriver",
    }
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    sandbox.client("ec2").create_tags(Resources=[node], Tags=listed)
    return node


def patch_state(ssm: t.Any, node: str) -> Json:
    (found,) = ssm.describe_instance_patch_states(InstanceIds=[node])["InstancePatchStates"]
    return t.cast("Json", found)


def test_patches_are_looked_for_and_installed(sandbox: LocalSandbox, ssm: t.Any, patched: str) -> None:
    sandbox.control("POST", "config", {"settings": {"reboot_seconds": 0.1}})
    details, steps = run(ssm, "AWS-RunPatchBaseline", {"Operation": ["Scan"]}, InstanceIds=[patched])
    assert (details, list(steps)) == ("Success", ["PatchWindows", "PatchLinux", "PatchMacOS"])
    assert "MissingCount                 : 3" in steps["PatchLinux"]["StandardOutputContent"]
    assert patch_state(ssm, patched)["MissingCount"] == 3
    details, steps = run(ssm, "AWS-RunPatchBaseline", {"Operation": ["Install"]}, InstanceIds=[patched])
    assert (details, steps["PatchLinux"]["ResponseCode"]) == ("Success", 0)
    assert steps["PatchLinux"]["StandardOutputContent"].startswith("The patches are installed, and the node reboots.\n")
    state = patch_state(ssm, patched)
    assert (state["Operation"], state["MissingCount"], state["InstalledCount"]) == ("Install", 0, 13)


def test_patches_wait_for_a_reboot_and_fail(sandbox: LocalSandbox, ssm: t.Any, patched: str) -> None:
    tags = [{"Key": "sandbox:patches-failing", "Value": "1"}]
    sandbox.client("ec2").create_tags(Resources=[patched], Tags=tags)
    given = {"Operation": ["Install"], "RebootOption": ["NoReboot"]}
    details, steps = run(ssm, "AWS-RunPatchBaseline", given, InstanceIds=[patched])
    assert (details, steps["PatchLinux"]["ResponseCode"]) == ("Failed", 1)
    assert steps["PatchLinux"]["StandardErrorContent"] == "failed to run commands: exit status 1"
    state = patch_state(ssm, patched)
    assert (state["FailedCount"], state["InstalledPendingRebootCount"], state["RebootOption"]) == (1, 2, "NoReboot")


def test_a_node_that_was_never_patched_has_no_state(ssm: t.Any) -> None:
    assert ssm.describe_instance_patch_states(InstanceIds=[nodes(ssm, "web")[2]])["InstancePatchStates"] == []


def test_the_agent_is_updated(ssm: t.Any, patched: str) -> None:
    filters = [{"Key": "InstanceIds", "Values": [patched]}]
    (before,) = ssm.describe_instance_information(Filters=filters)["InstanceInformationList"]
    assert (before["AgentVersion"], before["IsLatestVersion"]) == ("3.1.0.0", False)
    details, steps = run(ssm, "AWS-UpdateSSMAgent", {}, InstanceIds=[patched])
    assert details == "Success"
    assert "updated successfully" in steps["aws:updateSsmAgent"]["StandardOutputContent"]
    (after,) = ssm.describe_instance_information(Filters=filters)["InstanceInformationList"]
    assert after["IsLatestVersion"]


@pytest.mark.parametrize(
    ("name", "details", "words"),
    [
        ("AmazonCloudWatchAgent", "Success", "Successfully installed"),
        ("AWSPVDriver", "Failed", "install status Failed"),
        ("Nothing", "Failed", "there is no package Nothing"),
    ],
)
def test_packages_are_installed(ssm: t.Any, patched: str, name: str, details: str, words: str) -> None:
    given = {"action": ["Install"], "name": [name]}
    found, steps = run(ssm, "AWS-ConfigureAWSPackage", given, InstanceIds=[patched])
    shown = steps["configurePackage"]
    assert found == details
    assert words in shown["StandardOutputContent"] + shown["StandardErrorContent"]


def test_a_tag_that_says_nothing_is_told(sandbox: LocalSandbox, ssm: t.Any) -> None:
    node = nodes(ssm, "web")[2]
    ec2, tag = sandbox.client("ec2"), {"Key": "sandbox:patches-missing", "Value": "many"}
    ec2.create_tags(Resources=[node], Tags=[tag])
    with pytest.raises(ClientError, match="sandbox:patches-missing is not a number of patches: many"):
        run(ssm, "AWS-RunPatchBaseline", {"Operation": ["Scan"]}, InstanceIds=[node])
    ec2.delete_tags(Resources=[node], Tags=[tag])
