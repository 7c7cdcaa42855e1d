# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWS-owned documents that run scripts, documents and playbooks, given or stored elsewhere. Pure."""

from __future__ import annotations

import typing as t

from . import actions
from .aws_declarations import (
    CANNOT_RUN,
    SANDBOX_STEP,
    AwsDocument,
    Json,
    choice,
    content,
    plugin_content,
    step,
    string,
    string_map,
)

_EIGHT_HOURS: t.Final = "([1-9][0-9]{0,3})|(1[0-9]{1,4})|(2[0-7][0-9]{1,3})|(28[0-7][0-9]{1,2})|(28800)"
_TWO_DAYS: t.Final = "([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)"
# Where AWS-RunDocument puts the document, whatever it was called where it came from.
_DOCUMENT_FILE: t.Final = "document"

_SOURCE = {
    "sourceType": choice("(Required) Where the content is stored.", ["GitHub", "S3"]),
    "sourceInfo": string_map("(Required) How to find the content there, such as {'path': 'https://...'} for S3."),
}
_WORKING_DIRECTORY = string("(Optional) The directory to run in.", "", maxChars=4096)
_COMMAND_LINE: t.Final = ["directory=$(pwd)", "export PATH=$PATH:$directory", " {{ commandLine }} "]
# As on a node that has Ansible; nothing is ever installed on the machine that the sandbox runs on.
_PLAY: t.Final = [
    "if ! command -v ansible-playbook >/dev/null; then",
    "  echo 'the sandbox cannot run this document: there is no ansible-playbook on the node' >&2",
    "  exit 1",
    "fi",
]
_PLAY_FILE: t.Final = [
    "if [ ! -f '{{ PlaybookFile }}' ]; then",
    "  echo 'there is no file {{ PlaybookFile }} in what was downloaded' >&2",
    "  exit 2",
    "fi",
    "[ '{{ Check }}' = True ] && check=--check || check=",
    "ansible-playbook -i localhost, $check -c local -e \"{{ ExtraVariables }}\" '{{ Verbose }}' '{{ PlaybookFile }}'",
]


def _run_script(description: str, action: str) -> Json:
    """A document that runs the commands it is given."""
    return plugin_content(
        description,
        {
            "commands": {
                "type": "StringList",
                "description": "(Required) The commands to run.",
                "minItems": 1,
                "displayType": "textarea",
            },
            "workingDirectory": _WORKING_DIRECTORY,
            "executionTimeout": string(
                "(Optional) Seconds a command may run before it counts as failed, 1 to 172800.",
                "3600",
                allowedPattern=_TWO_DAYS,
            ),
        },
        action,
        {
            "runCommand": "{{ commands }}",
            "workingDirectory": "{{ workingDirectory }}",
            "timeoutSeconds": "{{ executionTimeout }}",
        },
    )


_RUN_SHELL_SCRIPT = _run_script("Run a shell script or specify the commands to run.", actions.SHELL)
_RUN_POWERSHELL_SCRIPT = _run_script("Run a PowerShell script or specify the commands to run.", actions.POWERSHELL)
_RUN_REMOTE_SCRIPT = content(
    "Download a script from S3 or GitHub and run it.",
    {
        **_SOURCE,
        "commandLine": string("(Required) The command line to run where the content was downloaded.", ""),
        "workingDirectory": _WORKING_DIRECTORY,
        "executionTimeout": string(
            "(Optional) Seconds the command may run, 28800 at most.", "3600", allowedPattern=_EIGHT_HOURS
        ),
    },
    [
        step(actions.DOWNLOAD_CONTENT, "downloadContent", sourceType="{{ sourceType }}", sourceInfo="{{ sourceInfo }}"),
        step(
            actions.POWERSHELL,
            "runPowerShellScript",
            "Windows",
            runCommand=["{{ commandLine }}"],
            workingDirectory="{{ workingDirectory }}",
            timeoutSeconds="{{ executionTimeout }}",
        ),
        step(
            actions.SHELL,
            "runShellScript",
            "Linux",
            runCommand=_COMMAND_LINE,
            workingDirectory="{{ workingDirectory }}",
            timeoutSeconds="{{ executionTimeout }}",
        ),
    ],
)

_RUN_DOCUMENT = content(
    "Run a document that is stored in S3, on GitHub or in Systems Manager.",
    {
        "sourceType": choice("(Required) Where the document is stored.", ["GitHub", "S3", "SSMDocument"]),
        "sourceInfo": string_map("(Required) How to find it there, such as {'name': '...'} for SSMDocument."),
        "documentParameters": string_map("(Optional) The parameters of the document."),
    },
    [
        step(
            actions.DOWNLOAD_CONTENT,
            "downloadContent",
            sourceType="{{ sourceType }}",
            sourceInfo="{{ sourceInfo }}",
            destinationPath=_DOCUMENT_FILE,
        ),
        step(
            actions.RUN_DOCUMENT,
            "runDocument",
            documentType="LocalPath",
            documentPath=_DOCUMENT_FILE,
            documentParameters="{{ documentParameters }}",
        ),
    ],
)

