# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SSM operations the sandbox answers itself, each from its request to its answer."""

from __future__ import annotations

import functools
import time
import typing as t
import uuid

from ..iam.callers import role_of_rule
from ..moto.principals import MotoPrincipals
from ..nodes.activations import Activations
from ..nodes.managed_nodes import MANAGED_INSTANCE, instance_information
from ..wire import validation
from ..wire.arns import partition_of
from ..wire.errors import ApiError
from ..wire.paging import page_of
from . import (
    document_listing,
    document_store,
    document_writes,
    documents,
    listing,
    node_listing,
    responses,
    selection,
    send_request,
    statuses,
)
from .engine import Target
from .listing import Entry
from .model import Command

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ..iam.callers import Caller
    from ..moto.data import MotoData
    from ..nodes.managed_nodes import Node, Nodes
    from ..wire.settings import Settings
    from .documents import Document
    from .engine import Engine
    from .model import Invocation, PluginRun

Json = dict[str, t.Any]
_UNSUPPORTED: t.Final = "Cannot perform operation for instance id %s of platform type %s"
# What moto answers after all, and would take without these checks.
_VALIDATED: t.Final = frozenset(
    {
        "DeleteDocument",
        "DescribeDocumentPermission",
        "ListDocumentVersions",
        "ModifyDocumentPermission",
        "UpdateDocumentDefaultVersion",
    }
)
HOST_MANAGEMENT_SETTING = "/ssm/managed-instance/default-ec2-instance-management-role"


