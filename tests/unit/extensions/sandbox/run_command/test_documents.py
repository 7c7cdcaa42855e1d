# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from local_aws.run_command import documents, parameters
from local_aws.wire.errors import ApiError


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"commands": ["x"], "colour": ["red"]},
        {"commands": ["x"], "executionTimeout": ["0"]},
        {"commands": ["x"], "workingDirectory": ["/", "/home"]},
        {"commands": ["x"], "workingDirectory": ["x" * 4097]},
        {"commands": []},
    ],
)
def test_parameters_that_do_not_fit(given: dict[str, list[str]]) -> None:
    with pytest.raises(ApiError) as refusal:
        parameters.resolve_parameters(documents.AWS_OWNED["AWS-RunShellScript"], given)
    assert refusal.value.code == "InvalidParameters"


def test_a_reference_is_looked_at_by_the_agent() -> None:
    given = {"commands": ["x"], "executionTimeout": ["{{ssm:seconds}}"]}
    resolved = parameters.resolve_parameters(documents.AWS_OWNED["AWS-RunShellScript"], given)
    assert resolved["executionTimeout"] == ["{{ssm:seconds}}"]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("Boolean", "True", "yes"),
        ("Integer", "-5", "5.0"),
        ("StringMap", '{"k": 1}', "[]"),
        ("MapList", '[{"k": 1}]', "{"),
    ],
)
def test_types_of_parameters(kind: str, good: str, bad: str) -> None:
    content = {"schemaVersion": "2.2", "parameters": {"p": {"type": kind}}}
    document = documents.Document(name="mine", version="1", content=content, text="")
    assert parameters.resolve_parameters(document, {"p": [good]}) == {"p": [good]}
    with pytest.raises(ApiError, match="invalid or not supported"):
        parameters.resolve_parameters(document, {"p": [bad]})
