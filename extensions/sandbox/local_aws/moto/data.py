# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""moto's data, read and written; moto has no locks, so everything happens under one here."""

from __future__ import annotations

import json
import threading
import time
import typing as t

import yaml
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from ..wire.arns import partition_of
from ..wire.errors import ApiError

# Attributes read here; a moto without one of them is a moto this sandbox does not know.
_READ_ATTRIBUTES: t.Final[t.Mapping[str, tuple[str, ...]]] = {
    "ec2": ("reservations", "tags", "iam_instance_profile_associations", "run_instances"),
    "iam": ("instance_profiles", "roles", "managed_policies", "users", "access_keys"),
    "ssm": ("_documents", "_get_documents_tags", "get_parameters", "list_documents"),
    "s3": ("buckets", "get_object", "put_object"),
    "logs": ("groups", "create_log_group", "create_log_stream", "put_log_events"),
    "sns": ("topics", "publish"),
    "cloudwatch": ("alarms",),
    "resource-groups": ("groups",),
}
_PARAMETERS_A_CALL: t.Final = 10
# CreateDocument of the API reference: where no provider is given.
DEFAULT_CLOUD_PROVIDERS: t.Final = ("AWS",)
_GLOBAL_SERVICES: t.Final = frozenset({"iam", "s3"})


class MotoChangedError(RuntimeError):
    """moto does not have what the sandbox reads."""


class Ec2Instance(t.NamedTuple):
    """What Run Command needs to know of an EC2 instance.

    role_policies are the texts of its role's policies, role_boundary that of its permissions boundary, "" for none.
    """

    instance_id: str
    state: str
    platform: str
    tags: t.Mapping[str, str]
    private_ip: str
    role_name: str
    role_policies: tuple[str, ...]
    role_boundary: str


class RoleTexts(t.NamedTuple):
    """Texts of a role's policies, and of its permissions boundary ("": it has none)."""

    policies: tuple[str, ...]
    boundary: str


_NO_ROLE: t.Final = RoleTexts((), "")
# A boundary that is gone.
_ALLOWS_NOTHING: t.Final = '{"Version": "2012-10-17", "Statement": []}'


class Attachment(t.NamedTuple):
    """A file of a version of a document: its name, its size in bytes, its SHA-256 in hexadecimal digits."""

    name: str
    size: int
    sha256: str


class StoredDocument(t.NamedTuple):
    """A version of an SSM document of the account; version_name, target_type: "" for none."""

    name: str
    version: str
    content: dict[str, t.Any]
    text: str
    owner: str
    format: str
    kind: str
    default_version: str
    latest_version: str
    created_at: float
    version_name: str
    target_type: str
    requires: tuple[t.Mapping[str, str], ...]
    attachments: tuple[Attachment, ...]
    cloud_providers: tuple[str, ...]
    tags: t.Mapping[str, str]


