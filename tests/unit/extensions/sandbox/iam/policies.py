# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The three example policies of the AWS topic "Setting up Run Command", and how tests ask about them."""

from __future__ import annotations

import json
import typing as t

from local_aws.iam import evaluate
from local_aws.iam.policy import parse

Json = dict[str, t.Any]
SEND = "ssm:SendCommand"
READING = ["ssm:UpdateInstanceInformation", "ssm:ListCommands", "ssm:ListCommandInvocations", "ssm:GetDocument"]
DOCUMENTS = ["arn:aws:ssm:us-west-1::document/AWS-*", "arn:aws:ssm:us-east-2::document/AWS-*"]


def allow(action: t.Any, resource: t.Any = "*", **more: t.Any) -> Json:
    """A statement that allows."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: t.Any, resource: t.Any = "*", **more: t.Any) -> Json:
    """A statement that denies."""
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def document(*statements: Json, version: str = "2012-10-17") -> str:
    """A policy document."""
    return json.dumps({"Version": version, "Statement": list(statements)})


def _tagged(**tags: str) -> Json:
    return {"StringLike": {f"ssm:resourceTag/{key}": [value] for key, value in tags.items()}}


FINANCE = document(
    allow([SEND], ["arn:aws:ssm:*:*:document/*"]),
    allow([SEND], ["arn:aws:ec2:*:*:instance/*"], Condition=_tagged(Finance="WebServers")),
)
BOTH_TAGS = document(
    allow([SEND], "*", Condition=_tagged(tag_key1="tag_value1", tag_key2="tag_value2")),
    allow([SEND], DOCUMENTS),
    allow(READING),
)
EITHER_TAG = document(
    allow([SEND], "*", Condition=_tagged(tag_key1="tag_value1")),
    allow([SEND], "*", Condition=_tagged(tag_key2="tag_value2")),
    allow([SEND], DOCUMENTS),
    allow(READING),
)


def decide(policy: str, action: str, resource: str = "*", context: t.Mapping[str, list[str]] | None = None) -> str:
    """The decision of one policy alone."""
    question = evaluate.Question(action, resource, evaluate.lower_keys(context or {}))
    return evaluate.decide(evaluate.Policies(parse("policy", policy)), question).decision
