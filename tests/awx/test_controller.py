# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The controller of these tests behaves as AWX was measured to."""

from __future__ import annotations

import json
import typing as t
import urllib.error
import urllib.parse
import urllib.request

import pytest

from .controller.rules import playbooks_among
from .controller.server import Controller, Request, Response, serving

Json = dict[str, t.Any]
URL = "https://git.example.com/project.git"
FILES = {
    "run.yml": "- hosts: localhost\n",
    "deep/thin.yml": "---\n- name: Run\n  ansible.builtin.import_playbook: a.b.c\n",
    "vars/data.yml": "a: b\n",
    "roles/x/tasks/main.yml": "- hosts: no\n",
    "tasks/one.yml": "- hosts: no\n",
    ".github/ci.yml": "hosts:\n",
    "README.md": "hosts:\n",
}
QUESTION: Json = {"question_name": "Q", "variable": "v", "type": "text", "required": False}


class Client:
    """Requests to a controller, without a network."""

    def __init__(self) -> None:
        self.controller = Controller({URL: FILES})

    def ask(self, method: str, path: str, data: Json | None = None) -> Response:
        """The response to a request below /api/v2/."""
        path, _mark, query = path.partition("?")
        parsed = urllib.parse.parse_qs(query, keep_blank_values=True)
        request = Request(method, f"/api/v2/{path}", parsed, data or {})
        return self.controller.answer(request, f"Bearer {self.controller.token}")

    def make(self, endpoint: str, **values: t.Any) -> Json:
        """A new object."""
        response = self.ask("POST", f"{endpoint}/", values)
        assert response.status == 201, response
        return t.cast("Json", response.body)

    def project(self) -> Json:
        """A project that was updated."""
        one = self.make("projects", name="p", organization=1, scm_type="git", scm_url=URL)
        update = f"project_updates/{one['summary_fields']['current_update']['id']}/"
        states = [self.ask("GET", update).body["status"] for _time in range(2)]
        assert states == ["running", "successful"]
        return one

    def template(self, *questions: Json, **values: t.Any) -> Json:
        """A job template with a survey of these questions."""
        inventory = self.make("inventories", name="i", organization=1)
        given = {"project": self.project()["id"], "inventory": inventory["id"], "playbook": "run.yml", **values}
        one = self.make("job_templates", name="t", survey_enabled=True, **given)
        spec = {"name": "", "description": "", "spec": list(questions)}
        assert not questions or self.ask("POST", f"job_templates/{one['id']}/survey_spec/", spec) == Response(200)
        return one


@pytest.fixture
def client() -> Client:
    """A controller with an organization and nothing else."""
    return Client()


REFUSED_QUESTIONS: list[tuple[Json, str]] = [
    ({"type": "boolean"}, "'boolean' in survey question 0 is not one of"),
    ({"required": "false"}, "'required' in survey question 0 expected to be boolean."),
    ({"variable": 5}, "'variable' in survey question 0 expected to be string."),
    ({"default": None}, "Default value None in survey question 0 expected to be string."),
    ({"default": 5}, "Default value 5 in survey question 0 expected to be string."),
    ({"type": "integer", "default": "5"}, "Default value 5 in survey question 0 expected to be integer."),
    ({"type": "integer", "default": 0.5}, "Default value 0.5 in survey question 0 expected to be integer."),
    ({"type": "float", "default": "1"}, "Default value 1 in survey question 0 expected to be float."),
    ({"min": ""}, "The min limit in survey question 0 expected to be integer."),
    ({"type": "float", "max": 0.5}, "The max limit in survey question 0 expected to be integer."),
    ({"type": "multiplechoice"}, "Survey question 0 of type multiplechoice must specify choices."),
    (
        {"type": "multiplechoice", "choices": ["a"], "default": "b"},
        "Default choice must be answered from the choices listed.",
    ),
    ({"type": "multiplechoice", "choices": ["a", "b"], "default": "a\nb"}, "can only have one default value."),
    ({"type": "multiselect", "choices": ["a"], "default": ["a"]}, "expected to be string."),
    ({"default": "$encrypted$"}, "$encrypted$ is a reserved keyword"),
]
TAKEN_QUESTIONS: list[Json] = [
    {},
    {"default": ""},
    {"type": "integer", "default": True},
    {"type": "integer", "default": ""},
    {"type": "integer", "default": 5, "min": 1, "max": 10},
    {"type": "integer", "default": 50, "min": 1, "max": 10},
    {"type": "float", "default": 1},
    {"type": "multiplechoice", "choices": "a\nb", "default": "a"},
    {"type": "multiplechoice", "choices": ["a"], "default": ""},
    {"type": "multiselect", "choices": ["x", "y"], "default": "x\ny"},
    {"variable": "a b"},
    {"min": None, "max": None},
]


