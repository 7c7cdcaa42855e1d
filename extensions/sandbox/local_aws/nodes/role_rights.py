# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the policies of a node's role let its agent do. Pure: policy documents in, yes or no out.

An agent's own rights are all about actions and resources; conditions in a node's policies are taken as met.
"""

from __future__ import annotations

import fnmatch
import functools
import json
import typing as t
import urllib.parse

CONNECT = "ssm:UpdateInstanceInformation"


@functools.lru_cache(maxsize=4096)
def allows(documents: tuple[str, ...], action: str, resource: str = "*") -> bool:
    """Whether the policies allow an action on a resource: some statement must allow it and none deny it."""
    effects = {
        statement.get("Effect")
        for document in documents
        for statement in _statements(document)
        if _covers(statement, action, resource)
    }
    return "Allow" in effects and "Deny" not in effects


def _statements(document: str) -> list[dict[str, t.Any]]:
    text = urllib.parse.unquote(document) if document.lstrip().startswith("%7B") else document
    statements = json.loads(text).get("Statement", [])
    return statements if isinstance(statements, list) else [statements]


def _covers(statement: dict[str, t.Any], action: str, resource: str) -> bool:
    if "NotAction" in statement:
        acts = not _matches(statement["NotAction"], action.lower(), lower=True)
    else:
        acts = _matches(statement.get("Action", []), action.lower(), lower=True)
    if "NotResource" in statement:
        return acts and not _matches(statement["NotResource"], resource)
    # The question "on any resource at all" is asked as "*".
    return acts and (resource == "*" or _matches(statement.get("Resource", []), resource))


def _matches(patterns: str | list[str], value: str, *, lower: bool = False) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns
    return any(fnmatch.fnmatchcase(value, pattern.lower() if lower else pattern) for pattern in listed)
