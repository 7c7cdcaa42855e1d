# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command documents: the AWS-owned ones, and what a document says of itself. Pure."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import typing as t

import yaml

from ..wire.arns import partition_of
from . import actions
from .aws_documents import AWS_DOCUMENTS

if t.TYPE_CHECKING:
    from ..moto.data import Attachment

MAX_CONTENT_BYTES = 64 * 1024
_PLATFORMS_OF_ACTION = {actions.SHELL: {"Linux", "MacOS"}, actions.POWERSHELL: {"Windows", "Linux"}}
_ALL_PLATFORMS = ("Windows", "Linux", "MacOS")
Json = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Document:
    """One version of a document; platforms: those it is for, when its plugins do not say it."""

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
    platforms: t.Sequence[str] = ()
    version_name: str = ""
    target_type: str = ""
    requires: t.Sequence[t.Mapping[str, str]] = ()
    attachments: t.Sequence[Attachment] = ()
    cloud_providers: t.Sequence[str] = ()
    tags: t.Mapping[str, str] = dataclasses.field(default_factory=dict)

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


AWS_OWNED: t.Final[t.Mapping[str, Document]] = {
    known.name: Document(
        name=known.name,
        version=known.version,
        content=known.content,
        text=json.dumps(known.content, indent=2),
        kind=known.kind,
        default_version=known.version,
        latest_version=known.version,
        platforms=known.platforms,
    )
    for known in AWS_DOCUMENTS.values()
}


def arn(name: str, region: str, account_id: str) -> str:
    """The ARN of a document; those that AWS owns are in no account."""
    owner = "" if name in AWS_OWNED else account_id
    return f"arn:{partition_of(region)}:ssm:{region}:{owner}:document/{name}"


def short_name(name_or_arn: str) -> str:
    """The name in a name or an ARN of a document."""
    return name_or_arn.rsplit(":document/", 1)[-1] if name_or_arn.startswith("arn:") else name_or_arn


def text_in(document: Document, wanted_format: str) -> str:
    """The content in JSON or YAML: as it was given, or else written anew."""
    if wanted_format == document.format:
        return document.text
    if wanted_format == "YAML":
        return yaml.safe_dump(document.content, sort_keys=False, allow_unicode=True)
    # YAML has times where JSON has texts.
    return json.dumps(document.content, indent=2, ensure_ascii=False, default=str)


def platform_types(document: Document) -> list[str]:
    """The platforms a document is for, as it says or from the plugins it uses: schema 1.2 and 2.x alike."""
    if document.platforms:
        return list(document.platforms)
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
