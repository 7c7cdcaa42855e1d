# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWS-owned documents about what is installed on a node: patches, packages, agents, inventory. Pure."""

from __future__ import annotations

import typing as t

from . import actions
from .aws_declarations import (
    CANNOT_RUN,
    PATCH,
    SANDBOX_STEP,
    SUCCEED,
    AwsDocument,
    choice,
    content,
    plugin_content,
    step,
    string,
    string_map,
)

_LIST_ADDRESS: t.Final = "(^$)|^https://.+$|^s3://([^/]+)/(.*?([^/]+))$"
_PATCH_INPUTS: t.Final[t.Mapping[str, t.Any]] = {
    SANDBOX_STEP: PATCH,
    "runCommand": [],
    "operation": "{{ Operation }}",
    "snapshotId": "{{ SnapshotId }}",
    "installOverrideList": "{{ InstallOverrideList }}",
    "baselineOverride": "{{ BaselineOverride }}",
    "rebootOption": "{{ RebootOption }}",
    "timeoutSeconds": 7200,
}
_INVENTORY_SWITCHES: t.Final = {
    "applications": "installed applications",
    "awsComponents": "components of AWS, such as the agent",
    "networkConfig": "the configuration of the network",
    "windowsUpdates": "updates of Windows",
    "instanceDetailedInformation": "processors and such of the instance",
    "services": "services of Windows",
    "windowsRoles": "roles of Windows",
    "customInventory": "custom inventory",
    "billingInfo": "billing information",
}
_INVENTORY_TEXTS: t.Final = {"files": "files", "windowsRegistry": "keys of Windows' registry"}

_RUN_PATCH_BASELINE = content(
    "Look for missing patches of a patch baseline, or install them.",
    {
        "Operation": choice("(Required) Whether to look only, or to install.", ["Scan", "Install"]),
        "AssociationId": string("(Optional) The association that the result is reported for.", ""),
        "SnapshotId": string(
            "(Optional) The snapshot of the patch baseline to use.",
            "",
            allowedPattern="(^$)|^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
        ),
        "InstallOverrideList": string(
            "(Optional) Address of a list of patches to install instead of the baseline's.",
            "",
            allowedPattern=_LIST_ADDRESS,
        ),
        "BaselineOverride": string(
            "(Optional) Address of baselines to use instead of the node's.", "", allowedPattern=_LIST_ADDRESS
        ),
        "RebootOption": choice(
            "(Optional) Whether a node on which patches were installed reboots.",
            ["RebootIfNeeded", "NoReboot"],
            "RebootIfNeeded",
        ),
    },
    [
        step(actions.POWERSHELL, "PatchWindows", "Windows", **_PATCH_INPUTS),
        step(actions.SHELL, "PatchLinux", "Linux", **_PATCH_INPUTS),
        step(actions.SHELL, "PatchMacOS", "MacOS", **_PATCH_INPUTS),
    ],
)

_CONFIGURE_AWS_PACKAGE = content(
    "Install or uninstall a package of Distributor.",
    {
        "action": choice("(Required) What to do.", ["Install", "Uninstall"]),
        "installationType": choice(
            "(Optional) How a version takes the place of another one.",
            ["Uninstall and reinstall", "In-place update"],
            "Uninstall and reinstall",
        ),
        "name": string(
            "(Required) The package.",
            allowedPattern=(
                r"^arn:[a-z0-9][-.a-z0-9]{0,62}:[a-z0-9][-.a-z0-9]{0,62}:([a-z0-9][-.a-z0-9]{0,62})?:"
                r"([a-z0-9][-.a-z0-9]{0,62})?:(package|document)\/[a-zA-Z0-9/:.\-_]{1,128}$|^[a-zA-Z0-9/:.\-_]{1,128}$"
            ),
        ),
        "version": string("(Optional) The version; the newest one, or the installed one, when it is empty.", ""),
        "additionalArguments": {**string_map("(Optional) Arguments of the package's scripts."), "maxChars": 4096},
    },
    [
        step(actions.POWERSHELL, "createDownloadFolder", "Windows", **{SANDBOX_STEP: SUCCEED}, runCommand=[]),
        step(
            actions.CONFIGURE_PACKAGE,
            "configurePackage",
            **{
                input_: f"{{{{ {input_} }}}}"
                for input_ in ("name", "action", "installationType", "version", "additionalArguments")
            },
        ),
    ],
)

