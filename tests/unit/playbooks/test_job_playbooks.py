# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbooks for job templates have in common."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
import yaml
from ansible_collections.ssmops.run_command.plugins.module_utils.task.answers import READERS

PLAYBOOKS = pathlib.Path(__file__).parents[3] / "playbooks"
NAMES = ("access", "cancel", "collect", "monitor", "run", "setup")


def load(name: str) -> t.Any:
    """A YAML file of the playbooks."""
    return yaml.safe_load((PLAYBOOKS / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_the_credential_and_the_answers_are_checked_before_anything(name: str) -> None:
    (play,) = load(f"{name}.yml")
    credential, answers = play["tasks"][:2]
    assert credential["ansible.builtin.include_tasks"] == "tasks/aws_credential.yml"
    assert answers["ansible.builtin.assert"]["that"].endswith("problems | length == 0")
    assert (play["hosts"], play["connection"], play["gather_facts"]) == ("localhost", "local", False)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_can_be_asked(name: str) -> None:
    common = load("vars/job.yml")
    prefix = "run_command_" if name == "setup" else f"{name}_"
    for variable, asked in load(f"vars/{name}.yml")[f"{name}_questions"].items():
        question = common[asked.strip("{} ")] if isinstance(asked, str) else asked
        assert variable.startswith(prefix)
        assert question["type"] in READERS
        assert ("pattern" in question) == ("allowed" in question)
