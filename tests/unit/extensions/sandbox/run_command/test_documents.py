# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from local_aws.run_command import documents, parameters
from local_aws.wire.errors import ApiError


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
        parameters.resolve_parameters(documents.AWS_OWNED["AWS-RunShellScript"], given)
    assert refusal.value.code == "InvalidParameters"
