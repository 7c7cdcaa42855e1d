# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules by which AWS checks the content of a Command document, all at once. Pure.

What AWS takes must not be a fault: a rule is here only if AWS's documentation states it for the creation of documents,
or an error of CreateDocument is known; the rest is in lint.py.
"""

from __future__ import annotations

import dataclasses
import difflib
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents import (
    parts,
    validation_parameters,
    validation_steps,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import described, path_text

if t.TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content import Content
    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import Path

Problem = tuple["Path", str]
# The quota of a document's content ("CreateDocument" of the API reference).
MAX_CONTENT_BYTES: t.Final = 65_536
_STEPS: t.Final = dict.fromkeys(parts.SCHEMAS, "mainSteps") | {parts.SCHEMA_WITH_PLUGINS: "runtimeConfig"}
# Names that are in the place of parameters without being declared.
_BUILT_IN: t.Final = frozenset({"platformType"})


@dataclasses.dataclass(frozen=True)
class Fault:
    """What AWS refuses a document for: the path of the part, its line if it was a text, one sentence."""

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = "" if self.line is None else f" (line {self.line})"
        return f"{self.path}{place}: {self.message}"


def faults(content: Content) -> list[Fault]:
    """Everything AWS refuses the content for as a document of type Command, in the order of the lines."""
    problems = [*_size(content.text), *(problem for rule in RULES for problem in rule(content.data))]
    found = [Fault(path_text(path), content.line(path), message) for path, message in problems]
    for path, text_line, message in (problem for rule in TEXT_RULES for problem in rule(content.data)):
        found.append(Fault(path_text(path), content.line(path, text_line), message))
    return sorted(dict.fromkeys(found), key=lambda fault: fault.line or 0)


def _size(text: str) -> Iterator[Problem]:
    """MaxDocumentSizeExceeded of CreateDocument."""
    size = len(text.encode())
    if size > MAX_CONTENT_BYTES:
        yield (), f"it has {size} bytes; allowed are at most {MAX_CONTENT_BYTES}."


def _schema(data: Mapping[str, t.Any]) -> Iterator[Problem]:
    """InvalidDocumentSchemaVersion; "Schemas, features, and examples" has the versions of Command documents."""
    path: Path = ("schemaVersion",)
    version = data.get("schemaVersion")
    allowed = ", ".join(map(repr, parts.SCHEMAS))
    if version is None:
        yield path, f"it is missing; allowed are {allowed}."
    elif isinstance(version, (int, float)) and not isinstance(version, bool):
        yield path, f"{version} is a number, and must be a text: put it in quotes, as in schemaVersion: '2.2'."
    elif version not in parts.SCHEMAS:
        yield path, f"{version!r} is no schema version of Command documents; allowed are {allowed}."


def _members(data: Mapping[str, t.Any]) -> Iterator[Problem]:
    """ "Data elements and parameters" has the elements of each schema, and which schema requires which."""
    steps = _STEPS.get(str(data.get("schemaVersion")))
    if steps is None:
        return
    allowed = ("schemaVersion", "description", "parameters", steps)
    for name in data:
        if name not in allowed:
            likely = "".join(f" The likely one is {one}." for one in difflib.get_close_matches(name, allowed, n=1))
            yield (name,), f"documents of this schema version have no such part, only {', '.join(allowed)}.{likely}"
    if data.get(steps) is None:
        yield (steps,), f"it is missing; schema version {data['schemaVersion']} requires it."


def _description(data: Mapping[str, t.Any]) -> Iterator[Problem]:
    """Its type is String; numbers and the like can be read as one."""
    if isinstance(data.get("description"), (list, dict)):
        yield ("description",), f"it is {described(data['description'])}; it must be a text."


def _references(data: Mapping[str, t.Any]) -> Iterator[validation_steps.TextProblem]:
    """CreateDocument answers InvalidDocumentContent, C(Parameter "else" is not declared.), also for what scripts have.

    AWS compares what is in braces only if it could be the name of a parameter: letters and digits.
    """
    declared = data.get("parameters")
    known = _BUILT_IN | set(declared if isinstance(declared, dict) else ())
    for part in ("mainSteps", "runtimeConfig"):
        for path, text in parts.texts(data.get(part), (part,)):
            for name in parts.references(text):
                if name not in known:
                    yield path, parts.reference_line(text, name), _undeclared(name, known - _BUILT_IN)


def _undeclared(name: str, declared: Collection[str]) -> str:
    likely = difflib.get_close_matches(name, declared, n=1)
    hint = f" The likely one is {likely[0]}." if likely else ""
    return f"{{{{ {name} }}}} names no parameter of the document.{hint}"


def _whole_parameters(data: Mapping[str, t.Any]) -> Iterator[Problem]:
    declared = data.get("parameters")
    if declared is not None and not isinstance(declared, dict):
        yield ("parameters",), f"it is {described(declared)}; it must be a dictionary of parameters by name."


RULES: tuple[Callable[[Mapping[str, t.Any]], Iterator[Problem]], ...] = (
    _schema,
    _members,
    _whole_parameters,
    validation_parameters.problems,
    validation_steps.problems,
    _description,
)
# Their problems have the line in the text, too, from 0.
TEXT_RULES: tuple[Callable[[Mapping[str, t.Any]], Iterator[validation_steps.TextProblem]], ...] = (
    validation_steps.script_problems,
    _references,
)
