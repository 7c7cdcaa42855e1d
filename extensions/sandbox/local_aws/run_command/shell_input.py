# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inputs of a plugin that runs scripts, read as the agent reads them: in its types, with its words. Pure."""

from __future__ import annotations

import typing as t

DEFAULT_TIMEOUT: t.Final = 3600
# Other values are replaced by the default.
_TIMEOUTS: t.Final = range(5, 172_800 + 1)
# The agent's names of the inputs and their types, in the order it comes upon them.
_FIELDS: t.Final[t.Mapping[str, tuple[str, str]]] = {
    "environment": ("Environment", "map[string]string"),
    "id": ("ID", "string"),
    "runCommand": ("RunCommand", "[]string"),
    "workingDirectory": ("WorkingDirectory", "string"),
}


class Script(t.NamedTuple):
    """What a shell is to run, where, for how many seconds at most; step_id: the folder of its output in S3."""

    step_id: str
    text: str
    working_directory: str
    timeout: int
    environment: t.Mapping[str, str]


class InputError(Exception):
    """What the agent says of inputs that it cannot read."""


def read(inputs: t.Any, step_id: str, environment: t.Mapping[str, str]) -> Script:
    """The script of a step's inputs; environment is added to its own. InputError when a type is wrong."""
    given = inputs if isinstance(inputs, dict) else {}
    for name, (field, kind) in _FIELDS.items():
        wrong = _mismatch(given.get(name), kind)
        if wrong:
            raise InputError(
                f"Invalid format in plugin properties {go_text(inputs)};\nerror json: cannot unmarshal {wrong[0]}"
                f" into Go struct field RunScriptPluginInput.{field} of type {wrong[1]}"
            )
    return Script(
        step_id=str(given.get("id") or step_id),
        text="\n".join(item or "" for item in given.get("runCommand") or []),
        working_directory=given.get("workingDirectory") or "",
        timeout=timeout(given),
        environment={**environment, **(given.get("environment") or {})},
    )


def timeout(inputs: t.Any) -> int:
    """Seconds a script may run: the input timeoutSeconds, a number or a text, 3,600 unless it is 5 to 172,800."""
    given = inputs.get("timeoutSeconds") if isinstance(inputs, dict) else None
    if isinstance(given, str) and given.isascii() and given.isdigit():
        given = int(given)
    return int(given) if isinstance(given, int | float) and int(given) in _TIMEOUTS else DEFAULT_TIMEOUT


def _mismatch(value: t.Any, kind: str) -> tuple[str, str] | None:
    """JSON's word for a value that has not the type, and the agent's word for the type; None when it has."""
    if value is None:
        return None
    if kind == "string":
        return None if isinstance(value, str) else (_json_kind(value), kind)
    items = value if kind == "[]string" else value.values() if isinstance(value, dict) else ()
    if not isinstance(value, list if kind == "[]string" else dict):
        return _json_kind(value), kind
    return next((found for item in items if (found := _mismatch(item, "string"))), None)


def _json_kind(value: t.Any) -> str:
    if isinstance(value, bool):
        return "bool"
    kinds: tuple[tuple[type, str], ...] = ((str, "string"), (list, "array"), (dict, "object"))
    return next((name for kind, name in kinds if isinstance(value, kind)), "number")


def go_text(value: t.Any) -> str:
    """A value as Go prints it, in which language the agent is written."""
    if isinstance(value, dict):
        return f"map[{' '.join(f'{key}:{go_text(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list):
        return f"[{' '.join(map(go_text, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return "<nil>" if value is None else str(value)
