# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a document downloads, runs and installs, and from where, must not be its sender's choice. Pure."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents import lint_bounds, lint_evaluation, parts
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.plugins import (
    DOWNLOAD,
    PACKAGE,
    RUN_DOCUMENT,
)

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.lint_unknown import Remark

# A host and the first part of its path, be it a bucket or an owner; a bucket alone where it is in the host.
_PLACE: t.Final = re.compile(
    r"(?:https?|ssh|git)://[^/{}\s]+/[^/{}\s]+/|s3://[^/{}\s]+/|https://[\w.-]+\.s3[\w.-]*\.amazonaws\.com(?:\.cn)?/"
)
_OWN_DOCUMENT: t.Final = re.compile(r"arn:[a-z-]+:ssm:[a-z0-9-]*:[0-9]{12}:document/")
# AWS's own that are a shell: a pattern for some documents does not take them.
_ANY_DOCUMENTS: t.Final = ("AWS-RunShellScript", "AWS-RunPowerShellScript", "AWS-RunRemoteScript", "AWS-RunDocument")
_LOCAL: t.Final = "LocalPath"
_NAMES: t.Final[t.Mapping[str, tuple[str, ...]]] = {PACKAGE: ("name",), "aws:runDockerAction": ("image",)}
_SOURCES: t.Final[t.Mapping[str, tuple[str, ...]]] = {
    PACKAGE: ("repository", "source"),
    "aws:applications": ("source",),
    "aws:psModule": ("source",),
    "aws:updateAgent": ("source",),
    "aws:updateSsmAgent": ("source",),
}
_ARGUMENTS: t.Final[t.Mapping[str, tuple[str, ...]]] = {
    PACKAGE: ("additionalArguments",),
    "aws:applications": ("parameters",),
    "aws:runDockerAction": ("cmd", "env", "volume"),
}
# Names that a pattern for some packages or images does not take.
_ANY_SOFTWARE: t.Final = (
    *("Az9", "package", "restartWeb", "https://example.com/a"),
    "arn:aws:ssm:us-east-1:111122223333:package/a",
)
# Variables by which programs load others.
_LOADING: t.Final = (
    *("BASH_ENV", "DYLD_INSERT_LIBRARIES", "ENV", "IFS", "LD_AUDIT", "LD_LIBRARY_PATH", "LD_PRELOAD", "NODE_OPTIONS"),
    *("PATH", "PERL5LIB", "PERL5OPT", "PSModulePath", "PYTHONPATH", "PYTHONSTARTUP", "RUBYOPT", "environment"),
)
_RELATIVE: t.Final = re.compile(r"(?:^|[\s;|&(\"'])\.{1,2}[/\\]")


class _Given(t.NamedTuple):
    """A parameter in a text of a step."""

    step: parts.Step
    path: t.Any
    text: str
    name: str
    declaration: parts.Declaration

    @property
    def before(self) -> str:
        """What is before it in its text, of JSON in its value."""
        return self._around[0].rpartition('"')[2]

    @property
    def after(self) -> str:
        """What is after it."""
        return self._around[-1]

    @property
    def _around(self) -> list[str]:
        return re.split(rf"\{{\{{\s*{self.name}\s*\}}\}}", self.text)

    @property
    def fixed(self) -> str:
        """The text that the value begins with, whatever the sender gives."""
        return self.before + lint_bounds.beginning(self.declaration)

    @property
    def is_fixed(self) -> bool:
        """Whether no text of it is the sender's choice."""
        return lint_bounds.is_fixed(self.declaration)