@pytest.mark.parametrize(("change", "error"), REFUSED_QUESTIONS)
def test_a_question_that_awx_refuses_is_refused(client: Client, change: Json, error: str) -> None:
    one = client.template()
    spec = {"name": "", "description": "", "spec": [{**QUESTION, **change}]}
    response = client.ask("POST", f"job_templates/{one['id']}/survey_spec/", spec)
    assert response.status == 400
    assert error in response.body["error"]


@pytest.mark.parametrize("change", TAKEN_QUESTIONS)
def test_a_question_that_awx_takes_is_kept(client: Client, change: Json) -> None:
    question = {**QUESTION, **change}
    one = client.template(question)
    assert client.ask("GET", f"job_templates/{one['id']}/survey_spec/").body["spec"] == [question]


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        ({"description": "", "spec": [QUESTION]}, "Field 'name' is missing from survey spec."),
        (
            {"name": None, "description": "", "spec": [QUESTION]},
            "Expected string for field 'name', received NoneType type.",
        ),
        ({"name": "", "description": "", "spec": []}, "'spec' doesn't contain any items."),
        (
            {"name": "", "description": "", "spec": [QUESTION, QUESTION]},
            "'variable' 'v' duplicated in survey question 1.",
        ),
        ({"name": "", "description": "", "spec": ["v"]}, "Survey question 0 is not a json object."),
    ],
)
def test_a_survey_that_awx_refuses_is_refused(client: Client, spec: Json, error: str) -> None:
    one = client.template()
    response = client.ask("POST", f"job_templates/{one['id']}/survey_spec/", spec)
    assert (response.status, response.body["error"]) == (400, error)


INTEGER = {**QUESTION, "type": "integer", "min": 1, "max": 10}
CHOICE = {**QUESTION, "type": "multiplechoice", "choices": ["a", "b"]}
SELECTION = {**QUESTION, "type": "multiselect", "choices": ["a", "b"]}
ANSWERS: list[tuple[Json, t.Any, str]] = [
    (QUESTION, 5, "Value 5 for 'v' expected to be a string."),
    ({**QUESTION, "min": 2}, "x", "'v' value x is too small (length is 1 must be at least 2)."),
    ({**QUESTION, "min": 1}, "", "'v' value  is too small (length is 0 must be at least 1)."),
    ({**QUESTION, "max": 1}, "xy", "'v' value xy is too large (must be no more than 1)."),
    *((INTEGER, value, f"Value {value} for 'v' expected to be an integer.") for value in ("5", 5.0, True, "", None)),
    (INTEGER, 0, "'v' value 0 is too small (must be at least 1)."),
    (INTEGER, 11, "'v' value 11 is too large (must be no more than 10)."),
    ({**INTEGER, "type": "float"}, "5", "Value 5 for 'v' expected to be a numeric type."),
    (CHOICE, "x", "Value x for 'v' expected to be one of ['a', 'b']."),
    (SELECTION, "a", "'v' value is expected to be a list."),
    (SELECTION, ["x"], "Value x for 'v' expected to be one of ['a', 'b']."),
]


@pytest.mark.parametrize(("question", "value", "error"), ANSWERS)
def test_a_wrong_answer_is_refused_in_the_words_of_awx(
    client: Client, question: Json, value: t.Any, error: str
) -> None:
    one = client.template(question)
    response = client.ask("POST", f"job_templates/{one['id']}/launch/", {"extra_vars": {"v": value}})
    assert (response.status, response.body) == (400, {"variables_needed_to_start": [error]})


