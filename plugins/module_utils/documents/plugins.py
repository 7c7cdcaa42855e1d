# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plugins of the agent that the steps of a Command document name, and their inputs. Pure.

Source: "Command document plugin reference" of the AWS Systems Manager user guide, whose types and values these are. It
calls an input required that AWS's own documents leave out (`allowDowngrade`, `source`): those are not required here.
"""

from __future__ import annotations

import typing as t

SHELL: t.Final = "aws:runShellScript"
POWERSHELL: t.Final = "aws:runPowerShellScript"
DOWNLOAD: t.Final = "aws:downloadContent"
RUN_DOCUMENT: t.Final = "aws:runDocument"
PACKAGE: t.Final = "aws:configurePackage"
SCRIPT_INPUT: t.Final = "runCommand"
# Inputs of scripts. Documents of 2017 have `commands` in the place of `runCommand`, as examples of AWS's CLI still do.
SCRIPT_INPUTS: t.Final = (SCRIPT_INPUT, "commands")
SCRIPT_ACTIONS: t.Final = (SHELL, POWERSHELL)
# Inputs of all plugins, and the values that the agent knows.
SHARED_INPUTS: t.Final[t.Mapping[str, tuple[str, ...]]] = {
    "onFailure": ("exit", "successAndExit"),
    "onSuccess": ("exit",),
    "finallyStep": ("true", "false"),
}
# The seconds of an executionTimeout, by AWS-RunShellScript.
LONGEST_TIMEOUT: t.Final = 172_800


class Plugin(t.NamedTuple):
    """The inputs of a plugin: all, those that must be there (one of several names), and the values of enumerations."""

    inputs: frozenset[str]
    required: tuple[tuple[str, ...], ...] = ()
    values: t.Mapping[str, tuple[str, ...]] = {}


def _plugin(inputs: str, required: t.Sequence[str | tuple[str, ...]] = (), **values: tuple[str, ...]) -> Plugin:
    names = tuple((name,) if isinstance(name, str) else name for name in required)
    return Plugin(frozenset(inputs.split()), names, values)


_SCRIPT: t.Final = _plugin("runCommand commands id timeoutSeconds workingDirectory environment", [SCRIPT_INPUTS])
_INSTALL: t.Final = ("Install", "Uninstall")
PLUGINS: t.Final[t.Mapping[str, Plugin]] = {
    SHELL: _SCRIPT,
    POWERSHELL: _SCRIPT,
    "aws:applications": _plugin(
        "id action parameters source sourceHash", ["action", "source"], action=("Install", "Repair", "Uninstall")
    ),
    "aws:cloudWatch": _plugin("id startType EngineConfiguration"),
    "aws:configureDocker": _plugin("action", ["action"], action=_INSTALL),
    PACKAGE: _plugin(
        "name action version installationType additionalArguments repository source",
        ["name", "action"],
        action=_INSTALL,
        installationType=("Uninstall and reinstall", "In-place update"),
    ),
    "aws:domainJoin": _plugin(
        "id directoryId directoryName directoryOU dnsIpAddresses hostname keepHostname",
        ["directoryId", "directoryName"],
    ),
    DOWNLOAD: _plugin(
        "id sourceType sourceInfo destinationPath",
        ["sourceType", "sourceInfo"],
        sourceType=("GitHub", "Git", "HTTP", "S3", "SSMDocument"),
    ),
    "aws:psModule": _plugin("id runCommand source sourceHash timeoutSeconds workingDirectory"),
    "aws:refreshAssociation": _plugin("id associationIds"),
    "aws:runDockerAction": _plugin(
        "id action container image cmd memory cpuShares volume env user publish", ["action"]
    ),
    RUN_DOCUMENT: _plugin(
        "id documentType documentPath documentParameters", ["documentType"], documentType=("LocalPath", "SSMDocument")
    ),
    "aws:softwareInventory": _plugin(
        "applications awsComponents billingInfo customInventory files instanceDetailedInformation networkConfig"
        " services windowsRegistry windowsRoles windowsUpdates"
    ),
    "aws:updateAgent": _plugin("id agentName allowDowngrade source targetVersion", ["agentName"]),
    "aws:updateSsmAgent": _plugin("id agentName allowDowngrade source targetVersion", ["agentName"]),
}
# Steps of Automation runbooks, which are often written into Command documents ("Automation actions reference").
AUTOMATION_ACTIONS: t.Final = frozenset(
    f"aws:{name}"
    for name in (
        *("approve", "assertAwsResourceProperty", "branch", "changeInstanceState", "copyImage", "createImage"),
        *("createStack", "createTags", "deleteImage", "deleteStack", "executeAutomation", "executeAwsApi"),
        *("executeScript", "executeStateMachine", "invokeLambdaFunction", "invokeWebhook", "loop", "pause"),
        *("runCommand", "runInstances", "sleep", "updateVariable", "waitForAwsResourceProperty"),
    )
)
