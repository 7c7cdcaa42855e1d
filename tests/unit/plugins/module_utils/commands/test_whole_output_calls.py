# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole output of a step is found in the bucket or the log group under AWS's own names."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.paging import RepeatedTokenError
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import output, whole_output_calls
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
from botocore import exceptions

from ..fake_outputs import FakeBucket, FakeLogs
from .fake_ssm import Clock, client_error

NODE = "i-0123456789abcdef0"
COMMAND_ID = "11111111-2222-4333-8444-555555555555"
BASE = f"{COMMAND_ID}/{NODE}"


def retrier() -> Retrier:
    return Retrier(Clock().deadline(None))


def invocation(*steps: str, urls: dict[str, str] | None = None) -> output.Invocation:
    text = output.Text("cut", "", truncated=True)
    made = tuple(output.Step(name, "Success", "Success", 0, None, None, text, urls or {}) for name in steps)
    return output.Invocation(NODE, "", COMMAND_ID, "Success", "Success", made)


def from_bucket(objects: dict[str, bytes], found: output.Invocation, position: int = 0, prefix: str = "") -> t.Any:
    source = whole_output_calls.S3Output(t.cast("t.Any", FakeBucket("outputs", objects)), retrier(), "outputs", prefix)
    return source.text(found, position)


@pytest.mark.parametrize("prefix", ["", "logs", "/logs/run/"])
def test_the_only_step_has_whatever_lies_below_the_node(prefix: str) -> None:
    start = f"{prefix.strip('/')}/{BASE}".strip("/")
    objects = {
        f"{start}/awsrunShellScript/0.awsrunShellScript/stdout": b"out\n",
        f"{start}/awsrunShellScript/0.awsrunShellScript/stderr": b"err\n",
        f"{start[:-1]}f/awsrunShellScript/0.awsrunShellScript/stdout": b"another node's",
    }
    assert from_bucket(objects, invocation("aws:runShellScript"), prefix=prefix) == output.Text("out\n", "err\n")


def test_a_stream_without_an_object_is_empty() -> None:
    objects = {f"{BASE}/awsrunShellScript/0.awsrunShellScript/stderr": b"err"}
    assert from_bucket(objects, invocation("aws:runShellScript")) == output.Text("", "err")


def test_without_any_object_there_is_none() -> None:
    assert from_bucket({}, invocation("aws:runShellScript")) is None


def test_each_of_several_steps_has_its_own() -> None:
    names = ("b", "ab", "abb", "c:d")
    objects = {f"{BASE}/awsrunShellScript/{name.replace(':', '')}/stdout": name.encode() for name in names}
    found = [from_bucket(objects, invocation(*names), position) for position in range(len(names))]
    assert found == [output.Text(name, "") for name in names]


def test_the_url_that_aws_gives_decides() -> None:
    objects = {f"{BASE}/x/first/stdout": b"first", f"{BASE}/y/first copy/stdout": b"copy"}
    url = f"https://s3.eu-west-1.amazonaws.com/outputs/{BASE}/y/first%20copy/stdout"
    assert from_bucket(objects, invocation("first", "first copy", urls={"stdout": url}), 1) == output.Text("copy", "")


def test_five_million_bytes_and_bytes_that_are_no_text_come_whole() -> None:
    content = b"\xff" + b"x" * 5_000_000
    text = from_bucket({f"{BASE}/a/b/stdout": content}, invocation("aws:runShellScript"))
    assert (len(text.stdout), text.stdout[:2], text.truncated) == (5_000_001, "\ufffdx", False)


def test_a_bucket_that_may_not_be_read_is_an_error() -> None:
    bucket = FakeBucket("outputs", {f"{BASE}/a/b/stdout": b"x"})

    def refuse(**_request: object) -> t.NoReturn:
        raise client_error("AccessDenied", "GetObject", 403)

    t.cast("t.Any", bucket).get_object = refuse
    with pytest.raises(AnsibleAWSError, match=r"^Failed to read the output from the bucket: .*AccessDenied"):
        whole_output_calls.S3Output(t.cast("t.Any", bucket), retrier(), "outputs", "").text(invocation("a"), 0)


def from_logs(streams: dict[str, list[str]], found: output.Invocation, position: int = 0) -> t.Any:
    logs = FakeLogs("/aws/ssm/Doc")
    for stream, messages in streams.items():
        for message in messages:
            logs.add(stream, message)
    return whole_output_calls.LogsOutput(t.cast("t.Any", logs), retrier(), "/aws/ssm/Doc").text(found, position)


def test_all_pages_of_a_stream_are_read_to_its_end() -> None:
    streams = {
        f"{BASE}/aws-runShellScript/stdout": ["1\n", "2", "3\n", "4\n", "5"],
        f"{BASE}/aws-runShellScript/stderr": ["oh\n"],
    }
    assert from_logs(streams, invocation("aws:runShellScript")) == output.Text("1\n2\n3\n4\n5\n", "oh\n")


def test_a_step_is_known_by_its_name() -> None:
    streams = {f"{BASE}/{name}/stdout": [name] for name in ("first", "second")}
    assert from_logs(streams, invocation("first", "second"), 1) == output.Text("second\n", "")


def test_without_a_stream_there_is_none() -> None:
    assert from_logs({}, invocation("aws:runShellScript")) is None


