# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from local_aws.run_command import outputs

PLACE = outputs.OutputPlace("c-1", "i-1", "aws:runShellScript", "0.aws:runShellScript")


def test_bytes_that_are_not_text_are_replaced_one_by_one() -> None:
    assert outputs.decode(b"a\xff\xfeb") == "a\ufffd\ufffdb"


TITLE, OUTPUT_MARK, ERROR_MARK = "\n----------ERROR-------\n", "\n---Output truncated---", "\n---Error truncated----"


@pytest.mark.parametrize(
    ("stdout", "stderr", "shown"),
    [
        ("", "", ""),
        ("out\n", "err", f"out\n{TITLE}err"),
        ("x" * 2_499, "", "x" * 2_499),
        ("x" * 2_500, "", "x" * 2_477 + OUTPUT_MARK),
        ("x" * 2_470, "e" * 5, "x" * 2_470 + TITLE + "e" * 5),
        ("x" * 2_470, "e" * 6, "x" * 2_447 + OUTPUT_MARK + TITLE + "e" * 6),
        ("x" * 6, "e" * 2_470, "x" * 6 + TITLE + "e" * 2_447 + ERROR_MARK),
        ("x" * 1_239, "e" * 1_239, "x" * 1_215 + OUTPUT_MARK + TITLE + "e" * 1_215 + ERROR_MARK),
        ("x" * 1_238, "e" * 2_000, "x" * (2_476 - 23 - 2_000) + OUTPUT_MARK + TITLE + "e" * 2_000),
    ],
)
def test_a_listing_shows_2500_bytes_of_both_streams(stdout: str, stderr: str, shown: str) -> None:
    assert outputs.plugin_output(stdout.encode(), stderr.encode()).decode() == shown
    assert len(shown) <= outputs.PLUGIN_OUTPUT_LIMIT


def test_a_reply_has_24000_bytes_of_a_stream() -> None:
    assert outputs.reply(b"x" * 23_999) == b"x" * 23_999
    assert outputs.reply(b"x" * 24_000) == b"x" * 23_980 + b"--output truncated--"


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


@pytest.mark.parametrize("exit_code", [0, 168, 194, 137])
def test_exit_codes_that_are_no_failures(exit_code: int) -> None:
    assert outputs.failure_of_exit_code(exit_code) == b""


@pytest.mark.parametrize("exit_code", [1, 169, 255])
def test_the_words_of_a_failure(exit_code: int) -> None:
    assert outputs.failure_of_exit_code(exit_code) == f"failed to run commands: exit status {exit_code}".encode()


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
