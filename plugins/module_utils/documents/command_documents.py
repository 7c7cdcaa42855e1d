# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command documents: the wanted document, and what differs. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import is_reserved_document
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import Consent, is_marked, marked
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

MAKER: t.Final = "command_document"
# CreateDocument in botocore's model of ssm, and the quota of a document's content.
NAME_PATTERN: t.Final = re.compile(r"[a-zA-Z0-9_\-.]{3,128}")
MAX_CONTENT_BYTES: t.Final = 65_536
KIND: t.Final = "Command"
SCHEMAS: t.Final = ("1.2", "2.0", "2.2")

Document = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class DocumentSpec:
    """The wanted document; None means no change, except that a new document needs its content."""

    name: str
    content: Document | None = None
    tags: dict[str, str] | None = None
    purge_tags: bool = True
    consent: Consent = dataclasses.field(default_factory=Consent)

    def __post_init__(self) -> None:
        if not NAME_PATTERN.fullmatch(self.name) or is_reserved_document(self.name):
            raise RequestError(
                f"name: {self.name!r} is not the name of a document; allowed are 3 to 128 letters, digits, '_', '-' "
                "and '.', which do not begin with aws, amazon or amzn."
            )
        if self.content is not None:
            _check_content(self.content)

    @property
    def title(self) -> str:
        """Its kind and name, for sentences."""
        return f"the document {self.name}"


def _check_content(content: Document) -> None:
    version = str(content.get("schemaVersion"))
    steps = "runtimeConfig" if version == SCHEMAS[0] else "mainSteps"
    if version not in SCHEMAS or not content.get(steps):
        raise RequestError(
            f"content: it has the schemaVersion {version} and {'some' if content.get(steps) else 'no'} {steps}; "
            "allowed are 2.2 and 2.0 with mainSteps, and 1.2 with runtimeConfig."
        )
    size = len(json_texts.dump(content).encode())
    if size > MAX_CONTENT_BYTES:
        raise RequestError(f"content: it has {size} bytes; allowed are at most {MAX_CONTENT_BYTES}.")


def shown(name: str, content: Document, version: str, tags: Mapping[str, str]) -> dict[str, t.Any]:
    """A document as the module returns it."""
    return {"document_name": name, "document_version": version, "content": content, "tags": dict(tags)}


def created(spec: DocumentSpec) -> dict[str, t.Any]:
    """The document that results from creating it."""
    return shown(spec.name, spec.content or {}, "1", marked(spec.tags, MAKER))


def read(answer: Mapping[str, t.Any], tags: Mapping[str, str]) -> dict[str, t.Any]:
    """A document of GetDocument as the module returns it.

    :raises RequestError: it is of another type, such as Automation.
    """
    name, kind = str(answer["Name"]), answer.get("DocumentType", KIND)
    if kind != KIND:
        raise RequestError(f"name: {name!r} is a document of type {kind}; allowed are documents of type {KIND}.")
    content = json_texts.load_object("content", answer["Content"])
    return shown(name, content, str(answer["DocumentVersion"]), tags)


def is_own(document: Mapping[str, t.Any]) -> bool:
    """Whether the module made a document, as it returns it."""
    return is_marked(document["tags"], MAKER)
