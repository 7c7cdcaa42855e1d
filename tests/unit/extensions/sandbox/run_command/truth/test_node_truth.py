# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every document that a real agent was given, sent to a node of the sandbox: it must answer as the agent did."""

from __future__ import annotations

import dataclasses
import json
import time
import typing as t

import pytest
from botocore.exceptions import ClientError

from tests.support import warm_sandbox

from . import records

if t.TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator

    from tests.support.local_sandbox import LocalSandbox

Json = dict[str, t.Any]
CASES = {case["name"]: case for case in records.read("node-truth.jsonl")}
ENDED = {"Success", "Failed", "TimedOut", "Cancelled"}
REFUSALS = {"InvalidDocumentContent", "InvalidDocumentSchemaVersion", "InvalidParameters"}
STDERR_LIMIT = 8_000
SECONDS = 90

# What cannot be as recorded, and why.
EXCUSED: dict[str, str] = {}


@dataclasses.dataclass
class Run:
    """A case that was sent. refusal: the error's code when AWS's side refused it."""

    case: Json
    document_name: str
    command_id: str = ""
    refusal: str = ""
    began_at: float = 0.0
    is_cancelled: bool = False
    invocation: Json = dataclasses.field(default_factory=dict)


class Table:
    """All cases, sent at once to one node: many of them wait for a time-out or a cancel."""

    def __init__(self, sandbox: LocalSandbox, folder: pathlib.Path) -> None:
        self._ssm = sandbox.client("ssm")
        self._s3 = sandbox.client("s3")
        self._logs = sandbox.client("logs")
        self._folder = folder
        self.region = self._ssm.meta.region_name
        self.node = self._ssm.describe_instance_information()["InstanceInformationList"][0]["InstanceId"]
        self.runs: dict[str, Run] = {}

    def run(self) -> None:
        """Send every case and wait until all have ended."""
        self._prepare()
        self.runs = {name: self._send(case) for name, case in CASES.items()}
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and not self._all_ended():
            time.sleep(0.3)

    def _prepare(self) -> None:
        needs = [case.get("needs", {}) for case in CASES.values()]
        for bucket in {bucket for need in needs for bucket in need.get("buckets", ())}:
            self._s3.create_bucket(Bucket=bucket)
        for group in {group for need in needs for group in need.get("log_groups", ())}:
            self._logs.create_log_group(logGroupName=group)
        for name, value in {item for need in needs for item in need.get("ssm_parameters", {}).items()}:
            self._ssm.put_parameter(Name=name, Value=value, Type="String")

    def _send(self, case: Json) -> Run:
        scratch = self._folder / case["name"]
        scratch.mkdir()
        document, parameters = records.replace([case["document"], case["parameters"]], {"<SCRATCH>": str(scratch)})
        run = Run(case, document if isinstance(document, str) else f"truth-{case['name']}")
        try:
            if not isinstance(document, str):
                content = json.dumps(document)
                self._ssm.create_document(
                    Name=run.document_name, Content=content, DocumentType="Command", DocumentFormat="JSON"
                )
            sent = self._ssm.send_command(
                InstanceIds=[self.node],
                DocumentName=run.document_name,
                Parameters=parameters,
                **case.get("send", {}),
            )
        except ClientError as error:
            run.refusal = error.response["Error"]["Code"]
        else:
            run.command_id = sent["Command"]["CommandId"]
        return run

    def _all_ended(self) -> bool:
        pages = self._ssm.get_paginator("list_command_invocations").paginate(Details=True)
        found = {shown["CommandId"]: shown for page in pages for shown in page["CommandInvocations"]}
        for run in self.runs.values():
            run.invocation = found.get(run.command_id, {})
            self._cancel_in_time(run)
        return all(run.refusal or run.invocation.get("Status") in ENDED for run in self.runs.values())

    def _cancel_in_time(self, run: Run) -> None:
        after = run.case.get("cancel_after_s")
        if after is None or run.is_cancelled or run.invocation.get("Status") != "InProgress":
            return
        run.began_at = run.began_at or time.monotonic()
        if time.monotonic() >= run.began_at + after:
            self._ssm.cancel_command(CommandId=run.command_id)
            run.is_cancelled = True

    def step(self, run: Run, name: str) -> Json:
        """One step as GetCommandInvocation shows it."""
        return t.cast(
            "Json",
            self._ssm.get_command_invocation(CommandId=run.command_id, InstanceId=self.node, PluginName=name),
        )

    def objects(self, run: Run) -> dict[str, str]:
        """The objects of a command, by key."""
        bucket = run.case["send"]["OutputS3BucketName"]
        listed = self._s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        keys = [found["Key"] for found in listed if run.command_id in found["Key"]]
        return {key: self._s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys}

    def streams(self, run: Run, group: str) -> dict[str, str]:
        """The log streams of a command, by name, their messages joined."""
        found = self._logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=run.command_id)["logStreams"]
        return {stream["logStreamName"]: self._messages(group, stream["logStreamName"]) for stream in found}

    def _messages(self, group: str, stream: str) -> str:
        pages = self._logs.get_paginator("filter_log_events").paginate(logGroupName=group, logStreamNames=[stream])
        return "".join(event["message"] for page in pages for event in page["events"])


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    folder = tmp_path_factory.mktemp("sandbox")
    with warm_sandbox.running(folder, "--seed-nodes", "1,Role=truth") as running:
        running.control("POST", "config", {"settings": {"strict_environment": True}})
        table = Table(running, tmp_path_factory.mktemp("scratch"))
        table.run()
        yield table


