# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parameters of a document: checked and converted to the format of SendCommand before anything is sent.

Messages name a parameter and what is allowed, and never show its value, which may be a secret.
"""

from __future__ import annotations

import difflib
import json
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.ssm_nodes import SOURCE_TYPES
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.pattern_matching import matches, parsed
from ansible_collections.ssmops.run_command.plugins.module_utils.task.counted import counted
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError
from ansible_collections.ssmops.run_command.plugins.module_utils.task.written_values import json_text, scalar_text

if t.TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_SHELL_DOCUMENTS: t.Final = frozenset({"AWS-RunShellScript", "AWS-RunPowerShellScript"})
# The parameters of both.
SHELL_PARAMETERS = ("commands", "workingDirectory", "executionTimeout")

# Their values are sent as JSON, which AWS may write in another way before it compares.
_MAPS: t.Final = frozenset({"StringMap", "MapList"})
# What allowed values are; others are AWS's to judge.
_SCALARS: t.Final = (str, bool, int, float)
# A reference to the Parameter Store; the agent puts the parameter's value in its place.
_REFERENCE: t.Final = re.compile(r"\{\{\s*ssm(-secure)?:[^{}]+\}\}")

Declaration = t.Mapping[str, t.Any]


def document_title(name: str) -> str:
    """The name of a document that is given by its name or its ARN."""
    return name.rsplit("/", 1)[-1]


def is_shell_document(name: str) -> bool:
    """Whether a document, by its name or its ARN, is one of AWS's that run shell commands."""
    return document_title(name) in _SHELL_DOCUMENTS


def declared_by_content(content: str) -> dict[str, Declaration]:
    """The C(parameters) of a document's content in JSON or YAML, by name; empty when it has none.

    AWS gives JSON when it is asked for it; other servers of its API may give the YAML that the document was made of.

    :raises ValueError: the content is neither, or its parameters are not declarations.
    """
    document = _parsed(content)
    declared = document.get("parameters") or {} if isinstance(document, dict) else None
    if not isinstance(declared, dict) or not all(isinstance(one, dict) for one in declared.values()):
        raise ValueError("The content has no parameters by name.")
    return {str(name): declaration for name, declaration in declared.items()}


def _parsed(content: str) -> t.Any:
    try:
        return json.loads(content)
    except RecursionError as error:
        raise ValueError("The content is nested too deeply.") from error
    except ValueError:
        # Loading it takes time, and AWS's own answers do not need it.
        import yaml
    try:
        return yaml.safe_load(content)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"The content is neither JSON nor YAML: {error}") from error


def declared_by_description(description: Mapping[str, t.Any]) -> dict[str, Declaration]:
    """The parameters in DescribeDocument's C(Document): names, types and defaults, without allowed values."""
    return {
        parameter["Name"]: {
            "type": parameter.get("Type", "String"),
            **({"default": parameter["DefaultValue"]} if "DefaultValue" in parameter else {}),
        }
        for parameter in description.get("Parameters") or ()
    }


def command_parameters(
    document: str, given: Mapping[str, t.Any], declared: Mapping[str, Declaration]
) -> dict[str, list[str]]:
    """`given` as SendCommand's map of lists of strings, checked against the declaration in `document`.

    :raises RequestError: an unknown name, a missing parameter, or a value that is not allowed.
    """
    check_names(document, given, declared)
    missing = [name for name, declaration in declared.items() if "default" not in declaration and name not in given]
    if missing:
        raise RequestError(f"parameters lacks {missing[0]!r}: {document} requires it and has no default.")
    return {name: _checked(document, name, value, declared[name]) for name, value in given.items()}


def check_names(document: str, given: Iterable[str], declared: Collection[str]) -> None:
    """Raise RequestError for a parameter that `document` does not have, with the one that is likely meant."""
    unknown = next((name for name in given if name not in declared), None)
    if unknown is None:
        return
    likely = difflib.get_close_matches(str(unknown), declared, n=1)
    raise RequestError(
        f"parameters has {unknown!r}: {document} has no such parameter, it has {', '.join(sorted(declared)) or 'none'}."
        + (f" The likely one is {likely[0]!r}." if likely else "")
    )


def undeclared_parameters(given: Mapping[str, t.Any]) -> dict[str, list[str]]:
    """`given` in the format of SendCommand, unchecked: for callers who may not read the document."""
    return {name: _as_strings(name, value, "MapList" if _is_map_list(value) else "") for name, value in given.items()}


def unjudged_patterns(given: Iterable[str], declared: Mapping[str, Declaration]) -> list[str]:
    """Those of the parameters `given` whose C(allowedPattern) only AWS can hold their values against."""
    return [
        name
        for name in given
        if (pattern := _pattern(declared[name])) and (_kind(declared[name]) in _MAPS or parsed(pattern) is None)
    ]


def check_platform(document: str, fits: Iterable[str], found: Iterable[str]) -> None:
    """Raise RequestError if `document` supports none of the nodes' platforms (`found`, at least one)."""
    fitting, platforms = set(fits), set(found)
    if fitting and platforms and not fitting & platforms:
        raise RequestError(
            f"document_name is {document!r}: it is for {', '.join(sorted(fitting))}, and the targeted nodes run "
            f"{', '.join(sorted(platforms))}."
        )


