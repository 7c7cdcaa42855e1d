# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command documents: the AWS-owned ones, parameters, and the steps a node runs. Pure."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import typing as t

from ..wire.errors import ApiError

SHELL = "aws:runShellScript"
POWERSHELL = "aws:runPowerShellScript"
DEFAULT_EXECUTION_TIMEOUT = 3600
MAX_EXECUTION_TIMEOUT = 172_800
MAX_CONTENT_BYTES = 64 * 1024
# No node here has pwsh, so PowerShell is for Windows alone.
_PLATFORMS_OF_ACTION = {SHELL: {"Linux", "MacOS"}, POWERSHELL: {"Windows"}}
_ALL_PLATFORMS = ("Windows", "Linux", "MacOS")
_REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_.:-]+)\s*\}\}")

Json = dict[str, t.Any]
Parameters = t.Mapping[str, t.Sequence[str]]


@dataclasses.dataclass(frozen=True)
class Document:
    """One version of a Command document."""

    name: str
    version: str
    content: Json
    text: str
    owner: str = "Amazon"
    format: str = "JSON"
    kind: str = "Command"
    default_version: str = "1"
    latest_version: str = "1"
    created_at: float = 0.0

    @property
    def schema_version(self) -> str:
        """ "1.2" or "2.2"."""
        return str(self.content.get("schemaVersion", ""))

    @property
    def parameters(self) -> dict[str, Json]:
        """Declarations of the parameters by name."""
        return t.cast("dict[str, Json]", self.content.get("parameters") or {})

    @property
    def sha256(self) -> str:
        """The hash SendCommand's DocumentHash is compared with."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclasses.dataclass(frozen=True)
class Step:
    """One plugin of a document with its parameters put in.

    name: what the API calls the plugin; step_id: its folder in S3; timeout: seconds.
    """

    name: str
    step_id: str
    action: str
    script: str
    working_directory: str = ""
    timeout: int = DEFAULT_EXECUTION_TIMEOUT
    environment: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    on_failure: str = ""
    is_end: bool = False
    is_finally: bool = False
    precondition: t.Mapping[str, t.Sequence[str]] = dataclasses.field(default_factory=dict)


def _aws_owned(name: str, description: str, action: str) -> Document:
    def string(text: str, default: str, **more: t.Any) -> Json:
        return {"type": "String", "description": text, "default": default, **more}

    commands = {"type": "StringList", "description": "(Required) The commands to run.", "minItems": 1}
    timeout_pattern = "([1-9][0-9]{0,4})|(1[0-6][0-9]{4})|(17[0-1][0-9]{3})|(172[0-7][0-9]{2})|(172800)"
    timeout_text = "(Optional) Seconds a command may run before it counts as failed, 1 to 172800."
    properties = {
        "id": f"0.{action}",
        "runCommand": "{{ commands }}",
        "workingDirectory": "{{ workingDirectory }}",
        "timeoutSeconds": "{{ executionTimeout }}",
    }
    content = {
        "schemaVersion": "1.2",
        "description": description,
        "parameters": {
            "commands": commands | {"displayType": "textarea"},
            "workingDirectory": string("(Optional) The directory to run in.", "", maxChars=4096),
            "executionTimeout": string(timeout_text, "3600", allowedPattern=timeout_pattern),
        },
        "runtimeConfig": {action: {"properties": [properties]}},
    }
    return Document(name=name, version="1", content=content, text=json.dumps(content, indent=2))


AWS_OWNED: t.Final[t.Mapping[str, Document]] = {
    document.name: document
    for document in (
        _aws_owned("AWS-RunShellScript", "Run a shell script or specify the commands to run.", SHELL),
        _aws_owned("AWS-RunPowerShellScript", "Run a PowerShell script or specify the commands to run.", POWERSHELL),
    )
}


def short_name(name_or_arn: str) -> str:
    """The name in a name or an ARN of a document."""
    return name_or_arn.rsplit(":document/", 1)[-1] if name_or_arn.startswith("arn:") else name_or_arn


def platform_types(document: Document) -> list[str]:
    """The platforms a document is for, from the plugins it uses: schema 1.2 and 2.x alike."""
    platforms: set[str] = set()
    for action in _actions(document):
        platforms |= _PLATFORMS_OF_ACTION.get(action, set(_ALL_PLATFORMS))
    return [platform for platform in _ALL_PLATFORMS if platform in platforms]


def _actions(document: Document) -> list[str]:
    if document.schema_version == "1.2":
        return list(document.content.get("runtimeConfig") or {})
    return [step.get("action", "") for step in document.content.get("mainSteps") or []]


def parameter_list(document: Document) -> list[Json]:
    """The Parameters of DescribeDocument."""
    listed = []
    for name, declared in document.parameters.items():
        entry = {"Name": name, "Type": declared.get("type", "String"), "Description": declared.get("description", "")}
        if "default" in declared:
            default = declared["default"]
            entry["DefaultValue"] = default if isinstance(default, str) else json.dumps(default)
        listed.append(entry)
    return listed


def resolve_parameters(document: Document, given: Parameters) -> dict[str, list[str]]:
    """Every parameter's value as a list of strings, defaults put in; InvalidParameters names what does not fit."""
    unknown = sorted(given.keys() - document.parameters.keys())
    if unknown:
        raise ApiError("InvalidParameters", f"Parameter {unknown[0]} is not declared by document {document.name}.")
    resolved = {}
    for name, declared in document.parameters.items():
        if name in given:
            values = list(given[name])
        elif "default" in declared:
            values = _as_strings(declared["default"])
        else:
            raise ApiError("InvalidParameters", f"Parameter {name} of document {document.name} is required.")
        _check_parameter(name, declared, values)
        resolved[name] = values
    return resolved