@pytest.mark.parametrize("value", ["", " "])
def test_required_means_that_the_variable_is_there(client: Client, value: str) -> None:
    one = client.template({**QUESTION, "required": True, "default": "x"})
    launch = f"job_templates/{one['id']}/launch/"
    assert client.ask("POST", launch).body == {"variables_needed_to_start": ["'v' value missing"]}
    assert client.ask("POST", launch, {"extra_vars": {"v": value}}).status == 201


@pytest.mark.parametrize(
    ("question", "arrives"),
    [
        ({**QUESTION, "default": ""}, {"v": ""}),
        (QUESTION, {}),
        ({**QUESTION, "default": "x", "min": 3}, {}),
        ({**INTEGER, "default": ""}, {}),
        ({**INTEGER, "default": 5}, {"v": 5}),
        ({**INTEGER, "default": 50}, {}),
        ({**CHOICE, "default": ""}, {}),
        ({**CHOICE, "default": "a"}, {"v": "a"}),
        ({**SELECTION, "default": "a\nb"}, {}),
    ],
)
def test_a_default_arrives_if_it_passes_its_own_rules(client: Client, question: Json, arrives: Json) -> None:
    one = client.template(question)
    job = client.ask("POST", f"job_templates/{one['id']}/launch/", {"extra_vars": {"zzz": 1}, "limit": "web*"}).body
    assert json.loads(job["extra_vars"]) == arrives
    assert job["ignored_fields"] == {"extra_vars": {"zzz": 1}, "limit": "web*"}


def test_a_password_is_never_shown(client: Client) -> None:
    one = client.template({**QUESTION, "type": "password", "default": "secret"})
    assert client.ask("GET", f"job_templates/{one['id']}/survey_spec/").body["spec"][0]["default"] == "$encrypted$"
    job = client.ask("POST", f"job_templates/{one['id']}/launch/", {"extra_vars": {"v": "other"}}).body
    assert json.loads(job["extra_vars"]) == {"v": "$encrypted$"}


def test_a_template_needs_a_playbook_of_a_project_that_was_updated(client: Client) -> None:
    inventory = client.make("inventories", name="i", organization=1)["id"]
    project = client.make("projects", name="p", organization=1, scm_type="git", scm_url=URL)
    given = {"name": "t", "project": project["id"], "inventory": inventory, "playbook": "run.yml"}
    error = {"playbook": ["Playbook not found for project."]}
    assert client.ask("POST", "job_templates/", given) == Response(400, error)
    for _time in range(2):
        client.ask("GET", f"project_updates/{project['summary_fields']['current_update']['id']}/")
    assert client.ask("POST", "job_templates/", {**given, "playbook": "ssmops.run_command.run"}) == Response(400, error)
    assert client.ask("POST", "job_templates/", given).body["organization"] == 1


def test_the_playbooks_of_a_project_are_found_as_awx_finds_them(client: Client) -> None:
    assert playbooks_among(FILES) == ["deep/thin.yml", "run.yml"]
    project = client.project()
    assert client.ask("GET", f"projects/{project['id']}/playbooks/").body == ["deep/thin.yml", "run.yml"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": ""}, {"name": ["This field may not be blank."]}),
        ({"job_type": "scan"}, {"job_type": ['"scan" is not a valid choice.']}),
        ({"verbosity": 9}, {"verbosity": ['"9" is not a valid choice.']}),
        ({"timeout": "x"}, {"timeout": ["A valid integer is required."]}),
        ({"forks": -1}, {"forks": ["Ensure this value is greater than or equal to 0."]}),
        ({"allow_simultaneous": "maybe"}, {"allow_simultaneous": ["Must be a valid boolean."]}),
        ({"project": 99}, {"project": ['Invalid pk "99" - object does not exist.']}),
        ({"inventory": None}, {"inventory": ["You must either set a default value or ask to prompt on launch."]}),
        ({"extra_vars": "[1]"}, {"extra_vars": ["Variables must be a dictionary."]}),
        ({"description": []}, {"description": ["Not a valid string."]}),
    ],
)
def test_a_wrong_field_is_refused_in_the_words_of_awx(client: Client, change: Json, error: Json) -> None:
    one = client.template()
    assert client.ask("PATCH", f"job_templates/{one['id']}/", change) == Response(400, error)


