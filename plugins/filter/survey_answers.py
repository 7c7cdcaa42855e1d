# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: survey_answers
version_added: 1.0.0
short_description: Read and check the answers to a survey of AWX
author: ssmops.run_command contributors (@ssmops)
extends_documentation_fragment:
  - ssmops.run_command.requirements
description:
  - Reads the answers to questions that are given in text, as surveys give them, or as lists, dictionaries and numbers, as
    workflows, artifacts and C(-e) give them.
  - A survey of AWX guarantees nothing, because workflows and launches by the API pass it by, so a playbook must check.
  - An empty text is an answer that was not given.
options:
  _input:
    description: The answers by variable. Those that no question asks for are left out.
    type: dict
    required: true
  questions:
    description:
      - The questions by variable, each a dictionary. C(type) is V(str), V(lines) (a text that stays whole, or a list),
        V(list) (of words, with line ends, spaces or commas between them), V(int), V(bool), V(age) (such as
        V(30m), which becomes seconds), V(tags) (lines such as V(Role=web,api)), V(mapping) and V(mappings) (YAML), or
        V(by_region) (IDs, or a dictionary of IDs by region).
      - C(default), C(required), C(min), C(max), C(pattern) with its words in C(allowed), and C(secret) are optional. The
        answer to a secret question is never shown.
    type: dict
    required: true
  exactly_one:
    description: Lists of variables of which exactly one must be set.
    type: list
    elements: list
    default: []
  at_least_one:
    description: Lists of variables of which at least one must be set.
    type: list
    elements: list
    default: []
  variables:
    description:
      - The names of all variables that may be meant as answers, such as those with the playbook's prefix. One that is
        almost the name of a question is a problem.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Check the answers
  ansible.builtin.assert:
    that: checked.problems | length == 0
    fail_msg: "{{ checked.problems | join(' ') }}"
    quiet: true
  vars:
    deploy_regions: |
      eu-central-1
      us-east-1
    checked: >-
      {{ {'deploy_regions': deploy_regions, 'deploy_hours': '2'} | ssmops.run_command.survey_answers({
           'deploy_regions': {'type': 'list', 'required': true},
           'deploy_hours': {'type': 'int', 'min': 1, 'max': 24, 'default': 4}}) }}

- name: Use them
  ansible.builtin.debug:
    msg: "{{ answers.deploy_tags }}"
  vars:
    answers: >-
      {{ ({'deploy_tags': 'Role=web,api'} | ssmops.run_command.survey_answers({'deploy_tags': {'type': 'tags'}})).answers }}
"""

RETURN = r"""
_value:
  description: The answers by variable, C(answers), and a sentence for each that is wrong, C(problems).
  type: dict
  sample:
    answers: {"deploy_regions": ["eu-central-1", "us-east-1"], "deploy_hours": 2}
    problems: []
"""

import typing as t

from ansible.errors import AnsibleFilterError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.answers import READERS, read_answers

if t.TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def survey_answers(
    given: dict[str, t.Any],
    questions: dict[str, dict[str, t.Any]],
    exactly_one: Sequence[Sequence[str]] = (),
    at_least_one: Sequence[Sequence[str]] = (),
    variables: Sequence[str] = (),
) -> dict[str, t.Any]:
    """The answers and what is wrong with them. Raises AnsibleFilterError for a question that cannot be asked."""
    for name, described in questions.items():
        if described.get("type") not in READERS:
            allowed = ", ".join(READERS)
            raise AnsibleFilterError(
                f"survey_answers: {name} has the type {described.get('type')!r}; allowed are {allowed}."
            )
    answers, problems = read_answers(given, questions, exactly_one, at_least_one, variables)
    return {"answers": answers, "problems": problems}


class FilterModule:
    """The filter, for Ansible."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Map names to functions."""
        return {"survey_answers": survey_answers}
