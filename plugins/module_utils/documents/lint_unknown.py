# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS may take in a document and its documentation does not know, or agents ignore. Pure."""

from __future__ import annotations

import difflib
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents import parts
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.plugins import (
    AUTOMATION_ACTIONS,
    LONGEST_TIMEOUT,
    PLUGINS,
    SHARED_INPUTS,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import Path

Remark = tuple[str, "Path", str]
# The agent's InstancePluginConfig, and "Data elements and parameters".
_STEP_MEMBERS: t.Final = (
    "action",
    "inputs",
    "maxAttempts",
    "name",
    "onFailure",
    "precondition",
    "settings",
    "timeoutSeconds",
)
_DECLARATION: t.Final = (
    *("allowedPattern", "allowedValues", "default", "description", "displayType", "interpolationType"),
    *("maxChars", "maxItems", "minChars", "minItems", "type"),
)
_DISPLAYED: t.Final = ("textarea", "textfield")
_PLATFORMS: t.Final = ("Linux", "MacOS", "Windows")
_PLATFORM: t.Final = "platformType"
# The agent takes 3600 seconds in the place of fewer, and of what is no number.
_SHORTEST_TIMEOUT: t.Final = 5
_SHORTEST_NAME: t.Final = 4


def _actions(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    for step in parts.steps(data):
        is_fault = step.action in AUTOMATION_ACTIONS or not step.action.startswith("aws:")
        if step.action not in PLUGINS and not is_fault:
            path = step.path if parts.is_plugin_schema(data) else (*step.path, "action")
            message = f"the plugin reference has no {step.action}{_likely(step.action, PLUGINS)}: an agent may fail."
            yield "unknown-action", path, message


def _inputs(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    for step in parts.steps(data):
        plugin = PLUGINS.get(step.action)
        known = plugin.inputs | SHARED_INPUTS.keys() if plugin else step.inputs.keys()
        for name in step.inputs:
            if name not in known:
                message = f"{step.action} has no input {name}{_likely(name, known)}: the agent ignores it."
                yield "unknown-input", (*step.inputs_path, name), message


def _members(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    steps = data.get("mainSteps")
    for number, step in enumerate(steps if isinstance(steps, list) else ()):
        for name in step if isinstance(step, dict) else ():
            if name not in _STEP_MEMBERS:
                message = f"a step has no {name}{_likely(name, _STEP_MEMBERS)}: it does nothing."
                yield "unknown-member", ("mainSteps", number, name), message
    for parameter, declaration in parts.parameters(data).items():
        for name in declaration:
            if name not in _DECLARATION:
                message = f"a parameter has no {name}{_likely(name, _DECLARATION)}: it does nothing."
                yield "unknown-member", ("parameters", parameter, name), message


def _short_names(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    """GetCommandInvocation's PluginName has 4 characters at least in botocore's model of ssm."""
    steps = data.get("mainSteps")
    for number, step in enumerate(steps if isinstance(steps, list) and len(steps) > 1 else ()):
        name = step.get("name") if isinstance(step, dict) else None
        if isinstance(name, str) and len(name) < _SHORTEST_NAME:
            message = f"{name!r} has fewer than {_SHORTEST_NAME} characters: GetCommandInvocation takes it for no step."
            yield "short-name", ("mainSteps", number, "name"), message


def _input_values(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    for step in parts.steps(data):
        plugin = PLUGINS.get(step.action)
        for name, allowed in {**SHARED_INPUTS, **(plugin.values if plugin else {})}.items():
            value = _literal(step.inputs.get(name))
            if value and value not in allowed:
                yield "unknown-value", (*step.inputs_path, name), f"{value!r} is none of {', '.join(allowed)}."
        timeout = _literal(step.inputs.get("timeoutSeconds"))
        if timeout and not _is_timeout(timeout):
            message = (
                f"{timeout!r} is no number from {_SHORTEST_TIMEOUT} to {LONGEST_TIMEOUT}: the agent takes 3600 seconds."
            )
            yield "unknown-value", (*step.inputs_path, "timeoutSeconds"), message


def _finally(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    """ "the step must be the last one defined in the mainSteps of your document"."""
    for step in list(parts.steps(data))[:-1]:
        if _literal(step.inputs.get("finallyStep")) == "true":
            yield "unknown-value", (*step.inputs_path, "finallyStep"), "it is for the last step: here it does nothing."


def _declared_values(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    for name, declaration in parts.parameters(data).items():
        path: Path = ("parameters", name)
        shown, interpolation = declaration.get("displayType"), declaration.get("interpolationType")
        if shown is not None and shown not in _DISPLAYED:
            yield "unknown-value", (*path, "displayType"), f"{shown!r} is none of {', '.join(_DISPLAYED)}."
        if interpolation is None:
            continue
        where = (*path, "interpolationType")
        if interpolation != parts.ENVIRONMENT:
            yield "unknown-value", where, f"{interpolation!r} does nothing; the value is {parts.ENVIRONMENT}."
        elif declaration.get("type") != "String":
            yield "unknown-value", where, "it is for parameters of the type String only: here it does nothing."
        elif data.get("schemaVersion") != parts.NEWEST_SCHEMA:
            yield "unknown-value", where, f"it needs schemaVersion '{parts.NEWEST_SCHEMA}': here it does nothing."


def _preconditions(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    steps = data.get("mainSteps")
    for number, step in enumerate(steps if isinstance(steps, list) else ()):
        declared = step.get("precondition") if isinstance(step, dict) else None
        for operator, operands in declared.items() if isinstance(declared, dict) else ():
            if isinstance(operands, list) and all(isinstance(one, str) for one in operands):
                path: Path = ("mainSteps", number, "precondition", operator)
                problem = _precondition(operator, operands, str(data.get("schemaVersion")))
                if problem:
                    yield "unmet-precondition", path, problem


def _precondition(operator: str, operands: list[str], schema: str) -> str:
    """What is wrong with a precondition; recorded answers of the agent to each are in the sandbox's truth."""
    if schema != parts.NEWEST_SCHEMA:
        return f"preconditions need schemaVersion '{parts.NEWEST_SCHEMA}': the agent fails the step."
    if operator != "StringEquals":
        return f"the agent knows StringEquals only, and fails a step with {operator}."
    if len(operands) != 2 or operands[0] == operands[1]:
        return "StringEquals compares two different texts: the agent fails the step."
    if _PLATFORM not in operands:
        has_parameter = any(map(parts.references, operands))
        return "" if has_parameter else f"neither is {_PLATFORM} or a parameter: the agent fails the step."
    platform = operands[operands[0] == _PLATFORM]
    if parts.references(platform):
        return f"{_PLATFORM} cannot be compared with a parameter: the agent fails the step."
    is_known = platform.lower() in map(str.lower, _PLATFORMS)
    return "" if is_known else f"no node has the {_PLATFORM} {platform!r}, only {', '.join(_PLATFORMS)}: it never runs."


def _literal(value: t.Any) -> str:
    """A scalar as the agent's text; "" for what has a parameter, and for what is no scalar."""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value) if isinstance(value, (str, int)) else ""
    return "" if "{{" in text else text


def _is_timeout(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,6}", text) is not None and _SHORTEST_TIMEOUT <= int(text) <= LONGEST_TIMEOUT


def _likely(name: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(name.lower(), {one.lower(): one for one in known}, n=1)
    return "".join(f" ({one})" for one in known if found and one.lower() == found[0])


RULES: tuple[Callable[[Mapping[str, t.Any]], Iterator[Remark]], ...] = (
    _actions,
    _inputs,
    _members,
    _short_names,
    _input_values,
    _finally,
    _declared_values,
    _preconditions,
)
