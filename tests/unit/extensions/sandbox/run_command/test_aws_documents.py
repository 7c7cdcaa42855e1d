# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWS-owned documents: parameters, platforms, and which of them a command may have."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.run_command import document_store, documents, parameters, plan, plugins, responses
from local_aws.run_command.aws_declarations import CANNOT_RUN, SANDBOX_STEP, sandbox_step
from local_aws.run_command.model import Command
from local_aws.wire.errors import ApiError
from local_aws.wire.validation import validate

from tests.support import readme

from .records import REGION, command

Given = dict[str, list[str]]
# Plugins that answer for themselves, or run scripts.
DONE = {
    "aws:runShellScript",
    "aws:downloadContent",
    "aws:runDocument",
    "aws:configurePackage",
    "aws:updateSsmAgent",
}
REFUSAL = b"the sandbox cannot run this document: "
OWNED = documents.AWS_OWNED
ASKED_FOR = {
    "AWS-RunShellScript",
    "AWS-RunPowerShellScript",
    "AWS-RunRemoteScript",
    "AWS-RunDocument",
    "AWS-ApplyAnsiblePlaybooks",
    "AWS-RunAnsiblePlaybook",
    "AWS-RunPatchBaseline",
    "AWS-ConfigureAWSPackage",
    "AWS-UpdateSSMAgent",
    "AWS-GatherSoftwareInventory",
    "AmazonCloudWatch-ManageAgent",
    "AWS-InstallApplication",
    "AWS-ConfigureCloudWatch",
}
# What makes a command of each of them, where something is required.
LEAST: dict[str, Given] = {
    "AWS-RunShellScript": {"commands": ["true"]},
    "AWS-RunPowerShellScript": {"commands": ["dir"]},
    "AWS-RunRemoteScript": {"sourceType": ["S3"]},
    "AWS-RunDocument": {"sourceType": ["SSMDocument"]},
    "AWS-ApplyAnsiblePlaybooks": {"SourceType": ["GitHub"]},
    "AWS-RunPatchBaseline": {"Operation": ["Scan"]},
    "AWS-ConfigureAWSPackage": {"action": ["Install"], "name": ["AmazonCloudWatchAgent"]},
    "AWS-InstallApplication": {"source": ["https://example.com/a.msi"]},
}


def test_the_documents_people_send_are_known() -> None:
    assert OWNED.keys() >= ASKED_FOR


@pytest.mark.parametrize("name", sorted(OWNED))
def test_every_document_makes_steps_that_the_agent_knows(name: str) -> None:
    document = OWNED[name]
    given = parameters.resolve_parameters(document, LEAST.get(name, {}))
    steps = plan.plan_steps(document, given)
    assert steps
    assert all(plugins.is_known(step.action) for step in steps)
    assert "{{" not in str([step.inputs for step in steps]).replace("{Region}", "")
    assert documents.platform_types(document)
    validate("ssm", "GetDocument", {"Name": name})


@pytest.mark.parametrize("name", sorted(OWNED))
def test_what_is_required_has_no_default(name: str) -> None:
    required = {key for key, declared in OWNED[name].parameters.items() if "default" not in declared}
    assert required <= LEAST.get(name, {}).keys()


