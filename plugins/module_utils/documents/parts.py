# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a content that the rules look at: its steps, the texts in them, the references in a text. Pure.

All of it bears any content, also one that is no document.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents.plugins import SCRIPT_ACTIONS, SCRIPT_INPUTS

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import Path

SCHEMA_WITH_PLUGINS: t.Final = "1.2"
SCHEMAS: t.Final = (SCHEMA_WITH_PLUGINS, "2.0", "2.2")
NEWEST_SCHEMA: t.Final = SCHEMAS[-1]
# The interpolationType of a parameter that scripts find in the variable SSM_NAME.
ENVIRONMENT: t.Final = "ENV_VAR"
# A reference to a parameter of the document; AWS takes Go's {{ .Name }} and others for text.
_REFERENCE: t.Final = re.compile(r"\{\{\s*([A-Za-z0-9]+)\s*\}\}")

Declaration = t.Mapping[str, t.Any]


class Step(t.NamedTuple):
    """A step of schema 2.x, or one of the properties of a plugin of schema 1.2: what the agent runs in one go.

    `inputs_path` is the path of its inputs, where they are or would be. `is_unread`: they are no dictionary;
    `text` is what they are then, if it is a text.
    """

    path: Path
    action: str
    inputs: Mapping[str, t.Any]
    inputs_path: Path
    is_unread: bool = False
    text: str = ""

    @property
    def is_script(self) -> bool:
        """Whether it is for a shell or PowerShell."""
        return self.action in SCRIPT_ACTIONS or self.action == "aws:psModule"


def is_plugin_schema(data: Mapping[str, t.Any]) -> bool:
    """Whether the content is of schema 1.2, which has plugins in the place of steps."""
    return str(data.get("schemaVersion")) == SCHEMA_WITH_PLUGINS


def steps(data: Mapping[str, t.Any]) -> Iterator[Step]:
    """What of a content can be read as a step with an action."""
    yield from (
        _plugin_steps(data.get("runtimeConfig")) if is_plugin_schema(data) else _main_steps(data.get("mainSteps"))
    )


def _main_steps(declared: t.Any) -> Iterator[Step]:
    for number, step in enumerate(declared if isinstance(declared, list) else []):
        if isinstance(step, dict) and isinstance(step.get("action"), str):
            path: Path = ("mainSteps", number)
            yield _step(path, step["action"], step.get("inputs"), (*path, "inputs"))


def _plugin_steps(declared: t.Any) -> Iterator[Step]:
    for action, settings in _mapping(declared).items():
        path: Path = ("runtimeConfig", action)
        properties = _mapping(settings).get("properties")
        if isinstance(properties, list):
            for number, item in enumerate(properties):
                yield _step(path, action, item, (*path, "properties", number))
        else:
            yield _step(path, action, properties, (*path, "properties"))


def _step(path: Path, action: str, inputs: t.Any, inputs_path: Path) -> Step:
    is_unread = not (inputs is None or isinstance(inputs, dict))
    return Step(path, action, _mapping(inputs), inputs_path, is_unread, inputs if isinstance(inputs, str) else "")


def parameters(data: Mapping[str, t.Any]) -> dict[str, Declaration]:
    """The declarations of parameters by name, of those that can be read."""
    return {name: item for name, item in _mapping(data.get("parameters")).items() if isinstance(item, dict)}


def texts(value: t.Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The texts in a value, with their paths; keys are none."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, (*path, key))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from texts(item, (*path, number))


def script_texts(step: Step) -> Iterator[tuple[Path, str]]:
    """The texts that a shell or PowerShell runs in a step."""
    if step.is_script:
        for name in SCRIPT_INPUTS:
            yield from texts(step.inputs.get(name), (*step.inputs_path, name))


def references(text: str) -> list[str]:
    """The names that C({{ name }}) in a text would be parameters of."""
    return list(dict.fromkeys(_REFERENCE.findall(text)))


def reference_line(text: str, name: str) -> int:
    """The line of a text, from 0, that first has C({{ name }})."""
    first = next(found for found in _REFERENCE.finditer(text) if found[1] == name)
    return text.count("\n", 0, first.start())


def is_reference(text: str) -> bool:
    """Whether a text is C({{ name }}) and nothing else."""
    return _REFERENCE.fullmatch(text.strip()) is not None


def is_in_environment(data: Mapping[str, t.Any], declaration: Declaration) -> bool:
    """Whether scripts get a parameter as a variable; in older schemas and other types, interpolationType is ignored."""
    is_new = data.get("schemaVersion") == NEWEST_SCHEMA and declaration.get("type") == "String"
    return is_new and declaration.get("interpolationType") == ENVIRONMENT


def _mapping(value: t.Any) -> Mapping[str, t.Any]:
    return value if isinstance(value, dict) else {}
