# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a decision depends on condition keys that nobody gave: policies at their widest and at their narrowest. Pure.

A condition on a key without a value may hold or not. The widest reading of a policy lets it hold where that allows
more, the narrowest where it allows less. What the widest reading denies is denied whatever the keys are, and what the
narrowest allows is allowed; between them the answer depends on the keys. So two simulations decide for any number of
keys and values, where trying the values would take one for each combination of them.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.equivalence import as_list

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    Document = Mapping[str, t.Any]
    Statement = Mapping[str, t.Any]

# Documents of the first version have no policy variables: ${...} is literal in them.
VERSION_WITH_VARIABLES = "2012-10-17"
POLICY_VARIABLE = re.compile(r"\$\{\s*([^},?*$\s]+)[^}]*\}")
# No simulation here asks for this action, so the statement is about nothing, and its line in the document remains.
_NEVER_ASKED = {"Action": ["iam:GetAccountSummary"], "Resource": ["*"]}


@dataclasses.dataclass(frozen=True)
class KnownKeys:
    """The condition keys whose value, or absence, is known: by name and by prefix, in lower case."""

    names: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()

    def covers(self, key: str) -> bool:
        """Whether the key is known; IAM compares names of keys without case."""
        return key.lower() in self.names or key.lower().startswith(self.prefixes)


def unknown_keys(statement: Statement, version: object, known: KnownKeys) -> frozenset[str]:
    """The keys of a statement's conditions and variables that are not known."""
    texts = [*as_list(statement.get("Resource", [])), *as_list(statement.get("NotResource", []))]
    found = _unknown_variables(texts, version, known)
    for keys in (statement.get("Condition") or {}).values():
        for key, values in keys.items():
            found |= _unknown_in_clause(key, values, version, known)
    return found


def _unknown_in_clause(key: str, values: object, version: object, known: KnownKeys) -> frozenset[str]:
    named = frozenset() if known.covers(key) else frozenset({key})
    return named | _unknown_variables(as_list(values), version, known)


def _unknown_variables(texts: Iterable[object], version: object, known: KnownKeys) -> frozenset[str]:
    if version != VERSION_WITH_VARIABLES:
        return frozenset()
    names = (name for text in texts for name in POLICY_VARIABLE.findall(str(text)))
    return frozenset(name for name in names if not known.covers(name))


def widest(document: Document, known: KnownKeys) -> dict[str, t.Any]:
    """The document that allows what `document` allows for any values of the keys that are not known, and more."""
    return _bounded(document, known, "Allow")


def narrowest(document: Document, known: KnownKeys) -> dict[str, t.Any]:
    """The document that allows only what `document` allows for all values of the keys that are not known."""
    return _bounded(document, known, "Deny")


def _bounded(document: Document, known: KnownKeys, widened: str) -> dict[str, t.Any]:
    version = document.get("Version")
    statements = [
        (_widened if statement.get("Effect") == widened else _narrowed)(statement, version, known)
        for statement in as_list(document.get("Statement", []))
    ]
    return {**document, "Statement": statements}


def _widened(statement: Statement, version: object, known: KnownKeys) -> dict[str, t.Any]:
    conditions = {
        operator: {key: values for key, values in keys.items() if not _unknown_in_clause(key, values, version, known)}
        for operator, keys in (statement.get("Condition") or {}).items()
    }
    rest = {key: value for key, value in statement.items() if key not in {"Condition", "Resource", "NotResource"}}
    kept = {operator: keys for operator, keys in conditions.items() if keys}
    return rest | _widened_resources(statement, version, known) | ({"Condition": kept} if kept else {})


def _widened_resources(statement: Statement, version: object, known: KnownKeys) -> dict[str, t.Any]:
    if "NotResource" in statement:
        excluded = [
            text for text in as_list(statement["NotResource"]) if not _unknown_variables([text], version, known)
        ]
        return {"NotResource": excluded} if excluded else {"Resource": ["*"]}
    if "Resource" not in statement:
        return {}
    return {
        "Resource": [
            POLICY_VARIABLE.sub("*", text) if _unknown_variables([text], version, known) else text
            for text in as_list(statement["Resource"])
        ]
    }


def _narrowed(statement: Statement, version: object, known: KnownKeys) -> dict[str, t.Any]:
    """A statement that depends on an unknown key is about nothing."""
    if not unknown_keys(statement, version, known):
        return dict(statement)
    return {"Effect": statement["Effect"], **_NEVER_ASKED}
