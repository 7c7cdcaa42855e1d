# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a dictionary is a policy document, before anything reads it. Pure.

Source: IAM user guide, "Grammar of the IAM JSON policy language", of which this checks the shape.
"""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.access.equivalence import as_list
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping


def check_policy_document(document: Mapping[str, t.Any], where: str) -> None:
    """Raises RequestError, with `where` as its place, unless it has the shape of an identity-based policy document."""
    statements = document.get("Statement")
    if not statements:
        raise RequestError(f"{where}: it has no Statement, so it is not a policy document.")
    for number, statement in enumerate(as_list(statements), start=1):
        _check_statement(statement, f"{where}: Statement {number}")


def _check_statement(statement: object, where: str) -> None:
    if not isinstance(statement, dict):
        raise RequestError(f"{where} is {statement!r}; allowed is a dictionary with Effect, Action and Resource.")
    if statement.get("Effect") not in {"Allow", "Deny"}:
        raise RequestError(f"{where} has the Effect {statement.get('Effect')!r}; allowed are Allow and Deny.")
    for element in ("Action", "Resource"):
        _check_texts(statement, element, where)
    _check_condition(statement.get("Condition"), where)


def _check_texts(statement: Mapping[str, t.Any], element: str, where: str) -> None:
    present = [name for name in (element, f"Not{element}") if name in statement]
    if len(present) > 1:
        raise RequestError(f"{where} has {' and '.join(present)}; allowed is one of them.")
    for name in present:
        texts = as_list(statement[name])
        if not texts or not all(isinstance(text, str) for text in texts):
            raise RequestError(f"{where} has the {name} {statement[name]!r}; allowed is a string or a list of strings.")


def _check_condition(condition: object, where: str) -> None:
    if condition is None:
        return
    blocks = condition.values() if isinstance(condition, dict) else [None]
    if not all(isinstance(keys, dict) for keys in blocks):
        raise RequestError(
            f"{where} has the Condition {condition!r};"
            " allowed is a dictionary of operators, each a dictionary of keys with their values."
        )
    for keys in (keys for keys in blocks if isinstance(keys, dict)):
        for key, values in keys.items():
            if not all(isinstance(value, str | int | float) for value in as_list(values)):
                raise RequestError(f"{where} has the value {values!r} of {key}; allowed is a string or a list of them.")
