# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests against botocore's own service model, with refusals in AWS's wording."""

from __future__ import annotations

import functools
import re
import typing as t

import botocore.session
from botocore.model import ListShape, MapShape, StructureShape

from .errors import ApiError

if t.TYPE_CHECKING:
    from botocore.model import ServiceModel, Shape

# Java's Unicode classes, which Python's re lacks; the service allows no other characters that these add.
_JAVA_CLASSES = {r"\p{L}": r"\w", r"\p{Z}": r"\s", r"\p{N}": r"\d"}
# Flags that are written first apply to the whole pattern.
_FLAGS: t.Final = re.compile(r"(?:\(\?([a-z]+)\))?(.*)", re.DOTALL)
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "boolean": (bool,),
    "timestamp": (int, float, str),
    "float": (int, float),
    "double": (int, float),
}


@functools.cache
def service_model(service: str) -> ServiceModel:
    """botocore's description of a service, loaded once."""
    return botocore.session.get_session().get_service_model(service)


def validate(service: str, operation: str, request: t.Mapping[str, t.Any]) -> None:
    """Raise ValidationException naming everything in the request that the service model does not allow."""
    shape = service_model(service).operation_model(operation).input_shape
    if shape is None:
        return
    problems = list(_check(shape, request, ""))
    if problems:
        number = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected: "
        raise ApiError("ValidationException", number + "; ".join(problems))


def _check(shape: Shape, value: t.Any, path: str) -> t.Iterator[str]:
    expected = _PYTHON_TYPES.get(shape.type_name, (object,))
    if not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected and object not in expected):
        raise ApiError("SerializationException", f"{path or 'request'} is not of type {shape.type_name}")
    yield from (f"Value '{value}' at '{path}' failed to satisfy constraint: {rule}" for rule in _broken(shape, value))
    yield from _check_members(shape, value, path)


def _check_members(shape: Shape, value: t.Any, path: str) -> t.Iterator[str]:
    if isinstance(shape, StructureShape):
        yield from _check_structure(shape, value, path)
    elif isinstance(shape, ListShape):
        for number, item in enumerate(value, start=1):
            yield from _check(shape.member, item, f"{path}.{number}.member")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from _check(shape.key, key, f"{path}.{key}.key")
            yield from _check(shape.value, item, f"{path}.{key}.member")


def _check_structure(shape: StructureShape, value: dict[str, t.Any], path: str) -> t.Iterator[str]:
    for name in shape.metadata.get("required", []):
        if value.get(name) is None:
            yield f"Value null at '{_join(path, name)}' failed to satisfy constraint: Member must not be null"
    for name, item in value.items():
        if name in shape.members and item is not None:
            yield from _check(shape.members[name], item, _join(path, name))


def _join(path: str, name: str) -> str:
    step = name[0].lower() + name[1:]
    return f"{path}.{step}" if path else step


def _broken(shape: Shape, value: t.Any) -> t.Iterator[str]:
    metadata = shape.metadata
    yield from _broken_size(shape.type_name, metadata, value)
    if shape.type_name != "string":
        return
    if "enum" in metadata and value not in metadata["enum"]:
        yield f"Member must satisfy enum value set: [{', '.join(metadata['enum'])}]"
    if "pattern" in metadata and not _python_pattern(metadata["pattern"]).search(value):
        yield f"Member must satisfy regular expression pattern: {metadata['pattern']}"


def _broken_size(type_name: str, metadata: t.Mapping[str, t.Any], value: t.Any) -> t.Iterator[str]:
    minimum, maximum = metadata.get("min"), metadata.get("max")
    if type_name in {"integer", "long", "float", "double"}:
        size, noun = value, "value"
    elif type_name in {"string", "list", "map"}:
        size, noun = len(value), "length"
    else:
        return
    if minimum is not None and size < minimum:
        yield f"Member must have {noun} greater than or equal to {minimum}"
    if maximum is not None and size > maximum:
        yield f"Member must have {noun} less than or equal to {maximum}"


@functools.cache
def _python_pattern(pattern: str) -> re.Pattern[str]:
    # The service anchors a pattern whether or not it is written with ^ and $.
    for java, python in _JAVA_CLASSES.items():
        pattern = pattern.replace(java, python)
    flagged = _FLAGS.fullmatch(pattern)
    flags, rest = flagged.groups() if flagged else ("", pattern)
    return re.compile(rf"\A(?{flags or ''}:{rest})\Z")
