# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the document and the nodes before a command is sent."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.ssmops.run_command.plugins.module_utils.aws import ssm_commands
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.paging import listed_once
from ansible_collections.ssmops.run_command.plugins.module_utils.commands import documents
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.messages import target_text
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.preflight import (
    Place,
    can_filter,
    node_filters,
    node_summary,
    preview,
    refusal_hint,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import MAX_IDS_PER_COMMAND
from ansible_collections.ssmops.run_command.plugins.module_utils.task.aws_texts import error_text
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.preflight import NodeFilters
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.request import SendRequest
    from ansible_collections.ssmops.run_command.plugins.module_utils.commands.retrier import Retrier
    from mypy_boto3_ssm.client import SSMClient

ACCESS_DENIED = "AccessDeniedException"

# DescribeDocument returns MacOS, DescribeInstanceInformation macOS.
_SAME_PLATFORM = {"macos": "MacOS", "linux": "Linux", "windows": "Windows"}


class Preflight:
    """Reads the document and the nodes; what the caller may not read is not checked, with a warning.

    :param retrier: makes the calls.
    :param warn: takes a sentence for the user, such as that a check is skipped for lack of a permission.
    :param note: takes a sentence for the user who wants to know more, such as that a check is left to AWS.
    :param secret: the task has C(no_log).
    """

    def __init__(
        self,
        reader: SSMClient,
        retrier: Retrier,
        warn: Callable[[str], None],
        note: Callable[[str], None],
        *,
        secret: bool = False,
    ) -> None:
        self._reader = reader
        self._retrier = retrier
        self._warn = warn
        self._note = note
        self._secret = secret
        self._platforms: tuple[str, ...] = ()
        self._providers: tuple[str, ...] = ()

    def parameters(self, document: str, version: str | None, given: Mapping[str, t.Any]) -> dict[str, list[str]]:
        """`given` in the format of SendCommand, checked against the document.

        :raises RequestError: a parameter is invalid. :raises AnsibleAWSError: the document does not exist.
        """
        declared = self._declared(document, version)
        if declared is None:
            return documents.undeclared_parameters(given)
        parameters = documents.command_parameters(document, given, declared)
        for name in documents.unjudged_patterns(given, declared):
            self._note(f"parameters.{name} was not held against the allowedPattern of {document}: AWS does that.")
        return parameters

    def _explain_unreadable(self, document: str, version: str | None, error: AnsibleAWSError) -> None:
        """Raise for a missing document or version; only warn if the caller may not describe it."""
        code = error_code(error)
        if code == "InvalidDocument":
            raise RequestError(
                f"document_name is {document!r}: there is no such document in this account and region."
            ) from error
        if code == "InvalidDocumentVersion":
            raise RequestError(f"document_version is {version!r}: {document} has no such version.") from error
        if code != ACCESS_DENIED:
            raise error
        self._warn(
            f"The parameters of {document} were not checked before sending: ssm:DescribeDocument is not allowed."
        )

    def _declared(self, document: str, version: str | None) -> dict[str, documents.Declaration] | None:
        try:
            description = self._retrier.call(ssm_commands.describe_document, self._reader, document, version)
        except AnsibleAWSError as error:
            self._explain_unreadable(document, version, error)
            return None
        kind = description.get("DocumentType", "Command")
        if kind != "Command":
            raise RequestError(f"document_name is {document!r}: it is a document of type {kind}, not Command.")
        plain = t.cast("dict[str, t.Any]", description)
        self._platforms = tuple(plain.get("PlatformTypes") or ())
        # botocore before 1.44 leaves it out.
        self._providers = tuple(plain.get("CloudProviders") or ())
        described = documents.declared_by_description(plain)
        if documents.is_shell_document(document):
            return described
        return self._declared_by_content(document, version) or described

    def _declared_by_content(self, document: str, version: str | None) -> dict[str, documents.Declaration] | None:
        """The parameters with what they allow; None, which is said, where the content cannot be read."""
        try:
            content = self._retrier.call(ssm_commands.get_document_content, self._reader, document, version)
            return documents.declared_by_content(content)
        except AnsibleAWSError as error:
            if error_code(error) != ACCESS_DENIED:
                raise
            self._warn(f"The allowed values of {document} were not checked: ssm:GetDocument is not allowed.")
        except ValueError:
            self._note(f"The allowed values of {document} were not checked: its content is neither JSON nor YAML.")
        return None

    def check_platform(self, request: SendRequest) -> None:
        """Raise RequestError if the document supports none of the nodes: usually one call, if it supports some.

        A document says the operating systems and the clouds of its nodes.
        """
        filters = next(node_filters(request), None)
        sources = documents.source_types(self._providers)
        if not (self._platforms or sources) or filters is None or len(request.instance_ids) > MAX_IDS_PER_COMMAND:
            return
        fitting = [_SAME_PLATFORM.get(platform.lower(), platform) for platform in self._platforms]
        supported: dict[str, t.Any] = {"PlatformTypes": fitting, "SourceTypes": sources}
        narrowed = [{"Key": key, "Values": values} for key, values in supported.items() if values]
        try:
            found = next(self._all_nodes([*filters, *narrowed]), None)
            others = [] if found else list(self._all_nodes(filters))
        except AnsibleAWSError as error:
            if error_code(error) != ACCESS_DENIED:
                raise
            self._warn("The nodes' platforms were not checked: ssm:DescribeInstanceInformation is not allowed.")
            return
        name = str(request.fields["DocumentName"])
        documents.check_platform(name, fitting, [node.get("PlatformType", "") for node in others])
        if sources:
            documents.check_cloud(name, self._providers, [node.get("SourceType", "") for node in others])

    def nodes(self, request: SendRequest) -> list[dict[str, t.Any]] | None:
        """The managed nodes that the request would reach, sorted by ID; None if AWS cannot list them that way."""
        if not can_filter(request):
            return None
        found = {
            node["InstanceId"]: node_summary(t.cast("dict[str, t.Any]", node))
            for filters in node_filters(request)
            for node in self._all_nodes(filters)
        }
        return [found[node] for node in sorted(found)]

    def preview(self, request: SendRequest, fail_on: str) -> dict[str, t.Any]:
        """The result of check mode: the nodes that the request would reach, as far as they can be listed."""
        nodes: list[dict[str, t.Any]] | None = None
        try:
            nodes = self.nodes(request)
            if nodes is None:
                self._warn("The nodes of a resource group cannot be listed before sending.")
        except AnsibleAWSError as error:
            if error_code(error) != ACCESS_DENIED:
                raise
            self._warn("The nodes were not listed: ssm:DescribeInstanceInformation is not allowed.")
        place = Place(self._reader.meta.region_name, "the targets" if self._secret else target_text(request.targets))
        return preview(request, nodes, place, fail_on)

    def explain(self, error: AnsibleAWSError, request: SendRequest) -> str:
        """What AWS's errors leave out, as they often have no message; "" if there is nothing to add."""
        if not request.instance_ids or error_code(error) != "InvalidInstanceId":
            return ""
        try:
            return refusal_hint(request, self.nodes(request) or [])
        except AnsibleAWSError as unreadable:
            why = error_text(unreadable, secret=self._secret)
            return f". A node is not managed in this account and region, or not running ({why})."

    def _all_nodes(self, filters: NodeFilters) -> Iterator[t.Any]:
        def read(token: str | None) -> tuple[list[t.Any], str | None]:
            return self._retrier.call(ssm_commands.describe_nodes_page, self._reader, t.cast("t.Any", filters), token)

        return listed_once(read, lambda node: node["InstanceId"])
