# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The access options of a task, checked: scopes of nodes, documents, and what else is allowed. Pure.

Every parse function takes values from Ansible (dict, list, scalars) and the argument's name for its messages, and
raises RequestError with one sentence that names the argument, the value and what is allowed.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import (
    ACCOUNT_PATTERN,
    NODE_TYPES,
    PARTITION_PATTERN,
    REGION_PATTERN,
    NodeType,
    document_owners,
    parse_arn,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Operator = t.Literal["StringLike", "StringEquals"]
OPERATORS: tuple[Operator, ...] = ("StringLike", "StringEquals")

# What reading commands and their output needs; the actions on documents are limited to those that may be sent.
DOCUMENT_READ_ACTIONS = ("ssm:DescribeDocument", "ssm:GetDocument")
COMMAND_READ_ACTIONS = (
    "ssm:DescribeInstanceInformation",
    "ssm:GetCommandInvocation",
    "ssm:ListCommandInvocations",
    "ssm:ListCommands",
)
READ_ACTIONS = tuple(sorted((*DOCUMENT_READ_ACTIONS, *COMMAND_READ_ACTIONS)))
# The list of the topic "Setting up Run Command", with an action that nodes need and no sender; TOPIC stands for it.
TOPIC = "topic"
TOPIC_READ_ACTIONS = (
    "ssm:GetDocument",
    "ssm:ListCommandInvocations",
    "ssm:ListCommands",
    "ssm:UpdateInstanceInformation",
)
READ_CHOICES = (*sorted({*READ_ACTIONS, *TOPIC_READ_ACTIONS}), TOPIC)

DOCUMENT_NAME_PATTERN = re.compile(r"[a-zA-Z0-9_.\-*?]{1,128}")
BUCKET_PATTERN = re.compile(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]")
LOG_GROUP_PATTERN = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")
TAG_KEY_MAX = 128
TAG_VALUE_MAX = 256
PREFIX_MAX = 500
TAG_KEY_PUNCTUATION = frozenset("_.:/=+-@")


@dataclasses.dataclass(frozen=True)
class TagCondition:
    """One tag that a node must have: any of `values` (OR)."""

    key: str
    values: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Scope:
    """A set of nodes: those of these types, regions and account that have all of `tags` (AND)."""

    tags: tuple[TagCondition, ...]
    operator: Operator = "StringLike"
    regions: tuple[str, ...] = ("*",)
    account: str | None = None
    node_types: tuple[NodeType, ...] = NODE_TYPES


@dataclasses.dataclass(frozen=True)
class OutputLocation:
    """A location in S3 that commands may write to and whose objects may be read."""

    bucket: str
    prefix: str = ""


@dataclasses.dataclass(frozen=True)
class Allowance:
    """Permissions besides sending: none can be limited by tag."""

    read_actions: tuple[str, ...] = ()
    cancel: bool = False
    output_s3: tuple[OutputLocation, ...] = ()
    output_log_groups: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class PolicyRequest:
    """Everything in a SendCommand policy."""

    scopes: tuple[Scope, ...]
    documents: tuple[str, ...] = ("*",)
    document_regions: tuple[str, ...] = ("*",)
    allow: Allowance = Allowance()
    guard_tags: bool = False
    deny_via_mcp: bool = False

    @property
    def tag_keys(self) -> tuple[str, ...]:
        """The keys of the tags in the conditions, each once, in alphabetical order."""
        return tuple(sorted({tag.key for scope in self.scopes for tag in scope.tags}))


def parse_request(options: Mapping[str, t.Any]) -> PolicyRequest:
    """A request from options named as those of the module: scopes, documents and the others that make the document."""
    scopes = _list_of(options.get("scopes"), "scopes")
    if not scopes:
        raise RequestError("scopes: an empty list allows no node; give at least one scope with tags.")
    documents = options.get("documents")
    return PolicyRequest(
        scopes=tuple(dict.fromkeys(parse_scope(scope, f"scopes[{n}]") for n, scope in enumerate(scopes))),
        documents=parse_documents(["*"] if documents is None else documents),
        document_regions=parse_regions(options.get("document_regions"), "document_regions"),
        allow=parse_allow(options.get("allow")),
        guard_tags=_boolean(options.get("guard_tags"), "guard_tags"),
        deny_via_mcp=_boolean(options.get("deny_via_mcp"), "deny_via_mcp"),
    )


def parse_scope(raw: object, where: str) -> Scope:
    """One item of `scopes`."""
    options = _options(raw, where, {"tags", "operator", "regions", "account", "node_types"})
    operator = options.get("operator") or "StringLike"
    if operator not in OPERATORS:
        raise RequestError(f"{where}.operator: {operator!r} is not one of StringLike and StringEquals.")
    account = options.get("account")
    return Scope(
        tags=parse_tags(options.get("tags"), f"{where}.tags"),
        operator=operator,
        regions=parse_regions(options.get("regions"), f"{where}.regions"),
        account=None if account is None else parse_account(account, f"{where}.account"),
        node_types=_node_types(options.get("node_types"), f"{where}.node_types"),
    )


def parse_tags(raw: object, where: str) -> tuple[TagCondition, ...]:
    """The tags of a scope: a mapping of keys to one value or a list of values; at least one key."""
    if not isinstance(raw, dict) or not raw:
        raise RequestError(f"{where}: {raw!r} names no tag; a scope without tags would allow every node.")
    seen: dict[str, str] = {}
    for key in raw:
        check_tag_key(key, where)
        other = seen.setdefault(key.lower(), key)
        if other != key:
            # IAM compares the names of condition keys case-insensitively, so these two would be one condition.
            raise RequestError(f"{where}: {key!r} and {other!r} differ only in case, which IAM does not distinguish.")
    return tuple(TagCondition(key, _tag_values(values, f"{where}[{key}]")) for key, values in sorted(raw.items()))


def check_tag_key(key: object, where: str) -> None:
    """Raises RequestError unless `key` can be the key of a user-defined tag (IAM model: tagKeyType)."""
    if not isinstance(key, str):
        raise RequestError(f"{where}: the tag key {key!r} is not a string; put it in quotes.")
    if not 1 <= len(key) <= TAG_KEY_MAX:
        raise RequestError(f"{where}: the tag key {key!r} has {len(key)} characters; allowed are 1 to {TAG_KEY_MAX}.")
    if key.lower().startswith("aws:"):
        raise RequestError(f"{where}: the tag key {key!r} begins with 'aws:', which AWS reserves.")
    bad = sorted({char for char in key if not (char.isalnum() or char.isspace() or char in TAG_KEY_PUNCTUATION)})
    if bad or not key.isprintable():
        raise RequestError(
            f"{where}: the tag key {key!r} has invalid characters; allowed are letters, digits, spaces and _.:/=+-@."
        )


def _tag_values(raw: object, where: str) -> tuple[str, ...]:
    values = _list_of(raw, where)
    if not values:
        raise RequestError(f"{where}: an empty list of values allows no node; give at least one value.")
    return tuple(dict.fromkeys(_tag_value(value, where) for value in values))


def _tag_value(raw: object, where: str) -> str:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    if not isinstance(raw, str):
        raise RequestError(f"{where}: the tag value {raw!r} is not a string; put it in quotes.")
    if len(raw) > TAG_VALUE_MAX:
        raise RequestError(f"{where}: a tag value has {len(raw)} characters; allowed are at most {TAG_VALUE_MAX}.")
    if "${" in raw:
        raise RequestError(f"{where}: the tag value {raw!r} has '${{', which IAM would read as a policy variable.")
    if any(not char.isprintable() for char in raw):
        raise RequestError(f"{where}: the tag value {raw!r} has a control character; allowed is printable text.")
    return raw


def parse_regions(raw: object, where: str) -> tuple[str, ...]:
    """Regions, each once, in order; every region if not set."""
    if raw is None:
        return ("*",)
    regions = _list_of(raw, where)
    if not regions:
        raise RequestError(f"{where}: an empty list allows no region; leave it out for all regions.")
    for region in regions:
        if region != "*" and not (isinstance(region, str) and REGION_PATTERN.fullmatch(region)):
            raise RequestError(f"{where}: {region!r} is not a region; allowed are names like eu-central-1, and '*'.")
    return ("*",) if "*" in regions else tuple(dict.fromkeys(regions))


def parse_account(raw: object, where: str) -> str:
    """An account ID of 12 digits, or C(*)."""
    if isinstance(raw, str) and (raw == "*" or ACCOUNT_PATTERN.fullmatch(raw)):
        return raw
    raise RequestError(f"{where}: {raw!r} is not an account ID; allowed are 12 digits in quotes, and '*'.")


def parse_partition(raw: object, where: str) -> str:
    """A partition such as aws, aws-cn, aws-us-gov."""
    if isinstance(raw, str) and PARTITION_PATTERN.fullmatch(raw):
        return raw
    raise RequestError(f"{where}: {raw!r} is not a partition; allowed are names like aws, aws-cn, aws-us-gov.")


def _node_types(raw: object, where: str) -> tuple[NodeType, ...]:
    if raw is None:
        return NODE_TYPES
    given = _list_of(raw, where)
    for node_type in given:
        if node_type not in NODE_TYPES:
            raise RequestError(f"{where}: {node_type!r} is not one of ec2 and managed.")
    if not given:
        raise RequestError(f"{where}: an empty list allows no node; allowed are ec2 and managed.")
    return tuple(node_type for node_type in NODE_TYPES if node_type in given)


def parse_documents(raw: object) -> tuple[str, ...]:
    """Names, patterns and ARNs of documents, each once, in order."""
    documents = _list_of(raw, "documents")
    if not documents:
        raise RequestError(
            "documents: an empty list allows no document, so nothing could be sent; leave it out for any."
        )
    for document in documents:
        check_document(document)
    return tuple(dict.fromkeys(documents))


def check_document(document: object) -> None:
    """Raises RequestError unless `document` is a valid name, pattern or ARN of a document."""
    if not isinstance(document, str):
        raise RequestError(f"documents: {document!r} is not a string.")
    if document.startswith("arn:"):
        _check_document_arn(document)
    elif not DOCUMENT_NAME_PATTERN.fullmatch(document):
        raise RequestError(
            f"documents: {document!r} is not a document's name, pattern or ARN;"
            " allowed are letters, digits, _ - . and the wildcards * and ?, 128 at most."
        )


def _check_document_arn(text: str) -> None:
    arn = parse_arn(text)
    if arn is None or arn.service != "ssm" or not arn.resource.startswith("document/"):
        raise RequestError(
            f"documents: {text!r} is not the ARN of a document;"
            " allowed is arn:PARTITION:ssm:REGION:ACCOUNT:document/NAME, without ACCOUNT for AWS's own."
        )
    parse_partition(arn.partition, f"documents: partition of {text!r}")
    parse_regions([arn.region], f"documents: region of {text!r}")
    name = arn.resource.removeprefix("document/")
    if not DOCUMENT_NAME_PATTERN.fullmatch(name):
        raise RequestError(f"documents: {text!r} has {name!r} as its document's name, which no document can have.")
    if arn.account:
        parse_account(arn.account, f"documents: account of {text!r}")
    owners = document_owners(name)
    if owners == {"aws"} and arn.account not in {"", "*"}:
        raise RequestError(f"documents: {text!r} has an account, but the ARN of an AWS-owned document has none.")
    if owners == {"account"} and not arn.account:
        raise RequestError(f"documents: {text!r} has no account, but only AWS-owned documents have none.")


def parse_allow(raw: object) -> Allowance:
    """The `allow` option; nothing if not set."""
    options = _options({} if raw is None else raw, "allow", {"read", "read_actions", "cancel", "output"})
    output = options.get("output")
    places = _options({} if output is None else output, "allow.output", {"s3", "log_groups"})
    locations = _list_of(places.get("s3") or [], "allow.output.s3")
    groups = _list_of(places.get("log_groups") or [], "allow.output.log_groups")
    return Allowance(
        read_actions=_read_actions(_boolean(options.get("read"), "allow.read"), options.get("read_actions")),
        cancel=_boolean(options.get("cancel"), "allow.cancel"),
        output_s3=tuple(_output_location(item, f"allow.output.s3[{n}]") for n, item in enumerate(locations)),
        output_log_groups=tuple(_log_group(group) for group in groups),
    )


def _read_actions(is_allowed: bool, raw: object) -> tuple[str, ...]:
    if raw is None:
        return READ_ACTIONS if is_allowed else ()
    if not is_allowed:
        raise RequestError("allow.read_actions: it lists what allow.read allows, so it requires allow.read to be true.")
    actions = _list_of(raw, "allow.read_actions")
    if not actions:
        raise RequestError("allow.read_actions: an empty list allows nothing; leave it out for all read actions.")
    chosen = {action if str(action).startswith(("ssm:", TOPIC)) else f"ssm:{action}" for action in actions}
    for action in sorted(chosen - set(READ_CHOICES)):
        raise RequestError(f"allow.read_actions: {action!r} is not one of {', '.join(READ_CHOICES)}.")
    return tuple(sorted({*(chosen - {TOPIC}), *(TOPIC_READ_ACTIONS if TOPIC in chosen else ())}))


def _output_location(raw: object, where: str) -> OutputLocation:
    options = _options(raw, where, {"bucket", "prefix"})
    bucket, prefix = options.get("bucket"), options.get("prefix") or ""
    if not (isinstance(bucket, str) and BUCKET_PATTERN.fullmatch(bucket)):
        raise RequestError(
            f"{where}.bucket: {bucket!r} is not a bucket's name;"
            " allowed are 3 to 63 lowercase letters, digits, . and -."
        )
    if not isinstance(prefix, str) or len(prefix) > PREFIX_MAX or re.search(r"[*?\s]|\$\{", prefix):
        raise RequestError(
            f"{where}.prefix: {prefix!r} is not a key prefix;"
            f" allowed are at most {PREFIX_MAX} characters without white space, *, ? and '${{'."
        )
    return OutputLocation(bucket, prefix.strip("/"))


def _log_group(raw: object) -> str:
    if isinstance(raw, str) and LOG_GROUP_PATTERN.fullmatch(raw):
        return raw
    raise RequestError(
        f"allow.output.log_groups: {raw!r} is not a log group's name;"
        " allowed are letters, digits and . - _ / #, 512 at most."
    )


def _options(raw: object, where: str, allowed: set[str]) -> dict[str, t.Any]:
    if not isinstance(raw, dict):
        raise RequestError(f"{where}: {raw!r} is not a dictionary with {', '.join(sorted(allowed))}.")
    for key in raw:
        if key not in allowed:
            raise RequestError(f"{where}: {key!r} is not one of {', '.join(sorted(allowed))}.")
    return raw


def _list_of(raw: object, where: str) -> Sequence[t.Any]:
    if isinstance(raw, list | tuple):
        return raw
    if isinstance(raw, str | int):
        return [raw]
    raise RequestError(f"{where}: {raw!r} is not a list; allowed is a list, or one item of it.")


def _boolean(raw: object, where: str) -> bool:
    if raw is None or isinstance(raw, bool):
        return bool(raw)
    raise RequestError(f"{where}: {raw!r} is not true or false.")
