# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy documents as statements. Pure."""

from __future__ import annotations

import dataclasses
import json
import typing as t
import urllib.parse

Json = dict[str, t.Any]
Conditions = t.Mapping[str, t.Mapping[str, t.Sequence[str]]]


@dataclasses.dataclass(frozen=True)
class Statement:
    """One statement; source is the name of its policy, position its place in it."""

    source: str
    position: int
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Conditions
    not_actions: bool = False
    not_resources: bool = False
    sid: str = ""


def parse(source: str, text: str) -> list[Statement]:
    """Statements of a document, which may be URL-encoded as IAM stores it; ValueError for what is no policy."""
    decoded = urllib.parse.unquote(text) if text.lstrip().startswith("%7B") else text
    document = json.loads(decoded)
    if not isinstance(document, dict) or "Statement" not in document:
        raise ValueError("the policy has no Statement")
    statements = document["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    return [_statement(source, position, statement) for position, statement in enumerate(listed)]


def _statement(source: str, position: int, statement: Json) -> Statement:
    if statement.get("Effect") not in {"Allow", "Deny"}:
        raise ValueError("a statement's Effect is Allow or Deny")
    return Statement(
        source=source,
        position=position,
        allows=statement["Effect"] == "Allow",
        actions=_strings(statement.get("NotAction", statement.get("Action", []))),
        resources=_strings(statement.get("NotResource", statement.get("Resource", []))),
        conditions={
            operator: {key: _strings(values) for key, values in keys.items()}
            for operator, keys in statement.get("Condition", {}).items()
        },
        not_actions="NotAction" in statement,
        not_resources="NotResource" in statement,
        sid=statement.get("Sid", ""),
    )


def _strings(value: t.Any) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(str(item).lower() if isinstance(item, bool) else str(item) for item in listed)


def context_keys(statements: t.Iterable[Statement]) -> list[str]:
    """Condition keys that the statements ask for, in order, each once."""
    keys: dict[str, None] = {}
    for statement in statements:
        for tests in statement.conditions.values():
            keys.update(dict.fromkeys(tests))
    return list(keys)