class MotoData:
    """Reads and writes of one account; lock is the one lock around every use of moto."""

    def __init__(self, account_id: str = DEFAULT_ACCOUNT_ID) -> None:
        self.lock = threading.RLock()
        self.account_id = account_id

    def backend(self, service: str, region: str) -> t.Any:
        """moto's backend of a service; hold the lock while using it."""
        backends = get_backend(t.cast("t.Any", service))
        return backends[self.account_id]["aws" if service in _GLOBAL_SERVICES else region]

    def check(self, region: str) -> None:
        """Raise MotoChangedError when moto lacks an attribute that is read here."""
        for service, attributes in _READ_ATTRIBUTES.items():
            backend = self.backend(service, region)
            missing = [attribute for attribute in attributes if not hasattr(backend, attribute)]
            if missing:
                raise MotoChangedError(f"moto's {service} backend has no {', '.join(missing)}")

    # EC2 and IAM

    def ec2_regions(self) -> list[str]:
        """The regions in which EC2 has been used."""
        with self.lock:
            return list(get_backend("ec2")[self.account_id])

    def instances(self, region: str) -> list[Ec2Instance]:
        """Every instance of a region that is not terminated."""
        with self.lock:
            backend = self.backend("ec2", region)
            rights_of_role: dict[str, RoleTexts] = {}
            return [
                self._instance(backend, rights_of_role, instance)
                for reservation in backend.reservations.values()
                for instance in reservation.instances
                if instance.state not in {"terminated", "shutting-down"}
            ]

    def _instance(self, backend: t.Any, rights_of_role: dict[str, RoleTexts], instance: t.Any) -> Ec2Instance:
        association = backend.iam_instance_profile_associations.get(instance.id)
        roles = association.iam_instance_profile.roles if association else []
        role_name = roles[0].name if roles else ""
        if roles and role_name not in rights_of_role:
            rights_of_role[role_name] = self._texts_of(roles[0])
        texts = rights_of_role.get(role_name, _NO_ROLE)
        return Ec2Instance(
            instance_id=instance.id,
            state=instance.state,
            platform="Windows" if instance.platform == "windows" else "Linux",
            # Instance.get_tags walks over the tags of every resource; the dict below does not.
            tags=dict(backend.tags.get(instance.id, {})),
            private_ip=instance.private_ip or "",
            role_name=role_name,
            role_policies=texts.policies,
            role_boundary=texts.boundary,
        )

    def role_texts(self, role_name: str) -> RoleTexts:
        """The policies of a role; none when there is no such role."""
        with self.lock:
            roles = self.backend("iam", "aws").roles.values()
            role = next((role for role in roles if role.name == role_name), None)
            return self._texts_of(role) if role else _NO_ROLE

    def _texts_of(self, role: t.Any) -> RoleTexts:
        arn = role.permissions_boundary_arn
        if not arn:
            return RoleTexts(_policies_of(role), "")
        boundary = self.backend("iam", "aws").managed_policies.get(arn)
        return RoleTexts(_policies_of(role), default_document(boundary) if boundary else _ALLOWS_NOTHING)

    def services_trusted_by(self, role_name: str) -> frozenset[str]:
        """The services that may assume a role; none when there is no such role."""
        with self.lock:
            roles = self.backend("iam", "aws").roles.values()
            trust = next((role.assume_role_policy_document for role in roles if role.name == role_name), "")
        statements = _listed(json.loads(trust)["Statement"]) if trust else []
        named = [statement.get("Principal") for statement in statements if statement.get("Effect") == "Allow"]
        return frozenset(
            service for names in named if isinstance(names, dict) for service in _listed(names.get("Service", []))
        )

    def role_exists(self, role_arn: str) -> bool:
        """Whether a role of this ARN is there."""
        with self.lock:
            return any(role.arn == role_arn for role in self.backend("iam", "aws").roles.values())

    # Documents, groups, alarms

    def document(self, region: str, name: str, version: str, version_name: str = "") -> StoredDocument | None:
        """A Command document of the account: version "", "$DEFAULT", "$LATEST" or a number, or a version's name.

        None when there is no document of that name; InvalidDocumentVersion when it lacks the version.
        """
        with self.lock:
            backend = self.backend("ssm", region)
            versions = backend._documents.get(name)
            if versions is None:
                return None
            meant = {"$DEFAULT": versions.default_version, "$LATEST": versions.latest_version}
            number = meant.get(version, version) or ("" if version_name else versions.default_version)
            found = versions.find(number, version_name, strict=False)
            if found is None:
                raise ApiError("InvalidDocumentVersion", f"Document {name} has no version {version_name or version}.")
            return _document(found, versions, backend._get_documents_tags(name))

    def document_identifiers(self, region: str) -> list[dict[str, t.Any]]:
        """The account's documents as ListDocuments shows their default versions."""
        with self.lock:
            backend = self.backend("ssm", region)
            listed, _token = backend.list_documents(None, [], max_results=len(backend._documents) + 1)
            return t.cast("list[dict[str, t.Any]]", listed)

    def ssm_parameters(self, region: str, names: list[str]) -> dict[str, tuple[str, str]]:
        """Values and types of parameters of the Parameter Store by name, or by name and version as NAME:NUMBER.

        Without those that are not there; SecureStrings are not decrypted.
        """
        found: dict[str, tuple[str, str]] = {}
        with self.lock:
            backend = self.backend("ssm", region)
            for first in range(0, len(names), _PARAMETERS_A_CALL):
                read = backend.get_parameters(names[first : first + _PARAMETERS_A_CALL])
                found |= {name: (parameter.value, parameter.parameter_type) for name, parameter in read.items()}
        return found

    def resource_group_tags(self, region: str, name: str) -> list[dict[str, t.Any]] | None:
        """Tag filters of a resource group ([{"Key": ..., "Values": [...]}]); None when there is no such group."""
        with self.lock:
            groups = self.backend("resource-groups", region).groups
            group = groups.by_name.get(name)
            if group is None:
                return None
            query = json.loads(group.resource_query["Query"])
            return t.cast("list[dict[str, t.Any]]", query.get("TagFilters", []))

    def alarm_state(self, region: str, name: str) -> str | None:
        """OK, ALARM or INSUFFICIENT_DATA; None when there is no such alarm."""
        with self.lock:
            alarm = self.backend("cloudwatch", region).alarms.get(name)
            return alarm.state_value if alarm else None

    # Where outputs and notifications go

    def bucket_exists(self, name: str) -> bool:
        """Whether S3 has this bucket."""
        with self.lock:
            return name in self.backend("s3", "aws").buckets

    def objects(self, bucket: str, key: str) -> dict[str, bytes]:
        """The objects below a folder by their keys, or else the one of this key; {} when there is none."""
        folder = key if not key or key.endswith("/") else f"{key}/"
        with self.lock:
            found = self.backend("s3", "aws").buckets.get(bucket)
            if found is None:
                return {}
            keys = [name for name in found.keys if name.startswith(folder) and not name.endswith("/")]
            read = {name: self.backend("s3", "aws").get_object(bucket, name) for name in keys or [key]}
            return {name: entry.value for name, entry in read.items() if entry is not None}

    def bucket_key(self, bucket: str, region: str) -> str:
        """ARN of the customer's KMS key with which a bucket encrypts what is put into it; "" for none."""
        with self.lock:
            rule = (self.backend("s3", "aws").buckets[bucket].encryption or {}).get("Rule") or {}
            name = str((rule.get("ApplyServerSideEncryptionByDefault") or {}).get("KMSMasterKeyID") or "")
            if not name or (name.startswith("arn:") and ":key/" in name):
                return name
            kms = self.backend("kms", region)
            key = kms.get_key_id_from_alias(kms.get_alias_name(name)) or name
            return f"arn:{partition_of(region)}:kms:{region}:{self.account_id}:key/{key}"

    def put_object(self, bucket: str, key: str, data: bytes) -> None:
        """Write an object."""
        with self.lock:
            self.backend("s3", "aws").put_object(bucket, key, data)

    def log_group_exists(self, region: str, name: str) -> bool:
        """Whether CloudWatch Logs has this group."""
        with self.lock:
            return name in self.backend("logs", region).groups

    def log_stream_exists(self, region: str, group: str, stream: str) -> bool:
        """Whether a log group has this stream."""
        with self.lock:
            found = self.backend("logs", region).groups.get(group)
            return found is not None and stream in found.streams

    def create_log_group(self, region: str, name: str) -> None:
        """Make a log group."""
        with self.lock:
            self.backend("logs", region).create_log_group(name, {})

    def put_log_messages(self, region: str, group: str, stream: str, messages: t.Sequence[str]) -> None:
        """Append messages to a stream, which is made when it is not there; ingested now."""
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": message} for message in messages]
        with self.lock:
            backend = self.backend("logs", region)
            if stream not in backend.groups[group].streams:
                backend.create_log_stream(group, stream)
            backend.put_log_events(group, stream, events)

    def topic_exists(self, topic_arn: str) -> bool:
        """Whether SNS has this topic in the region its ARN names."""
        parts = topic_arn.split(":")
        with self.lock:
            return len(parts) == 6 and topic_arn in self.backend("sns", parts[3]).topics

    def publish(self, topic_arn: str, subject: str, message: str) -> None:
        """Publish to an SNS topic in the region its ARN names."""
        with self.lock:
            self.backend("sns", topic_arn.split(":")[3]).publish(message, topic_arn, subject=subject)


