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
  - Manages a document of type Command in Systems Manager. Commands get the default version, so a change of the content
    becomes a new version that is the default one at once. Older versions are kept.
  - Options that are not set do not change the document.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - A document that the module creates has the tag C(ssmops:made-by) with the value C(ssmops.run_command.command_document).
  - "Required permissions: ssm:GetDocument; to create, ssm:CreateDocument and ssm:AddTagsToResource; to change,
    ssm:ListTagsForResource, with O(content) ssm:UpdateDocument and ssm:UpdateDocumentDefaultVersion, with O(tags)
    ssm:AddTagsToResource and ssm:RemoveTagsFromResource; with O(state=absent), ssm:ListTagsForResource and
    ssm:DeleteDocument."
options:
  state:
    description:
      - Whether the document should exist.
      - V(absent) deletes the document with all its versions.
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
      - The content of the document, as a dictionary or as JSON. A document that does not exist needs it.
    type: raw
seealso:
  - module: ssmops.run_command.send_command
  - module: ssmops.run_command.event_rule
extends_documentation_fragment:
  - ssmops.run_command.adopt
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - ssmops.run_command.force
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

- name: Wait for the application in a new version
  ssmops.run_command.command_document:
    name: RestartApp
    content:
      schemaVersion: "2.2"
      description: Restart the application and wait for it
      mainSteps:
        - action: aws:runShellScript
          name: restart
          inputs:
            runCommand: [systemctl restart app, systemctl is-active app]

- name: Change the tags only
  ssmops.run_command.command_document:
    name: RestartApp
    tags:
      Team: web

- name: Delete the document
  ssmops.run_command.command_document:
    name: RestartApp
    state: absent
"""

RETURN = r"""
document:
  description: The document. In check mode, its expected state.
  returned: when O(state=present)
  type: dict
  contains:
    document_name:
      description: The name.
      returned: always
      type: str
      sample: RestartApp
    document_version:
      description: The default version, which commands get.
      returned: always
      type: str
      sample: "2"
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
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import command_documents_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.command_documents import DocumentSpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import (
    OWNERSHIP_SPEC,
    run_resource,
    spec_from,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str", "required": True, "aliases": ["document_name"]},
    "content": {"type": "raw"},
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    **OWNERSHIP_SPEC,
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """Ensure the wanted state of the document."""
    params = module.params
    given = params["content"]
    content = None if given is None else json_texts.load_object("content", given)
    spec = spec_from(DocumentSpec, {**params, "content": content})
    client = module.client("ssm")
    if params["state"] == "absent":
        return command_documents_calls.ensure_absent(client, spec, module.check_mode)
    return command_documents_calls.ensure_present(client, spec, module.check_mode)


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENT_SPEC, supports_check_mode=True)
    run_resource(module, "document", lambda: ensure(module))


if __name__ == "__main__":
    main()
