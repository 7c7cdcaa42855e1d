# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from local_aws.run_command import outputs

PLACE = outputs.OutputPlace("c-1", "i-1", "aws:runShellScript", "0.aws:runShellScript")


def test_output_of_a_plugin_is_cut_with_its_separator() -> None:
    assert outputs.plugin_output("out\n", "") == "out\n"
    assert outputs.plugin_output("out\n", "err") == "out\n\n----------ERROR-------\nerr"
    assert len(outputs.plugin_output("x" * 3_000, "err")) == 2_500


def test_bytes_that_are_not_text_are_replaced_one_by_one() -> None:
    assert outputs.decode(b"a\xff\xfeb") == "a\ufffd\ufffdb"


@pytest.mark.parametrize(
    ("stdout", "stderr", "shown"),
    [
        ("x" * 2_500, "", "x" * 2_500),
        ("x" * 2_499 + "yz", "", "x" * 2_499 + "y"),
        ("", "err", "\n----------ERROR-------\nerr"),
        ("x" * 2_470, "e" * 50, "x" * 2_470 + "\n----------ERROR-------\n" + "e" * 6),
    ],
)
def test_the_api_shows_2500_characters_of_a_plugin(stdout: str, stderr: str, shown: str) -> None:
    assert outputs.plugin_output(stdout, stderr) == shown


def test_limits_of_one_invocation() -> None:
    assert (outputs.STDOUT_LIMIT, outputs.STDERR_LIMIT) == (24_000, 8_000)
    assert (outputs.BYTES_FOR_STDOUT, outputs.BYTES_FOR_STDERR) == (96_000, 32_000)
    # No character takes more bytes than this one.
    assert len(outputs.decode("\U0001f600".encode() * 24_000)[:24_000].encode()) == outputs.BYTES_FOR_STDOUT


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain", "plain"),
        ("Größe €".encode(), "Größe €"),
        (b"\xe2\x82", "\ufffd\ufffd"),
        (b"\xe2\x82x\xff", "\ufffd\ufffdx\ufffd"),
        (b"", ""),
    ],
)
def test_bytes_as_text(data: bytes, text: str) -> None:
    assert outputs.decode(data) == text


@pytest.mark.parametrize(
    ("stderr", "exit_code", "whole"),
    [
        (b"", 1, b"failed to run commands: exit status 1"),
        (b"no\n", 2, b"no\nfailed to run commands: exit status 2"),
        (b"no", 137, b"no\nfailed to run commands: exit status 137"),
    ],
)
def test_the_line_of_a_failure_stands_alone(stderr: bytes, exit_code: int, whole: bytes) -> None:
    assert outputs.with_failure_line(stderr, exit_code) == whole


@pytest.mark.parametrize(
    ("prefix", "start"), [("", ""), ("out", "out/"), ("/out/", "out/"), ("a/b", "a/b/"), ("/", "")]
)
def test_keys_of_objects(prefix: str, start: str) -> None:
    key = outputs.s3_key(prefix, PLACE, "stdout")
    assert key == f"{start}c-1/i-1/awsrunShellScript/0.awsrunShellScript/stdout"
    assert outputs.s3_url("eu-west-1", "b", key) == f"https://s3.eu-west-1.amazonaws.com/b/{key}"


def test_names_of_log_streams() -> None:
    assert outputs.log_stream(PLACE, "aws:runShellScript", "stderr") == "c-1/i-1/aws-runShellScript/stderr"
    assert outputs.log_stream(PLACE, "one", "stdout") == "c-1/i-1/one/stdout"


@pytest.mark.parametrize(
    ("document", "group"),
    [
        ("AWS-RunShellScript", "/aws/ssm/AWS-RunShellScript"),
        ("arn:aws:ssm:us-east-1:123456789012:document/mine", "/aws/ssm/mine"),
        ("a:b", "/aws/ssm/a-b"),
    ],
)
def test_the_log_group_that_nobody_has_named(document: str, group: str) -> None:
    assert outputs.default_log_group(document) == group
