# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command documents: the wanted document, and a document as modules return it. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import is_reserved_document
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import sharing
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.validation import faults
from ansible_collections.ssmops.run_command.plugins.module_utils.task.ownership import Consent, is_marked
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content import Content
    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.versions import Version

MAKER: t.Final = "command_document"
KIND: t.Final = "Command"
# CreateDocument in botocore's model of ssm.
NAME_PATTERN: t.Final = re.compile(r"[a-zA-Z0-9_\-.]{3,128}")
VERSION_NAME_PATTERN: t.Final = re.compile(r"[a-zA-Z0-9_\-.]{1,128}")
TARGET_TYPE_PATTERN: t.Final = re.compile(r"/[\w.\-:/]{0,199}")
MAX_ATTACHMENTS: t.Final = 20


@dataclasses.dataclass(frozen=True)
class DocumentSpec:
    """The wanted document; None means no change, except that a new document needs its content.

    `attachments` are dictionaries of C(key), C(values) and C(name), `requires` of C(name) and C(version);
    `default_version` is the number or the name of a version.
    """

    name: str
    content: Content | None = None
    version_name: str | None = None
    make_default: bool = True
    default_version: str | None = None
    keep_versions: int | None = None
    prune_named_versions: bool = False
    attachments: list[dict[str, t.Any]] | None = None
    requires: list[dict[str, t.Any]] | None = None
    target_type: str | None = None
    cloud_providers: list[str] | None = None
    account_ids: list[str] | None = None
    purge_account_ids: bool = True
    share_with_all: bool = False
    tags: dict[str, str] | None = None
    purge_tags: bool = True
    consent: Consent = dataclasses.field(default_factory=Consent)

    def __post_init__(self) -> None:
        if not NAME_PATTERN.fullmatch(self.name) or is_reserved_document(self.name):
            raise RequestError(
                f"name: {self.name!r} is not the name of a document; allowed are 3 to 128 letters, digits, '_', '-' "
                "and '.', which do not begin with aws, amazon or amzn."
            )
        _check_version_options(self)
        sharing.check(self.account_ids, self.share_with_all)
        if self.content is not None:
            _check_content(self.content)

    @property
    def title(self) -> str:
        """Its kind and name, for sentences."""
        return f"the document {self.name}"


def _check_version_options(spec: DocumentSpec) -> None:
    if spec.version_name is not None and not VERSION_NAME_PATTERN.fullmatch(spec.version_name):
        raise RequestError(
            f"version_name: {spec.version_name!r} is not the name of a version; allowed are 1 to 128 letters, digits, "
            "'_', '-' and '.'."
        )
    if spec.default_version is not None and not VERSION_NAME_PATTERN.fullmatch(spec.default_version):
        raise RequestError(
            f"default_version: {spec.default_version!r} is not a version; allowed are its number and its name."
        )
    if spec.target_type is not None and not TARGET_TYPE_PATTERN.fullmatch(spec.target_type):
        raise RequestError(
            f"target_type: {spec.target_type!r} is not a type; allowed are '/' and types such as '/AWS::EC2::Instance'."
        )
    if spec.keep_versions is not None and spec.keep_versions < 1:
        raise RequestError(f"keep_versions: {spec.keep_versions} is not allowed; allowed are 1 and more.")
    if spec.attachments is not None and len(spec.attachments) > MAX_ATTACHMENTS:
        raise RequestError(
            f"attachments: there are {len(spec.attachments)}; allowed are at most {MAX_ATTACHMENTS} of a version."
        )


def _check_content(content: Content) -> None:
    found = faults(content)
    if found:
        raise RequestError(f"content: {' '.join(str(fault) for fault in found)}")


def check_kind(version: Version) -> None:
    """Raise RequestError for a document of another type, such as Automation."""
    kind = version.described.get("DocumentType") or KIND
    if kind != KIND:
        name = str(version.described["Name"])
        raise RequestError(f"name: {name!r} is a document of type {kind}; allowed are documents of type {KIND}.")


def shown(version: Version, account_ids: list[str] | None = None) -> dict[str, t.Any]:
    """A document as the module returns it, by one of its versions; only what it can say in check mode, too.

    :raises RequestError: it is of another type, such as Automation.
    """
    check_kind(version)
    described = version.described
    document = {
        "name": str(described["Name"]),
        "document_version": version.number,
        "version_name": version.name,
        "default_version": version.default,
        "latest_version": version.latest,
        "document_type": KIND,
        "document_format": described.get("DocumentFormat"),
        "schema_version": described.get("SchemaVersion"),
        "description": described.get("Description") or "",
        "target_type": described.get("TargetType") or None,
        "cloud_providers": version.providers,
        "requires": [{"name": one["Name"], "version": one.get("Version")} for one in described.get("Requires") or []],
        "attachments": version.files,
        "content": version.content,
        "tags": tags_of(described),
    }
    return document if account_ids is None else {**document, "account_ids": account_ids}


def tags_of(described: Mapping[str, t.Any]) -> dict[str, str]:
    """The tags in a Document of DescribeDocument."""
    return {tag["Key"]: tag["Value"] for tag in described.get("Tags") or []}


def is_own(version: Version) -> bool:
    """Whether the module made the document of a version."""
    return is_marked(tags_of(version.described), MAKER)