@pytest.fixture
def small_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams of which only ten bytes are read."""
    monkeypatch.setattr(whole_output_calls, "MAX_STREAM", 10)


@pytest.mark.usefixtures("small_streams")
@pytest.mark.parametrize(("size", "is_cut"), [(10, False), (11, True), (1_000, True)])
def test_no_more_than_a_bound_of_an_object_is_read(size: int, is_cut: bool) -> None:
    content = b"0123456789" * 100
    text = from_bucket({f"{BASE}/a/b/stdout": content[:size]}, invocation("aws:runShellScript"))
    assert text == output.Text("0123456789", "", truncated=is_cut)


@pytest.mark.usefixtures("small_streams")
def test_no_more_than_a_bound_of_a_log_stream_is_read() -> None:
    logs = FakeLogs("/aws/ssm/Doc")
    for _number in range(100):
        logs.add(f"{BASE}/a/stdout", "0123\n")
    text = whole_output_calls.LogsOutput(t.cast("t.Any", logs), retrier(), "/aws/ssm/Doc").text(invocation("a"), 0)
    assert text == output.Text("0123\n0123\n", "", truncated=True)


def test_every_byte_that_is_no_text_has_one_character_as_the_agent_writes_it() -> None:
    text = from_bucket({f"{BASE}/a/b/stdout": b"a\xff\xfeb\xe4\xb8"}, invocation("aws:runShellScript"))
    assert text.stdout == "a\ufffd\ufffdb\ufffd\ufffd"


S3_KEY = f"{BASE}/awsrunShellScript/0.awsrunShellScript/stdout"
TO_LOGS = {"CloudWatchOutputConfig": {"CloudWatchOutputEnabled": True}, "DocumentName": "Doc"}


def read_of(command: dict[str, t.Any], objects: dict[str, bytes], messages: list[str]) -> output.Text:
    """The text of a command whose bucket and log group have these."""
    clients: dict[str, t.Any] = {"s3": FakeBucket("outputs", objects), "logs": FakeLogs("/aws/ssm/Doc")}
    for message in messages:
        clients["logs"].add(f"{BASE}/aws-runShellScript/stdout", message)
    outputs = whole_output_calls.CommandOutputs(
        lambda _command_id: t.cast("t.Any", command), clients.__getitem__, retrier()
    )
    return outputs.text(invocation("aws:runShellScript"), 0)


@pytest.mark.parametrize(
    ("command", "objects", "messages", "text"),
    [
        ({"OutputS3BucketName": "outputs"}, {S3_KEY: b"s3"}, ["logs\n"], "s3"),
        (
            {"OutputS3BucketName": "outputs", "OutputS3KeyPrefix": "p"},
            {f"p/{S3_KEY}": b"p", S3_KEY: b"s3"},
            [],
            "p",
        ),
        (TO_LOGS, {S3_KEY: b"s3"}, ["logs\n"], "logs\n"),
        ({"OutputS3BucketName": "outputs", **TO_LOGS}, {}, ["logs\n"], "logs\n"),
    ],
)
def test_the_command_says_where_its_output_is(
    command: dict[str, t.Any], objects: dict[str, bytes], messages: list[str], text: str
) -> None:
    assert read_of(command, objects, messages).stdout == text


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"OutputS3BucketName": "outputs"}, ["the bucket outputs", "s3:PutObject"]),
        (TO_LOGS, ["the log group /aws/ssm/Doc", "logs:PutLogEvents"]),
        ({"OutputS3BucketName": "outputs", **TO_LOGS}, ["the bucket outputs", "or to the log group /aws/ssm/Doc"]),
        ({}, ["sent without a bucket and without a log group"]),
        ({"CloudWatchOutputConfig": {"CloudWatchLogGroupName": "", "CloudWatchOutputEnabled": False}}, ["without"]),
    ],
)
def test_what_is_nowhere_is_an_error_that_names_the_place_and_the_right(
    command: dict[str, t.Any], words: list[str]
) -> None:
    with pytest.raises(whole_output_calls.OutputNotFoundError) as raised:
        read_of(command, {}, [])
    assert all(word in str(raised.value) for word in words)


def test_a_command_is_asked_for_once() -> None:
    asked: list[str] = []

    def find(command_id: str) -> t.Any:
        asked.append(command_id)
        return {"OutputS3BucketName": "outputs"}

    made: list[str] = []

    def client(service: str) -> t.Any:
        made.append(service)
        return FakeBucket("outputs", {S3_KEY: b"s3"})

    outputs = whole_output_calls.CommandOutputs(find, client, retrier())
    for _number in range(3):
        outputs.text(invocation("aws:runShellScript"), 0)
    assert (asked, made) == ([COMMAND_ID], ["s3"])


@pytest.mark.parametrize(
    "error",
    [client_error("SlowDown", "GetObject", 503), exceptions.ConnectionClosedError(endpoint_url="x")],
    ids=["throttled", "broken"],
)
def test_a_read_that_breaks_off_is_repeated(error: Exception) -> None:
    bucket = FakeBucket("outputs", {S3_KEY: b"s3"})
    real, errors = bucket.get_object, [error, error]

    def break_off(**request: t.Any) -> t.Any:
        if errors:
            raise errors.pop()
        return real(**request)

    t.cast("t.Any", bucket).get_object = break_off
    found = whole_output_calls.S3Output(t.cast("t.Any", bucket), retrier(), "outputs", "").text(invocation("a"), 0)
    assert found == output.Text("s3", "")


def test_tokens_that_alternate_end_a_log_stream_with_an_error() -> None:
    logs = FakeLogs("/aws/ssm/Doc")
    pages: list[str] = []

    def get_log_events(**_request: t.Any) -> dict[str, t.Any]:
        pages.append("")
        if len(pages) > 100:
            raise NotImplementedError("it never ends")
        return {"events": [], "nextForwardToken": f"f/{len(pages) % 2}"}

    t.cast("t.Any", logs).get_log_events = get_log_events
    with pytest.raises(RepeatedTokenError, match="its list never ends"):
        whole_output_calls.LogsOutput(t.cast("t.Any", logs), retrier(), "/aws/ssm/Doc").text(invocation("a"), 0)
    assert len(pages) == 3