def differences(table: Table, run: Run) -> list[str]:
    """What is not as it was recorded, in words; [] when all is."""
    case = run.case
    if run.refusal:
        return [] if case.get("may_be_refused") and run.refusal in REFUSALS else [f"refused: {run.refusal}"]
    values = {
        "<COMMAND_ID>": run.command_id,
        "<COMMAND_ID_16>": run.command_id[:16],
        "<INSTANCE_ID>": table.node,
        "<REGION>": table.region,
        "<DOCUMENT_NAME>": run.document_name,
    }
    texts = records.Texts(values)
    found = list(of_invocation(run)) + list(of_plugins(table, run, texts))
    if "s3_objects" in case:
        found += of_places("object", case["s3_objects"], table.objects(run), values, texts.match)
    if "log_streams" in case:
        group = records.replace(case["log_group"], values)
        found += of_places("stream", case["log_streams"], table.streams(run, group), values, texts.matches_log)
    return found


def of_invocation(run: Run) -> Iterator[str]:
    shown, case = run.invocation, run.case
    status = (shown["Status"], shown["StatusDetails"])
    if status != (case["document_status"], case["status_details"]):
        yield f"status: {status}"
    names = [plugin["Name"] for plugin in shown["CommandPlugins"]]
    if names != [plugin["name"] for plugin in case["plugins"]]:
        yield f"plugins: {names}"
    elif took(shown) < case.get("min_s", 0):
        yield f"took {took(shown)} s"


def took(invocation: Json) -> float:
    """Seconds that the steps of an invocation took together."""
    times = [
        (plugin["ResponseStartDateTime"], plugin["ResponseFinishDateTime"]) for plugin in invocation["CommandPlugins"]
    ]
    return float(sum((finish - start).total_seconds() for start, finish in times))


def of_plugins(table: Table, run: Run, texts: records.Texts) -> Iterator[str]:
    for expected, listed in zip(run.case["plugins"], run.invocation["CommandPlugins"], strict=False):
        step = table.step(run, listed["Name"])
        for shown in (listed, step):
            outcome = (shown["Status"], shown["StatusDetails"], shown["ResponseCode"])
            if outcome != (expected["status"], expected["status_details"], expected["code"]):
                yield f"{expected['name']}: {outcome}"
        if not texts.match(expected["stdout"], step["StandardOutputContent"]):
            yield f"{expected['name']}: stdout {step['StandardOutputContent'][-400:]!r}"
        if not texts.match(first(expected["stderr"]), step["StandardErrorContent"]):
            yield f"{expected['name']}: stderr {step['StandardErrorContent'][-400:]!r}"
        if not texts.match(expected["output"], listed["Output"]):
            yield f"{expected['name']}: output {listed['Output'][-400:]!r}"


def first(stderr: t.Any) -> t.Any:
    """What the API shows of a stderr that the agent has sent: the beginning."""
    if isinstance(stderr, dict) and stderr["times"] > STDERR_LIMIT:
        return {"repeat": stderr["repeat"], "times": STDERR_LIMIT}
    return stderr


def of_places(
    kind: str,
    recorded: Json,
    found: dict[str, str],
    values: dict[str, str],
    is_same: t.Callable[[t.Any, str], bool],
) -> list[str]:
    wanted = {records.replace(name, values): text for name, text in recorded.items()}
    if wanted.keys() != found.keys():
        return [f"{kind}s: {sorted(found)}"]
    return [f"{kind} {name}: {found[name][-400:]!r}" for name in found if not is_same(wanted[name], found[name])]


@pytest.mark.parametrize("name", CASES)
def test_a_node_answers_as_a_real_agent_does(table: Table, name: str) -> None:
    found = differences(table, table.runs[name])
    if name in EXCUSED:
        assert found, f"{name} is as recorded and needs no excuse: {EXCUSED[name]}"
    else:
        assert not found, "\n".join(found)


def test_few_differences_are_excused() -> None:
    assert len(EXCUSED) < 10
    assert set(EXCUSED) <= set(CASES)
