# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What makes a Command document a hole in a policy that limits senders to documents. Pure.

A rule is a function from the content to remarks, each a code of CODES, the path of a part and a sentence.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents import (
    lint_bounds,
    lint_evaluation,
    lint_sources,
    lint_unknown,
    parts,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import path_text

if t.TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import Path
    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.lint_unknown import Remark

CODES: t.Final[t.Mapping[str, str]] = {
    "document-parameter": "Which document C(aws:runDocument) runs, or its parameters, come from the sender.",
    "download-parameter": "What C(aws:downloadContent) downloads comes from the sender.",
    "environment-evaluated": "A script runs the environment variable of a parameter as a command.",
    "environment-in-braces": "A script has C({{ }}) of a parameter with C(ENV_VAR): older agents put its value there.",
    "open-pattern": "A parameter is put into a script, and its C(allowedPattern) does not bound it.",
    "script-parameter": "A parameter is the script itself, or a command of it.",
    "secret-in-script": "A script has C({{ssm-secure:}}), which agents only replace in the inputs of a download.",
    "shell-parameter": "A parameter without bounds is put into a script.",
    "short-name": "The name of a step is too short for C(GetCommandInvocation) to tell its output.",
    "software-parameter": "Which package, program, module or image a step installs or runs comes from the sender.",
    "unknown-action": "The plugin reference does not have the action of a step.",
    "unknown-input": "The plugin reference does not have an input of a step.",
    "unknown-member": "The documentation does not have a member of a step or of a parameter.",
    "unknown-value": "A value is none of those that are documented.",
    "unmet-precondition": "A precondition is never met, or the agent fails the step for it.",
}
# Agents before this one read interpolationType not at all.
_FIRST_AGENT: t.Final = "3.3.2746.0"
_OPEN: t.Final[t.Mapping[str, str]] = {
    "unread": "cannot be judged here",
    "unanchored": "is looked for anywhere in the value, as it does not begin with ^ and end with $",
    "metacharacters": "allows characters that shells act on",
    "spaces": "allows spaces, which part words where no quotes are around it",
}
_SHELL: t.Final = "{name} is what is run: the document is a shell for its senders, unless allowedValues list it."
# What a pattern cannot bound.
_MAPS: t.Final = ("StringMap", "MapList")


@dataclasses.dataclass(frozen=True)
class Finding:
    """A finding about a document: a stable code, the path of the part, one sentence."""

    code: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message} [{self.code}]"


def findings(data: Mapping[str, t.Any], skip: Collection[str] = ()) -> list[Finding]:
    """The findings about the content of a document, without those whose code is in `skip`.

    Any content is borne: what AWS refuses is told by validation.
    """
    remarks = [remark for rule in RULES for remark in rule(data)]
    found = [Finding(code, path_text(path), message) for code, path, message in remarks]
    return [finding for finding in dict.fromkeys(found) if finding.code not in skip]


def version_findings(data: Mapping[str, t.Any], version: str) -> list[dict[str, str]]:
    """The findings about the content of a version as modules return them, with the number of the version."""
    return [{**dataclasses.asdict(finding), "document_version": version} for finding in findings(data)]


def _scripts(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    declared = parts.parameters(data)
    for step in parts.steps(data):
        for path, text in parts.script_texts(step):
            for name in parts.references(text):
                if name in declared:
                    yield from ((code, path, message) for code, message in _in_script(data, text, name))
        for name in parts.references(step.text) if step.is_script else ():
            yield "script-parameter", step.inputs_path, _SHELL.format(name=name)


def _in_script(data: Mapping[str, t.Any], text: str, name: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the reference to a parameter in the text of a script."""
    declaration = parts.parameters(data)[name]
    openness = _openness(declaration, text, name)
    if parts.is_in_environment(data, declaration):
        if openness:
            yield (
                "environment-in-braces",
                f"agents before {_FIRST_AGENT} put the value of {name} into the script: write $SSM_{name} in quotes.",
            )
    elif _is_command(declaration, text, name):
        yield "script-parameter", _SHELL.format(name=name)
    elif openness == "none":
        yield (
            "shell-parameter",
            f"the value of {name} becomes script, and quotes do not contain it: {_remedy(data, name)}.",
        )
    elif openness:
        yield "open-pattern", f"the allowedPattern of {name} {_OPEN[openness]}: {_remedy(data, name)}."


def _remedy(data: Mapping[str, t.Any], name: str) -> str:
    """What helps: the environment is for the type String and the newest schema only."""
    kind = parts.parameters(data)[name].get("type")
    start = "use" if kind == "String" else "make it a String with"
    schema = "" if data.get("schemaVersion") == parts.NEWEST_SCHEMA else f" with schemaVersion '{parts.NEWEST_SCHEMA}'"
    bound = "" if kind in _MAPS else ", or bound it"
    return f"{start} interpolationType {parts.ENVIRONMENT}{schema} and $SSM_{name} in quotes{bound}"


def _openness(declaration: parts.Declaration, text: str, name: str) -> lint_bounds.Openness:
    """As lint_bounds has it, but spaces are harmless in quotes."""
    openness = lint_bounds.openness(declaration)
    return "" if openness == "spaces" and not lint_evaluation.is_unquoted(text, name) else openness


def _is_command(declaration: parts.Declaration, text: str, name: str) -> bool:
    """Whether a parameter is a whole command or where one begins, which a pattern does not bound enough."""
    if lint_bounds.is_fixed(declaration):
        return False
    return parts.is_reference(text) or lint_evaluation.is_evaluated(text, f"SSM_{name}", name, is_bounded=True)


def _evaluated(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    for name, declaration in parts.parameters(data).items():
        if lint_bounds.is_fixed(declaration) or not parts.is_in_environment(data, declaration):
            continue
        is_bounded = not lint_bounds.openness(declaration)
        for path, script in _whole_scripts(data):
            if lint_evaluation.is_evaluated(script, f"SSM_{name}", name, is_bounded):
                yield "environment-evaluated", path, f"it runs the value of {name} as a command or a script."


def _whole_scripts(data: Mapping[str, t.Any]) -> Iterator[tuple[Path, str]]:
    """The script of each step, with the path of its input."""
    for step in parts.steps(data):
        path, script = parts.whole_script(step)
        if script:
            yield path, script


def _secrets(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    for step in parts.steps(data):
        for path, text in parts.script_texts(step):
            if re.search(r"\{\{\s*ssm-secure:", text):
                message = "the script gets the braces as they are; read the secret in the script, with the node's role."
                yield "secret-in-script", path, message


RULES: tuple[Callable[[Mapping[str, t.Any]], Iterator[Remark]], ...] = (
    _scripts,
    _evaluated,
    _secrets,
    *lint_sources.RULES,
    *lint_unknown.RULES,
)