_APPLY_ANSIBLE_PLAYBOOKS = content(
    "Download Ansible playbooks from S3 or GitHub and apply one of them to the node itself.",
    {
        "SourceType": choice("(Optional) Where the playbooks are stored.", ["GitHub", "S3"]),
        "SourceInfo": string_map("(Optional) How to find them there, such as {'path': 'https://...'} for S3."),
        "InstallDependencies": choice(
            "(Required) Whether Ansible and what it needs are installed first.", ["True", "False"], "True"
        ),
        "PlaybookFile": string(
            "(Optional) The playbook to apply, relative to what was downloaded.",
            "hello-world-playbook.yml",
            allowedPattern=r"[(a-z_A-Z0-9\-\.)/]+(.yml|.yaml)$",
        ),
        "ExtraVariables": string(
            "(Optional) More variables, such as colour=red size=small.",
            "SSM=True",
            displayType="textarea",
            allowedPattern=r"^$|^\w+\=(([^\s|:();&]+)|('[^|:();&]+'))(\s+\w+\=(([^\s|:();&]+)|('[^|:();&]+')))*$",
        ),
        "Check": choice("(Optional) Whether to report changes without making them.", ["True", "False"], "False"),
        "Verbose": choice("(Optional) How much Ansible reports.", ["-v", "-vv", "-vvv", "-vvvv"], "-v"),
        "TimeoutSeconds": string("(Optional) Seconds the playbook may run.", "3600"),
    },
    [
        step(actions.DOWNLOAD_CONTENT, "downloadContent", sourceType="{{ SourceType }}", sourceInfo="{{ SourceInfo }}"),
        step(actions.SHELL, "runShellScript", runCommand=[*_PLAY, *_PLAY_FILE], timeoutSeconds="{{ TimeoutSeconds }}"),
    ],
)

_RUN_ANSIBLE_PLAYBOOK = content(
    "Apply an Ansible playbook, given as text or by its address, to the node itself.",
    {
        "playbook": string("(Optional) The playbook's text.", "", displayType="textarea"),
        "playbookurl": string(
            "(Optional) The playbook's address.", "", allowedPattern=r"^\s*$|^(http|https|s3)://[^']*$"
        ),
        "extravars": string(
            "(Optional) More variables, such as colour=red size=small.",
            "SSM=True",
            displayType="textarea",
            allowedPattern=r"^((^|\s)\w+=(\S+|'.*'))*$",
        ),
        "check": choice("(Optional) Whether to report changes without making them.", ["True", "False"], "False"),
        "timeoutSeconds": string("(Optional) Seconds the playbook may run.", "3600"),
    },
    [
        step(
            actions.SHELL,
            "runShellScript",
            **{SANDBOX_STEP: CANNOT_RUN},
            runCommand=["{{ playbook }}", "{{ playbookurl }}", "{{ extravars }}", "{{ check }}"],
            timeoutSeconds="{{ timeoutSeconds }}",
        )
    ],
    schema="2.0",
)

_INSTALL_APPLICATION = plugin_content(
    "Install, repair or uninstall an application with its .msi file.",
    {
        "action": choice("(Optional) What to do.", ["Install", "Repair", "Uninstall"], "Install"),
        "parameters": string("(Optional) Parameters of the installer.", ""),
        "source": string("(Required) Address or path of the .msi file."),
        "sourceHash": string("(Optional) SHA-256 of the file.", ""),
    },
    actions.APPLICATIONS,
    {name: f"{{{{ {name} }}}}" for name in ("action", "parameters", "source", "sourceHash")},
)

_INSTALL_POWERSHELL_MODULE = plugin_content(
    "Install a PowerShell module and run commands.",
    {
        "workingDirectory": _WORKING_DIRECTORY,
        "source": string("(Optional) Address or path of the module's .zip file.", ""),
        "sourceHash": string("(Optional) SHA-256 of the file.", ""),
        "commands": {"type": "StringList", "description": "(Optional) Commands to run.", "default": []},
        "executionTimeout": string(
            "(Optional) Seconds the commands may run, 172800 at most.", "3600", allowedPattern=_TWO_DAYS
        ),
    },
    actions.PS_MODULE,
    {
        "runCommand": "{{ commands }}",
        "source": "{{ source }}",
        "sourceHash": "{{ sourceHash }}",
        "workingDirectory": "{{ workingDirectory }}",
        "timeoutSeconds": "{{ executionTimeout }}",
    },
)

DOCUMENTS: t.Final = (
    AwsDocument("AWS-RunShellScript", _RUN_SHELL_SCRIPT, ()),
    AwsDocument("AWS-RunPowerShellScript", _RUN_POWERSHELL_SCRIPT, ()),
    AwsDocument("AWS-RunRemoteScript", _RUN_REMOTE_SCRIPT),
    AwsDocument("AWS-RunDocument", _RUN_DOCUMENT),
    AwsDocument("AWS-ApplyAnsiblePlaybooks", _APPLY_ANSIBLE_PLAYBOOKS, ("Linux",)),
    AwsDocument("AWS-RunAnsiblePlaybook", _RUN_ANSIBLE_PLAYBOOK, ("Linux",)),
    AwsDocument("AWS-InstallApplication", _INSTALL_APPLICATION, ("Windows",)),
    AwsDocument("AWS-InstallPowerShellModule", _INSTALL_POWERSHELL_MODULE, ("Windows",)),
)
