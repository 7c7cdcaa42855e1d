# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules by which AWS checks the parameters that a document declares. Pure.

Source, unless a rule says another: "Data elements and parameters" of the AWS Systems Manager user guide.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import described
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.pattern_matching import matches

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import Path
    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.parts import Declaration

Problem = tuple["Path", str]
_KINDS: t.Final[t.Mapping[str, tuple[t.Any, str]]] = {
    "String": (str, "a text"),
    "StringList": (list, "a list of texts"),
    "Boolean": (bool, "true or false without quotes"),
    "Integer": (int, "a whole number without quotes"),
    "MapList": (list, "a list of dictionaries"),
    "StringMap": (dict, "a dictionary"),
}
_NAME: t.Final = re.compile(r"[A-Za-z0-9]+")
# In the place of a default, the agent puts the value that the Parameter Store has.
_STORED: t.Final = re.compile(r"\s*\{\{\s*ssm(-secure)?:[^{}]+\}\}\s*")
_LIMITS: t.Final = ("minItems", "maxItems", "minChars", "maxChars")


def problems(data: Mapping[str, t.Any]) -> Iterator[Problem]:
    """What is wrong with the parameters of a content."""
    declared = data.get("parameters")
    for name, declaration in declared.items() if isinstance(declared, dict) else ():
        path: Path = ("parameters", name)
        if not _NAME.fullmatch(name):
            yield path, _name_problem(name)
        if not isinstance(declaration, dict):
            yield path, f"it is {described(declaration)}; it must be a dictionary with a type."
            continue
        for rule in RULES:
            for member, message in rule(declaration):
                yield (*path, member), message


def _name_problem(name: str) -> str:
    """CreateDocument answers InvalidDocumentContent: C(Parameter name "event_type" is not alpha-numeric.)."""
    return f"{name!r} is not the name of a parameter; allowed are letters and digits."


def _type(declaration: Declaration) -> Iterator[tuple[str, str]]:
    kind = declaration.get("type")
    if kind is None:
        yield "type", f"it is missing; allowed are {', '.join(_KINDS)}."
    elif kind not in tuple(_KINDS):
        yield "type", f"{kind!r} is no type of parameters; allowed are {', '.join(_KINDS)}."


def _description(declaration: Declaration) -> Iterator[tuple[str, str]]:
    if isinstance(declaration.get("description"), (list, dict)):
        yield "description", f"it is {described(declaration['description'])}; it must be a text."


def _default(declaration: Declaration) -> Iterator[tuple[str, str]]:
    """ "Accepts only true or false. Does not accept "true" or 0"; integers are not accepted in quotes either."""
    default, kind = declaration.get("default"), str(declaration.get("type"))
    if "default" not in declaration or kind not in _KINDS or _is_stored(default):
        return
    if not _is_of_kind(default, kind):
        yield "default", f"it is {described(default)}, and the type is {kind}: it must be {_KINDS[kind][1]}."


def _is_of_kind(value: t.Any, kind: str) -> bool:
    expected = _KINDS[kind][0]
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        return False
    item = {"StringList": str, "MapList": dict}.get(kind)
    return item is None or all(isinstance(one, item) or _is_stored(one) for one in value)


def _is_stored(value: t.Any) -> bool:
    return isinstance(value, str) and _STORED.fullmatch(value) is not None


def _allowed_values(declaration: Declaration) -> Iterator[tuple[str, str]]:
    allowed = declaration.get("allowedValues")
    if allowed is None:
        return
    if not isinstance(allowed, list):
        yield "allowedValues", f"it is {described(allowed)}; it must be a list."
        return
    # YAML's yes and no may be texts for AWS: such values are AWS's to judge.
    if allowed and all(isinstance(value, str) for value in allowed):
        for text in _default_texts(declaration):
            if text not in allowed:
                yield "default", f"{text!r} is none of the allowedValues {', '.join(allowed)}."


def _allowed_pattern(declaration: Declaration) -> Iterator[tuple[str, str]]:
    """A default that is empty passes, as in the guide's own example of an instance ID."""
    pattern = declaration.get("allowedPattern")
    if pattern is None:
        return
    if not isinstance(pattern, str):
        yield "allowedPattern", f"it is {described(pattern)}; it must be a text."
        return
    for text in _default_texts(declaration):
        if text and matches(pattern, text) is False:
            yield "default", f"{text!r} does not match the allowedPattern {pattern}."


def _default_texts(declaration: Declaration) -> list[str]:
    """The texts of a default of type String or StringList that are no references."""
    default = declaration.get("default")
    values = default if isinstance(default, list) else [default]
    return [value for value in values if isinstance(value, str) and not _is_stored(value)]


def _limits(declaration: Declaration) -> Iterator[tuple[str, str]]:
    """Numbers, which AWS's own documents sometimes have as texts."""
    for name in _LIMITS:
        limit = declaration.get(name)
        if limit is not None and (isinstance(limit, bool) or not re.fullmatch(r"[0-9]{1,9}", str(limit))):
            yield name, f"{limit!r} is not a whole number from 0."


RULES: tuple[Callable[[Declaration], Iterator[tuple[str, str]]], ...] = (
    _type,
    _description,
    _default,
    _allowed_values,
    _allowed_pattern,
    _limits,
)
