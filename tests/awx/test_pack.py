# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook awx with the modules of awx.awx: applied twice, and removed."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
import typing as t

import pytest

from scripts.pattern import read_data

from ..support import warm_python
from .controller.server import Request, Served, serving, yaml_files

if t.TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, t.Any]
ROOT = pathlib.Path(__file__).parents[2]
DATA = read_data()
URL = DATA["controller_projects"][0]["scm_url"]
TYPE = DATA["controller_credential_types"][0]
# Each kind with the value of a right and of wrong answers: (a question's type, right, wrong ones)
ANSWERS: dict[str, tuple[t.Any, tuple[t.Any, ...]]] = {
    "text": ("x", (5, ["x"], None)),
    "textarea": ("x\ny", (5, ["x"], {"a": "b"})),
    "integer": (None, ("5", 0.5, True, "")),
    "multiplechoice": ("yes", ("maybe", True, "")),
}


class Applied(t.NamedTuple):
    """The controller after the playbook ran twice, what each run printed, and the requests of the second."""

    served: Served
    outputs: list[str]
    requests: list[str]

    def all(self, endpoint: str) -> list[Json]:
        """The objects of a list."""
        return self.served.controller.store.all(endpoint)

    def named(self, endpoint: str, name: str) -> Json:
        """One object of a list."""
        (found,) = [one for one in self.all(endpoint) if name in (one.get("name"), one.get("identifier"))]
        return found