def source_types(providers: Iterable[str]) -> list[str]:
    """The sources of nodes that a document for these providers supports; none if it supports all, or does not say."""
    chosen = set(providers)
    if not chosen or not chosen < SOURCE_TYPES.keys():
        return []
    return [source for provider in SOURCE_TYPES if provider in chosen for source in SOURCE_TYPES[provider]]


def check_cloud(document: str, providers: Iterable[str], found: Iterable[str]) -> None:
    """Raise RequestError if `document` supports none of the nodes' sources (`found`, "" for one that is not told)."""
    clouds = {source: provider for provider, sources in SOURCE_TYPES.items() for source in sources}
    fitting, there = set(providers), {clouds.get(source, "AWS") for source in found}
    if fitting and there and not fitting & there:
        raise RequestError(
            f"document_name is {document!r}: it is for nodes of {', '.join(sorted(fitting))}, and the targeted nodes "
            f"are of {', '.join(sorted(there))}."
        )


def _kind(declaration: Declaration) -> str:
    return str(declaration.get("type") or "String")


def _pattern(declaration: Declaration) -> str:
    pattern = declaration.get("allowedPattern")
    return pattern if isinstance(pattern, str) else ""


def _checked(document: str, name: str, value: t.Any, declaration: Declaration) -> list[str]:
    kind = _kind(declaration)
    strings = _as_strings(name, value, kind)
    if kind in {"String", "Boolean", "Integer", *_MAPS} and len(strings) != 1:
        raise RequestError(f"parameters.{name} has {counted(len(strings), 'value')}: {document} takes one ({kind}).")
    # What the Parameter Store has in the place of a reference is not known here.
    known = [text for text in strings if not _REFERENCE.search(text)]
    for text in known:
        _check_type(document, name, text, kind)
        if kind not in _MAPS:
            _check_allowed(document, name, text, declaration)
    if len(known) == len(strings):
        _check_sizes(document, name, strings, declaration)
    return strings


def _as_strings(name: str, value: t.Any, kind: str) -> list[str]:
    """A value as the list of strings of SendCommand; a map list is one string, the JSON of the list."""
    values = list(value) if isinstance(value, (list, tuple)) else [value]
    maps = [_as_map(item) for item in values] if kind == "MapList" else []
    if kind == "MapList" and None not in maps:
        return [json_text(f"parameters.{name}", maps)]
    return [_as_string(name, item) for item in values]


def _as_map(value: t.Any) -> dict[t.Any, t.Any] | None:
    """The dictionary that is given as such or as its JSON; None for anything else."""
    if isinstance(value, str) and _is_json(value, dict):
        value = json.loads(value)
    return value if isinstance(value, dict) else None


def _is_map_list(value: t.Any) -> bool:
    return isinstance(value, (list, tuple)) and bool(value) and all(isinstance(item, dict) for item in value)


def _as_string(name: str, value: t.Any) -> str:
    where = f"parameters.{name}"
    return (json_text if isinstance(value, (dict, list, tuple)) else scalar_text)(where, value)


def _check_type(document: str, name: str, text: str, kind: str) -> None:
    fits = {
        "Integer": lambda: re.fullmatch(r"-?[0-9]+", text) is not None,
        "Boolean": lambda: text.lower() in {"true", "false"},
        "StringMap": lambda: _is_json(text, dict),
        "MapList": lambda: _is_json(text, list),
    }.get(kind)
    if fits is not None and not fits():
        raise RequestError(f"parameters.{name} is no {kind}, which {document} takes.")


def _is_json(text: str, kind: type) -> bool:
    try:
        return isinstance(json.loads(text), kind)
    except (ValueError, RecursionError):
        return False


def _check_allowed(document: str, name: str, text: str, declaration: Declaration) -> None:
    allowed = _allowed_values(declaration)
    if allowed and text not in allowed:
        raise RequestError(f"parameters.{name} is none of what {document} allows: {', '.join(allowed)}.")
    pattern = _pattern(declaration)
    if matches(pattern, text) is False:
        raise RequestError(f"parameters.{name} does not match what {document} allows: {pattern}.")


def _allowed_values(declaration: Declaration) -> list[str]:
    allowed = declaration.get("allowedValues")
    if not isinstance(allowed, list) or not all(isinstance(value, _SCALARS) for value in allowed):
        return []
    return [scalar_text("allowedValues", value) for value in allowed]


def _check_sizes(document: str, name: str, strings: list[str], declaration: Declaration) -> None:
    for field, size, unit in (
        ("Items", len(strings), "value"),
        ("Chars", max(map(len, strings), default=0), "character"),
    ):
        lowest, highest = (_limit(declaration.get(f"{bound}{field}")) for bound in ("min", "max"))
        if (lowest is not None and size < lowest) or (highest is not None and size > highest):
            limits = f"from {lowest or 0}" + (f" to {highest}" if highest is not None else "")
            raise RequestError(f"parameters.{name} has {counted(size, unit)}: {document} allows {limits}.")


def _limit(declared: t.Any) -> int | None:
    """A number of the document, which may be written as text; None for anything else, which AWS judges."""
    text = str(declared)
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
