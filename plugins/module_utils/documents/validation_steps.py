# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules by which AWS checks the steps of a document: mainSteps, and the runtimeConfig of schema 1.2. Pure.

Source, unless a rule says another: "Data elements and parameters" and "Command document plugin reference" of the AWS
Systems Manager user guide.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents import parts
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import described
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.plugins import (
    AUTOMATION_ACTIONS,
    PLUGINS,
    SCRIPT_ACTIONS,
    SCRIPT_INPUTS,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import Path

Problem = tuple["Path", str]
# The path of a text, the line in it from 0, and a sentence.
TextProblem = tuple["Path", int, str]
_STEP_NAME: t.Final = re.compile(r"[a-zA-Z0-9_-]{1,128}")
# "you can't reference an Integer parameter within the runCommand input", which takes a string or a list of strings.
# The guide says it of this type only; an agent puts values of all types into scripts.
_NO_TEXT: t.Final = "Integer"


def problems(data: Mapping[str, t.Any]) -> Iterator[Problem]:
    """What is wrong with the steps of a content; whether it has any is not asked here."""
    if parts.is_plugin_schema(data):
        yield from _runtime_config(data.get("runtimeConfig"))
    elif data.get("mainSteps") is not None:
        yield from _main_steps(data["mainSteps"])
    for step in parts.steps(data):
        yield from _action(step)
        yield from _inputs(step)
        yield from _script(step)


def script_problems(data: Mapping[str, t.Any]) -> Iterator[TextProblem]:
    """What is wrong with the texts of scripts."""
    declared = parts.parameters(data)
    for step in parts.steps(data):
        for path, text in parts.script_texts(step) if step.action in SCRIPT_ACTIONS else ():
            for name in parts.references(text):
                if declared.get(name, {}).get("type") == _NO_TEXT:
                    message = f"{{{{ {name} }}}} is of the type {_NO_TEXT}, which scripts do not take: use String."
                    yield path, parts.reference_line(text, name), message


def _runtime_config(config: t.Any) -> Iterator[Problem]:
    """A plugin's properties are a dictionary, a list of them, or a parameter, as for aws:cloudWatch."""
    if config is None:
        return
    path: Path = ("runtimeConfig",)
    if not isinstance(config, dict) or not config:
        yield path, f"it is {_emptiness(config)}; it must be a dictionary of plugins by name."
        return
    for action, settings in config.items():
        properties = settings.get("properties") if isinstance(settings, dict) else None
        listed = properties if isinstance(properties, list) else [properties]
        if not listed or not all(isinstance(one, dict) or _is_parameter(one) for one in listed):
            yield (*path, action), "its properties must be a dictionary or a list of dictionaries."


def _main_steps(declared: t.Any) -> Iterator[Problem]:
    path: Path = ("mainSteps",)
    if not isinstance(declared, list) or not declared:
        yield path, f"it is {_emptiness(declared)}; it must be a list of steps."
        return
    names: dict[str, int] = {}
    for number, step in enumerate(declared):
        if not isinstance(step, dict):
            yield (*path, number), f"it is {described(step)}; a step is a dictionary with action, name and inputs."
            continue
        yield from _step((*path, number), step)
        name = step.get("name")
        if isinstance(name, str) and names.setdefault(name, number) != number:
            yield (*path, number, "name"), f"{name!r} is the name of mainSteps[{names[name]}] too; names are unique."


def _step(path: Path, step: Mapping[str, t.Any]) -> Iterator[Problem]:
    action, name, inputs = step.get("action"), step.get("name"), step.get("inputs")
    if not isinstance(action, str):
        what = "missing" if action is None else described(action)
        yield (*path, "action"), f"it is {what}; it must be the name of a plugin, such as aws:runShellScript."
    if not isinstance(name, str) or not _STEP_NAME.fullmatch(name):
        what = "it is missing" if name is None else f"{name!r} is not the name of a step"
        yield (*path, "name"), f"{what}; allowed are 1 to 128 letters, digits, '_' and '-'."
    if inputs is not None and not isinstance(inputs, dict):
        yield (*path, "inputs"), f"it is {described(inputs)}; it must be a dictionary."
    yield from _precondition((*path, "precondition"), step.get("precondition"))


def _precondition(path: Path, precondition: t.Any) -> Iterator[Problem]:
    """The agent reads a map of lists of texts (InstancePluginConfig in its source): other shapes cannot be sent."""
    if precondition is None:
        return
    if not isinstance(precondition, dict):
        yield (
            path,
            f"it is {described(precondition)}; it must be a dictionary such as StringEquals: [platformType, Linux].",
        )
        return
    for operator, operands in precondition.items():
        if not isinstance(operands, list) or not all(isinstance(one, str) for one in operands):
            yield (*path, operator), "it must be a list of two texts, such as [platformType, Linux]."


def _action(step: parts.Step) -> Iterator[Problem]:
    """ "These plugins can't be used in Automation runbooks, which use Automation actions", and the reverse.

    Other actions that are not in the plugin reference may be newer than it.
    """
    path = step.path if step.path[0] == "runtimeConfig" else (*step.path, "action")
    if step.action in AUTOMATION_ACTIONS:
        yield path, f"{step.action} is an action of Automation runbooks, not of Command documents."
    elif not step.action.startswith("aws:"):
        yield path, f"{step.action!r} is no plugin: their names begin with aws:, as in aws:runShellScript."


def _inputs(step: parts.Step) -> Iterator[Problem]:
    """The inputs that the reference calls required and that AWS's own documents always have."""
    plugin = PLUGINS.get(step.action)
    for names in plugin.required if plugin else ():
        if all(step.inputs.get(name) is None for name in names) and not step.is_unread:
            yield (*step.inputs_path, names[0]), f"it is missing; {step.action} requires it."


def _script(step: parts.Step) -> Iterator[Problem]:
    if step.action not in SCRIPT_ACTIONS:
        return
    for name in SCRIPT_INPUTS:
        path, value = (*step.inputs_path, name), step.inputs.get(name)
        if value is not None and not isinstance(value, (str, list)):
            yield path, f"it is {described(value)}; it must be a text or a list of texts."
        for number, command in enumerate(value if isinstance(value, list) else ()):
            if not isinstance(command, str):
                yield (*path, number), f"it is {described(command)}, and must be a text: put the command in quotes."


def _is_parameter(value: t.Any) -> bool:
    return isinstance(value, str) and parts.is_reference(value)


def _emptiness(value: t.Any) -> str:
    return described(value) if value else "empty"