def run(served: Served, interpreter: str, *options: str) -> str:
    """What the playbook prints; it must not fail."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("CONTROLLER_", "TOWER_"))},
        **served.environment,
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".tree"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_PYTHON_INTERPRETER": interpreter,
        # Nothing is encrypted here, and each request of a module would read all certificates of the system.
        "SSL_CERT_FILE": os.devnull,
    }
    program = str(pathlib.Path(sys.executable).with_name("ansible-playbook"))
    command = [sys.executable, program, "ssmops.run_command.awx", *options]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "DEPRECATION" not in done.stderr
    return done.stdout


def changes(output: str) -> int:
    """The number of tasks that changed something, by the recap."""
    return int(re.findall(r"\bchanged=(\d+)", output)[-1])


@pytest.fixture(scope="module")
def interpreter() -> Iterator[str]:
    """A Python for the sixty modules."""
    with warm_python.serving() as program:
        yield str(program)


@pytest.fixture(scope="module")
def applied(interpreter: str) -> Iterator[Applied]:
    """The pack, applied twice to an empty controller whose project is this checkout."""
    with serving({URL: yaml_files(ROOT, "extensions/patterns", "playbooks")}) as served:
        outputs = [run(served, interpreter)]
        before = len(served.controller.requests)
        outputs.append(run(served, interpreter))
        requests = [f"{one.method} {one.path}" for one in served.controller.requests[before:]]
        yield Applied(served, outputs, requests)


def test_a_second_run_changes_nothing(applied: Applied) -> None:
    assert [changes(output) for output in applied.outputs] == [9, 0]
    writes = [request for request in applied.requests if not request.startswith("GET ")]
    (project,) = applied.all("projects")
    updates = [f"POST /api/v2/projects/{project['id']}/update/"]
    # The module of inventories always sends the fields that have no value, and AWX keeps what it has.
    assert [request for request in writes if not request.startswith("PATCH /api/v2/inventories/")] == updates


def test_everything_of_the_data_is_there(applied: Applied) -> None:
    for variable, endpoint in (
        ("controller_labels", "labels"),
        ("controller_credential_types", "credential_types"),
        ("controller_projects", "projects"),
        ("controller_inventories", "inventories"),
        ("controller_execution_environments", "execution_environments"),
        ("controller_templates", "job_templates"),
        ("controller_workflows", "workflow_job_templates"),
    ):
        wanted = [one["name"] for one in DATA[variable]]
        assert [one["name"] for one in applied.all(endpoint)] == wanted
    for template in DATA["controller_templates"]:
        one = applied.named("job_templates", template["name"])
        fields = set(template) & set(one) - {"organization", "project", "inventory", "execution_environment"}
        assert {name: one[name] for name in fields} == {name: template[name] for name in fields}
        assert "survey_spec" in fields
        assert one["associations"]["labels"] == [applied.all("labels")[0]["id"]]


def test_no_template_asks_for_limit_or_verbosity(applied: Applied) -> None:
    for one in [*applied.all("job_templates"), *applied.all("workflow_job_templates")]:
        assert not one["ask_limit_on_launch"]
        assert not one.get("ask_verbosity_on_launch")
        assert one["allow_simultaneous"]


def test_the_workflow_goes_from_preview_to_collect(applied: Applied) -> None:
    nodes = {one["id"]: one for one in applied.all("workflow_job_template_nodes")}
    edges = {
        (one["identifier"], edge.removesuffix("_nodes"), nodes[number]["identifier"])
        for one in nodes.values()
        for edge in ("success_nodes", "failure_nodes", "always_nodes")
        for number in one["associations"][edge]
    }
    assert edges == {
        ("preview", "success", "approve"),
        ("approve", "success", "canary"),
        ("canary", "success", "all"),
        ("canary", "failure", "cancel"),
        ("all", "success", "collect"),
        ("all", "failure", "cancel"),
        ("cancel", "always", "collect_after_failure"),
    }
    store = applied.served.controller.store
    runs = {
        one["identifier"]: store.get("unified_job_templates", one["unified_job_template"])["name"]
        for one in nodes.values()
    }
    assert runs["preview"] == "Run Command - preview"
    assert runs["canary"] == runs["all"] == "Run Command - run"
    assert runs["approve"] == applied.all("workflow_approval_templates")[0]["name"]
    assert applied.named("workflow_job_template_nodes", "canary")["extra_data"] == {"run_canary": "yes"}


def launched(applied: Applied, template: Json, answers: Json) -> tuple[int, Json]:
    """The status and the body of a launch."""
    controller = applied.served.controller
    endpoint = controller.store.endpoint_of(template)
    path = f"/api/v2/{endpoint}/{template['id']}/launch/"
    response = controller.answer(Request("POST", path, {}, {"extra_vars": answers}), f"Bearer {controller.token}")
    return response.status, response.body


def right_answer(question: Json) -> t.Any:
    """An answer that a question takes."""
    if question["type"] == "integer":
        return question["min"]
    return question["choices"][0] if question["type"] == "multiplechoice" else ANSWERS[question["type"]][0]


TEMPLATES = [("job_templates", one["name"]) for one in DATA["controller_templates"]]
TEMPLATES += [("workflow_job_templates", one["name"]) for one in DATA["controller_workflows"]]


@pytest.mark.parametrize(("endpoint", "name"), TEMPLATES)
def test_right_answers_launch_and_a_wrong_one_is_one_sentence(applied: Applied, endpoint: str, name: str) -> None:
    template = applied.named(endpoint, name)
    questions = template["survey_spec"]["spec"]
    right = {question["variable"]: right_answer(question) for question in questions}
    status, job = launched(applied, template, right)
    assert (status, json.loads(job["extra_vars"]), job["ignored_fields"]) == (201, right, {})
    for question in questions:
        wrong = list(ANSWERS[question["type"]][1])
        wrong += [question["min"] - 1, question["max"] + 1] if question["type"] == "integer" else []
        for value in wrong:
            status, body = launched(applied, template, {**right, question["variable"]: value})
            (sentence,) = body["variables_needed_to_start"]
            assert (status, f"'{question['variable']}'" in sentence) == (400, True)


@pytest.mark.parametrize(("endpoint", "name"), TEMPLATES)
def test_what_is_not_required_can_be_left_out(applied: Applied, endpoint: str, name: str) -> None:
    template = applied.named(endpoint, name)
    questions = template["survey_spec"]["spec"]
    needed = {question["variable"]: right_answer(question) for question in questions if question["required"]}
    status, job = launched(applied, template, needed)
    arrived = json.loads(job["extra_vars"])
    assert status == 201
    # Every default arrives, because each passes its own question's rules.
    assert set(arrived) == {question["variable"] for question in questions if "default" in question} | set(needed)


def test_absent_removes_it_and_keeps_a_type_that_is_used(applied: Applied, interpreter: str) -> None:
    store = applied.served.controller.store
    kind = applied.named("credential_types", TYPE["name"])
    store.create("credentials", {"name": "mine", "credential_type": kind["id"], "organization": 1})
    output = run(applied.served, interpreter, "-e", "pack_state=absent")
    left = {endpoint: [one["name"] for one in found.values()] for endpoint, found in store.objects.items() if found}
    jobs = {"jobs", "workflow_jobs", "project_updates"}
    assert {endpoint: names for endpoint, names in left.items() if endpoint not in jobs} == {
        "organizations": ["Default"],
        "credential_types": [TYPE["name"]],
        "credentials": ["mine"],
    }
    assert f"The credential type {TYPE['name']} stays" in output
