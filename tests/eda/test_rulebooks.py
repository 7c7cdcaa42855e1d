# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebooks end to end: a command fails, ansible-rulebook reads the queue, a job template is launched."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import time
import typing as t

import pytest

from scripts.pattern import read_data

from ..awx.controller.server import Controller, Request, Served, serving, yaml_files
from ..support import local_sandbox
from ..support.local_sandbox import CHECKOUT, LocalSandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, t.Any]
RULEBOOKS = CHECKOUT / "extensions" / "eda" / "rulebooks"
PROGRAMS = CHECKOUT / ".venv-eda" / "bin"
COLLECTIONS = CHECKOUT / "build" / "eda" / "collections"
QUEUE = "fleet"
REGION = "us-east-1"
COMMANDS = "echo registered"
_SECONDS = 90
FAILED_NODES = 3

pytestmark = pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed: no java on the PATH")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSandbox]:
    """A sandbox with nodes whose commands fail, and a queue that gets the events of Run Command."""
    nodes = f"{FAILED_NODES},Role=web,sandbox:duration=0.5,sandbox:exit-code=3"
    folder = tmp_path_factory.mktemp("sandbox")
    with local_sandbox.running(folder, "--region", REGION, "--seed-nodes", nodes) as running:
        queue = running.client("sqs")
        url = queue.create_queue(QueueName=QUEUE)["QueueUrl"]
        arn = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": arn}]}
        queue.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        events = running.client("events")
        events.put_rule(Name="fleet", EventPattern=json.dumps({"source": ["aws.ssm"]}))
        events.put_targets(Rule="fleet", Targets=[{"Id": "queue", "Arn": arn}])
        yield running


def ask(controller: Controller, path: str, data: Json) -> Json:
    """What the controller says to a POST below /api/v2/."""
    response = controller.answer(Request("POST", f"/api/v2/{path}", {}, data), f"Bearer {controller.token}")
    assert response.status in (200, 201), response
    return t.cast("Json", response.body)


@pytest.fixture
def served() -> Iterator[Served]:
    """A controller with the job templates of the pack."""
    data = read_data()
    (project,) = data["controller_projects"]
    with serving({project["scm_url"]: yaml_files(CHECKOUT, "extensions/patterns")}) as found:
        controller = found.controller
        made = ask(
            controller, "projects/", {"name": "p", "organization": 1, "scm_type": "git", "scm_url": project["scm_url"]}
        )
        controller.store.get("projects", made["id"]).update(status="successful")
        inventory = ask(controller, "inventories/", {"name": "i", "organization": 1})
        for template in data["controller_templates"]:
            given = {key: template[key] for key in ("name", "playbook", "job_type", "survey_enabled")}
            one = ask(controller, "job_templates/", {**given, "project": made["id"], "inventory": inventory["id"]})
            ask(controller, f"job_templates/{one['id']}/survey_spec/", template["survey_spec"])
        yield found


def jobs_of(served: Served) -> list[tuple[str, Json]]:
    """The jobs that were launched: the template's name and the answers."""
    return [
        (request.path, request.data["extra_vars"])
        for request in served.controller.requests
        if request.path.endswith("/launch/") and request.method == "POST"
    ]


class Rulebook:
    """ansible-rulebook with a rulebook of the collection, whose throttles are shorter here."""

    def __init__(self, folder: pathlib.Path, name: str, sandbox: LocalSandbox, served: Served) -> None:
        self.text = (
            (RULEBOOKS / f"{name}.yml").read_text().replace("2 minutes", "3 seconds").replace("delay: 60", "delay: 1")
        )
        (folder / "rulebook.yml").write_text(self.text)
        variables = {"queue": QUEUE, "region": REGION, "organization": "Default", "commands": COMMANDS}
        (folder / "vars.yml").write_text(json.dumps({f"run_command_{key}": value for key, value in variables.items()}))
        self.log = folder / "log.txt"
        environment = {
            **os.environ,
            **sandbox.environment,
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "EDA_JOB_TEMPLATE_REFRESH_DELAY": "0.2",
        }
        command = [str(PROGRAMS / "ansible-rulebook"), "--rulebook", "rulebook.yml", "--vars", "vars.yml", "--verbose"]
        command += ["--controller-url", served.url, "--controller-token", served.controller.token]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)

    def wait_for(self, what: t.Callable[[], bool]) -> None:
        """Wait until something is so, while the program runs."""
        deadline = time.monotonic() + _SECONDS
        while not what():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(30)


def test_the_results_of_a_failed_command_are_collected_once(
    tmp_path: pathlib.Path, sandbox: LocalSandbox, served: Served
) -> None:
    rulebook = Rulebook(tmp_path, "failed_commands", sandbox, served)
    try:
        request: Json = {"DocumentName": "AWS-RunShellScript", "Targets": [{"Key": "tag:Role", "Values": ["web"]}]}
        limits = {"MaxErrors": "100%", "Parameters": {"commands": ["false"]}}
        command = sandbox.client("ssm").send_command(**request, **limits)["Command"]["CommandId"]
        rulebook.wait_for(lambda: bool(jobs_of(served)))
    finally:
        rulebook.stop()
    ((_path, answers),) = jobs_of(served)
    assert answers == {"collect_command_ids": command, "collect_regions": REGION}


def test_a_node_that_registers_gets_the_command_once(
    tmp_path: pathlib.Path, sandbox: LocalSandbox, served: Served
) -> None:
    queue = sandbox.client("sqs")
    running = {
        "source": "aws.ec2",
        "detail-type": "EC2 Instance State-change Notification",
        "region": REGION,
        "detail": {"instance-id": "i-0123456789abcdef0", "state": "running"},
    }
    hybrid = {
        "source": "aws.ssm",
        "detail-type": "AWS API Call via CloudTrail",
        "region": REGION,
        "detail": {"eventName": "RegisterManagedInstance", "responseElements": {"instanceId": "mi-0123456789abcdef0"}},
    }
    stopped = {**running, "detail": {"instance-id": "i-0123456789abcdef1", "state": "stopped"}}
    url = queue.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    for event in (running, stopped, running, hybrid):
        queue.send_message(QueueUrl=url, MessageBody=json.dumps(event))
    rulebook = Rulebook(tmp_path, "registered_nodes", sandbox, served)
    try:
        rulebook.wait_for(lambda: len(jobs_of(served)) >= 2)
    finally:
        rulebook.stop()
    assert sorted((answers for _path, answers in jobs_of(served)), key=lambda answers: answers["run_instance_ids"]) == [
        {
            "run_instance_ids": node,
            "run_regions": REGION,
            "run_commands": COMMANDS,
            "run_client_token": f"new-{node}",
        }
        for node in ("i-0123456789abcdef0", "mi-0123456789abcdef0")
    ]
