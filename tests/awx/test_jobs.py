# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks for job templates, run by AWX's own engine on the sandbox."""

from __future__ import annotations

import json
import pathlib
import time
import typing as t

import pytest

from tests.awx.conftest import HOME_REGION, OTHER_REGION
from tests.awx.jobs import TEMPLATE_ID, Controller, Ended, Job
from tests.support.local_sandbox import LocalSandbox

if t.TYPE_CHECKING:
    from collections.abc import Iterator

SMALL = {"run_regions": HOME_REGION, "run_tags": "Fleet=small", "run_commands": "uptime"}
SLOW = {**SMALL, "run_tags": {"Fleet": ["slow"]}}
IN_WORKFLOW = {"workflow_job_id": 900, "workflow_job_name": "Roll out"}
RUNNING = {"Pending", "InProgress", "Cancelling"}


@pytest.fixture(scope="module", autouse=True)
def quiet_job(controller: Controller) -> Iterator[Job]:
    """A job that waits for longer than its idle_timeout, beside the others."""
    job = controller.start("run", {**SMALL, "run_tags": "Fleet=quiet"}, settings={"idle_timeout": 20})
    yield job
    job.kill_container()
    job.finish()


def running(sandbox: LocalSandbox) -> set[str]:
    """The IDs of the commands that have not ended."""
    commands = sandbox.client("ssm").list_commands()["Commands"]
    return {command["CommandId"] for command in commands if command["Status"] in RUNNING}


def overview(ended: Ended) -> dict[str, t.Any]:
    """The artifact of a job."""
    found: dict[str, t.Any] = ended.artifacts["ssm_run_command"]
    return found


def command_ids(ended: Ended) -> set[str]:
    """The commands in the artifact of a job."""
    return {command_id for ids in overview(ended)["command_ids"].values() for command_id in ids}


def command_of(job: Job) -> str:
    """Wait until a job has shown the ID of its command."""
    deadline = time.monotonic() + 60
    while "command_id " not in job.stdout():
        assert time.monotonic() < deadline, job.stdout()
        time.sleep(0.1)
    return job.stdout().partition("command_id ")[2].split()[0]


def test_a_fleet_in_two_regions_stays_within_the_limits_of_awx(
    controller: Controller, credential: dict[str, str], sandbox: LocalSandbox
) -> None:
    answers = {
        "run_regions": f"{HOME_REGION}\r\n{OTHER_REGION}",
        "run_tags": "Fleet=large",
        "run_commands": "echo {{.Names}} hunter2",
        "run_max_concurrency": "100%",
        "run_max_errors": "100%",
        "run_delivery_timeout": 600,
        "run_execution_timeout": "",
    }
    ended = controller.run("run", answers)
    sandbox.client("s3").create_bucket(Bucket="reports", CreateBucketConfiguration={"LocationConstraint": HOME_REGION})
    page = {"collect_report_s3_bucket": "reports", "collect_report_s3_key": "page.html"}
    collected = controller.run("collect", {**ended.artifacts, **page})
    assert (ended.status, collected.status) == ("failed", "failed")
    assert overview(ended)["counts"] == {"success": 1_150, "failed": 50, "total": 1_200}
    assert len(overview(ended)["failed_instance_ids"]) == 50
    assert overview(ended)["client_token"] == f"awx-job-{ended.number}"
    assert list(overview(ended)["command_ids"]) == [HOME_REGION, OTHER_REGION]
    assert overview(collected) == overview(ended)
    stored = sandbox.client("s3").get_object(Bucket="reports", Key="page.html")
    assert (stored["ContentType"], stored["Body"].read(15)) == ("text/html", b"<!DOCTYPE html>")
    assert "575 of 600 nodes succeeded" in ended.failures[-1]
    assert f"{OTHER_REGION}  25 nodes  failed  rc=3" in ended.stdout
    for job in (ended, collected):
        assert len(json.dumps(job.artifacts)) < 10_000
        assert {} not in job.results
        assert max(len(str(result)) for result in job.results) <= 630_000
        assert len(job.stdout) < 20_000
        kept = job.all_text()
        assert "hunter2" not in kept
        assert credential["AWS_SECRET_ACCESS_KEY"] not in kept


def test_a_workflow_by_hand(controller: Controller, sandbox: LocalSandbox) -> None:
    preview = controller.run("run", SMALL, arguments=["--check"], variables=IN_WORKFLOW)
    assert overview(preview)["counts"] == {"not_sent": 3, "total": 3}
    assert "3 nodes would run the command" in preview.stdout
    # A node of a workflow gets the artifacts of those before it.
    first = {"run_canary": "yes", "run_canary_tags": "Fleet=small\nsandbox:duration=0.2"}
    canary = controller.run("run", {**SMALL, **preview.artifacts, **first}, variables=IN_WORKFLOW)
    assert overview(canary)["counts"] == {"success": 3, "total": 3}
    sandbox.clear_calls()
    token = overview(canary)["client_token"]
    taken_up = {**SMALL, **canary.artifacts, **first, "run_client_token": token, "run_dry_run": "no"}
    again = controller.run("run", taken_up)
    assert again.artifacts == canary.artifacts
    assert "SendCommand" not in sandbox.calls()


