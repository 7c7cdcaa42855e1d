# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads, makes, chooses and prunes the versions of a Command document."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import is_ansible_aws_error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_documents
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import answer_field
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import meaning, versions
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content import Content
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.versions import Version
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.deadline import Deadline
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.command_documents import DocumentSpec
    from mypy_boto3_ssm.client import SSMClient

# How long AWS may take to fetch attachments, and how often it is asked.
ACTIVE_SECONDS: t.Final = 120
POLL_SECONDS: t.Final = 2.0
# A first attempt, whose answer was lost, made the version already.
_MADE_BEFORE: t.Final = ["DuplicateDocumentContent", "DuplicateDocumentVersionName"]


def read_version(client: SSMClient, name: str, number: str = ssm_documents.DEFAULT_VERSION) -> Version | None:
    """A version of a document with its content; None if it does not exist."""
    described = ssm_documents.describe_document(client, name, number)
    return None if described is None else _with_content(client, described)


def read_content(client: SSMClient, name: str, number: str) -> dict[str, t.Any] | None:
    """The content of a version; None if it does not exist."""
    answer = ssm_documents.get_document(client, name, number)
    return None if answer is None else json_texts.load_object("content", answer["Content"])


def _with_content(client: SSMClient, described: Mapping[str, t.Any]) -> Version | None:
    content = read_content(client, str(described["Name"]), str(described["DocumentVersion"]))
    return None if content is None else Version(described, content)


def find_wanted(client: SSMClient, spec: DocumentSpec, base: Version, is_foreseen: bool) -> Version | None:
    """The version that is wanted: that of the option default_version, or one that means the same; None for a new one.

    :param is_foreseen: whether to find what AWS would find when asked for a new version: its text in any older one.
    :raises RequestError: the version of the option default_version does not exist, or the name of the wanted version
        is that of another one.
    """
    if spec.default_version is not None:
        return _chosen(client, spec.name, spec.default_version, base)
    if versions.is_wanted(spec, base):
        return base
    found = None
    if spec.content is not None:
        older = versions.older_numbers(base)
        found = _older(client, spec, older[: versions.LOOK_BACK])
        if found is None and is_foreseen:
            found = _with_text(client, spec, spec.content, older[versions.LOOK_BACK :])
    return found or _named(client, spec)


def _chosen(client: SSMClient, name: str, wanted: str, base: Version) -> Version:
    """A version by its number, or else by its name, which may be a number, too."""
    is_number = wanted.isascii() and wanted.isdigit() and not wanted.startswith("0")
    if wanted == (base.number if is_number else base.name):
        return base
    described = ssm_documents.describe_document(client, name, wanted) if is_number else None
    described = described or ssm_documents.describe_named_version(client, name, wanted)
    found = None if described is None else _with_content(client, described)
    if found is None:
        raise RequestError(
            f"default_version: the document {name} has no version {wanted!r}; its latest one is {base.latest}."
        )
    return found


def _older(client: SSMClient, spec: DocumentSpec, numbers: list[str]) -> Version | None:
    for number in numbers:
        content = read_content(client, spec.name, number)
        if content is None or spec.content is None or not meaning.same(spec.content.data, content):
            continue
        described = ssm_documents.describe_document(client, spec.name, number)
        found = None if described is None else Version(described, content)
        if found is not None and versions.is_wanted(spec, found):
            return found
    return None


def _with_text(client: SSMClient, spec: DocumentSpec, content: Content, numbers: list[str]) -> Version | None:
    """The first of these versions that was given as the same text, and is wanted in all else."""
    for number in numbers:
        answer = ssm_documents.get_document(client, spec.name, number, content.format)
        found = read_version(client, spec.name, number) if answer and answer["Content"] == content.text else None
        if found is not None and versions.is_wanted(spec, found):
            return found
    return None


def _named(client: SSMClient, spec: DocumentSpec) -> Version | None:
    """The version with the wanted name, if it is the wanted one; RequestError if it is another."""
    if spec.version_name is None:
        return None
    described = ssm_documents.describe_named_version(client, spec.name, spec.version_name)
    found = None if described is None else _with_content(client, described)
    if found is None or versions.is_wanted(spec, found):
        return found
    raise RequestError(
        f"version_name: {spec.version_name!r} is the name of version {found.number} of {spec.title}, which differs in "
        f"{' and '.join(versions.differences(spec, found))}; AWS changes neither, so choose another name."
    )


def make_version(client: SSMClient, spec: DocumentSpec, base: Version) -> Version:
    """Make the wanted version, or find one that is there: an earlier attempt's, or one from long ago."""
    try:
        made = ssm_documents.update_document(client, versions.update(spec, base, _content(client, spec, base)))
    except is_ansible_aws_error_code(_MADE_BEFORE):
        found = _older(client, spec, ["$LATEST", *versions.older_numbers(base)])
        if found is None:
            raise
        return found
    number = str(answer_field(made, "DocumentVersion"))
    wait_until_active(client, spec.name, number, made)
    return versions.numbered(versions.after_update(spec, base), number, base.default)


def _content(client: SSMClient, spec: DocumentSpec, base: Version) -> Content:
    """The wanted content, or that of `base` in the format and with the text that it was given in."""
    if spec.content is not None:
        return spec.content
    form = versions.format_of(base)
    answer = ssm_documents.get_document(client, spec.name, base.number, form) if form == "YAML" else None
    if answer is None:
        return Content(base.content, "JSON", json_texts.dump(base.content))
    return Content(base.content, form, answer["Content"])


def wait_until_active(client: SSMClient, name: str, number: str, made: Mapping[str, t.Any]) -> None:
    """Wait until AWS has made a version, which takes time only if it has attachments.

    :raises RequestError: AWS could not make it, or not in ACTIVE_SECONDS.
    """
    deadline, described = Deadline(ACTIVE_SECONDS), made
    while described.get("Status") in ("Creating", "Updating") and not deadline.expired:
        deadline.pause(POLL_SECONDS)
        described = ssm_documents.describe_document(client, name, number) or {}
    status = described.get("Status", "Active")
    if status != "Active":
        information = described.get("StatusInformation") or "AWS says no more"
        raise RequestError(f"content: version {number} of the document {name} is {status}: {information}.")


def list_versions(client: SSMClient, name: str) -> list[versions.Listed]:
    """All versions of a document."""
    return versions.listed(ssm_documents.list_document_versions(client, name))