@pytest.mark.parametrize(
    ("name", "platforms"),
    [
        ("AWS-RunRemoteScript", ["Windows", "Linux", "MacOS"]),
        ("AWS-RunPatchBaseline", ["Windows", "Linux", "MacOS"]),
        ("AWS-ApplyAnsiblePlaybooks", ["Linux"]),
        ("AWS-InstallApplication", ["Windows"]),
        ("AWS-RunShellScript", ["Linux", "MacOS"]),
    ],
)
def test_platforms(name: str, platforms: list[str]) -> None:
    assert responses.document_description(OWNED[name])["PlatformTypes"] == platforms


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("AWS-RunRemoteScript", {"sourceType": ["FTP"]}),
        ("AWS-RunRemoteScript", {}),
        ("AWS-RunRemoteScript", {"sourceType": ["S3"], "sourceInfo": ["https://example.com"]}),
        ("AWS-RunRemoteScript", {"sourceType": ["S3"], "executionTimeout": ["28801"]}),
        ("AWS-RunPatchBaseline", {"Operation": ["Look"]}),
        ("AWS-RunPatchBaseline", {"Operation": ["Install"], "RebootOption": ["Always"]}),
        ("AWS-RunPatchBaseline", {"Operation": ["Scan"], "SnapshotId": ["1"]}),
        ("AWS-RunPatchBaseline", {"Operation": ["Scan"], "InstallOverrideList": ["ftp://x"]}),
        ("AWS-ConfigureAWSPackage", {"action": ["Repair"], "name": ["x"]}),
        ("AWS-ConfigureAWSPackage", {"action": ["Install"], "name": ["a b"]}),
        ("AWS-UpdateSSMAgent", {"allowDowngrade": ["yes"]}),
        ("AWS-ApplyAnsiblePlaybooks", {"SourceType": ["S3"], "PlaybookFile": ["site.txt"]}),
        ("AWS-ApplyAnsiblePlaybooks", {"SourceType": ["S3"], "ExtraVariables": ["a=1; rm"]}),
        ("AWS-RunAnsiblePlaybook", {"playbookurl": ["file:///etc/passwd"]}),
        ("AmazonCloudWatch-ManageAgent", {"action": ["restart"]}),
        ("AWS-GatherSoftwareInventory", {"applications": ["On"]}),
    ],
)
def test_values_that_are_not_allowed(name: str, given: Given) -> None:
    with pytest.raises(ApiError) as refusal:
        parameters.resolve_parameters(OWNED[name], given)
    assert refusal.value.code == "InvalidParameters"


@pytest.mark.parametrize(
    ("version", "is_there"), [("", True), ("$LATEST", True), ("6", True), ("9", False), ("0", False)]
)
def test_versions(version: str, is_there: bool) -> None:
    name = "AmazonCloudWatch-ManageAgent"
    if is_there:
        assert document_store.find_owned(name, version) is OWNED[name]
        return
    with pytest.raises(ApiError) as refusal:
        document_store.find_owned(name, version)
    assert refusal.value.code == "InvalidDocumentVersion"


def test_a_command_with_such_a_document() -> None:
    sent: Command = command(document="AWS-RunPatchBaseline")
    assert responses.command(sent)["DocumentName"] == "AWS-RunPatchBaseline"
    assert sent.region == REGION


def test_content_is_given_with_the_same_parameters() -> None:
    document = OWNED["AWS-RunPatchBaseline"]
    described = {
        entry["Name"] for entry in t.cast("list[t.Any]", responses.document_description(document)["Parameters"])
    }
    assert described == document.parameters.keys()
    assert responses.document_content(document, "JSON")["Content"].count('"Operation"') == 1


def readme_rows() -> dict[str, str]:
    """What the README says of each document."""
    return {name.strip("`"): what for name, what in readme.rows("AWS-owned documents", "document").items()}


def test_the_readme_names_the_documents_and_no_others() -> None:
    assert readme_rows().keys() == OWNED.keys()


def test_the_readme_says_which_cannot_be_run() -> None:
    said = {name for name, what in readme_rows().items() if what == "cannot be run"}
    assert said == {name for name in OWNED if _is_refused(name)}


def _is_refused(name: str) -> bool:
    """Whether nothing that a document does can be done here."""
    steps = plan.plan_steps(OWNED[name], parameters.resolve_parameters(OWNED[name], LEAST.get(name, {})))
    return all(
        inputs.get(SANDBOX_STEP) == CANNOT_RUN or _is_lacking(step.action) for step in steps for inputs in step.inputs
    )


def _is_lacking(action: str) -> bool:
    return action not in DONE and plugins.answer(action, "Linux").stderr.startswith(REFUSAL)


@pytest.mark.parametrize("inputs", [None, 5, "sandbox:step", ["sandbox:step"], {}, {"runCommand": ["true"]}])
def test_inputs_of_any_type_that_a_step_really_runs(inputs: object) -> None:
    assert sandbox_step(inputs) == ""


def test_a_step_that_the_sandbox_does_itself() -> None:
    assert sandbox_step({SANDBOX_STEP: CANNOT_RUN}) == CANNOT_RUN