def test_a_name_is_taken_once(client: Client) -> None:
    one = client.template()
    again = {key: one[key] for key in ("name", "project", "inventory", "playbook")}
    assert client.ask("POST", "job_templates/", again).body["__all__"] == [
        "JobTemplate with this (name, organization) combination already exists."
    ]
    client.make("labels", name="l", organization=1)
    assert client.ask("POST", "labels/", {"name": "l", "organization": 1}).body == {
        "__all__": ["Label with this Name and Organization already exists."]
    }


def test_a_label_goes_with_its_last_template(client: Client) -> None:
    one = client.template()
    label = client.make("labels", name="l", organization=1)["id"]
    assert client.ask("DELETE", f"labels/{label}/").status == 405
    assert client.ask("POST", f"job_templates/{one['id']}/labels/", {"id": label}).status == 204
    assert client.ask("DELETE", f"job_templates/{one['id']}/").status == 204
    assert client.ask("GET", "labels/").body["count"] == 0


NODE = "workflow_job_template_nodes"


def test_a_workflow_has_nodes_edges_and_approvals(client: Client) -> None:
    template = client.template({**QUESTION, "required": True})
    workflow = client.make("workflow_job_templates", name="w", organization=1)
    first, second, third = (
        client.make(NODE, workflow_job_template=workflow["id"], identifier=name, unified_job_template=template["id"])
        for name in ("a", "b", "c")
    )
    assert client.ask("POST", f"{NODE}/{first['id']}/success_nodes/", {"id": second["id"]}).status == 204
    assert client.ask("POST", f"{NODE}/{first['id']}/failure_nodes/", {"id": second["id"]}).status == 400
    assert client.ask("POST", f"{NODE}/{second['id']}/always_nodes/", {"id": first["id"]}).status == 400
    assert client.ask("GET", f"{NODE}/{first['id']}/").body["success_nodes"] == [second["id"]]
    node = client.make(NODE, workflow_job_template=workflow["id"], identifier="d")
    approval = client.ask("POST", f"{NODE}/{node['id']}/create_approval_template/", {"name": "ok?", "timeout": 60})
    related = client.ask("GET", f"{NODE}/{node['id']}/").body["related"]["unified_job_template"]
    assert related == approval.body["url"] == f"/api/v2/workflow_approval_templates/{approval.body['id']}/"
    assert client.ask("DELETE", f"workflow_job_templates/{workflow['id']}/").status == 204
    assert client.ask("GET", f"{NODE}/?identifier=c").body["results"] == []
    assert third["identifier"] == "c"
    assert client.ask("GET", related.removeprefix("/api/v2/")).status == 404


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"extra_data": {"v": "x"}}, None),
        ({"extra_data": {"v": 5}}, {"variables_needed_to_start": ["Value 5 for 'v' expected to be a string."]}),
        (
            {"extra_data": {"zzz": 1}},
            {
                "extra_data": [
                    "Variables zzz are not allowed on launch. "
                    "Check the Prompt on Launch setting on the Job Template to include Extra Variables."
                ]
            },
        ),
        ({"limit": "web*"}, {"limit": ["Field is not configured to prompt on launch."]}),
        ({"job_type": "check"}, {"job_type": ["Field is not configured to prompt on launch."]}),
    ],
)
def test_what_a_node_brings_must_be_asked_for(client: Client, values: Json, error: Json | None) -> None:
    template = client.template({**QUESTION, "required": True})
    workflow = client.make("workflow_job_templates", name="w", organization=1)
    given = {"workflow_job_template": workflow["id"], "unified_job_template": template["id"], **values}
    response = client.ask("POST", f"{NODE}/", given)
    assert response.status == (400 if error else 201)
    assert error is None or response.body == error


def test_lists_have_pages_and_filters(client: Client) -> None:
    for number in range(30):
        client.make("labels", name=f"l{number}", organization=1)
    first = client.ask("GET", "labels/").body
    assert (first["count"], len(first["results"]), first["previous"]) == (30, 25, None)
    assert first["next"] == "/api/v2/labels/?page=2"
    assert [one["name"] for one in client.ask("GET", "labels/?page=2").body["results"]] == [
        f"l{n}" for n in range(25, 30)
    ]
    assert client.ask("GET", "labels/?page=3") == Response(404, {"detail": "Invalid page."})
    assert client.ask("GET", "labels/?name=l7&organization=1").body["count"] == 1
    assert client.ask("GET", "labels/?or__id=3&or__name=3").body["count"] == 1
    assert client.ask("GET", "labels/?name__in=l1,l2&order_by=-id").body["results"][0]["name"] == "l2"
    assert client.ask("GET", "labels/?colour=red") == Response(400, {"detail": "Label has no field named 'colour'"})
    assert client.ask("GET", "labels/99/") == Response(404, {"detail": "Not found."})


