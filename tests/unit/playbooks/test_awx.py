# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data of the pack: what AWX wants of it, and the pattern that is generated from it."""

from __future__ import annotations

import json
import pathlib
import re
import typing as t

import jsonschema
import pytest
import yaml

from scripts import pattern

from ...awx.controller import credential_types, rules, surveys

ROOT = pathlib.Path(__file__).parents[3]
Json = dict[str, t.Any]
DATA = pattern.read_data()
TEMPLATES: list[Json] = DATA["controller_templates"]
(WORKFLOW,) = DATA["controller_workflows"]
QUESTIONS = [(one["name"], question) for one in [*TEMPLATES, WORKFLOW] for question in one["survey_spec"]["spec"]]
MARGIN = 300

# What pattern-schema 1.0.0 of ansible/pattern-service asks of a pattern.
_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
_NAME = {"type": "string", "maxLength": 200}
_ANSWER = {
    "type": "object",
    "required": ["type", "question_name", "question_description", "variable", "required"],
    "properties": {
        "type": {"enum": ["text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect"]},
        "question_name": _TEXT,
        "question_description": _TEXT,
        "variable": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[a-z0-9_]+$"},
        "required": {"type": "boolean"},
        "choices": {"type": "array", "items": _TEXT},
        "default": _TEXT,
    },
    "if": {"properties": {"type": {"const": "multiplechoice"}}},
    "then": {"required": ["choices"]},
}
_JOB_TEMPLATE = {
    "type": "object",
    "required": ["name", "description", "playbook"],
    "properties": {
        **dict.fromkeys(("description", "playbook", "execution_environment"), _TEXT),
        "name": _NAME,
        "primary": {"type": "boolean"},
        **{f"ask_{prompt}_on_launch": {"type": "boolean"} for prompt in ("credential", "inventory", "verbosity")},
        "labels": _TEXTS,
        "survey": {
            "type": "object",
            "required": ["name", "description", "spec"],
            "properties": {"name": _TEXT, "description": _TEXT, "spec": {"type": "array", "items": _ANSWER}},
        },
    },
    "additionalProperties": False,
}
SCHEMA: Json = {
    "type": "object",
    "required": ["schema_version", "name", "title", "description", "short_description", "aap_resources"],
    "properties": {
        "schema_version": {"const": "1.0.0"},
        "name": {"type": "string", "pattern": "^[a-z0-9_]{1,64}$"},
        "title": {"type": "string", "maxLength": 64},
        "description": _TEXT,
        "short_description": {"type": "string", "pattern": "[^.]$"},
        "tags": {"type": "array", "items": _TEXT, "uniqueItems": True},
        "aap_resources": {
            "type": "object",
            "required": ["controller_project", "controller_labels", "controller_job_templates"],
            "properties": {
                "controller_project": {
                    "required": ["name", "description"],
                    "properties": {"name": _NAME, "description": _TEXT},
                    "additionalProperties": False,
                },
                "controller_execution_environment": {
                    "required": ["name", "description", "image_name"],
                    "properties": {
                        "name": _NAME,
                        "description": _TEXT,
                        "image_name": {"type": "string", "pattern": "^[^/:]+/[^/:]+$"},
                        "pull": {"enum": ["always", "missing", "never"]},
                    },
                    "additionalProperties": False,
                },
                "controller_labels": _TEXTS,
                "controller_job_templates": {"type": "array", "minItems": 1, "items": _JOB_TEMPLATE},
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}


def test_the_pattern_is_what_the_data_makes() -> None:
    assert pattern.PATTERN.read_text(encoding="utf-8") == pattern.text(pattern.build(DATA)), "run make pattern"


def test_the_pattern_is_one() -> None:
    made = json.loads(pattern.PATTERN.read_text(encoding="utf-8"))
    jsonschema.validate(made, SCHEMA)
    resources = made["aap_resources"]
    templates = resources["controller_job_templates"]
    assert made["name"] == pattern.PATTERN.parents[1].name
    assert [template["primary"] for template in templates].count(True) == 1
    for template in templates:
        assert template["execution_environment"] == resources["controller_execution_environment"]["name"]
        assert set(template["labels"]) <= set(resources["controller_labels"])
        assert (pattern.PATTERN.parents[1] / "playbooks" / template["playbook"]).is_file()


def test_variables_of_the_pack_are_taken() -> None:
    data = pattern.read_data(pack_image="registry.example.com:5000/ops/fleet:2", pack_organization="Ops")
    assert data["controller_execution_environments"][0]["image"] == "registry.example.com:5000/ops/fleet:2"
    assert {one["organization"] for one in data["controller_templates"]} == {"Ops"}
    made = pattern.build(data)["aap_resources"]["controller_execution_environment"]
    assert made["image_name"] == "ops/fleet"


@pytest.mark.parametrize("template", [*TEMPLATES, WORKFLOW], ids=lambda template: template["name"])
def test_a_survey_is_one_that_awx_takes(template: Json) -> None:
    surveys.check_spec(template["survey_spec"])
    assert template["survey_enabled"]


@pytest.mark.parametrize(("_template", "question"), QUESTIONS)
def test_a_question_suits_what_awx_makes_of_it(_template: str, question: Json) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", question["variable"])
    assert question["question_description"].endswith((".", "?"))
    if "default" in question:
        # AWX fills in the default of an optional question only, and only one that passes the question's own rules.
        assert not question["required"]
        assert question["type"] != "password"
        assert surveys.errors_of_answer(question, {question["variable"]: question["default"]}) == []
    if question["type"] in ("text", "textarea"):
        # An optional question that is left out must not be too short.
        assert not question.get("min")


def read_questions() -> Json:
    """The questions of the playbooks that read their answers from surveys, by variable."""
    folder = ROOT / "playbooks" / "vars"
    shared = yaml.safe_load((folder / "job.yml").read_text())
    found: Json = {}
    for name in ("run", "cancel", "collect", "setup", "monitor", "access"):
        questions = yaml.safe_load((folder / f"{name}.yml").read_text())[f"{name}_questions"]
        for variable, question in questions.items():
            names = re.findall(r"ssm_job_\w+_question", str(question))
            found[variable] = shared[names[0]] if isinstance(question, str) else question
            found[variable] = {"type": "list"} if isinstance(found[variable], str) else found[variable]
    return found


READ = read_questions()
# Which type of a question gives what a playbook reads; all others are texts.
ASKED_AS = {"int": ("integer",), "bool": ("multiplechoice",)}


@pytest.mark.parametrize(("_template", "question"), QUESTIONS)
def test_a_playbook_reads_the_answer(_template: str, question: Json) -> None:
    read = READ[question["variable"]]
    # A number of a job is pasted as text, so that it can be left out.
    is_number_as_text = question["variable"].endswith(("_job_id", "_job_template"))
    wanted = ("text", "textarea") if is_number_as_text else ASKED_AS.get(read["type"], ("text", "textarea"))
    if "choices" in question and read["type"] == "str":
        assert all(re.fullmatch(read["pattern"], choice) for choice in question["choices"])
    else:
        assert question["type"] in wanted
    if question["type"] == "integer":
        assert read["min"] <= question["min"] < question["max"] <= read["max"]
    assert not read.get("required") or question["required"]


def test_a_question_is_asked_alike_everywhere() -> None:
    kinds: dict[str, set[str]] = {}
    for _template, question in QUESTIONS:
        kinds.setdefault(question["variable"], set()).add(f"{question['type']} {question['question_name']}")
    assert {variable: found for variable, found in kinds.items() if len(found) > 1} == {}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template["name"])
def test_a_job_outlives_its_longest_wait(template: Json) -> None:
    waits = [one["max"] for one in template["survey_spec"]["spec"] if one["variable"].endswith("_wait_timeout")]
    assert template["timeout"] >= max([0, *waits]) + MARGIN


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template["name"])
def test_a_template_names_a_playbook_that_runs_the_one_of_the_collection(template: Json) -> None:
    path = ROOT / template["playbook"]
    assert rules.playbooks_among({template["playbook"]: path.read_text()}) == [template["playbook"]]
    ((play,),) = [yaml.safe_load(path.read_text())]
    assert play["ansible.builtin.import_playbook"] == f"ssmops.run_command.{path.stem}"
    assert (ROOT / "playbooks" / path.name).is_file()


def test_only_the_preview_is_a_check() -> None:
    assert [one["name"] for one in TEMPLATES if one["job_type"] == "check"] == ["Run Command - preview"]


def test_the_nodes_of_the_workflow_refer_to_what_is_there() -> None:
    nodes = {one["identifier"]: one for one in WORKFLOW["simplified_workflow_nodes"]}
    asked = {one["name"]: {question["variable"] for question in one["survey_spec"]["spec"]} for one in TEMPLATES}
    in_workflow = {question["variable"] for question in WORKFLOW["survey_spec"]["spec"]}
    for node in nodes.values():
        edges = [name for edge in ("success", "failure", "always") for name in node.get(f"{edge}_nodes", [])]
        assert set(edges) <= set(nodes)
        assert ("approval_node" in node) != ("unified_job_template" in node)
        brought = set(node.get("extra_data", {}))
        assert brought <= asked.get(node.get("unified_job_template", ""), set())
        # What the survey of the workflow says, wins over what a node says.
        assert not brought & in_workflow
    assert in_workflow <= asked["Run Command - run"]


ROLE = {
    "access_key": "AKIA",
    "secret_key": "s%cret",
    "role_arn": "arn:aws:iam::123456789012:role/fleet",
    "region": "eu-west-1",
}


@pytest.mark.parametrize("more", [{}, {"external_id": "4711"}, {"session_token": "t0ken", "external_id": ""}])
def test_the_credential_type_makes_a_configuration_file(more: dict[str, str]) -> None:
    (kind,) = DATA["controller_credential_types"]
    credential_types.check_inputs(kind["inputs"])
    credential_types.check_injectors(kind["injectors"], kind["inputs"])
    injected = credential_types.inject(kind["injectors"], {**ROLE, **more}, {"config": "/runner/env/config"})
    assert injected.extra_vars == {}
    assert injected.env == {
        "AWS_CONFIG_FILE": "/runner/env/config",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    lines = injected.files["config"].splitlines()
    assert lines[:3] == ["[profile base]", "aws_access_key_id = AKIA", "aws_secret_access_key = s%cret"]
    assert ("aws_session_token = t0ken" in lines) == ("session_token" in more)
    assert ("external_id = 4711" in lines) == (more.get("external_id") == "4711")
    assert lines.index("[default]") < lines.index("role_arn = arn:aws:iam::123456789012:role/fleet")
    assert "source_profile = base" in lines
