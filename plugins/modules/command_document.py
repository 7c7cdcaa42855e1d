#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: command_document
version_added: 1.0.0
short_description: Manage a document that Run Command sends
description:
  - Manages a document of type Command in Systems Manager, with its versions, the accounts it is shared with, and its tags.
  - A new version is made only if the content means something else. The order of keys, YAML or JSON, and line ends do not
    matter. Commands get the default version, which the new version becomes at once, unless O(make_default=false).
  - The content is checked by the rules that AWS uses before anything is called. All faults are reported at once, with
    the path and the line of each.
  - Options that are not set do not change the document.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - A document that the module creates has the tag C(ssmops:made-by) with the value C(ssmops.run_command.command_document).
  - Systems Manager stores documents without an option for a KMS key.
  - "Required permissions: ssm:DescribeDocument and ssm:GetDocument; to create, ssm:CreateDocument and
    ssm:AddTagsToResource, with O(account_ids) ssm:ModifyDocumentPermission; to change, with O(content)
    ssm:UpdateDocument and ssm:UpdateDocumentDefaultVersion, with O(default_version) ssm:UpdateDocumentDefaultVersion,
    with O(keep_versions) ssm:ListDocumentVersions, ssm:DescribeDocumentPermission and ssm:DeleteDocument, with
    O(account_ids) ssm:DescribeDocumentPermission and ssm:ModifyDocumentPermission, with O(tags) ssm:AddTagsToResource
    and ssm:RemoveTagsFromResource; with O(state=absent), ssm:DescribeDocumentPermission and ssm:DeleteDocument, with
    O(force) ssm:ModifyDocumentPermission, with O(version_name) ssm:ListDocumentVersions."