INPUTS = {"fields": [{"id": "key", "label": "Key", "type": "string", "secret": True}], "required": ["key"]}


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"kind": "ssh"}, {"kind": ['"ssh" is not a valid choice.']}),
        ({"inputs": {"fields": [{"id": "a"}]}}, {"inputs": ["'label' is a required property"]}),
        (
            {"inputs": {**INPUTS, "required": ["x"]}},
            {"inputs": ["'required' names x, which is not one of the fields."]},
        ),
        ({"injectors": {"env": {"ANSIBLE_X": "{{ key }}"}}}, "may affect Ansible configuration"),
        ({"injectors": {"env": {"PATH": "{{ key }}"}}}, "is not allowed to be used in credentials"),
        ({"injectors": {"env": {"A": "{{ other }}"}}}, "uses an undefined field ('other' is undefined)"),
        ({"injectors": {"env": {"A": "{{ key"}}}, "Syntax error rendering template"),
        ({"injectors": {"file": {"template": "a", "template.b": "c"}}}, "Must use multi-file syntax"),
        ({"injectors": {"files": {}}}, "Additional properties are not allowed"),
    ],
)
def test_a_wrong_credential_type_is_refused(client: Client, values: Json, error: Json | str) -> None:
    response = client.ask("POST", "credential_types/", {"name": "c", "kind": "cloud", "inputs": INPUTS, **values})
    assert response.status == 400
    assert response.body == error if isinstance(error, dict) else error in response.body["injectors"][0]


def test_a_credential_type_in_use_stays(client: Client) -> None:
    kind = client.make("credential_types", name="c", kind="cloud", inputs=INPUTS)
    one = client.make("credentials", name="k", organization=1, credential_type=kind["id"], inputs={"key": "secret"})
    assert one["inputs"] == {"key": "$encrypted$"}
    path = f"credential_types/{kind['id']}/"
    text = "Modifications to inputs are not allowed for credential types that are in use"
    assert client.ask("PATCH", path, {"inputs": {}}) == Response(403, {"detail": text})
    text = "Credential types that are in use cannot be deleted"
    assert client.ask("DELETE", path) == Response(403, {"detail": text})
    client.ask("DELETE", f"credentials/{one['id']}/")
    assert client.ask("DELETE", path).status == 204


def test_a_template_has_one_credential_of_a_type(client: Client) -> None:
    template = client.template()
    kind = client.make("credential_types", name="c", kind="cloud", inputs=INPUTS)
    first, second = (client.make("credentials", name=name, credential_type=kind["id"]) for name in ("a", "b"))
    path = f"job_templates/{template['id']}/credentials/"
    assert client.ask("POST", path, {"id": first["id"]}).status == 204
    assert client.ask("POST", path, {"id": second["id"]}) == Response(
        400, {"error": "Cannot assign multiple c credentials."}
    )
    assert client.ask("POST", path, {"id": first["id"], "disassociate": True}).status == 204
    assert client.ask("POST", path, {"id": second["id"]}).status == 204


def test_it_serves_on_the_loopback_interface_and_asks_who_is_there() -> None:
    with serving({}) as served:
        controller = served.controller
        for header, status in ((f"Bearer {controller.token}", 200), ("Bearer wrong", 401), ("", 401)):
            request = urllib.request.Request(f"{served.url}/api/v2/organizations/", headers={"Authorization": header})  # noqa: S310 - its own address
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - its own address
                    assert answer.headers["X-API-Product-Name"] == "AWX"
                    assert json.load(answer)["count"] == 1
                    found = answer.status
            except urllib.error.HTTPError as error:
                found = error.code
            assert found == status
    assert served.url.startswith("http://127.0.0.1:")