_UPDATE_SSM_AGENT = plugin_content(
    "Update the SSM agent, to its newest version or to another one.",
    {
        "version": string("(Optional) The version; the newest one when it is empty.", ""),
        "allowDowngrade": choice("(Optional) Whether the version may be an older one.", ["true", "false"], "false"),
    },
    actions.UPDATE_SSM_AGENT,
    {
        "agentName": "amazon-ssm-agent",
        "source": "https://s3.{Region}.amazonaws.com/amazon-ssm-{Region}/ssm-agent-manifest.json",
        "allowDowngrade": "{{ allowDowngrade }}",
        "targetVersion": "{{ version }}",
    },
)

_GATHER_SOFTWARE_INVENTORY = content(
    "Collect what is installed on a node, by an association of State Manager.",
    {
        **{
            name: choice(f"(Optional) Whether to collect {what}.", ["Enabled", "Disabled"], "Enabled")
            for name, what in _INVENTORY_SWITCHES.items()
        },
        **{
            name: string(f"(Optional) Which {what} to collect, as JSON.", "", displayType="textarea")
            for name, what in _INVENTORY_TEXTS.items()
        },
    },
    [
        step(
            actions.SOFTWARE_INVENTORY,
            "collectSoftwareInventoryItems",
            **{SANDBOX_STEP: CANNOT_RUN},
            **{name: f"{{{{ {name} }}}}" for name in (*_INVENTORY_SWITCHES, *_INVENTORY_TEXTS)},
        )
    ],
    schema="2.0",
)

_MANAGE_AGENT_PARAMETERS = {
    "action": choice(
        "What the CloudWatch agent is to do.",
        ["configure", "configure (append)", "configure (remove)", "start", "status", "stop"],
        "configure",
    ),
    "mode": choice("The kind of machine that the agent is on.", ["ec2", "onPremise", "auto"], "ec2"),
    "optionalConfigurationSource": choice(
        "Where its configuration is stored, for the actions that configure.", ["ssm", "default", "all"], "ssm"
    ),
    "optionalConfigurationLocation": string("The configuration's name there.", "", allowedPattern='[^"]*'),
    "optionalOpenTelemetryCollectorConfigurationSource": choice(
        "Where the configuration of its OpenTelemetry collector is stored.", ["ssm", "default", "all"], "ssm"
    ),
    "optionalOpenTelemetryCollectorConfigurationLocation": string(
        "The collector's configuration's name there.", "", allowedPattern='[^"]*'
    ),
    "optionalRestart": choice("Whether the agent restarts, for the actions that configure.", ["yes", "no"], "yes"),
}
_MANAGE_AGENT = content(
    "Configure, start and stop the CloudWatch agent, or ask how it is.",
    _MANAGE_AGENT_PARAMETERS,
    [
        step(
            action,
            f"ControlCloudWatchAgent{platform}",
            platform,
            **{SANDBOX_STEP: CANNOT_RUN},
            runCommand=[f"{{{{ {name} }}}}" for name in _MANAGE_AGENT_PARAMETERS],
        )
        for platform, action in (("Windows", actions.POWERSHELL), ("Linux", actions.SHELL), ("MacOS", actions.SHELL))
    ],
)

_CONFIGURE_CLOUDWATCH = plugin_content(
    "Send metrics and logs of a Windows instance to CloudWatch.",
    {
        "status": choice("(Optional) Whether they are sent.", ["Enabled", "Disabled"], "Enabled"),
        "properties": string("(Optional) What is sent, as JSON.", "", displayType="textarea"),
    },
    actions.CLOUDWATCH,
    {"properties": "{{ properties }}", "status": "{{ status }}"},
)

_REFRESH_ASSOCIATION = plugin_content(
    "Apply associations of State Manager now.",
    {
        "associationIds": {
            "type": "StringList",
            "description": "(Optional) The associations to apply; all of them when it is empty.",
            "default": [],
            "displayType": "textarea",
        }
    },
    actions.REFRESH_ASSOCIATION,
    {"associationIds": "{{ associationIds }}"},
)

DOCUMENTS: t.Final = (
    AwsDocument("AWS-RunPatchBaseline", _RUN_PATCH_BASELINE),
    AwsDocument("AWS-ConfigureAWSPackage", _CONFIGURE_AWS_PACKAGE),
    AwsDocument("AWS-UpdateSSMAgent", _UPDATE_SSM_AGENT),
    AwsDocument("AWS-GatherSoftwareInventory", _GATHER_SOFTWARE_INVENTORY, kind="Policy"),
    AwsDocument("AmazonCloudWatch-ManageAgent", _MANAGE_AGENT, version="8"),
    AwsDocument("AWS-ConfigureCloudWatch", _CONFIGURE_CLOUDWATCH, ("Windows",)),
    AwsDocument("AWS-RefreshAssociation", _REFRESH_ASSOCIATION),
)
