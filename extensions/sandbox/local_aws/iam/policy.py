# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy documents as statements. Pure."""

from __future__ import annotations

import dataclasses
import functools
import json
import typing as t
import urllib.parse

from .positions import Position, Span, statement_spans

Json = dict[str, t.Any]
Conditions = t.Mapping[str, t.Mapping[str, t.Sequence[str]]]
Reading = t.Callable[[str], str]
# Documents of the first version know no policy variables: ${...} stands for itself in them.
VERSION_WITH_VARIABLES = "2012-10-17"
_NOWHERE = Span(Position(1, 1), Position(1, 1))


@dataclasses.dataclass(frozen=True)
class Statement:
    """One statement; source is the name of its policy, position its place in it, span its place in the text."""

    source: str
    position: int
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Conditions
    not_actions: bool = False
    not_resources: bool = False
    sid: str = ""
    span: Span = _NOWHERE


@functools.lru_cache(maxsize=4096)
def parse(source: str, text: str) -> tuple[Statement, ...]:
    """Statements of a document, which may be URL-encoded as IAM stores it; ValueError for what is no policy."""
    decoded = urllib.parse.unquote(text) if text.lstrip().startswith("%7B") else text
    document = json.loads(decoded)
    if not isinstance(document, dict) or "Statement" not in document:
        raise ValueError("the policy has no Statement")
    statements = document["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    reading = _literally if document.get("Version") != VERSION_WITH_VARIABLES else str
    return tuple(
        dataclasses.replace(_statement(source, position, statement, reading), span=span)
        for position, (statement, span) in enumerate(zip(listed, statement_spans(decoded), strict=True))
    )


def _literally(text: str) -> str:
    """A text without variables, as one with them: ${$} stands for the dollar sign."""
    return text.replace("${", "${$}{")


def _statement(source: str, position: int, statement: t.Any, reading: Reading) -> Statement:
    if not isinstance(statement, dict) or statement.get("Effect") not in {"Allow", "Deny"}:
        raise ValueError("a statement's Effect is Allow or Deny")
    if ("Action" in statement) == ("NotAction" in statement):
        raise ValueError("a statement has either Action or NotAction")
    return Statement(
        source=source,
        position=position,
        allows=statement["Effect"] == "Allow",
        actions=_strings(statement.get("NotAction", statement.get("Action", [])), str),
        resources=_strings(statement.get("NotResource", statement.get("Resource", [])), reading),
        conditions=_conditions(statement.get("Condition") or {}, reading),
        not_actions="NotAction" in statement,
        not_resources="NotResource" in statement,
        sid=statement.get("Sid", ""),
    )


def _conditions(condition: t.Any, reading: Reading) -> Conditions:
    if not isinstance(condition, dict) or not all(isinstance(keys, dict) for keys in condition.values()):
        raise ValueError("a Condition is an object of operators, each an object of keys")
    return {
        operator: {key: _strings(values, reading) for key, values in keys.items()}
        for operator, keys in condition.items()
    }


def _strings(value: t.Any, reading: Reading) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(str(item).lower() if isinstance(item, bool) else reading(str(item)) for item in listed)
