# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands, invocations and documents as the API writes them. Pure."""

from __future__ import annotations

import datetime
import hashlib
import typing as t

from . import documents, model, outputs, statuses

if t.TYPE_CHECKING:
    from .documents import Document
    from .model import Command, Invocation, PluginRun

Json = dict[str, t.Any]

# Members of SendCommand's request that a Command shows as they were given.
_COMMAND_ECHO = (
    "Comment",
    "InstanceIds",
    "Targets",
    "Parameters",
    "OutputS3BucketName",
    "OutputS3KeyPrefix",
    "AlarmConfiguration",
    "TimeoutSeconds",
)
_NO_TIME = ""
_YEAR_WITH_IDS: t.Final = 2021
_YEAR_WITHOUT_IDS: t.Final = 2026
# Members that are there whether they were given or not.
_NO_NOTIFICATION: t.Final[Json] = {"NotificationArn": "", "NotificationEvents": [], "NotificationType": ""}
_NO_LOG_OUTPUT: t.Final[Json] = {"CloudWatchLogGroupName": "", "CloudWatchOutputEnabled": False}
_EMPTY_TEXTS: t.Final[Json] = {"Comment": "", "OutputS3BucketName": "", "OutputS3KeyPrefix": ""}


def command(record: Command) -> Json:
    """A Command of SendCommand and ListCommands."""
    echoed: Json = {"InstanceIds": [], "Targets": [], "Parameters": {}, "OutputS3Region": record.region}
    echoed |= _EMPTY_TEXTS | _output_members(record.request)
    echoed |= {name: record.request[name] for name in _COMMAND_ECHO if name in record.request}
    shown = echoed | {
        "CommandId": record.command_id,
        "DocumentName": record.request["DocumentName"],
        "DocumentVersion": record.request.get("DocumentVersion", "$DEFAULT"),
        "RequestedDateTime": record.requested_at,
        "ExpiresAfter": record.expires_at,
        "MaxConcurrency": record.limits.max_concurrency,
        "MaxErrors": record.limits.max_errors,
        "Status": record.outcome.status,
        "StatusDetails": record.outcome.details,
        "TargetCount": record.target_count,
        "CompletedCount": record.completed_count,
        "ErrorCount": record.error_count,
        "DeliveryTimedOutCount": record.counts[statuses.DELIVERY_TIMED_OUT],
        "ServiceRole": record.request.get("ServiceRoleArn", ""),
    }
    if record.triggered_alarm:
        shown["TriggeredAlarms"] = [{"Name": record.triggered_alarm, "State": "ALARM"}]
    return shown


def sent_command(record: Command) -> Json:
    """The Command that SendCommand answers: nodes are counted that it names, others are not found yet."""
    pending = {"Status": statuses.PENDING, "StatusDetails": statuses.PENDING}
    named = len(record.request.get("InstanceIds") or [])
    return command(record) | pending | {"TargetCount": named, "CompletedCount": 0, "ErrorCount": 0}


def _output_members(request: t.Mapping[str, t.Any]) -> Json:
    return {
        "NotificationConfig": _NO_NOTIFICATION | (request.get("NotificationConfig") or {}),
        "CloudWatchOutputConfig": _NO_LOG_OUTPUT | (request.get("CloudWatchOutputConfig") or {}),
    }


def invocation(record: Invocation, *, details: bool) -> Json:
    """A CommandInvocation of ListCommandInvocations; details: with its plugins."""
    request = record.command.request
    shown: Json = {
        "CommandId": record.command.command_id,
        "InstanceId": record.node.instance_id,
        "InstanceName": record.node.computer_name,
        "Comment": request.get("Comment", ""),
        "DocumentName": request["DocumentName"],
        "DocumentVersion": request.get("DocumentVersion", "$DEFAULT"),
        "RequestedDateTime": record.command.requested_at,
        "Status": record.status,
        "StatusDetails": record.details,
        "StandardOutputUrl": "",
        "StandardErrorUrl": "",
        "CommandPlugins": [],
        "ServiceRole": request.get("ServiceRoleArn", ""),
    }
    shown |= _output_members(request)
    if record.trace_output:
        shown["TraceOutput"] = record.trace_output
    elif details and record.executions:
        shown["CommandPlugins"] = [_plugin(record, plugin) for plugin in record.plugins]
    return shown


def _plugin(record: Invocation, plugin: PluginRun) -> Json:
    shown: Json = {
        "Name": plugin.step.name,
        "Status": statuses.STATUS_OF_DETAILS[plugin.details],
        "StatusDetails": plugin.details,
        "ResponseCode": plugin.exit_code,
        "Output": outputs.decode(plugin.output),
        **_urls(record, plugin),
        "OutputS3Region": record.command.region,
        "OutputS3BucketName": record.command.request.get("OutputS3BucketName", ""),
        "OutputS3KeyPrefix": record.command.request.get("OutputS3KeyPrefix", ""),
    }
    if plugin.started_at:
        shown["ResponseStartDateTime"] = plugin.started_at
    if plugin.finished_at:
        shown["ResponseFinishDateTime"] = plugin.finished_at
    return shown


def _urls(record: Invocation, plugin: PluginRun) -> Json:
    bucket = record.command.request.get("OutputS3BucketName")
    if not bucket:
        return {"StandardOutputUrl": "", "StandardErrorUrl": ""}
    place = outputs.OutputPlace(
        record.command.command_id, record.node.instance_id, plugin.step.action, plugin.step.step_id
    )
    prefix = record.command.request.get("OutputS3KeyPrefix", "")
    return {
        f"Standard{kind}Url": outputs.s3_url(record.command.region, bucket, outputs.s3_key(prefix, place, stream))
        for kind, stream in (("Output", "stdout"), ("Error", "stderr"))
    }


