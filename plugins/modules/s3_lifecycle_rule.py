#!/usr/bin/python

# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: s3_lifecycle_rule
version_added: 1.0.0
short_description: Expire the output that commands wrote to an S3 bucket
description:
  - Manages a rule in the lifecycle configuration of a bucket that deletes objects a number of days after they were
    written. Other rules of the bucket are kept.
  - In check mode, the bucket does not have to exist, so that you can check a complete setup on an empty account.
author:
  - ssmops.run_command contributors (@ssmops)
notes:
  - S3 stores all rules of a bucket in one configuration. Two tasks that change rules of the same bucket at the same
    time can overwrite each other's changes.
  - "Required permissions: s3:ListBucket and s3:GetLifecycleConfiguration; to create or to change or with
    O(state=absent), s3:PutLifecycleConfiguration."
options:
  state:
    description:
      - Whether the rule should exist.
    type: str
    choices: [present, absent]
    default: present
  bucket:
    description:
      - The name of the bucket.
    type: str
    required: true
  rule_id:
    description:
      - The ID of the rule.
    type: str
    required: true
  prefix:
    description:
      - The prefix of the keys of the objects that expire. If empty, all objects.
    type: str
    default: ""
  expiration_days:
    description:
      - The number of days after which objects and their noncurrent versions are deleted. Required with
        O(state=present).
    type: int
seealso:
  - module: amazon.aws.s3_bucket
  - module: community.aws.s3_lifecycle
extends_documentation_fragment:
  - ssmops.run_command.attributes
  - ssmops.run_command.changes_made
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - ssmops.run_command.requirements.aws
"""

EXAMPLES = r"""
- name: Keep the output of commands for three months
  ssmops.run_command.s3_lifecycle_rule:
    bucket: example-command-output
    rule_id: command-output
    expiration_days: 90

- name: Keep the output of one team's commands for a week
  ssmops.run_command.s3_lifecycle_rule:
    bucket: example-command-output
    rule_id: web-output
    prefix: web/
    expiration_days: 7

- name: Show what would change
  ssmops.run_command.s3_lifecycle_rule:
    bucket: example-command-output
    rule_id: command-output
    expiration_days: 30
  check_mode: true
  diff: true

- name: Keep everything again
  ssmops.run_command.s3_lifecycle_rule:
    bucket: example-command-output
    rule_id: command-output
    state: absent
"""

RETURN = r"""
lifecycle_rule:
  description: The rule. In check mode, its expected state.
  returned: when O(state=present)
  type: dict
  contains:
    bucket:
      description: The bucket.
      returned: always
      type: str
      sample: example-command-output
    rule_id:
      description: The ID.
      returned: always
      type: str
      sample: command-output
    prefix:
      description: The prefix of the keys.
      returned: always
      type: str
      sample: web/
    expiration_days:
      description: The number of days after which objects are deleted.
      returned: always
      type: int
      sample: 90
    status:
      description: Whether the rule is enabled.
      returned: always
      type: str
      sample: Enabled
"""

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import bucket_lifecycle_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.bucket_lifecycle import ExpirationSpec
from ansible_collections.ssmops.run_command.plugins.module_utils.task.module_task import run_resource, spec_from
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome

ARGUMENT_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "bucket": {"type": "str", "required": True},
    "rule_id": {"type": "str", "required": True},
    "prefix": {"type": "str", "default": ""},
    "expiration_days": {"type": "int"},
}


def ensure(module: AnsibleAWSModule) -> Outcome:
    """Ensure the wanted state of the rule."""
    params = module.params
    spec = spec_from(ExpirationSpec, params)
    chosen = (
        bucket_lifecycle_calls.ensure_absent if params["state"] == "absent" else bucket_lifecycle_calls.ensure_present
    )
    return chosen(module.client("s3"), spec, module.check_mode)


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENT_SPEC,
        supports_check_mode=True,
        required_if=[("state", "present", ["expiration_days"])],
    )
    run_resource(module, "lifecycle_rule", lambda: ensure(module))


if __name__ == "__main__":
    main()
