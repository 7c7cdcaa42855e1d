# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebooks: their form, and that the variants differ in their source alone."""

from __future__ import annotations

import json
import pathlib
import typing as t
from importlib import resources

import jsonschema
import pytest
import yaml

from scripts import pattern

FOLDER = pathlib.Path(__file__).parents[4] / "extensions" / "eda" / "rulebooks"
RULEBOOKS = {path.stem: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yml"))}
VARIANT = "_ansible_eda"
SOURCES = ("amazon.aws.aws_sqs_queue", "ansible.eda.aws_sqs_queue")


def actions_of(rulebook: t.Any) -> list[dict[str, t.Any]]:
    """The job templates and playbooks that a rulebook runs."""
    return [
        action
        for ruleset in rulebook
        for rule in ruleset["rules"]
        for one in rule["actions"]
        for action in one.values()
    ]


@pytest.mark.parametrize("name", RULEBOOKS)
def test_a_rulebook_is_one(name: str) -> None:
    # ansible-lint ships the schema of ansible-rulebook.
    schema = json.loads(resources.files("ansiblelint.schemas").joinpath("rulebook.json").read_text())
    assert list(jsonschema.Draft7Validator(schema).iter_errors(RULEBOOKS[name])) == []


@pytest.mark.parametrize("name", RULEBOOKS)
def test_every_rule_is_throttled(name: str) -> None:
    rules = [rule for ruleset in RULEBOOKS[name] for rule in ruleset["rules"]]
    assert all(rule["throttle"]["group_by_attributes"] for rule in rules)


@pytest.mark.parametrize("name", [name for name in RULEBOOKS if name.endswith(VARIANT)])
def test_a_variant_differs_in_its_source_alone(name: str) -> None:
    text = (
        json.dumps(RULEBOOKS[name.removesuffix(VARIANT)])
        .replace(*SOURCES)
        .replace(', "max_number_of_messages": 10', "")
    )
    assert json.loads(text) == RULEBOOKS[name]


@pytest.mark.parametrize("name", RULEBOOKS)
def test_a_job_template_is_asked_what_its_survey_asks(name: str) -> None:
    templates = {one["name"]: one["survey_spec"]["spec"] for one in pattern.read_data()["controller_templates"]}
    for action in actions_of(RULEBOOKS[name]):
        if "job_args" in action:
            questions = {question["variable"]: question for question in templates[action["name"]]}
            assert set(action["job_args"]["extra_vars"]) <= set(questions)
            assert all(questions[variable]["type"] != "integer" for variable in action["job_args"]["extra_vars"])
        else:
            assert (FOLDER.parents[2] / "playbooks" / f"{action['name'].rpartition('.')[2]}.yml").is_file()
