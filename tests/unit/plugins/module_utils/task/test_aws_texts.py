# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An error of AWS can be told without its message."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.aws_texts import error_text, shown_text

from ..commands.fake_ssm import client_error


def without_retries() -> t.Any:
    """What botocore raises for a client that does not retry."""
    error: t.Any = client_error("ThrottlingException")
    metadata = {**error.response["ResponseMetadata"], "MaxAttemptsReached": True, "RetryAttempts": 0}
    return type(error)({**error.response, "ResponseMetadata": metadata}, "X")


def test_retries_that_were_not_made_are_not_told() -> None:
    error = AnsibleAWSError("Failed to send the command", without_retries())
    assert "(reached max retries: 0)" in str(error)
    text = error_text(error, secret=False)
    assert text.startswith(
        "Failed to send the command: An error occurred (ThrottlingException) when calling the X operation:"
    )
    assert shown_text(f"The results could not be read: {error}") == f"The results could not be read: {text}"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            AnsibleAWSError("Failed to send the command", client_error("ValidationException")),
            "Failed to send the command: ValidationException (hidden by no_log)",
        ),
        (
            AnsibleAWSError("Failed to send the command", ValueError("hunter2")),
            "Failed to send the command: ValueError (hidden by no_log)",
        ),
        (AnsibleAWSError("AWS has not listed the command"), "AWS has not listed the command"),
    ],
)
def test_what_failed_is_told_with_the_code(error: AnsibleAWSError, text: str) -> None:
    assert error_text(error, secret=True) == text