def command_invocation(record: Invocation, plugin: PluginRun | None) -> Json:
    """The answer of GetCommandInvocation about one step; None: there are several, and none was named."""
    request = record.command.request
    shown = {
        "CommandId": record.command.command_id,
        "InstanceId": record.node.instance_id,
        "Comment": request.get("Comment", ""),
        "DocumentName": request["DocumentName"],
        "DocumentVersion": request.get("DocumentVersion", "$DEFAULT"),
        "CloudWatchOutputConfig": _output_members(request)["CloudWatchOutputConfig"],
    }
    if plugin is None:
        details = record.details
        return shown | {"ResponseCode": model.NEVER_RAN, **_status(details)}
    started, elapsed = plugin.started_at, plugin.finished_at - plugin.started_at
    return shown | {
        "PluginName": plugin.step.name,
        "ResponseCode": plugin.exit_code,
        "ExecutionStartDateTime": _iso(started) if started else _NO_TIME,
        "ExecutionElapsedTime": java_duration(elapsed) if plugin.finished_at else _NO_TIME,
        # AWS adds whole seconds.
        "ExecutionEndDateTime": _iso(started + int(elapsed)) if plugin.finished_at else _NO_TIME,
        **_status(_details(record, plugin)),
        "StandardOutputContent": outputs.decode(plugin.stdout),
        "StandardErrorContent": outputs.decode(plugin.stderr)[: outputs.STDERR_LIMIT],
        **_urls(record, plugin),
    }


def _status(details: str) -> Json:
    return {"Status": statuses.STATUS_OF_DETAILS[details], "StatusDetails": details}


def _details(record: Invocation, plugin: PluginRun) -> str:
    """StatusDetails of a step: the invocation's own before its agent got it, and when it ended without the step."""
    has_ended = statuses.is_terminal(record.details)
    never_ran = plugin.exit_code == model.NEVER_RAN if has_ended else not record.executions
    return record.details if never_ran else plugin.details


def java_duration(seconds: float) -> str:
    """A time to the millisecond as Java prints it, such as PT1H0.271S: without parts of 0."""
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else ""]
    if rest or not milliseconds:
        parts.append(f"{rest / 1000:.3f}".rstrip("0").rstrip(".") + "S")
    return "PT" + "".join(parts)


def invalid_instances(instance_ids: t.Sequence[str], account_id: str, year: int) -> str:
    """The text of InvalidInstanceId as AWS had it in a year."""
    if year < _YEAR_WITH_IDS:
        return ""
    if year < _YEAR_WITHOUT_IDS:
        return f"Instances [[{', '.join(instance_ids)}]] not in a valid state for account {account_id}"
    return "Instances not in a valid state for account"


def _iso(seconds: float) -> str:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def document_description(document: Document) -> Json:
    """The Document of DescribeDocument."""
    attached = [{"Name": one.name} for one in document.attachments]
    return {
        "Name": document.name,
        "Owner": document.owner,
        "CreatedDate": document.created_at,
        "Status": "Active",
        "Hash": document.sha256,
        "HashType": "Sha256",
        "DocumentVersion": document.version,
        "Description": str(document.content.get("description", "")),
        "Parameters": documents.parameter_list(document),
        "PlatformTypes": documents.platform_types(document),
        "DocumentType": document.kind,
        "SchemaVersion": document.schema_version,
        "LatestVersion": document.latest_version,
        "DefaultVersion": document.default_version,
        "DocumentFormat": document.format,
        "Tags": [{"Key": key, "Value": value} for key, value in document.tags.items()],
        **({"AttachmentsInformation": attached} if attached else {}),
        **_given(document),
    }


def owned_version(document: Document, version: str) -> Json:
    """A DocumentVersion of ListDocumentVersions, of a document that AWS owns."""
    return {
        "Name": document.name,
        "DocumentVersion": version,
        "CreatedDate": document.created_at,
        "IsDefaultVersion": version == document.default_version,
        "DocumentFormat": document.format,
        "Status": "Active",
    }


def document_identifier(document: Document) -> Json:
    """A DocumentIdentifier of ListDocuments, without tags."""
    return {
        "Name": document.name,
        "CreatedDate": document.created_at,
        "Owner": document.owner,
        "PlatformTypes": documents.platform_types(document),
        "DocumentVersion": document.version,
        "DocumentType": document.kind,
        "SchemaVersion": document.schema_version,
        "DocumentFormat": document.format,
        **_given(document),
    }


def _given(document: Document) -> Json:
    """What a document has only where it was given, or by AWS's default."""
    given: Json = {
        "VersionName": document.version_name,
        "TargetType": document.target_type,
        "Requires": list(document.requires),
        "CloudProviders": list(document.cloud_providers),
    }
    return {name: value for name, value in given.items() if value}


def document_content(document: Document, wanted_format: str) -> Json:
    """The answer of GetDocument, in JSON or YAML."""
    attached = [
        {"Name": one.name, "Size": one.size, "Hash": one.sha256, "HashType": "Sha256"} for one in document.attachments
    ]
    given: Json = {
        "VersionName": document.version_name,
        "Requires": list(document.requires),
        "AttachmentsContent": attached,
    }
    return {
        "Name": document.name,
        "CreatedDate": document.created_at,
        "DocumentVersion": document.version,
        "Status": "Active",
        "Content": documents.text_in(document, wanted_format),
        "DocumentType": document.kind,
        "DocumentFormat": wanted_format,
        **{name: value for name, value in given.items() if value},
    }


def sha1(document: Document) -> str:
    """The hash SendCommand's DocumentHash of type Sha1 is compared with."""
    return hashlib.sha1(document.text.encode(), usedforsecurity=False).hexdigest()
