# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents that mean the same, and such that only look so."""

from __future__ import annotations

import copy
import itertools
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.access.equivalence import same_meaning
from hypothesis import given, settings
from hypothesis import strategies as st

from .iam_reading import evaluate

BASE: dict[str, t.Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "One",
            "Effect": "Allow",
            "Action": ["ssm:SendCommand", "ssm:CancelCommand"],
            "Resource": ["arn:aws:ec2:*:*:instance/*", "*"],
            "Condition": {"StringLike": {"ssm:resourceTag/a": ["x", "y"]}, "Bool": {"aws:SecureTransport": "true"}},
        },
        {"Effect": "Deny", "Action": "ssm:ListCommands", "Resource": "*"},
    ],
}


def changed(**parts: t.Any) -> dict[str, t.Any]:
    document = copy.deepcopy(BASE)
    document["Statement"][0].update(parts)
    return document


SAME: dict[str, dict[str, t.Any]] = {
    "itself": BASE,
    "statements turned round": {**BASE, "Statement": BASE["Statement"][::-1]},
    "statement twice": {**BASE, "Statement": [*BASE["Statement"], BASE["Statement"][0]]},
    "other sid": changed(Sid="Two"),
    "with id": {**BASE, "Id": "policy"},
    "lists turned round": changed(
        Action=["ssm:CancelCommand", "ssm:SendCommand"], Resource=["*", BASE["Statement"][0]["Resource"][0]]
    ),
    "action in other case": changed(Action=["SSM:sendcommand", "ssm:CancelCommand"]),
    "values turned round": changed(
        Condition={"Bool": {"aws:SecureTransport": "true"}, "StringLike": {"ssm:resourceTag/a": ["y", "x"]}}
    ),
    "boolean for its text": changed(
        Condition={"Bool": {"aws:SecureTransport": True}, "StringLike": {"ssm:resourceTag/a": ["x", "y"]}}
    ),
    "condition key in other case": changed(
        Condition={"Bool": {"aws:securetransport": ["true"]}, "StringLike": {"SSM:ResourceTag/A": ["x", "y"]}}
    ),
    "split in two": {
        **BASE,
        "Statement": [
            {**BASE["Statement"][0], "Action": "ssm:SendCommand"},
            {**BASE["Statement"][0], "Action": ["ssm:CancelCommand"]},
            BASE["Statement"][1],
        ],
    },
    "no condition is an empty one": {
        **BASE,
        "Statement": [BASE["Statement"][0], {**BASE["Statement"][1], "Condition": {}}],
    },
}
DIFFERENT: dict[str, dict[str, t.Any]] = {
    "other version": {**BASE, "Version": "2008-10-17"},
    "no version": {"Statement": BASE["Statement"]},
    "other effect": changed(Effect="Deny"),
    "action less": changed(Action="ssm:SendCommand"),
    "resource in other case": changed(Resource=["arn:aws:ec2:*:*:INSTANCE/*", "*"]),
    "value in other case": changed(
        Condition={"StringLike": {"ssm:resourceTag/a": ["X", "y"]}, "Bool": {"aws:SecureTransport": "true"}}
    ),
    "other operator": changed(
        Condition={"StringEquals": {"ssm:resourceTag/a": ["x", "y"]}, "Bool": {"aws:SecureTransport": "true"}}
    ),
    "condition less": changed(Condition={"StringLike": {"ssm:resourceTag/a": ["x", "y"]}}),
    "statement less": {**BASE, "Statement": BASE["Statement"][0]},
    "not action": {
        **BASE,
        "Statement": [{"Effect": "Allow", "NotAction": BASE["Statement"][0]["Action"], "Resource": "*"}],
    },
}


@pytest.mark.parametrize("name", SAME)
def test_same(name: str) -> None:
    assert same_meaning(BASE, SAME[name])
    assert same_meaning(SAME[name], BASE)


@pytest.mark.parametrize("name", DIFFERENT)
def test_different(name: str) -> None:
    assert not same_meaning(BASE, DIFFERENT[name])
    assert not same_meaning(DIFFERENT[name], BASE)


def test_what_is_negated_is_not_taken_apart() -> None:
    def negated(*statements: list[str]) -> dict[str, t.Any]:
        return {"Statement": [{"Effect": "Deny", "NotAction": names, "Resource": "*"} for names in statements]}

    assert same_meaning(negated(["a:B", "a:C"]), negated(["a:c", "a:b"]))
    assert not same_meaning(negated(["a:B", "a:C"]), negated(["a:B"], ["a:C"]))


def test_principals_are_compared() -> None:
    def trusted(*services: str) -> dict[str, t.Any]:
        return {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": list(services)}}}

    assert same_meaning(
        trusted("ec2.amazonaws.com", "ssm.amazonaws.com"), trusted("ssm.amazonaws.com", "ec2.amazonaws.com")
    )
    assert not same_meaning(trusted("ec2.amazonaws.com"), trusted("ssm.amazonaws.com"))


def some_of(*items: str) -> st.SearchStrategy[t.Any]:
    return st.one_of(st.sampled_from(items), st.lists(st.sampled_from(items), min_size=1, max_size=2))


conditions = st.dictionaries(
    st.sampled_from(["StringLike", "StringEquals", "StringNotEquals"]),
    st.dictionaries(
        st.sampled_from(["ssm:resourceTag/a", "ssm:ResourceTag/A"]), some_of("x", "*"), min_size=1, max_size=1
    ),
    max_size=1,
)
documents = st.fixed_dictionaries(
    {
        "Version": st.just("2012-10-17"),
        "Statement": st.lists(
            st.fixed_dictionaries(
                {
                    "Effect": st.sampled_from(["Allow", "Deny"]),
                    "Action": some_of("a:B", "A:b", "a:*"),
                    "Resource": some_of("r", "R", "*"),
                    "Condition": conditions,
                }
            ),
            min_size=1,
            max_size=2,
        ),
    }
)


@settings(max_examples=500)
@given(documents, documents)
def test_what_is_called_the_same_decides_alike(first: dict[str, t.Any], second: dict[str, t.Any]) -> None:
    contexts: list[dict[str, list[str]]] = [{}, {"ssm:resourceTag/a": ["x"]}, {"ssm:resourceTag/a": ["z"]}]
    decisions = [
        [evaluate(document, action, resource, context).decision for document in (first, second)]
        for action, resource, context in itertools.product(("a:b", "a:c"), ("r", "R", "q"), contexts)
    ]
    if any(one != other for one, other in decisions):
        assert not same_meaning(first, second)