def _downloads(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    """A parameter may name a part of what is downloaded, but not where from."""
    for one in _given(data, {DOWNLOAD: ("sourceType", "sourceInfo")}):
        is_part = re.search(r"[\w./-]$", one.before) is not None and "://" not in one.fixed
        if not lint_bounds.is_listed(one.declaration) and not (_is_in_place(one) or (is_part and _is_one_name(one))):
            message = f"{one.name} decides what {one.step.action} downloads: fix it, or use allowedValues."
            yield "download-parameter", one.path, message


def _is_in_place(one: _Given) -> bool:
    """Whether a parameter names something in a fixed place."""
    return _PLACE.match(one.fixed) is not None and _is_one_name(one)


def _is_one_name(one: _Given) -> bool:
    begin = lint_bounds.beginning(one.declaration)
    probes = (f"{begin}a/b", f"{begin}..", f"{begin}/")
    return not lint_bounds.openness(one.declaration) and not lint_bounds.takes_any(one.declaration, probes)


def _documents(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    for one in _given(data, {RUN_DOCUMENT: ("documentType", "documentPath")}):
        if _is_any_document(one):
            message = f"{one.name} decides which document {one.step.action} runs: use allowedValues."
            yield "document-parameter", one.path, message
    for one in _given(data, {RUN_DOCUMENT: ("documentParameters",)}):
        is_shell = str(one.step.inputs.get("documentPath")) in _ANY_DOCUMENTS and parts.is_reference(one.text)
        if lint_bounds.openness(one.declaration) or (is_shell and not one.is_fixed):
            message = f"{one.name} is given to the document that {one.step.action} runs: the lint of that counts too."
            yield "document-parameter", one.path, message


def _is_any_document(one: _Given) -> bool:
    """Whether a parameter takes one of AWS's shells, a file of the node, or a document of any account."""
    if not one.is_fixed:
        if one.step.inputs.get("documentType") == _LOCAL:
            return True
        if ":" in one.fixed or lint_bounds.allows(one.declaration, ":"):
            return _OWN_DOCUMENT.match(one.fixed) is None
    fitting = [
        probe[len(one.before) : len(probe) - len(one.after)]
        for probe in (*_ANY_DOCUMENTS, _LOCAL)
        if probe.startswith(one.before) and probe.endswith(one.after)
    ]
    return lint_bounds.takes_any(one.declaration, tuple(fitting))


def _software(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    chosen = [
        *(one for one in _given(data, _NAMES) if lint_bounds.takes_any(one.declaration, _ANY_SOFTWARE)),
        *(one for one in _given(data, _SOURCES) if not (one.is_fixed or _is_in_place(one))),
        *(one for one in _given(data, _ARGUMENTS) if _is_free(one)),
    ]
    for one in chosen:
        message = f"{one.name} decides what {one.step.action} installs or runs: use allowedValues."
        yield "software-parameter", one.path, message


def _is_free(one: _Given) -> bool:
    """Whether a parameter is a whole argument, or names any directory."""
    is_whole = parts.is_reference(one.text) or lint_bounds.allows(one.declaration, "/")
    return not one.is_fixed and (bool(lint_bounds.openness(one.declaration)) or is_whole)


def _surroundings(data: Mapping[str, t.Any]) -> Iterator[Remark]:
    """The environment and the directory in which scripts look for programs."""
    scripts = {step.action: ("environment", "workingDirectory") for step in parts.steps(data) if step.is_script}
    for one in _given(data, scripts):
        _path, script = parts.whole_script(one.step)
        member = str(one.path[-1])
        is_loaded = member in _LOADING or (
            member == "workingDirectory" and _RELATIVE.search(script) is not None and not _is_below(one)
        )
        if is_loaded and not one.is_fixed:
            message = f"{one.name} decides which programs the script loads: fix it, or use allowedValues."
            yield "script-parameter", one.path, message
        elif not one.is_fixed and lint_evaluation.is_evaluated(script, re.escape(member), one.name):
            yield "environment-evaluated", one.path, f"the script runs the value of {one.name}."


def _is_below(one: _Given) -> bool:
    is_bounded = not lint_bounds.openness(one.declaration) and re.match(r"/[^/]+/", one.fixed) is not None
    return is_bounded and not (lint_bounds.allows(one.declaration, ".") and lint_bounds.allows(one.declaration, "/"))


def _given(data: Mapping[str, t.Any], inputs: Mapping[str, tuple[str, ...]]) -> Iterator[_Given]:
    """Each declared parameter in these inputs of these actions, or in the place of all inputs."""
    declared = parts.parameters(data)
    for step in parts.steps(data):
        members = inputs.get(step.action, ())
        found = [one for member in members for one in parts.texts(step.inputs.get(member), (*step.inputs_path, member))]
        if members and step.text and not step.is_script:
            found.append((step.inputs_path, step.text))
        for path, text in found:
            for name in parts.references(text):
                if name in declared:
                    yield _Given(step, path, text, name, declared[name])


RULES: tuple[Callable[[Mapping[str, t.Any]], Iterator[Remark]], ...] = (
    _downloads,
    _documents,
    _software,
    _surroundings,
)
