# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter: policies from the collection's own file, without AWS."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.ssmops.run_command.plugins.filter.permissions import FilterModule

make: t.Callable[..., dict[str, t.Any]] = FilterModule().filters()["permissions"]


def test_a_policy_for_one_profile_in_one_account() -> None:
    wanted = [{"name": "instance_profile", "uses": ["create"], "names": "managed-nodes"}]
    statements = make(wanted, account="123456789012", region="eu-central-1")["Statement"]
    passed = [one for one in statements if one["Action"] == ["iam:PassRole"]]
    assert passed == [
        {
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": ["arn:aws:iam::123456789012:role/managed-nodes"],
            "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        }
    ]


def test_place_and_what_is_optional_are_options() -> None:
    options = {"partition": "aws-us-gov", "region": "us-gov-west-1"}
    wanted = [{"name": "send_command", "uses": ["send"], "options": [], "names": {"document": "Restart"}}]
    statements = make(wanted, optional=False, **options)["Statement"]
    assert statements[0]["Action"] == ["ssm:ListCommandInvocations", "ssm:ListCommands"]
    assert statements[1]["Resource"] == [
        "arn:aws-us-gov:ssm:us-gov-west-1::document/Restart",
        "arn:aws-us-gov:ssm:us-gov-west-1:*:document/Restart",
    ]
    assert make(wanted, **options) != make(wanted, optional=False, **options)


@pytest.mark.parametrize(
    ("wanted", "options", "message"),
    [
        (["no_module"], {}, "^permissions: name: 'no_module' is not known"),
        (["log_group"], {"account": "1"}, "^permissions: account: '1' is not an account ID"),
        (["log_group"], {"region": "Frankfurt"}, "^permissions: region: 'Frankfurt' is not a region"),
        (["log_group"], {"partition": "AWS!"}, "^permissions: partition: 'AWS!' is not a partition"),
    ],
)
def test_what_is_wrong_is_one_sentence(wanted: list[t.Any], options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=message):
        make(wanted, **options)
