# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ARNs in the policies of Run Command: parsing, formatting, and the partition of a region. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Iterable

ACCOUNT_PATTERN = re.compile(r"[0-9]{12}")
REGION_PATTERN = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}")
PARTITION_PATTERN = re.compile(r"aws(-[a-z]+)*")
INSTANCE_ID_PATTERN = re.compile(r"i-([0-9a-f]{8}|[0-9a-f]{17})")
MANAGED_INSTANCE_ID_PATTERN = re.compile(r"mi-[0-9a-f]{17}")

# botocore's endpoints.json: the region prefixes of the partitions that are not "aws".
PARTITION_OF_REGION_PREFIX = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}

# CreateDocument rejects names with these prefixes: such a document belongs to AWS and has no account in its ARN.
RESERVED_DOCUMENT_PREFIXES = ("aws", "amazon", "amzn")

NodeType = t.Literal["ec2", "managed"]
NODE_TYPES: tuple[NodeType, ...] = ("ec2", "managed")


@dataclasses.dataclass(frozen=True)
class Arn:
    """The six parts of an ARN; any of them may contain IAM's wildcards."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def parse_arn(text: str) -> Arn | None:
    """The parts of `text`, or None if it does not have the form of an ARN."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[1] or not parts[2] or not parts[5]:
        return None
    return Arn(*parts[1:])


def partition_of_region(region: str) -> str:
    """The partition of a region, by its prefix: C(aws) unless the prefix says otherwise."""
    for prefix, partition in PARTITION_OF_REGION_PREFIX.items():
        if region.startswith(prefix):
            return partition
    return "aws"


def is_wildcard(text: str) -> bool:
    """Whether IAM treats `text` as a pattern."""
    return "*" in text or "?" in text


def matches(pattern: str, text: str) -> bool:
    """Whether IAM's pattern (C(*) any characters, C(?) one) matches the whole of `text`; case-sensitive."""
    translated = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(translated, text, re.DOTALL) is not None


def patterns_overlap(first: str, second: str) -> bool:
    """Whether some text matches both of IAM's patterns."""
    # Which ends of `second` can be left when a beginning of `first` was read, letter by letter of both.
    reached = _beside_stars({0}, second)
    for char in first:
        if char == "*":
            reached = set(range(min(reached, default=len(second) + 1), len(second) + 1))
        else:
            moved = {place + 1 for place in reached if second[place : place + 1] and _same(char, second[place])}
            kept = {place for place in reached if second[place : place + 1] == "*"}
            reached = _beside_stars(moved | kept, second)
    return len(second) in reached


def _same(first: str, second: str) -> bool:
    return "?" in (first, second) or first == second


def _beside_stars(places: set[int], pattern: str) -> set[int]:
    found = set(places)
    for place, char in enumerate(pattern):
        if place in found and char == "*":
            found.add(place + 1)
    return found


def node_arn(node_type: NodeType, partition: str, region: str, account: str, node_id: str = "*") -> str:
    """The ARN that ssm:SendCommand is checked on for a node: an EC2 instance or a managed (hybrid) node."""
    if node_type == "ec2":
        return str(Arn(partition, "ec2", region, account, f"instance/{node_id}"))
    return str(Arn(partition, "ssm", region, account, f"managed-instance/{node_id}"))


def is_reserved_document(name: str) -> bool:
    """Whether a document of this name can only be AWS's own."""
    return name.lower().startswith(RESERVED_DOCUMENT_PREFIXES)


def document_owners(name: str) -> frozenset[t.Literal["aws", "account"]]:
    """The possible owners of a document that this name or pattern matches."""
    if is_reserved_document(name):
        return frozenset({"aws"})
    literal = re.split(r"[*?]", name, maxsplit=1)[0].lower()
    if literal != name.lower() and any(reserved.startswith(literal) for reserved in RESERVED_DOCUMENT_PREFIXES):
        return frozenset({"aws", "account"})
    return frozenset({"account"})


def document_arns(name: str, partition: str, regions: Iterable[str], account: str) -> list[str]:
    """The ARNs of the documents with this name or pattern: without an account for AWS's own, with it for others."""
    if name == "*":
        # One ARN with any account matches AWS's documents (with an empty account), the account's own and shared ones.
        return [str(Arn(partition, "ssm", region, "*", "document/*")) for region in regions]
    owners = document_owners(name)
    if owners == {"aws", "account"} and account == "*":
        owners = frozenset({"account"})
    accounts = [text for owner, text in (("aws", ""), ("account", account)) if owner in owners]
    return [str(Arn(partition, "ssm", region, text, f"document/{name}")) for region in regions for text in accounts]