def _as_strings(default: t.Any) -> list[str]:
    if isinstance(default, list) and all(isinstance(item, str) for item in default):
        return list(default)
    return [default if isinstance(default, str) else json.dumps(default)]


def _check_parameter(name: str, declared: Json, values: list[str]) -> None:
    kind = declared.get("type", "String")
    if kind != "StringList" and len(values) != 1:
        raise ApiError("InvalidParameters", f"Parameter {name} of type {kind} takes one value, not {len(values)}.")
    _check_kind(name, kind, values)
    allowed = declared.get("allowedValues")
    pattern = declared.get("allowedPattern")
    for value in values:
        if allowed and value not in [str(item) for item in allowed]:
            raise ApiError("InvalidParameters", f"Value {value} of parameter {name} is not one of {allowed}.")
        if pattern and not re.fullmatch(pattern, value):
            raise ApiError("InvalidParameters", f"Value {value} of parameter {name} does not match {pattern}.")
        _check_range(name, declared, len(value), ("minChars", "maxChars"))
    if kind == "StringList":
        _check_range(name, declared, len(values), ("minItems", "maxItems"))


def _check_kind(name: str, kind: str, values: list[str]) -> None:
    if kind == "Boolean" and values[0].lower() not in {"true", "false"}:
        raise ApiError("InvalidParameters", f"Parameter {name} is Boolean; {values[0]} is not true or false.")
    if kind == "Integer" and not re.fullmatch(r"-?[0-9]+", values[0]):
        raise ApiError("InvalidParameters", f"Parameter {name} is Integer; {values[0]} is no whole number.")
    if kind in {"StringMap", "MapList"}:
        try:
            value = json.loads(values[0])
        except ValueError as error:
            raise ApiError("InvalidParameters", f"Parameter {name} is {kind}; its value is not JSON.") from error
        if not isinstance(value, dict if kind == "StringMap" else list):
            raise ApiError("InvalidParameters", f"Parameter {name} is {kind}; its value is other JSON.")


