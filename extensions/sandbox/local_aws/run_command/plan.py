# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a document with the parameters put in, as the agent gets them. Pure."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from . import shell_input

if t.TYPE_CHECKING:
    from .documents import Document
    from .parameters import Parameters

Json = dict[str, t.Any]
_REFERENCE: t.Final = re.compile(r"\{\{\s*([A-Za-z0-9_.:-]+)\s*\}\}")
_WITHOUT_PRECONDITIONS: t.Final = frozenset({"1.0", "1.2", "2.0"})


class Argument(t.NamedTuple):
    """An argument of a precondition, as the document has it and with the parameters put in."""

    written: str
    resolved: str


@dataclasses.dataclass(frozen=True)
class Step:
    """One plugin of a document.

    name: what the API calls the plugin; step_id: its folder in S3; inputs: one for each time the plugin is run, of
    which only schema 1.2 has several; takes_preconditions: whether the schema knows them.
    """

    name: str
    step_id: str
    action: str
    inputs: tuple[t.Any, ...] = ({},)
    preconditions: t.Mapping[str, t.Sequence[Argument]] = dataclasses.field(default_factory=dict)
    takes_preconditions: bool = True
    environment: t.Mapping[str, str] = dataclasses.field(default_factory=dict)

    def flag(self, name: str) -> str:
        """An input that rules what follows the step, such as onFailure, as text; "" when it is not there."""
        value = self.inputs[0].get(name) if len(self.inputs) == 1 and isinstance(self.inputs[0], dict) else None
        if isinstance(value, bool):
            return str(value).lower()
        return value if isinstance(value, str) else ""

    @property
    def timeout(self) -> int:
        """Seconds that the step may take, all its runs together."""
        return sum(shell_input.timeout(given) for given in self.inputs)


def execution_timeout(steps: t.Sequence[Step]) -> int:
    """Seconds the steps may run together, the part a document adds to the total timeout."""
    return sum(step.timeout for step in steps) or shell_input.DEFAULT_TIMEOUT


def plan_steps(document: Document, parameters: Parameters) -> list[Step]:
    """The steps of a document in the order they run."""
    rendering = _Rendering(document, parameters)
    if document.schema_version == "1.2":
        return [rendering.plugin(action, config) for action, config in _items(document.content.get("runtimeConfig"))]
    return [rendering.step(declared) for declared in document.content.get("mainSteps") or []]


def _items(config: Json | None) -> t.Iterable[tuple[str, Json]]:
    return (config or {}).items()


class _Rendering:
    """Puts parameters into the inputs of steps."""

    def __init__(self, document: Document, parameters: Parameters) -> None:
        self._takes_preconditions = document.schema_version not in _WITHOUT_PRECONDITIONS
        declared = document.parameters
        self._in_environment = {
            name
            for name, declaration in declared.items()
            if declaration.get("interpolationType") == "ENV_VAR" and document.schema_version != "1.2"
        }
        self._values = {
            name: _typed(str(declared[name].get("type", "String")), values) for name, values in parameters.items()
        }
        self._environment = {f"SSM_{name}": _text(self._values[name]) for name in self._in_environment}

    def plugin(self, action: str, config: Json) -> Step:
        """A plugin of schema 1.2, which runs once for each of its properties."""
        properties = config.get("properties") or []
        listed = properties if isinstance(properties, list) else [properties]
        step_id = str((listed[-1] if listed else {}).get("id") or action)
        inputs = tuple(self._render(given) for given in listed)
        return Step(action, step_id, action, inputs, takes_preconditions=False)

    def step(self, declared: Json) -> Step:
        """A step of schema 2.x."""
        return Step(
            name=declared["name"],
            step_id=declared["name"],
            action=declared["action"],
            inputs=(self._render(declared.get("inputs") or {}),),
            preconditions={
                operator: [Argument(str(one), _text(self._render(one))) for one in arguments]
                for operator, arguments in _items(declared.get("precondition"))
            },
            takes_preconditions=self._takes_preconditions,
            environment=self._environment,
        )

    def _render(self, value: t.Any) -> t.Any:
        """A value with parameters put in; a reference that stands alone becomes the parameter's value in its type."""
        if isinstance(value, dict):
            return {key: self._render(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._render(item) for item in value]
        if not isinstance(value, str):
            return value
        alone = _REFERENCE.fullmatch(value)
        if alone and alone[1] in self._values and alone[1] not in self._in_environment:
            return self._values[alone[1]]
        return _REFERENCE.sub(self._replacement, value)

    def _replacement(self, match: re.Match[str]) -> str:
        name = match[1]
        if name not in self._values:
            return match[0]
        return f"${{SSM_{name}}}" if name in self._in_environment else _text(self._values[name])


def _typed(kind: str, values: t.Sequence[str]) -> t.Any:
    if kind == "StringList":
        return list(values)
    return values[0] if kind == "String" else json.loads(values[0].lower() if kind == "Boolean" else values[0])


def _text(value: t.Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
