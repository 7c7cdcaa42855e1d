#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: command_document_info
version_added: 1.0.0
short_description: Describe the documents that Run Command sends
description:
  - Describes documents of type Command, by name or by filters, with their default versions.
  - On request, it also returns their contents, their versions, the accounts they are shared with, and what makes them a
    hole in a policy.
author:
  - ssmops.run_command contributors (@ssmops)
attributes:
  diff_mode:
    support: none
    details:
      - The module changes nothing.
notes:
  - The module makes one call for every 50 documents that match the filters, and one for each document. O(include_content)
    and O(include_permissions) take one more for each document, O(include_versions) one for every 50 versions,
    O(include_lint) as many and one for each version.
  - "Required permissions: ssm:ListDocuments and ssm:DescribeDocument, with O(include_content) or O(include_lint)
    ssm:GetDocument, with O(include_lint) or O(include_versions) ssm:ListDocumentVersions, with O(include_permissions)
    ssm:DescribeDocumentPermission."
options:
  names:
    description:
      - The names of the documents. For documents that other accounts share, their ARNs. Documents that do not exist are
        left out.
      - If not set, all documents that match the filters.
    type: list
    elements: str
    aliases: [name]
  owner:
    description:
      - List only documents of this owner - V(Self) for the account, V(Amazon) for AWS, V(Public) for documents that are
        shared with everybody, V(Private) for the account's own and for those that other accounts share with it,
        V(ThirdParty) for those of other companies.
    type: str
    choices: [Self, Amazon, Public, Private, ThirdParty, All]
    default: Self
  name_prefix:
    description:
      - List only documents whose names begin with this.
    type: str
  platform_types:
    description:
      - List only documents that run on one of these platforms.
    type: list
    elements: str
    choices: [Windows, Linux, MacOS]
  tags:
    description:
      - Return only documents that have all of these tags.
    type: dict
  include_content:
    description:
      - Whether to return the content.
    type: bool
    default: false
  include_lint:
    description:
      - Whether to return the findings about what makes the content a hole in a policy. See
        RV(ssmops.run_command.command_document#module:lint) for the possible findings.
      - All versions of a document of the account are looked through, since senders can name any of them; of other
        documents, the default version.
    type: bool
    default: false
  include_versions:
    description:
      - Whether to return all versions.
    type: bool
    default: false
  include_permissions:
    description:
      - Whether to return the accounts that documents of the account are shared with.
    type: bool
    default: false
seealso:
  - module: ssmops.run_command.command_document
  - module: ssmops.run_command.send_command
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: List the documents of the account
  ssmops.run_command.command_document_info:
  register: own

- name: Describe two documents with their contents and versions
  ssmops.run_command.command_document_info:
    names: [RestartApp, AWS-RunShellScript]
    include_content: true
    include_versions: true

- name: List AWS's documents that run on Windows
  ssmops.run_command.command_document_info:
    owner: Amazon
    name_prefix: AWS-Run
    platform_types: [Windows]

- name: List the documents that the module command_document made
  ssmops.run_command.command_document_info:
    tags:
      ssmops:made-by: ssmops.run_command.command_document

- name: Fail if a document of the web team is shared, or is a hole in a policy
  ssmops.run_command.command_document_info:
    tags:
      Team: web
    include_lint: true
    include_permissions: true
  register: shells
  failed_when: shells.documents | selectattr('lint') | length > 0 or shells.documents | selectattr('account_ids') | length > 0

- name: Find out the hash of the content that is there now, for the option document_hash of send_command
  ssmops.run_command.command_document_info:
    names: [RestartApp]
  register: pinned
"""

RETURN = r"""
documents:
  description: The documents, sorted by name. Keys for which AWS has no value are omitted.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The name, or the ARN if it was given.
      returned: success
      type: str
      sample: RestartApp
    owner:
      description: The ID of the account that owns it, or C(Amazon).
      returned: success
      type: str
      sample: "123456789012"
    created_date:
      description: When the default version was made.
      returned: success
      type: str
      sample: "2026-02-03T04:05:06+00:00"
    status:
      description: C(Creating), C(Active), C(Updating), C(Deleting) or C(Failed).
      returned: success
      type: str
      sample: Active
    status_information:
      description: Why it is C(Failed).
      returned: when AWS has it
      type: str
      sample: The file does not exist
    document_version:
      description: The version that is described, which is the default one.
      returned: success
      type: str
      sample: "2"
    default_version:
      description: The default version, which commands get.
      returned: success
      type: str
      sample: "2"
    latest_version:
      description: The newest version.
      returned: success
      type: str
      sample: "3"
    version_name:
      description: The name of the version.
      returned: when it has one
      type: str
      sample: "2.0"
    hash:
      description: The hash of its content, for O(ssmops.run_command.send_command#module:document_hash).
      returned: success
      type: str
      sample: b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c
    hash_type:
      description: The type of the hash.
      returned: success
      type: str
      sample: Sha256
    description:
      description: The description in the content.
      returned: success
      type: str
      sample: Restart the application
    parameters:
      description: The parameters.
      returned: success
      type: list
      elements: dict
      sample: [{name: service, type: String, description: The service, default_value: app}]
    platform_types:
      description: The platforms it runs on.
      returned: success
      type: list
      elements: str
      sample: [Linux, MacOS]
    document_type:
      description: The type, V(Command).
      returned: success
      type: str
      sample: Command
    document_format:
      description: The format it was given in, V(JSON) or V(YAML).
      returned: success
      type: str
      sample: YAML
    schema_version:
      description: The schema version of its content.
      returned: success
      type: str
      sample: "2.2"
    target_type:
      description: The type of resources it can run on.
      returned: when it has one
      type: str
      sample: /AWS::EC2::Instance
    cloud_providers:
      description: The clouds whose nodes it can run on.
      returned: when AWS has it
      type: list
      elements: str
      sample: [AWS]
    requires:
      description: The documents it requires.
      returned: when it requires any
      type: list
      elements: dict
      sample: [{name: SharedChecks, version: "1"}]
    attachments_information:
      description: The attached files.
      returned: when it has any
      type: list
      elements: dict
      sample: [{name: restart.sh}]
    tags:
      description: Its tags.
      returned: success
      type: dict
      sample: {Team: platform}
    content:
      description: The content of the default version.
      returned: with O(include_content)
      type: dict
      sample:
        schemaVersion: "2.2"
        mainSteps:
          - action: aws:runShellScript
            name: restart
            inputs: {runCommand: [systemctl restart app]}
    lint:
      description: The findings about all versions of a document of the account, newest first, or else about its default version.
      returned: with O(include_lint)
      type: list
      elements: dict
      sample:
        - code: shell-parameter
          path: mainSteps[0].inputs.runCommand[0]
          message: The parameter service is put into a script without bounds.
          document_version: "1"
    versions:
      description: All versions, newest first.
      returned: with O(include_versions)
      type: list
      elements: dict
      sample:
        - document_version: "2"
          version_name: "2.0"
          is_default_version: true
          document_format: YAML
          status: Active
          created_date: "2026-02-03T04:05:06+00:00"
          cloud_providers: [AWS]
    account_ids:
      description: The accounts it is shared with, or V(all). Null for documents of AWS and of other accounts.
      returned: with O(include_permissions)
      type: list
      elements: str
      sample: ["111122223333"]
"""

import dataclasses
import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import document_search_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.document_search import (
    OWNERS,
    PLATFORMS,
    DocumentSearch,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run

ARGUMENT_SPEC = {
    "names": {"type": "list", "elements": "str", "aliases": ["name"]},
    "owner": {"type": "str", "choices": list(OWNERS), "default": OWNERS[0]},
    "name_prefix": {"type": "str"},
    "platform_types": {"type": "list", "elements": "str", "choices": list(PLATFORMS)},
    "tags": {"type": "dict"},
    "include_content": {"type": "bool", "default": False},
    "include_lint": {"type": "bool", "default": False},
    "include_versions": {"type": "bool", "default": False},
    "include_permissions": {"type": "bool", "default": False},
}


def look(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """The documents for the parameters."""
    params = {field.name: module.params[field.name] for field in dataclasses.fields(DocumentSearch)}
    tags = {str(key): str(value) for key, value in (params.pop("tags") or {}).items()}
    search = DocumentSearch(**params, tags=tags)
    return {"changed": False, "documents": document_search_calls.find(module.client("ssm"), search)}


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        mutually_exclusive=[("names", "name_prefix"), ("names", "platform_types")],
    )
    run(module, lambda: look(module))


if __name__ == "__main__":
    main()
