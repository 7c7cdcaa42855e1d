# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An error of AWS can be told without its message."""

from __future__ import annotations

import pytest
from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.aws_texts import without_answer

from ..commands.fake_ssm import client_error


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
    assert without_answer(error) == text