class RunCommandApi:
    """Answers a call with a JSON object, or None when the operation is moto's."""

    def __init__(self, moto: MotoData, nodes: Nodes, engine: Engine, settings: Settings) -> None:
        self._moto = moto
        self._nodes = nodes
        self._engine = engine
        self._settings = settings
        self.activations = Activations(moto, nodes)
        self._service_settings: dict[tuple[str, str], str] = {}
        self._operations: Mapping[str, Callable[[Json, str, Caller], Json]] = {
            "SendCommand": self._send_command,
            "ListCommands": self._list_commands,
            "ListCommandInvocations": self._list_command_invocations,
            "GetCommandInvocation": self._get_command_invocation,
            "CancelCommand": self._cancel_command,
            "DescribeInstanceInformation": self._describe_instance_information,
            "DescribeInstancePatchStates": self._describe_instance_patch_states,
            "ListNodes": self._list_nodes,
            "DescribeDocument": self._describe_document,
            "GetDocument": self._get_document,
            "ListDocuments": self._list_documents,
            "GetServiceSetting": self._get_service_setting,
            "UpdateServiceSetting": self._update_service_setting,
            "ResetServiceSetting": self._reset_service_setting,
            "RegisterDefaultHostManagementConfiguration": self._register_host_management,
            "DeregisterDefaultHostManagementConfiguration": self._deregister_host_management,
        }

    def clear(self) -> None:
        """Forget what was set."""
        self._service_settings.clear()
        self.activations.clear()

    def asks_for_rights(self, operation: str) -> bool:
        """Whether the operation asks by itself what its caller may do."""
        return operation in self._operations and not operation.endswith("ServiceSetting")

    def answer(self, operation: str, request: Json, region: str, caller: Caller) -> Json | None:
        """The answer to a call; ApiError for one that AWS refuses."""
        if operation.endswith(("TagsToResource", "TagsFromResource", "TagsForResource")):
            return self._node_tags(operation, request, region)
        if operation in document_writes.OPERATIONS:
            return document_writes.answer(self._moto, operation, request, region)
        function = self._operations.get(operation)
        of_activations = self.activations.operations.get(operation)
        if function or of_activations or operation in _VALIDATED:
            validation.validate("ssm", operation, request)
        if of_activations is not None:
            return of_activations(request, region)
        if function is None:
            return self._list_owned_versions(request) if operation == "ListDocumentVersions" else None
        return function(request, region, caller)

    # Commands

    def _send_command(self, request: Json, region: str, caller: Caller) -> Json:
        send_request.check(request)
        document = self._document(region, request["DocumentName"], request.get("DocumentVersion", ""))
        caller.require("ssm:SendCommand", self._arn(document.name, region), {})
        send_request.check_document(request, document)
        if bucket := request.get("OutputS3BucketName"):
            caller.require("ssm:SendCommand", f"arn:{partition_of(region)}:s3:::{bucket}", {})
        if role := request.get("ServiceRoleArn"):
            caller.require_passing(role)
        targets = self._targets(request, region, document, caller)
        send_request.check_account(request, self._moto)
        steps = send_request.plan(request, document)
        command = Command(
            command_id=str(uuid.uuid4()),
            region=region,
            request=request,
            document=document,
            steps=steps,
            limits=send_request.limits(request, steps),
            requested_at=time.time(),
        )
        self._engine.submit(command, targets, named=bool(request.get("InstanceIds")))
        self._watch_alarms(command)
        with self._engine.lock:
            return {"Command": responses.sent_command(command)}

    def run_for_rule(self, document_arn: str, targets: list[Json], parameters: Json, role_arn: str, region: str) -> str:
        """SendCommand on behalf of an EventBridge rule with the rights of its role; the command's id."""
        chosen: Json = {"Targets": targets}
        if len(targets) == 1 and targets[0].get("Key") == "InstanceIds":
            chosen = {"InstanceIds": targets[0]["Values"]}
        request = {"DocumentName": document_arn, "Parameters": parameters, **chosen}
        validation.validate("ssm", "SendCommand", request)
        sent = self._send_command(request, region, role_of_rule(role_arn, MotoPrincipals(self._moto), region))
        return t.cast("str", sent["Command"]["CommandId"])

    def _targets(self, request: Json, region: str, document: Document, caller: Caller) -> list[Target]:
        managed = self._nodes.managed(region)
        platforms = set(documents.platform_types(document))
        ids = request.get("InstanceIds") or []
        self._check_managed([*ids, *selection.named_ids(request.get("Targets") or [])], managed)
        if ids:
            for instance_id in ids:
                caller.require("ssm:SendCommand", managed[instance_id].arn, managed[instance_id].tags)
            chosen = [managed[instance_id] for instance_id in ids]
            if not any(node.platform in platforms for node in chosen):
                raise ApiError("UnsupportedPlatformType", _UNSUPPORTED % (ids[0], chosen[0].platform))
        else:
            chosen = self._by_targets(request["Targets"], managed, region)
        return [Target(_checked(node), _refusal(node, platforms, caller)) for node in chosen]

    def _check_managed(self, ids: list[str], managed: Mapping[str, Node]) -> None:
        unknown = [instance_id for instance_id in ids if instance_id not in managed]
        if unknown:
            text = responses.invalid_instances(unknown, self._moto.account_id, self._settings.service_year)
            raise ApiError("InvalidInstanceId", text)

    def _by_targets(self, targets: list[Json], managed: Mapping[str, Node], region: str) -> list[Node]:
        return selection.by_targets(
            managed.values(), targets, lambda name: self._moto.resource_group_tags(region, name)
        )

    def _watch_alarms(self, command: Command) -> None:
        config = command.request.get("AlarmConfiguration") or {}
        firing_states: set[str | None] = {"ALARM"} if config.get("IgnorePollAlarmFailure") else {"ALARM", None}
        for alarm in config.get("Alarms") or []:
            is_firing = functools.partial(self._is_in_state, command.region, alarm["Name"], firing_states)
            self._engine.watch_alarm(command, is_firing, alarm["Name"])

    def _is_in_state(self, region: str, alarm: str, states: set[str | None]) -> bool:
        return self._moto.alarm_state(region, alarm) in states

    def _list_commands(self, request: Json, region: str, caller: Caller) -> Json:
        caller.require("ssm:ListCommands", "*", {})
        filters = request.get("Filters") or []
        listing.check(filters)
        with self._engine.lock:
            commands = self._engine.commands
            found = (entry for entry in self._visible_commands(request, region) if listing.matches(entry, filters))
            page, token = page_of(found, request)
            return {"Commands": [responses.command(commands[entry.command_id]) for entry in page], **token}

    def _visible_commands(self, request: Json, region: str) -> Iterator[Entry]:
        command_id, instance_id = request.get("CommandId"), request.get("InstanceId", "")
        if not command_id:
            return self._visible(self._engine.commands.entries(instance_id), region)
        command = self._engine.commands.get(command_id)
        is_chosen = command is not None and (not instance_id or instance_id in command.invocations)
        return self._visible([Entry.of_command(command)] if command and is_chosen else [], region)

    def _visible(self, entries: Iterable[Entry], region: str) -> Iterator[Entry]:
        until = time.time() - self._settings.list_commands_gap
        return (entry for entry in entries if entry.region == region and entry.requested_at <= until)

    def _list_command_invocations(self, request: Json, region: str, caller: Caller) -> Json:
        caller.require("ssm:ListCommandInvocations", "*", {})
        filters = request.get("Filters") or []
        listing.check(filters)
        with self._engine.lock:
            if request.get("CommandId"):
                found, token = page_of(self._invocations_of_command(request, region, filters), request)
            else:
                commands = self._engine.commands
                entries = self._visible(commands.invocation_entries(request.get("InstanceId", "")), region)
                shown_now = (entry for entry in entries if self._shows_invocations(entry))
                page, token = page_of((entry for entry in shown_now if listing.matches(entry, filters)), request)
                found = [commands[entry.command_id].invocations[entry.instance_id] for entry in page]
            details = bool(request.get("Details"))
            shown = [responses.invocation(invocation, details=details) for invocation in found]
        return {"CommandInvocations": shown, **token}

    def _invocations_of_command(self, request: Json, region: str, filters: list[Json]) -> list[Invocation]:
        if not list(self._visible_commands(request, region)):
            raise ApiError("InvalidCommandId", "")
        command = self._engine.commands[request["CommandId"]]
        chosen = command.chosen(request.get("InstanceId", "")) if self._shows_invocations(command) else []
        # Without a filter, a page late in a large fleet costs no more than the first.
        return [one for one in chosen if listing.matches(Entry.of_invocation(one), filters)] if filters else chosen

    def _shows_invocations(self, command: Command | Entry) -> bool:
        return time.time() >= command.requested_at + self._settings.consistency_gap

    def _get_command_invocation(self, request: Json, region: str, caller: Caller) -> Json:
        caller.require("ssm:GetCommandInvocation", "*", {})
        with self._engine.lock:
            command = self._engine.commands.get(request["CommandId"])
            if command is None or command.region != region:
                raise ApiError("InvalidCommandId", "")
            invocation = command.invocations.get(request["InstanceId"])
            if invocation is None or not self._shows_invocations(command):
                raise ApiError("InvocationDoesNotExist", "")
            return responses.command_invocation(invocation, _plugin(invocation, request.get("PluginName")))

    def _cancel_command(self, request: Json, region: str, caller: Caller) -> Json:
        caller.require("ssm:CancelCommand", "*", {})
        with self._engine.lock:
            command = self._engine.commands.get(request["CommandId"])
        if command is None or command.region != region:
            raise ApiError("InvalidCommandId", "")
        self._engine.cancel(request["CommandId"], request.get("InstanceIds") or [])
        return {}

    # Nodes

    def _describe_instance_information(self, request: Json, region: str, caller: Caller) -> Json:
        caller.require("ssm:DescribeInstanceInformation", "*", {})
        filters = [*(request.get("Filters") or []), *(request.get("InstanceInformationFilterList") or [])]
        found = selection.by_information_filters(self._nodes.managed(region).values(), filters)
        page, token = page_of(found, request)
        now = time.time()
        return {"InstanceInformationList": [instance_information(node, now) for node in page], **token}

    def _list_nodes(self, request: Json, region: str, caller: Caller) -> Json:
        sync = request.get("SyncName")
        prefix = f"arn:{partition_of(region)}:ssm:{region}:{self._moto.account_id}:resource-data-sync"
        caller.require("ssm:ListNodes", f"{prefix}/{sync}" if sync else "*", {})
        if sync not in {None, node_listing.SYNC_NAME}:
            raise ApiError("ResourceDataSyncNotFoundException", "The specified sync name wasn't found.")
        nodes = self._nodes.everywhere() if sync else self._nodes.managed(region).values()
        page, token = page_of(node_listing.listed(nodes, request.get("Filters") or [], time.time()), request)
        return {"Nodes": page, **token}

    def _describe_instance_patch_states(self, request: Json, region: str, caller: Caller) -> Json:
        caller.require("ssm:DescribeInstancePatchStates", "*", {})
        managed, changes = self._nodes.managed(region), self._nodes.software_changes
        wanted = [instance_id for instance_id in request["InstanceIds"] if instance_id in managed]
        found = [state for instance_id in wanted if (state := changes.patch_state(instance_id))]
        page, token = page_of(found, request)
        return {"InstancePatchStates": page, **token}

    def _node_tags(self, operation: str, request: Json, region: str) -> Json | None:
        if request.get("ResourceType") != "ManagedInstance":
            return None
        validation.validate("ssm", operation, request)
        node = self._nodes.managed(region).get(request["ResourceId"])
        if node is None or node.resource_type != MANAGED_INSTANCE:
            raise ApiError("InvalidResourceId", "")
        tags = dict(node.tags)
        if operation == "ListTagsForResource":
            return {"TagList": [{"Key": key, "Value": value} for key, value in tags.items()]}
        for tag in request.get("Tags") or []:
            tags[tag["Key"]] = tag["Value"]
        for key in request.get("TagKeys") or []:
            tags.pop(key, None)
        self._nodes.set_tags(node.instance_id, tags)
        return {}

    # Documents

    def _document(self, region: str, name_or_arn: str, version: str, version_name: str = "") -> Document:
        name = documents.short_name(name_or_arn)
        if name_or_arn.startswith("arn:") and name_or_arn != self._arn(name, region):
            raise ApiError("InvalidDocument", f"Document with name {name_or_arn} does not exist.")
        return document_store.find(self._moto, region, name, version, version_name)

    def _asked_document(self, request: Json, region: str) -> Document:
        version, version_name = request.get("DocumentVersion", ""), request.get("VersionName", "")
        return self._document(region, request["Name"], version, version_name)

    def _arn(self, name: str, region: str) -> str:
        return documents.arn(name, region, self._moto.account_id)

    def _describe_document(self, request: Json, region: str, caller: Caller) -> Json:
        document = self._asked_document(request, region)
        caller.require("ssm:DescribeDocument", self._arn(document.name, region), {})
        return {"Document": responses.document_description(document)}

    def _get_document(self, request: Json, region: str, caller: Caller) -> Json:
        document = self._asked_document(request, region)
        caller.require("ssm:GetDocument", self._arn(document.name, region), {})
        return responses.document_content(document, request.get("DocumentFormat") or document.format)

    def _list_owned_versions(self, request: Json) -> Json | None:
        """The versions of a document that AWS owns, newest first; None for others, which moto lists."""
        owned = document_store.find_owned(documents.short_name(request["Name"]), "")
        if owned is None:
            return None
        numbers = range(int(owned.version), 0, -1)
        page, token = page_of((responses.owned_version(owned, str(number)) for number in numbers), request)
        return {"DocumentVersions": page, **token}

    def _list_documents(self, request: Json, region: str, caller: Caller) -> Json:
        caller.require("ssm:ListDocuments", "*", {})
        found = document_store.identifiers(self._moto, region)
        page, token = page_of(document_listing.select(found, request, self._moto.account_id), request)
        return {"DocumentIdentifiers": page, **token}

    # Service settings: only the one that says how instances without a profile are managed

    def _get_service_setting(self, request: Json, region: str, _caller: Caller) -> Json:
        return {"ServiceSetting": self._service_setting(request["SettingId"], region)}

    def _service_setting(self, setting_id: str, region: str) -> Json:
        if setting_id != HOST_MANAGEMENT_SETTING:
            raise ApiError("ServiceSettingNotFound", f"The setting {setting_id} does not exist.")
        value = self._service_settings.get((region, setting_id))
        return {
            "SettingId": setting_id,
            "SettingValue": value or "$None",
            "Status": "Customized" if value else "Default",
            "ARN": f"arn:{partition_of(region)}:ssm:{region}:{self._moto.account_id}:servicesetting{setting_id}",
        }

    def _update_service_setting(self, request: Json, region: str, _caller: Caller) -> Json:
        self._service_setting(request["SettingId"], region)
        self._service_settings[region, request["SettingId"]] = request["SettingValue"]
        return {}

    def _reset_service_setting(self, request: Json, region: str, _caller: Caller) -> Json:
        self._service_settings.pop((region, request["SettingId"]), None)
        return {"ServiceSetting": self._service_setting(request["SettingId"], region)}

    def _register_host_management(self, request: Json, region: str, caller: Caller) -> Json:
        """What AWS says of its permissions: those of the setting, and of the role."""
        role = request.get("RoleArn", "")
        if request["PermissionModel"] != "SELF_MANAGED":
            raise ApiError("NotImplemented", "The sandbox makes no role for SERVICE_MANAGED.", status=501)
        if not role:
            raise ApiError("ValidationException", "RoleArn is required for SELF_MANAGED.")
        setting = self._service_setting(HOST_MANAGEMENT_SETTING, region)
        for action in ("ssm:GetServiceSetting", "ssm:UpdateServiceSetting"):
            caller.require(action, setting["ARN"], {})
        caller.require("iam:GetRole", role, {})
        caller.require_passing(role)
        value = role.partition(":role/")[2]
        if setting["SettingValue"] not in {"$None", value} and not request.get("Overwrite"):
            raise ApiError("ValidationException", "Another role is registered; set Overwrite to replace it.")
        self._service_settings[region, HOST_MANAGEMENT_SETTING] = value
        return {"RoleArn": role}

    def _deregister_host_management(self, _request: Json, region: str, caller: Caller) -> Json:
        setting = self._service_setting(HOST_MANAGEMENT_SETTING, region)
        for action in ("ssm:GetServiceSetting", "ssm:ResetServiceSetting"):
            caller.require(action, setting["ARN"], {})
        self._service_settings.pop((region, HOST_MANAGEMENT_SETTING), None)
        return {}


def _refusal(node: Node, platforms: set[str], caller: Caller) -> str:
    if not caller.allows("ssm:SendCommand", node.arn, node.tags):
        return statuses.ACCESS_DENIED
    return "" if node.platform in platforms else statuses.INVALID_PLATFORM


def _checked(node: Node) -> Node:
    """The node, when its tags say what it is to simulate."""
    try:
        _told = node.simulation, node.software
    except ValueError as error:
        raise ApiError("ValidationException", f"A simulation tag of {node.instance_id} is wrong: {error}") from error
    return node


def _plugin(invocation: Invocation, name: str | None) -> PluginRun | None:
    """The step of a name, or the only one; None for one of several that was not named."""
    plugins = invocation.plugins
    if not name:
        return plugins[0] if len(plugins) == 1 else None
    named = next((plugin for plugin in plugins if plugin.step.name == name), None)
    if named is None:
        raise ApiError("InvalidPluginName", "")
    return named
