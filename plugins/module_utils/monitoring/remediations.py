# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remediations of the role monitoring: the document of each, and the pattern that does not match its own command. Pure.

A command is told from others by its document alone, so each remediation has one of its own, and no remediation answers
the documents of remediations, of this name or another, unless it names them.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import Arn
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_patterns import (
    CommandStatusChange,
    check_pattern,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.event_targets import command_parameters
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.pattern_matching import (
    leave_out,
    matches_commands,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.target_checks import DOCUMENT_NAME_PATTERN
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place

OPTION: t.Final = "monitoring_remediations"
# Of the documents of all remediations, whatever the name of the role.
DOCUMENT_PREFIX: t.Final = "ssmops-remediation-"
ALL_DOCUMENTS: t.Final = f"*{DOCUMENT_PREFIX}*"
DEFAULT_DOCUMENT: t.Final = "AWS-RunShellScript"
# Documents of AWS whose one step the document of a remediation has itself, and the action of that step.
SCRIPT_ACTIONS: t.Final = {DEFAULT_DOCUMENT: "aws:runShellScript", "AWS-RunPowerShellScript": "aws:runPowerShellScript"}
SCRIPT_INPUTS: t.Final = {"workingDirectory": "workingDirectory", "executionTimeout": "timeoutSeconds"}
TRIGGERS: t.Final = ("event_pattern", "on_command_status", "schedule_expression")
# In a document, a word in braces is the value of a parameter.
PARAMETER_PATTERN: t.Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclasses.dataclass(frozen=True)
class Remediation:
    """A remediation as the role makes it: its document and the pattern of its rule (None: it has a schedule)."""

    name: str
    document_name: str
    document_arn: str
    document_content: dict[str, t.Any]
    event_pattern: dict[str, t.Any] | None

    def answers(self, other: Remediation) -> bool:
        """Whether a command of the other one may trigger this one."""
        if self.event_pattern is None:
            return False
        return matches_commands(self.event_pattern, [other.document_name, other.document_arn])


def document_name(role_name: str, name: str, region: str) -> str:
    """The name of the document of a remediation."""
    return f"{DOCUMENT_PREFIX}{role_name}-{name}-{region}"


def plan_remediations(items: Sequence[Mapping[str, t.Any]], role_name: str, place: Place) -> list[Remediation]:
    """The remediations of the role with this C(monitoring_name).

    :param items: those of C(monitoring_remediations) that should exist.
    :raises RequestError: one is not possible, or some would trigger each other for ever.
    """
    planned = [_plan(item, role_name, place) for item in items]
    cycle = find_cycle({one.name: [other.name for other in planned if other.answers(one)] for one in planned})
    if cycle:
        raise RequestError(
            f"{OPTION}: {' triggers '.join(repr(name) for name in cycle)}; allowed are remediations of which none "
            "triggers itself, so leave the documents of remediations out of document_names and document-name."
        )
    return planned


def _plan(item: Mapping[str, t.Any], role_name: str, place: Place) -> Remediation:
    where = f"{OPTION}[{item.get('name')}]"
    _check(where, item)
    name = document_name(role_name, item["name"], place.region)
    if not DOCUMENT_NAME_PATTERN.fullmatch(name):
        raise RequestError(f"{where}: its document would be {name!r}, which is not the name of a document.")
    arn = Arn(place.partition, "ssm", place.region, place.account, f"document/{name}")
    pattern = _pattern(where, item)
    return Remediation(
        name=item["name"],
        document_name=name,
        document_arn=str(arn),
        document_content=_content(where, item),
        event_pattern=None if pattern is None else leave_out(pattern, ALL_DOCUMENTS, f"{where}.event_pattern"),
    )


def _check(where: str, item: Mapping[str, t.Any]) -> None:
    given = [name for name in TRIGGERS if item.get(name) is not None]
    if len(given) != 1:
        raise RequestError(
            f"{where}: it has {' and '.join(given) or 'no trigger'}; allowed is exactly one of {', '.join(TRIGGERS)}."
        )
    if item.get("commands") is not None and item.get("parameters") is not None:
        raise RequestError(f"{where}: it has commands and parameters; allowed is one of the two.")
    if item.get("commands") is None and not item.get("document_name"):
        raise RequestError(
            f"{where}: it has no command; allowed are commands, and a document_name with its parameters."
        )
    chosen = item.get("document_name") or DEFAULT_DOCUMENT
    if not DOCUMENT_NAME_PATTERN.fullmatch(chosen):
        raise RequestError(
            f"{where}.document_name: {chosen!r} is not the name of a document; "
            "allowed are 3 to 128 letters, digits, '_', '-' and '.'."
        )


def _pattern(where: str, item: Mapping[str, t.Any]) -> dict[str, t.Any] | None:
    if item.get("schedule_expression") is not None:
        return None
    if item.get("on_command_status") is None:
        check_pattern(item["event_pattern"], f"{where}.event_pattern")
        return dict(item["event_pattern"])
    level = item["on_command_status"].get("level", ["command"])
    change = {**item["on_command_status"], "level": [level] if isinstance(level, str) else level}
    try:
        return CommandStatusChange.parse(change).pattern()
    except RequestError as error:
        raise RequestError(f"{where}.{error}") from error


def _content(where: str, item: Mapping[str, t.Any]) -> dict[str, t.Any]:
    document = item.get("document_name") or DEFAULT_DOCUMENT
    if item.get("commands") is not None:
        parameters: Mapping[str, t.Any] = {"commands": item["commands"]}
    else:
        parameters = item.get("parameters") or {}
    given = command_parameters(parameters)
    _check_braces(where, (text for values in given.values() for text in values))
    step = _script(where, document, given) if document in SCRIPT_ACTIONS else _nested(document, given)
    return {"schemaVersion": "2.2", "description": f"Remediation {item['name']}: {document}", "mainSteps": [step]}


def _script(where: str, document: str, given: Mapping[str, list[str]]) -> dict[str, t.Any]:
    unknown = sorted(set(given) - {"commands", *SCRIPT_INPUTS})
    if unknown or not given.get("commands"):
        raise RequestError(
            f"{where}.parameters: they have {', '.join(unknown) or 'no commands'}; "
            f"allowed for {document} are commands, which it needs, {' and '.join(SCRIPT_INPUTS)}."
        )
    inputs = {SCRIPT_INPUTS[name]: values[0] for name, values in given.items() if name in SCRIPT_INPUTS and values}
    return {"action": SCRIPT_ACTIONS[document], "name": "run", "inputs": {"runCommand": given["commands"], **inputs}}


def _check_braces(where: str, texts: Iterable[str]) -> None:
    for word in (word for text in texts for word in PARAMETER_PATTERN.findall(text)):
        raise RequestError(
            f"{where}: the commands have {{{{ {word} }}}}, which a document reads as its parameter {word}; "
            "allowed are commands without it, and {{ssm:NAME}}."
        )


def _nested(document: str, given: Mapping[str, list[str]]) -> dict[str, t.Any]:
    inputs = {"documentType": "SSMDocument", "documentPath": document}
    return {
        "action": "aws:runDocument",
        "name": "run",
        "inputs": {**inputs, **({"documentParameters": dict(given)} if given else {})},
    }


def find_cycle(triggered: Mapping[str, Sequence[str]]) -> list[str]:
    """The names along a cycle, the first one again at its end; empty if there is none.

    :param triggered: for each name, those that it triggers.
    """
    done: set[str] = set()
    for name in triggered:
        cycle = _cycle_from(name, triggered, done, [])
        if cycle:
            return cycle
    return []


def _cycle_from(name: str, triggered: Mapping[str, Sequence[str]], done: set[str], path: list[str]) -> list[str]:
    if name in path:
        return [*path[path.index(name) :], name]
    if name in done:
        return []
    for following in triggered[name]:
        cycle = _cycle_from(following, triggered, done, [*path, name])
        if cycle:
            return cycle
    done.add(name)
    return []
