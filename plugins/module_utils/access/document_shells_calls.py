# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the contents of documents to find out which are shells."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import is_ansible_aws_error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.access.document_shells import DocumentLint
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_documents
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import document_owners
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.lint import version_findings
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.access.matrix import Resource
    from mypy_boto3_ssm.client import SSMClient

_DENIED: t.Final = ["AccessDeniedException"]


def read_lint(client: SSMClient, document: Resource) -> DocumentLint:
    """The findings about all versions of a document of the account, or the default version of another one."""
    name = str(document.name)
    try:
        numbers = _versions(client, name)
    except is_ansible_aws_error_code(_DENIED):
        found = _of_version(client, name, ssm_documents.DEFAULT_VERSION)
        return DocumentLint(found.findings, ("its versions may not be listed", *found.unread))
    if numbers is None:
        return DocumentLint((), ("it does not exist",))
    linted = [_of_version(client, name, number) for number in numbers]
    return DocumentLint(
        tuple(finding for one in linted for finding in one.findings),
        tuple(reason for one in linted for reason in one.unread),
    )


def _versions(client: SSMClient, name: str) -> list[str] | None:
    """The versions that a sender can name, as far as they matter; None if there is no such document."""
    if name.startswith("arn:") or document_owners(name) == {"aws"}:
        return [ssm_documents.DEFAULT_VERSION]
    listed = ssm_documents.find_document_versions(client, name)
    return None if listed is None else [str(one["DocumentVersion"]) for one in listed]


def _of_version(client: SSMClient, name: str, number: str) -> DocumentLint:
    try:
        answer = ssm_documents.get_document(client, name, number)
    except is_ansible_aws_error_code(_DENIED):
        return DocumentLint((), (f"version {number} may not be read",))
    if answer is None:
        return DocumentLint((), (f"version {number} does not exist",))
    content = json_texts.load_object("content", answer["Content"])
    return DocumentLint(tuple(version_findings(content, str(answer["DocumentVersion"]))))
