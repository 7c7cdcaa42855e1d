# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents as people write them, right and wrong: what is told of each, and what the sandbox does with it.

Another witness are the documents that an agent ran when its answers were recorded.
"""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import content, lint, meaning, validation
from local_aws.run_command import document_checks
from local_aws.wire.errors import ApiError

FOLDER: t.Final = Path(__file__).with_name("real_life")
TRUTH: t.Final = Path(__file__).parents[3] / "extensions" / "sandbox" / "run_command" / "truth" / "node-truth.jsonl"


class Verdict(t.NamedTuple):
    """The faults of a document, each its path and line, and the codes of its findings."""

    faults: t.Sequence[str] = ()
    codes: t.Sequence[str] = ()


VERDICTS: t.Final[t.Mapping[str, Verdict]] = {
    "agent_update.yaml": Verdict(),
    "any_document.yaml": Verdict([], ["document-parameter"]),
    "any_download.json": Verdict([], ["download-parameter", "script-parameter", "short-name"]),
    "any_package.yaml": Verdict([], ["software-parameter", "unknown-input"]),
    "cloudwatch_of_windows.json": Verdict(),
    "command_with_colon.yaml": Verdict(
        ["mainSteps[0].inputs.runCommand[1]:14", "mainSteps[0].inputs.runCommand[2]:15"], []
    ),
    "commands_misspelt.json": Verdict(
        ["mainSteps[0].inputs.runCommand:5", "mainSteps[1].inputs.runCommand:6", "mainSteps[2].inputs.runCommand:7"],
        ["short-name", "unknown-input", "unknown-member"],
    ),
    "container_names.yaml": Verdict(),
    "default_not_allowed.json": Verdict(["parameters.environment.default:5", "parameters.version.default:6"], []),
    "deploy_digest.json": Verdict(),
    "disk_space.json": Verdict(),
    "docker_host.yaml": Verdict(),
    "docker_image.json": Verdict([], ["software-parameter"]),
    "ec2config_update.yaml": Verdict(),
    "environment_of_old_schema.json": Verdict([], ["shell-parameter", "unknown-value"]),
    "evaluated_variable.yaml": Verdict([], ["environment-evaluated", "environment-in-braces"]),
    "event_log_of_2016.yaml": Verdict(),
    "go_template.yaml": Verdict(["mainSteps[0].inputs.runCommand[0]:13"], []),
    "greeting_from_store.yaml": Verdict(),
    "half_a_pattern.json": Verdict([], ["open-pattern"]),
    "hotfixes.json": Verdict(),
    "incomplete_download.yaml": Verdict(
        [
            "mainSteps[0].inputs.sourceType:11",
            "mainSteps[0].inputs.sourceInfo:11",
            "mainSteps[1].inputs.action:15",
            "mainSteps[2].inputs.documentType:19",
        ],
        ["unknown-input"],
    ),
    "inputs_as_list.json": Verdict(["mainSteps[0].inputs:9"], []),
    "install_msi.json": Verdict([], ["software-parameter"]),
    "integer_in_script.json": Verdict(["mainSteps[0].inputs.runCommand[0]:12"], []),
    "inventory.yaml": Verdict(),
    "jinja_in_script.json": Verdict(["mainSteps[0].inputs.runCommand[1]:11"], []),
    "join_domain_of_2016.json": Verdict(),
    "limits_in_words.json": Verdict(
        [
            "parameters.size.allowedValues:5",
            "parameters.name.allowedPattern:6",
            "parameters.name.maxChars:6",
            "parameters.items.minItems:7",
        ],
        [],
    ),
    "log_level.yaml": Verdict(),
    "mac_updates.yaml": Verdict(),
    "maintenance_of_tasks.yaml": Verdict(),
    "misplaced_interpolation.yaml": Verdict(
        [], ["shell-parameter", "unknown-input", "unknown-member", "unknown-value"]
    ),
    "misspelt_members.yaml": Verdict(["mainSteps:6", "descripton:7", "outputs:8", "MainSteps:9"], []),
    "misspelt_reference.yaml": Verdict(
        ["mainSteps[0].inputs.runCommand[0]:15", "mainSteps[0].inputs.workingDirectory:17"], []
    ),
    "monitoring_package.yaml": Verdict(),
    "newer_plugin.yaml": Verdict([], ["unknown-action"]),
    "nginx_reload.yaml": Verdict(),
    "no_steps.yaml": Verdict(["mainSteps:9"], []),
    "number_as_schema.yaml": Verdict(["schemaVersion:6"], []),
    "parameters_as_list.json": Verdict(["parameters:4", "mainSteps[0].inputs.runCommand[0]:8"], []),
    "plugins_in_new_schema.json": Verdict(["mainSteps:1", "runtimeConfig:4"], []),
    "powershell_module.json": Verdict(),
    "precondition_as_list.yaml": Verdict(
        ["mainSteps[0].precondition:11", "mainSteps[1].precondition.StringEquals:18"], ["short-name"]
    ),
    "precondition_of_ubuntu.json": Verdict([], ["unmet-precondition"]),
    "private_repository.json": Verdict(),
    "proxy_of_agent.json": Verdict(),
    "quoted_defaults.yaml": Verdict(
        [
            "parameters.force.default:9",
            "parameters.retries.default:10",
            "parameters.timeout.default:11",
            "parameters.hosts.default:12",
        ],
        [],
    ),
    "reboot_if_needed.yaml": Verdict(),
    "refresh_associations.yaml": Verdict(),
    "release_from_bucket.yaml": Verdict(),
    "repair_and_report.yaml": Verdict(),
    "restart_agent_everywhere.yaml": Verdict(),
    "restart_in_quotes.yaml": Verdict([], ["shell-parameter"]),
    "restart_services.json": Verdict(),
    "runbook.yaml": Verdict(["schemaVersion:6", "mainSteps[0].action:13"], []),
    "runbook_steps.json": Verdict(["mainSteps[1].action:6", "mainSteps[2].action:7"], []),
    "script_of_old_plugin.json": Verdict(
        [
            "runtimeConfig.aws:runShellScript:5",
            "runtimeConfig.aws:runShellScript.properties.runCommand:5",
            "runtimeConfig.aws:runPowerShellScript.properties[0].runCommand:6",
        ],
        [],
    ),
    "shell_of_2016.json": Verdict([], ["script-parameter"]),
    "short_action.yaml": Verdict(
        ["mainSteps[0].action:9", "mainSteps[1].action:12", "mainSteps[2].action:15"], ["short-name"]
    ),
    "snake_case.yaml": Verdict(["parameters.service_name:9", "parameters.max-lines:10"], []),
    "step_in_words.yaml": Verdict(["mainSteps[0].name:10", "mainSteps[1].name:13"], []),
    "step_twice.yaml": Verdict(["mainSteps[1].name:15"], []),
    "steps_in_old_schema.yaml": Verdict(["runtimeConfig:6", "mainSteps:8"], []),
    "token_in_script.yaml": Verdict([], ["secret-in-script"]),
    "types_of_cloudformation.yaml": Verdict(
        ["parameters.port.type:9", "parameters.name.type:10", "parameters.zones.type:11", "parameters.comment:12"], []
    ),
    "uptime.yaml": Verdict(),
    "without_schema.json": Verdict(["schemaVersion:1"], []),
}
# Where the sandbox does not refuse what AWS does.
_NOT_CHECKED: t.Final = "the sandbox does not check it"
DIFFERENCES: t.Final[t.Mapping[str, str]] = {
    "cloudwatch_of_windows.json": "the sandbox takes no parameter for the properties, as the reference has it",
    "command_with_colon.yaml": _NOT_CHECKED,
    "commands_misspelt.json": _NOT_CHECKED,
    "default_not_allowed.json": _NOT_CHECKED,
    "incomplete_download.yaml": _NOT_CHECKED,
    "integer_in_script.json": _NOT_CHECKED,
    "limits_in_words.json": _NOT_CHECKED,
    "newer_plugin.yaml": "the sandbox refuses every plugin that it does not know",
    "number_as_schema.yaml": _NOT_CHECKED,
}


def read(name: str) -> content.Content:
    """One of the documents."""
    return content.read((FOLDER / name).read_text(encoding="utf-8"))


def is_refused(document: content.Content) -> bool:
    """Whether CreateDocument of the sandbox refuses a document."""
    try:
        document_checks.check_command(document_checks.parse(document.text, document.format))
    except ApiError:
        return True
    return False


def test_there_are_documents_of_all_kinds() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(VERDICTS)
    assert len(VERDICTS) >= 60
    assert sum(bool(verdict.faults) for verdict in VERDICTS.values()) >= 25
    assert {code for verdict in VERDICTS.values() for code in verdict.codes} == set(lint.CODES)


@pytest.mark.parametrize("name", VERDICTS)
def test_a_document_gets_its_verdict(name: str) -> None:
    document, expected = read(name), VERDICTS[name]
    told = dict.fromkeys(f"{fault.path}:{fault.line}" for fault in validation.faults(document))
    assert list(told) == list(expected.faults)
    assert sorted({finding.code for finding in lint.findings(document.data)}) == list(expected.codes)


@pytest.mark.parametrize("name", VERDICTS)
def test_a_document_means_the_same_in_json(name: str) -> None:
    document = read(name)
    again = content.read(json.dumps(document.data, sort_keys=True))
    assert meaning.same(document.data, again.data)
    assert {fault.path for fault in validation.faults(again)} == {fault.path for fault in validation.faults(document)}


@pytest.mark.parametrize("name", VERDICTS)
def test_the_sandbox_agrees_or_differs_for_a_reason(name: str) -> None:
    assert is_refused(read(name)) == bool(VERDICTS[name].faults) or name in DIFFERENCES


def test_what_an_agent_ran_has_no_fault_unless_aws_may_refuse_it() -> None:
    recorded = [json.loads(line) for line in TRUTH.read_text(encoding="utf-8").splitlines()]
    ran = [one for one in recorded if isinstance(one.get("document"), dict) and not one.get("may_be_refused")]
    assert len(ran) > 30
    faulty = {one["name"]: validation.faults(content.read(one["document"])) for one in ran}
    assert {name: faults for name, faults in faulty.items() if faults} == {}