def _check_range(name: str, declared: Json, size: int, limits: tuple[str, str]) -> None:
    low, high = declared.get(limits[0]), declared.get(limits[1])
    if low is not None and size < int(low):
        raise ApiError("InvalidParameters", f"Parameter {name} breaks {limits[0]} {low}.")
    if high is not None and size > int(high):
        raise ApiError("InvalidParameters", f"Parameter {name} breaks {limits[1]} {high}.")


def execution_timeout(steps: t.Sequence[Step]) -> int:
    """Seconds the steps may run together, the part a document adds to the total timeout."""
    return sum(step.timeout for step in steps) or DEFAULT_EXECUTION_TIMEOUT


def plan_steps(document: Document, parameters: Parameters) -> list[Step]:
    """The steps of a document with the parameters put in, in the order they run."""
    rendering = _Rendering(document, parameters)
    if document.schema_version == "1.2":
        return [
            rendering.step(action, action, str(properties.get("id", f"{number}.{action}")), properties)
            for action, config in (document.content.get("runtimeConfig") or {}).items()
            for number, properties in enumerate(_property_list(config))
        ]
    steps = []
    for declared in document.content.get("mainSteps") or []:
        inputs = declared.get("inputs") or {}
        step = rendering.step(declared["action"], declared["name"], declared["name"], inputs)
        steps.append(
            dataclasses.replace(
                step,
                on_failure=str(inputs.get("onFailure", "")),
                is_end=_is_true(declared.get("isEnd")),
                is_finally=_is_true(inputs.get("finallyStep")),
                precondition=declared.get("precondition") or {},
            )
        )
    return steps


def _property_list(config: Json) -> list[Json]:
    properties = config.get("properties") or []
    return properties if isinstance(properties, list) else [properties]


def _is_true(value: t.Any) -> bool:
    return str(value).lower() == "true"


class _Rendering:
    """Puts parameters into the inputs of steps."""

    def __init__(self, document: Document, parameters: Parameters) -> None:
        self._document = document
        self._parameters = parameters
        self._in_environment = {
            name
            for name, declared in document.parameters.items()
            if declared.get("interpolationType") == "ENV_VAR" and document.schema_version != "1.2"
        }

    def step(self, action: str, name: str, step_id: str, inputs: Json) -> Step:
        return Step(
            name=name,
            step_id=step_id,
            action=action,
            script="\n".join(self._lines(inputs.get("runCommand") or [])),
            working_directory=self._text(str(inputs.get("workingDirectory") or "")),
            timeout=self._timeout(str(inputs.get("timeoutSeconds") or "")),
            environment={f"SSM_{name}": self._plain(name) for name in self._in_environment},
        )

    def _timeout(self, declared: str) -> int:
        text = self._text(declared) or str(DEFAULT_EXECUTION_TIMEOUT)
        if not text.isdigit() or not 1 <= int(text) <= MAX_EXECUTION_TIMEOUT:
            raise ApiError("InvalidParameters", f"The execution timeout {text} is not between 1 and 172800 seconds.")
        return int(text)

    def _lines(self, commands: str | list[str]) -> list[str]:
        lines: list[str] = []
        for command in [commands] if isinstance(commands, str) else commands:
            alone = _REFERENCE.fullmatch(command.strip())
            if alone and self._type(alone[1]) == "StringList" and alone[1] not in self._in_environment:
                lines += self._parameters[alone[1]]
            else:
                lines.append(self._text(command))
        return lines

    def _type(self, name: str) -> str:
        return str(self._document.parameters.get(name, {}).get("type", ""))

    def _text(self, template: str) -> str:
        return _REFERENCE.sub(self._replacement, template)

    def _replacement(self, match: re.Match[str]) -> str:
        name = match[1]
        if name not in self._parameters:
            return match[0]
        return f"${{SSM_{name}}}" if name in self._in_environment else self._plain(name)

    def _plain(self, name: str) -> str:
        values = self._parameters[name]
        return json.dumps(list(values)) if self._type(name) == "StringList" else values[0]
