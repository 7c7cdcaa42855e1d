# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CreateDocument and UpdateDocument refuse. Pure.

Sources: the API reference of CreateDocument, and "Data elements and parameters" and "Schemas, features, and examples"
of the user guide.
"""

from __future__ import annotations

import json
import re
import typing as t

import yaml

from ..wire.errors import ApiError
from . import documents, plugins

if t.TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, t.Any]
_RESERVED_PREFIXES: t.Final = ("aws", "amazon", "amzn")
_SCHEMA_WITH_PROPERTIES: t.Final = "1.2"
_SCHEMAS: t.Final = frozenset({_SCHEMA_WITH_PROPERTIES, "2.0", "2.2"})
# What is in braces is compared if it could be the name of a parameter; Go's {{ .Name }} is text.
_REFERENCE: t.Final = re.compile(r"\{\{\s*([A-Za-z0-9]+)\s*\}\}")
_PARAMETER_NAME: t.Final = re.compile(r"[A-Za-z0-9]+")
_BUILT_IN: t.Final = frozenset({"platformType"})
_STEP_NAME: t.Final = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_TYPES: t.Final[t.Mapping[str, type]] = {
    "String": str,
    "StringList": list,
    "Boolean": bool,
    "Integer": int,
    "MapList": list,
    "StringMap": dict,
}


def check_name(name: str) -> None:
    """ValidationException for a name that begins as AWS's own do."""
    if name.lower().startswith(_RESERVED_PREFIXES):
        prefixes = ", ".join(_RESERVED_PREFIXES)
        raise ApiError("ValidationException", f"Invalid document name {name}: the prefixes {prefixes} are reserved.")


def parse(text: str, document_format: str) -> Json:
    """The content of a document in JSON or YAML; MaxDocumentSizeExceeded, InvalidDocumentContent."""
    if len(text.encode()) > documents.MAX_CONTENT_BYTES:
        raise ApiError("MaxDocumentSizeExceeded", "The size limit of a document is 64 KB.")
    try:
        content = yaml.safe_load(text) if document_format == "YAML" else json.loads(text)
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise _invalid(f"The document is no {document_format}.") from error
    if not isinstance(content, dict):
        raise _invalid("The document is no object.")
    return content


def check_command(content: Json) -> None:
    """InvalidDocumentContent or InvalidDocumentSchemaVersion for content that no Command document may have."""
    version = content.get("schemaVersion")
    if version is None:
        raise _invalid("The member schemaVersion is missing.")
    if str(version) not in _SCHEMAS:
        raise ApiError("InvalidDocumentSchemaVersion", f"The document schema version {version} is not supported.")
    _check_parameters(content.get("parameters"))
    if str(version) == _SCHEMA_WITH_PROPERTIES:
        _check_runtime_config(content.get("runtimeConfig"))
    else:
        _check_steps(content.get("mainSteps"))
    _check_references(content)


def _check_references(content: Json) -> None:
    declared = _BUILT_IN | set(content.get("parameters") or ())
    for text in _texts([content.get("mainSteps"), content.get("runtimeConfig")]):
        for name in _REFERENCE.findall(text):
            if name not in declared:
                raise _invalid(f'Parameter "{name}" is not declared.')


def _texts(value: t.Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _check_parameters(parameters: t.Any) -> None:
    for name, declared in _items(parameters, "parameters"):
        if not _PARAMETER_NAME.fullmatch(name):
            raise _invalid(f'Parameter name "{name}" is not alpha-numeric.')
        kind = str(declared.get("type", "")) if isinstance(declared, dict) else ""
        if kind not in _TYPES:
            raise _invalid(f"The type of parameter {name}, {kind!r}, is none of {', '.join(_TYPES)}.")
        if "default" in declared and not _is_of_type(declared["default"], _TYPES[kind]):
            raise _invalid(f"The default of parameter {name} is no {kind}.")


def _is_of_type(value: t.Any, kind: type) -> bool:
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _check_runtime_config(config: t.Any) -> None:
    plugins_of_document = _items(config, "runtimeConfig")
    if not plugins_of_document:
        raise _invalid("The member runtimeConfig is missing or empty.")
    for action, settings in plugins_of_document:
        _check_action(action)
        properties = settings.get("properties") if isinstance(settings, dict) else None
        listed = properties if isinstance(properties, list) else [properties]
        if not listed or not all(isinstance(one, dict) for one in listed):
            raise _invalid(f"The properties of plugin {action} are no objects.")


def _check_steps(steps: t.Any) -> None:
    if not isinstance(steps, list) or not steps:
        raise _invalid("The member mainSteps is missing or empty.")
    seen: set[str] = set()
    for step in steps:
        if not isinstance(step, dict):
            raise _invalid("A step is no object.")
        name = step.get("name")
        if not isinstance(name, str) or not _STEP_NAME.fullmatch(name):
            raise _invalid(f"The step name {name} is not valid.")
        if name in seen:
            raise _invalid(f"The step name {name} is there twice.")
        seen.add(name)
        _check_step(name, step)


def _check_step(name: str, step: Json) -> None:
    _check_action(step.get("action"))
    if not isinstance(step.get("inputs", {}), dict):
        raise _invalid(f"The inputs of step {name} are no object.")
    for operator, arguments in _items(step.get("precondition"), f"precondition of step {name}"):
        if not isinstance(arguments, list) or not all(isinstance(one, str) for one in arguments):
            raise _invalid(f"The arguments of {operator} of step {name} are no list of texts.")


def _check_action(action: t.Any) -> None:
    if not isinstance(action, str) or not plugins.is_known(action):
        raise _invalid(f"The action {action} is not supported in a document of type Command.")


def _items(value: t.Any, name: str) -> list[tuple[str, t.Any]]:
    if value is None:
        return []
    if not isinstance(value, dict):
        raise _invalid(f"The member {name} is no object.")
    return [(str(key), item) for key, item in value.items()]


def _invalid(text: str) -> ApiError:
    return ApiError("InvalidDocumentContent", text)