def _listed(value: t.Any) -> list[t.Any]:
    """The values of a field of a policy, which may be one."""
    return value if isinstance(value, list) else [value]


def _policies_of(role: t.Any) -> tuple[str, ...]:
    return (*role.policies.values(), *(default_document(policy) for policy in role.managed_policies.values()))


def default_document(policy: t.Any) -> str:
    """Text of a managed policy's default version."""
    return next(str(one.document) for one in policy.versions if one.version_id == policy.default_version_id)


def _document(found: t.Any, versions: t.Any, tags: list[dict[str, str]]) -> StoredDocument:
    text = found.content if isinstance(found.content, str) else json.dumps(found.content)
    content = json.loads(text) if found.document_format == "JSON" else yaml.safe_load(text)
    return StoredDocument(
        name=found.name,
        version=found.document_version,
        content=content,
        text=text,
        owner=found.owner,
        format=found.document_format,
        kind=found.document_type,
        default_version=versions.default_version,
        latest_version=versions.latest_version,
        created_at=found.created_date.timestamp(),
        version_name=found.version_name or "",
        target_type=found.target_type or "",
        requires=tuple(found.requires or ()),
        # What moto has no place for, see documents.py.
        attachments=getattr(found, "attachments_content", ()),
        cloud_providers=getattr(found, "cloud_providers", DEFAULT_CLOUD_PROVIDERS),
        tags={tag["Key"]: tag["Value"] for tag in tags},
    )
