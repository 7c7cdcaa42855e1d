# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest
from local_aws import documents, moto_fixes, outputs, rate_control, statuses
from local_aws.errors import ApiError

README = Path(__file__).parents[4] / "extensions" / "sandbox" / "README.md"


@pytest.mark.parametrize(
    ("counts", "tolerated", "flags", "outcome"),
    [
        ({}, 0, {}, ("Success", "NoInstancesInTag")),
        ({}, 0, {"growing": True}, ("Pending", "Pending")),
        ({"Pending": 2}, 0, {}, ("Pending", "Pending")),
        ({"Pending": 1, "Success": 1}, 0, {}, ("InProgress", "InProgress")),
        ({"Delayed": 1}, 0, {}, ("InProgress", "Delayed")),
        ({"Success": 3}, 0, {}, ("Success", "Success")),
        ({"Success": 2, "Failed": 1}, 0, {}, ("Failed", "Failed")),
        ({"Success": 2, "Failed": 1}, 1, {}, ("Failed", "Incomplete")),
        ({"Failed": 1, "Terminated": 2}, 0, {}, ("Failed", "Failed")),
        ({"DeliveryTimedOut": 2}, 0, {}, ("TimedOut", "DeliveryTimedOut")),
        ({"Undeliverable": 1, "AccessDenied": 1}, 0, {}, ("Failed", "Failed")),
        ({"Undeliverable": 1, "Success": 1}, 0, {}, ("Success", "Success")),
        ({"InProgress": 1, "Cancelled": 1}, 0, {"cancelled": True}, ("Cancelling", "Cancelling")),
        ({"Success": 1, "Cancelled": 1}, 0, {"cancelled": True}, ("Cancelled", "Cancelled")),
    ],
)
def test_status_of_a_command(
    counts: dict[str, int], tolerated: int, flags: dict[str, bool], outcome: tuple[str, str]
) -> None:
    asked = {"cancelled": False, "growing": False, **flags}
    assert statuses.fold_command(counts, tolerated, **asked) == outcome


@pytest.mark.parametrize(
    ("exit_code", "cancelled", "details"),
    [(0, False, "Success"), (1, False, "Failed"), (137, False, "ExecutionTimedOut"), (137, True, "Cancelled")],
)
def test_details_of_an_exit_code(exit_code: int, cancelled: bool, details: str) -> None:
    assert statuses.of_exit_code(exit_code, cancelled=cancelled) == details


@pytest.mark.parametrize(
    ("value", "targets", "limit"), [("10%", 50, 5), ("1%", 50, 1), ("3", 50, 3), ("100%", 7, 7), ("50", 7, 50)]
)
def test_concurrency_in_numbers_and_percent(value: str, targets: int, limit: int) -> None:
    assert rate_control.concurrency_limit(value, targets) == limit


@pytest.mark.parametrize(("value", "targets", "limit"), [("0", 50, 0), ("10%", 50, 5), ("1%", 50, 0), ("7", 50, 7)])
def test_errors_in_numbers_and_percent(value: str, targets: int, limit: int) -> None:
    assert rate_control.error_limit(value, targets) == limit


def test_the_window_doubles_with_what_was_acknowledged() -> None:
    assert [rate_control.window(10, acknowledged) for acknowledged in (0, 1, 2, 4, 8)] == [1, 2, 4, 8, 10]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "commands of document AWS-RunShellScript is required"),
        ({"commands": ["x"], "colour": ["red"]}, "colour is not declared"),
        ({"commands": ["x"], "executionTimeout": ["0"]}, "executionTimeout does not match"),
        ({"commands": ["x"], "workingDirectory": ["/", "/home"]}, "takes one value, not 2"),
        ({"commands": []}, "breaks minItems"),
    ],
)
def test_parameters_that_do_not_fit(given: dict[str, list[str]], words: str) -> None:
    with pytest.raises(ApiError, match=words) as refusal:
        documents.resolve_parameters(documents.AWS_OWNED["AWS-RunShellScript"], given)
    assert refusal.value.code == "InvalidParameters"


def test_output_of_a_plugin_is_cut_with_its_separator() -> None:
    assert outputs.plugin_output("out\n", "") == "out\n"
    assert outputs.plugin_output("out\n", "err") == "out\n\n----------ERROR-------\nerr"
    assert len(outputs.plugin_output("x" * 3_000, "err")) == 2_500


def test_bytes_that_are_not_text_are_replaced_one_by_one() -> None:
    assert outputs.decode(b"a\xff\xfeb") == "a\ufffd\ufffdb"


def test_the_readme_names_every_correction() -> None:
    text = README.read_text(encoding="utf-8")
    assert [one.name for one in moto_fixes.CORRECTIONS if f"| {one.name} |" not in text] == []
