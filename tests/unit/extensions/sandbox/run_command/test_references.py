# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""References to the Parameter Store in the inputs of steps."""

from __future__ import annotations

import typing as t

import pytest
from local_aws.run_command import references
from local_aws.run_command.references import StoredParameter

STORE = {
    "word": StoredParameter("yes", "String"),
    "/a/b.c-d:2": StoredParameter("old", "String"),
    "list": StoredParameter("ls, date,'echo a,b'", "StringList"),
    "secret": StoredParameter("kms:alias/aws/ssm:x", "SecureString"),
}


def read(names: list[str]) -> dict[str, StoredParameter]:
    return {name: STORE[name] for name in names if name in STORE}


@pytest.mark.parametrize(
    ("inputs", "resolved"),
    [
        ({"runCommand": ["echo {{ssm:word}} {{ ssm:/a/b.c-d:2 }}"]}, {"runCommand": ["echo yes old"]}),
        ({"runCommand": ["{{ssm:list}}", "true"]}, {"runCommand": ["ls", "date", "echo a,b", "true"]}),
        (
            {"environment": {"A": "{{ssm:word}}"}, "timeoutSeconds": 5},
            {"environment": {"A": "yes"}, "timeoutSeconds": 5},
        ),
        ({"runCommand": ["echo {{ssm-secure:secret}}"]}, {"runCommand": ["echo {{ssm-secure:secret}}"]}),
        ({"runCommand": ["echo {{ word }}"]}, {"runCommand": ["echo {{ word }}"]}),
    ],
)
def test_references_are_resolved(inputs: t.Any, resolved: t.Any) -> None:
    assert references.resolve((inputs,), read) == (resolved,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ssm:none}} {{ssm:word}} {{ssm:gone}}", "Input contains invalid parameters [none gone]"),
        ("{{ssm:secret}}", "Parameters [secret] of type SecureString are not supported"),
        ("echo {{ssm:list}}", "SSM parameter list of type StringList cannot be used as a String"),
    ],
)
def test_references_that_cannot_be_resolved(text: str, words: str) -> None:
    with pytest.raises(references.UnresolvedError) as refusal:
        references.resolve(({"runCommand": [text]},), read)
    assert str(refusal.value) == words


PATTERN: dict[str, dict[str, t.Any]] = {
    "p": {"type": "String", "allowedPattern": "^y"},
    "l": {"type": "StringList", "default": ["{{ssm:list}}"]},
}


@pytest.mark.parametrize("given", [{}, {"p": ["no"]}, {"p": ["{{ssm:word}}"]}])
def test_values_that_the_document_allows(given: dict[str, list[str]]) -> None:
    refused = ""
    try:
        references.check_patterns(PATTERN, given, read)
    except references.UnresolvedError as error:
        refused = str(error)
    assert refused == ""


def test_a_value_that_the_document_does_not_allow() -> None:
    with pytest.raises(references.UnresolvedError) as refusal:
        references.check_patterns(PATTERN, {"p": ["{{ssm:/a/b.c-d:2}}"]}, read)
    assert str(refusal.value) == "Parameter value for p does not match the allowed pattern ^y"


def test_nobody_is_asked_without_a_reference() -> None:
    inputs = ({"runCommand": ["true"]},)
    assert references.resolve(inputs, STORE.__getitem__) is inputs  # type: ignore[arg-type]  # it is never called