options:
  state:
    description:
      - Whether the document should exist.
      - V(absent) deletes the document with all its versions, or only the version O(version_name). A document that is
        shared is deleted only with O(force=true), which stops sharing it.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - The name of the document.
    type: str
    required: true
    aliases: [document_name]
  content:
    description:
      - The content of the document, as a dictionary, or as text in JSON or YAML. A document that does not exist needs it.
      - For a file of a role or beside a playbook, use P(ansible.builtin.file#lookup). It reads the file on the controller,
        and leaves the document's own C({{ }}) alone. In a dictionary in a playbook, texts with C({{ }}) need C(!unsafe)
        before them.
      - If one of the ten newest versions means the same, it becomes the default version again, and no new one is made. So
        does any other version that has the same text, which AWS refuses to store twice. To foresee it, check mode reads all
        versions.
    type: raw
  version_name:
    description:
      - The name of the version that is made with O(content), such as the number of a release. It is unique in the
        document, and AWS cannot change it.
      - With O(state=absent), the name of the version to delete. The default version is deleted only with O(force=true),
        which makes the newest other version the default one. No version of a document that is shared is deleted, even
        with O(force=true).
    type: str
  make_default:
    description:
      - Whether the version with O(content) becomes the default version, which commands get. Otherwise, only commands that
        name the version get it, until O(default_version) names it.
    type: bool
    default: true
  default_version:
    description:
      - The number or the name of a version that exists and becomes the default version. If a version is named as another
        is numbered, it is the one with the number.
    type: str
  keep_versions:
    description:
      - How many of the newest versions are kept, V(1) or more. Older ones are deleted, but never the default version, and
        never the one that the task returns.
      - A document has at most 1,000 versions. Nothing of a document that is shared can be deleted, so its versions are
        kept with a warning. So are all versions of an adopted document.
    type: int
  prune_named_versions:
    description:
      - Whether O(keep_versions) also deletes older versions that have a name.
    type: bool
    default: false
  attachments:
    description:
      - The files attached to the version, at most 20. They are sent whenever a version is made. Versions are compared by
        the names of their files only, since AWS does not say where files came from.
      - If not set, a new version keeps the files of the one before.
      - Files in buckets must be readable for the caller, with C(s3:GetObject).
    type: list
    elements: dict
    suboptions:
      key:
        description:
          - Where the file is - V(SourceUrl) for a folder of a bucket, V(S3FileUrl) for a file in a bucket,
            V(AttachmentReference) for a file of another document.
        type: str
        choices: [SourceUrl, S3FileUrl, AttachmentReference]
        required: true
      values:
        description:
          - One address, such as C(s3://bucket/folder), C(s3://bucket/folder/file), or C(document/version/file).
        type: list
        elements: str
        required: true
      name:
        description:
          - The name of the file in the document. Required, except for V(SourceUrl).
        type: str
  requires:
    description:
      - Other documents that the document requires. AWS sets it only when the document is created.
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - The name or ARN of the document.
        type: str
        required: true
      version:
        description:
          - Its version, a number, C($LATEST) or C($DEFAULT).
        type: str
  target_type:
    description:
      - The type of resources that the document can run on, such as V(/AWS::EC2::Instance), or V(/) for all types.
    type: str
  cloud_providers:
    description:
      - The clouds whose nodes the document can run on. If not set, a new document has V(AWS), and a new version those of
        the one before. Requires a boto3 that has the parameter C(CloudProviders) of C(CreateDocument).
    type: list
    elements: str
    choices: [AWS, Azure, GCP]
  account_ids:
    description:
      - The accounts that the document is shared with, at most 1,000, or V(all) for everybody, which also requires
        O(share_with_all=true). With an empty list and O(purge_account_ids=true), the document is not shared.
      - Accounts get the default version.
    type: list
    elements: str
  purge_account_ids:
    description:
      - Whether to stop sharing the document with accounts that are not in O(account_ids). An adopted document stays
        shared with them.
    type: bool
    default: true
  share_with_all:
    description:
      - Says for a second time that O(account_ids=all) is intended. Everybody who has an AWS account can then read the
        document.
    type: bool
    default: false
  lint:
    description:
      - What to do with findings about what makes the content a hole in a policy, such as a parameter that is put into a
        script. V(warn) emits a warning for each, V(error) fails the task, V(ignore) does nothing.
      - See RV(lint) for the possible findings.
    type: str
    choices: [warn, error, ignore]
    default: warn
  lint_skip:
    description:
      - The codes of findings to skip, because what they report is intended.
    type: list
    elements: str
    default: []
    choices:
      - document-parameter
      - download-parameter
      - environment-evaluated
      - environment-in-braces
      - open-pattern
      - script-parameter
      - secret-in-script
      - shell-parameter
      - short-name
      - software-parameter
      - unknown-action
      - unknown-input
      - unknown-member
      - unknown-value
      - unmet-precondition
  force:
    description:
      - With O(state=absent), whether to delete a document of this name that this collection did not make, one that is
        shared, or with O(version_name) the default version.
    type: bool
    default: false
seealso:
  - module: ssmops.run_command.send_command
  - module: ssmops.run_command.send_command_policy
  - module: ssmops.run_command.event_rule
  - plugin: ansible.builtin.file
    plugin_type: lookup
extends_documentation_fragment:
  - ssmops.run_command.adopt
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Create a document that restarts the application
  ssmops.run_command.command_document:
    name: RestartApp
    content:
      schemaVersion: "2.2"
      description: Restart the application
      mainSteps:
        - action: aws:runShellScript
          name: restart
          inputs:
            runCommand: [systemctl restart app]
    tags:
      Team: platform

- name: Wait for the application in a new version, and keep the five newest
  ssmops.run_command.command_document:
    name: RestartApp
    version_name: "2.0"
    keep_versions: 5
    content:
      schemaVersion: "2.2"
      description: Restart the application and wait for it
      mainSteps:
        - action: aws:runShellScript
          name: restart
          inputs:
            runCommand: [systemctl restart app, systemctl is-active app]

- name: Make a document from a file beside the playbook, or in the folder files of a role; fail if it is a hole in a policy
  ssmops.run_command.command_document:
    name: RestartService
    content: "{{ lookup('ansible.builtin.file', 'documents/restart.yml') }}"
    lint: error

- name: Go back to the first version
  ssmops.run_command.command_document:
    name: RestartApp
    default_version: "1"

- name: Share the document with two accounts, and with no others
  ssmops.run_command.command_document:
    name: RestartApp
    account_ids: ["111122223333", "444455556666"]

- name: Change the tags only
  ssmops.run_command.command_document:
    name: RestartApp
    tags:
      Team: web

- name: Delete the document, and stop sharing it
  ssmops.run_command.command_document:
    name: RestartApp
    state: absent
    force: true
"""

RETURN = r"""
document:
  description:
    - The document, by its version with O(content), or else by its default version. In check mode, its expected state.
    - Dates, hashes and platforms, which only AWS knows, are returned by M(ssmops.run_command.command_document_info).
  returned: when the document exists
  type: dict
  contains:
    name:
      description: The name.
      returned: always
      type: str
      sample: RestartApp
    document_version:
      description: The version that is returned.
      returned: always
      type: str
      sample: "2"
    version_name:
      description: The name of this version, or null.
      returned: always
      type: str
      sample: "2.0"
    default_version:
      description: The default version, which commands get.
      returned: always
      type: str
      sample: "2"
    latest_version:
      description: The newest version.
      returned: always
      type: str
      sample: "2"
    document_type:
      description: The type, V(Command).
      returned: always
      type: str
      sample: Command
    document_format:
      description: The format that the content was given in, V(JSON) or V(YAML).
      returned: always
      type: str
      sample: JSON
    schema_version:
      description: The schema version of the content.
      returned: always
      type: str
      sample: "2.2"
    description:
      description: The description in the content.
      returned: always
      type: str
      sample: Restart the application and wait for it
    target_type:
      description: The type of resources it can run on, or null.
      returned: always
      type: str
      sample: /AWS::EC2::Instance
    cloud_providers:
      description: The clouds whose nodes it can run on.
      returned: always
      type: list
      elements: str
      sample: [AWS]
    requires:
      description: The documents it requires.
      returned: always
      type: list
      elements: dict
      sample: [{name: SharedChecks, version: "1"}]
    attachments:
      description: The names of the attached files.
      returned: always
      type: list
      elements: str
      sample: [restart.sh]
    content:
      description: The content of this version.
      returned: always
      type: dict
      sample:
        schemaVersion: "2.2"
        mainSteps:
          - action: aws:runShellScript
            name: restart
            inputs: {runCommand: [systemctl restart app]}
    tags:
      description: Its tags.
      returned: always
      type: dict
      sample: {Team: platform}
    account_ids:
      description: The accounts it is shared with, or V(all).
      returned: when O(account_ids) is set
      type: list
      elements: str
      sample: ["111122223333"]
pruned_versions:
  description: The versions that O(keep_versions) deleted, oldest first.
  returned: when O(state=present)
  type: list
  elements: str
  sample: ["1"]
lint:
  description:
    - The findings about O(content). Empty with O(lint=ignore).
    - 'V(document-parameter) - Which document C(aws:runDocument) runs, or its parameters, come from the sender.'
    - 'V(download-parameter) - What C(aws:downloadContent) downloads comes from the sender.'
    - 'V(environment-evaluated) - A script runs the environment variable of a parameter as a command.'
    - 'V(environment-in-braces) - A script has C({{ }}) of a parameter with C(ENV_VAR): older agents put its value
      there.'
    - 'V(open-pattern) - A parameter is put into a script, and its C(allowedPattern) does not bound it.'
    - 'V(script-parameter) - A parameter is the script itself, or a command of it.'
    - 'V(secret-in-script) - A script has C({{ssm-secure:}}), which agents only replace in the inputs of a download.'
    - 'V(shell-parameter) - A parameter without bounds is put into a script.'
    - 'V(short-name) - The name of a step is too short for C(GetCommandInvocation) to tell its output.'
    - 'V(software-parameter) - Which package, program, module or image a step installs or runs comes from the sender.'
    - 'V(unknown-action) - The plugin reference does not have the action of a step.'
    - 'V(unknown-input) - The plugin reference does not have an input of a step.'
    - 'V(unknown-member) - The documentation does not have a member of a step or of a parameter.'
    - 'V(unknown-value) - A value is none of those that are documented.'
    - 'V(unmet-precondition) - A precondition is never met, or the agent fails the step for it.'
  returned: when O(state=present)
  type: list
  elements: dict
  contains:
    code:
      description: The code of the finding.
      returned: always
      type: str
      sample: shell-parameter
    path:
      description: The part of the content.
      returned: always
      type: str
      sample: mainSteps[0].inputs.runCommand[0]
    message:
      description: The finding.
      returned: always
      type: str
      sample: The parameter service is put into a script without bounds.
"""

import dataclasses
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import command_documents_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.command_documents import DocumentSpec
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content import Content, read
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.lint import CODES, Finding, findings
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import (
    OWNERSHIP_SPEC,
    run,
    spec_from,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

ATTACHMENT_SPEC = {
    "key": {
        "type": "str",
        "choices": ["SourceUrl", "S3FileUrl", "AttachmentReference"],
        "required": True,
        "no_log": False,
    },
    "values": {"type": "list", "elements": "str", "required": True},
    "name": {"type": "str"},
}
REQUIRED_SPEC = {"name": {"type": "str", "required": True}, "version": {"type": "str"}}
ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True, "aliases": ["document_name"]},
    "content": {"type": "raw"},
    "version_name": {"type": "str"},
    "make_default": {"type": "bool", "default": True},
    "default_version": {"type": "str"},
    "keep_versions": {"type": "int"},
    "prune_named_versions": {"type": "bool", "default": False},
    "attachments": {
        "type": "list",
        "elements": "dict",
        "options": ATTACHMENT_SPEC,
        "required_if": [("key", "S3FileUrl", ["name"]), ("key", "AttachmentReference", ["name"])],
    },
    "requires": {"type": "list", "elements": "dict", "options": REQUIRED_SPEC},
    "target_type": {"type": "str"},
    "cloud_providers": {"type": "list", "elements": "str", "choices": ["AWS", "Azure", "GCP"]},
    "account_ids": {"type": "list", "elements": "str"},
    "purge_account_ids": {"type": "bool", "default": True},
    "share_with_all": {"type": "bool", "default": False},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "lint": {"type": "str", "choices": ["warn", "error", "ignore"], "default": "warn"},
    "lint_skip": {"type": "list", "elements": "str", "choices": list(CODES), "default": []},
    **OWNERSHIP_SPEC,
}


def lint_content(module: AnsibleAWSModule, content: Content | None) -> list[dict[str, str]]:
    """The findings as results; warnings, or with lint=error RequestError."""
    if content is None or module.params["lint"] == "ignore":
        return []
    found: list[Finding] = findings(content.data, module.params["lint_skip"])
    if module.params["lint"] == "error" and found:
        raise RequestError(f"lint: {' '.join(str(finding) for finding in found)}")
    for finding in found:
        module.warn(str(finding))
    return [dataclasses.asdict(finding) for finding in found]


def ensure(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """Ensure the wanted state of the document; the result of the task."""
    params = module.params
    content = None if params["content"] is None else read(params["content"])
    spec = spec_from(DocumentSpec, {**params, "content": content})
    if params["state"] == "absent":
        outcome = command_documents_calls.ensure_absent(module.client("ssm"), spec, module.check_mode)
        more: dict[str, t.Any] = {}
    else:
        found = lint_content(module, content)
        outcome, pruned = command_documents_calls.ensure_present(module.client("ssm"), spec, module.check_mode)
        more = {"pruned_versions": pruned, "lint": found}
    for warning in outcome.warnings:
        module.warn(warning)
    return {**outcome.result("document"), **more}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        mutually_exclusive=[("content", "default_version"), ("version_name", "default_version")],
    )
    run(module, lambda: ensure(module))


if __name__ == "__main__":
    main()
