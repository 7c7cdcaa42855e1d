# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the policies of a node's role let its agent do."""

from __future__ import annotations

import json
import typing as t
import urllib.parse

import pytest
from local_aws.nodes import role_rights


def document(*statements: dict[str, t.Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(effect: str = "Allow", **parts: t.Any) -> dict[str, t.Any]:
    return {"Effect": effect, "Resource": "*", **parts}


ALL = document(statement(Action="ssm:*"))


@pytest.mark.parametrize(
    ("documents", "action", "resource", "is_allowed"),
    [
        ((), "ssm:UpdateInstanceInformation", "*", False),
        ((ALL,), "ssm:UpdateInstanceInformation", "*", True),
        ((ALL,), "s3:PutObject", "*", False),
        ((document(statement(Action=["s3:Get*", "S3:put*"])),), "s3:PutObject", "*", True),
        ((ALL, document(statement("Deny", Action="ssm:Update*"))), "ssm:UpdateInstanceInformation", "*", False),
        ((document(statement(NotAction="ssm:*")),), "ssm:UpdateInstanceInformation", "*", False),
        ((document(statement(NotAction="ssm:*")),), "s3:PutObject", "*", True),
        (
            (document(statement(Action="s3:*", Resource="arn:aws:s3:::mine/*")),),
            "s3:PutObject",
            "arn:aws:s3:::mine/k",
            True,
        ),
        (
            (document(statement(Action="s3:*", Resource="arn:aws:s3:::mine/*")),),
            "s3:PutObject",
            "arn:aws:s3:::other/k",
            False,
        ),
        ((document(statement(Action="s3:*", Resource="arn:aws:s3:::mine/*")),), "s3:PutObject", "*", True),
        ((urllib.parse.quote(ALL),), "ssm:UpdateInstanceInformation", "*", True),
        ((json.dumps({"Statement": statement(Action="ssm:*")}),), "ssm:UpdateInstanceInformation", "*", True),
    ],
)
def test_rights(documents: tuple[str, ...], action: str, resource: str, is_allowed: bool) -> None:
    assert role_rights.allows(documents, action, resource) == is_allowed


def test_all_resources_but_some() -> None:
    limited = {"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::mine/*"}
    assert not role_rights.allows((document(limited),), "s3:PutObject", "arn:aws:s3:::mine/k")
    assert role_rights.allows((document(limited),), "s3:PutObject", "arn:aws:s3:::other/k")