def test_what_killed_jobs_leave_is_found_and_ended(controller: Controller, sandbox: LocalSandbox) -> None:
    stopped, killed = controller.start("run", SLOW), controller.start("run", SLOW, variables=IN_WORKFLOW)
    left = controller.start("run", SLOW)
    commands = {job: command_of(job) for job in (stopped, killed, left)}
    # AWX sends SIGTERM to the runner, which kills the process group; podman kill leaves nothing.
    stopped.terminate()
    for job in (killed, left):
        job.kill_container()
    for job in (stopped, killed, left):
        ended = job.finish()
        assert ended.status != "successful"
        assert ended.artifacts == {}
    assert {commands[killed], commands[left]} <= running(sandbox)
    by_job = controller.run("cancel", {"cancel_regions": HOME_REGION, "cancel_job_id": stopped.number})
    # The artifact is that of a job before the one that was killed: the workflow is what counts.
    before = {"ssm_run_command": {"client_token": "x", "regions": [HOME_REGION], "command_ids": {HOME_REGION: ["y"]}}}
    in_workflow = controller.run("cancel", before, variables=IN_WORKFLOW)
    assert (by_job.status, in_workflow.status) == ("successful", "successful")
    assert command_ids(by_job) == {commands[stopped]}
    assert commands[killed] in command_ids(in_workflow)
    assert running(sandbox) & set(commands.values()) == {commands[left]}
    collected = controller.run("collect", {"collect_regions": [HOME_REGION], "collect_job_id": killed.number})
    assert command_ids(collected) == {commands[killed]}
    assert overview(collected)["counts"] == {"cancelled": 3, "total": 3}
    old = {"cancel_regions": HOME_REGION, "cancel_job_template": TEMPLATE_ID, "cancel_older_than": "1s"}
    assert commands[left] in command_ids(controller.run("cancel", old))
    assert not running(sandbox) & set(commands.values())


WRONG: dict[str, dict[str, t.Any]] = {
    "run": {
        "run_regions": "Frankfurt",
        "run_tags": "Role",
        "run_instance_ids": "web-1",
        "run_parameters": "password: [hunter2",
        "run_max_errors": "many",
        "run_wait_timeout": "5.0",
        "run_dry_run": "perhaps",
        "run_output_s3_prefix": "a",
        "run_canary": "yes",
    },
    "cancel": {"cancel_job_id": "last", "cancel_job_template": 3, "cancel_regions": ["x"]},
    "collect": {"collect_max_age": "ever", "collect_report_s3_bucket": "My Bucket"},
    "access": {"access_tag_sets": "Role=web", "access_must_deny": "[", "access_region": "a b"},
    "setup": {"run_command_scopes": "Role: [", "run_command_on_conflict": "ask"},
    "monitor": {"monitor_topic_subscriptions": "mail", "monitor_dashboard": "maybe", "monitor_region": "here"},
}


def test_an_auditor_sees_who_may_send(controller: Controller, sandbox: LocalSandbox) -> None:
    iam = sandbox.client("iam")
    iam.create_user(UserName="alice")
    nodes = {"StringEquals": {"ssm:resourceTag/Role": "web"}}
    statements = [
        {"Effect": "Allow", "Action": "ssm:SendCommand", "Resource": "arn:aws:ssm:*::document/AWS-RunShellScript"},
        {"Effect": "Allow", "Action": "ssm:SendCommand", "Resource": "arn:aws:ec2:*:*:instance/*", "Condition": nodes},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName="alice", PolicyName="send", PolicyDocument=policy)
    answers = {"access_users": "alice", "access_tag_sets": "- {Role: web}\n- {}", "access_region": HOME_REGION}
    ended = controller.run(
        "access", {**answers, "access_must_allow": "{tags: {Role: web}}", "access_must_deny": "- {}"}
    )
    assert ended.status == "failed"
    assert '"allowed  user/alice  AWS-RunShellScript  Role=web"' in ended.stdout
    assert '"denied   user/alice  AWS-RunShellScript  no tags"' in ended.stdout
    assert ended.failures[0].startswith("1 of 2 cells violate must_allow or must_deny")


def test_every_wrong_answer_is_one_sentence_with_its_question(controller: Controller) -> None:
    jobs = {name: controller.start(name, answers) for name, answers in WRONG.items()}
    for name, answers in WRONG.items():
        ended = jobs[name].finish()
        (message,) = ended.failures
        sentences = [f"{sentence}." for sentence in message.removesuffix(".").split(". ")]
        assert [question for question in answers if not any(question in sentence for sentence in sentences)] == []
        assert "hunter2" not in ended.all_text()
        assert all(len(sentence) < 200 and "\n" not in sentence for sentence in sentences)


def test_two_credentials_are_refused(controller: Controller, tmp_path: pathlib.Path) -> None:
    (tmp_path / "config").write_text("[default]\nrole_arn = a\nsource_profile = base\nrole_session_name = awx\n")
    environment = {**controller.environment, "AWS_CONFIG_FILE": str(tmp_path / "config")}
    ended = Controller(controller.collections, tmp_path / "jobs", environment).run("run", SMALL)
    assert "This job has two AWS credentials" in ended.failures[0]


def test_a_quiet_command_is_not_taken_for_an_idle_job(quiet_job: Job) -> None:
    ended = quiet_job.finish()
    assert ended.status == "successful"
    assert overview(ended)["counts"] == {"success": 2, "total": 2}
