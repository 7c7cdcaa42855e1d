# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter: the module's document, without AWS."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.ssmops.run_command.plugins.filter.send_command_policy_document import FilterModule
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document import build_document
from ansible_collections.ssmops.run_command.plugins.module_utils.access.scopes import parse_request

SCOPES: list[dict[str, t.Any]] = [{"tags": {"Finance": ["web", "app"]}, "regions": ["eu-central-1"]}]
make: t.Callable[..., dict[str, t.Any]] = FilterModule().filters()["send_command_policy_document"]


def test_any_document_of_any_account_by_default() -> None:
    assert make(SCOPES) == build_document(parse_request({"scopes": SCOPES}), "aws", "*")


def test_options_are_those_of_the_module() -> None:
    options: dict[str, t.Any] = {
        "documents": ["AWS-*", "restart"],
        "document_regions": ["eu-central-1"],
        "allow": {"read": True, "cancel": True},
        "guard_tags": True,
    }
    wanted = build_document(parse_request({"scopes": SCOPES, **options}), "aws-cn", "123456789012")
    assert make(SCOPES, partition="aws-cn", account="123456789012", **options) == wanted


@pytest.mark.parametrize(
    ("scopes", "options", "message"),
    [
        ([], {}, "scopes: an empty list"),
        ([{"tags": {}}], {}, r"scopes\[0\]\.tags"),
        (
            SCOPES,
            {"document": ["x"]},
            "'document' is not one of account, allow, deny_via_mcp, document_regions, documents, guard_tags",
        ),
        (SCOPES, {"partition": "x y"}, "partition: 'x y' is not a partition"),
        (SCOPES, {"account": 123456789012}, "account: 123456789012 is not an account ID"),
        ([{"tags": {"a": [f"{n:0>200}" for n in range(40)]}}], {}, "without whitespace"),
    ],
)
def test_bad_input_is_a_filter_error(scopes: t.Any, options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(AnsibleFilterError, match=f"send_command_policy_document: .*{message}"):
        make(scopes, **options)
