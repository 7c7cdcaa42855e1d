# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preconditions, by the rules of the agent."""

from __future__ import annotations

import pytest
from local_aws.run_command import preconditions
from local_aws.run_command.plan import Argument

from .records import equals


@pytest.mark.parametrize(
    ("given", "platform", "is_met"),
    [
        ({}, "Linux", True),
        (equals("platformType", "Linux"), "Linux", True),
        (equals("platformType", "linux"), "Linux", True),
        (equals("Linux", "platformType"), "Linux", True),
        (equals("platformType", "Linux"), "Windows", False),
        ({"StringEquals": [Argument("{{ p }}", "yes"), Argument("yes", "yes")]}, "Linux", True),
        ({"StringEquals": [Argument("{{ p }}", "yes"), Argument("no", "no")]}, "Linux", False),
    ],
)
def test_met_or_not(given: dict[str, list[Argument]], platform: str, is_met: bool) -> None:
    judgement = preconditions.judge(given, platform)
    assert judgement.is_met == is_met
    assert bool(judgement.remarks) != is_met


def test_what_is_not_met_is_told_as_it_is_written() -> None:
    given = {"StringEquals": [Argument("{{ p }}", "yes"), Argument("no", "no")]}
    assert preconditions.judge(given, "Linux").remarks == ('"StringEquals": [{{ p }}, no]',)


@pytest.mark.parametrize(
    ("given", "remark"),
    [
        ({"StringNotEquals": equals("a", "b")["StringEquals"]}, 'unrecognized operator: "StringNotEquals"'),
        (equals("platformType"), '"StringEquals": operator accepts exactly 2 arguments'),
        (equals("platformType", "platformType"), '"StringEquals": [platformType platformType]'),
        (equals("a", "a"), "\"StringEquals\": operator's arguments can't be identical"),
        (
            equals("a", "b"),
            '"StringEquals": at least one of operator\'s arguments must contain a valid document parameter',
        ),
        (equals("{{ssm:a}}", "b"), "\"StringEquals\": operator's arguments can't contain SSM parameters"),
        (
            equals("{{ ssm-secure:a }}", "b"),
            "\"StringEquals\": operator's arguments can't contain secure SSM parameters",
        ),
        (
            equals("platformType", "{{ p }}", **{"{{ p }}": "Linux"}),
            '"StringEquals": the second argument for the platformType variable can\'t contain document parameters',
        ),
    ],
)
def test_what_cannot_be_judged(given: dict[str, list[Argument]], remark: str) -> None:
    assert preconditions.judge(given, "Linux") == preconditions.Judgement(True, (remark,))
