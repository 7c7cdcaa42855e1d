# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the policies of a node's role let its agent do. Pure.

Which call the agent makes when, and what a refusal does: recorded from amazon-ssm-agent 3.3
(tests/unit/extensions/sandbox/nodes/node_rights.json).
"""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ..iam import evaluate
from ..iam.policy import parse
from ..wire.arns import partition_of

if t.TYPE_CHECKING:
    from ..iam.policy import Statement

CONNECT = "ssm:UpdateInstanceInformation"
_ANY: t.Final = "*"
# Commands come over the one channel or the other.
_CHANNELS: t.Final = (
    ("ssmmessages:CreateControlChannel", "ssmmessages:OpenControlChannel"),
    ("ec2messages:GetMessages", "ec2messages:SendReply", "ec2messages:AcknowledgeMessage"),
)
# S3 does them in the node's name.
_KMS: t.Final = ("kms:GenerateDataKey", "kms:Decrypt")
# The agent sends it with every upload.
_ACL: t.Final = "bucket-owner-full-control"


@functools.lru_cache(maxsize=1024)
def _statements(documents: tuple[str, ...]) -> tuple[Statement, ...]:
    return tuple(statement for document in documents for statement in parse("role", document))


@functools.lru_cache(maxsize=1024)
def _policies(documents: tuple[str, ...], boundary: str) -> evaluate.Policies:
    return evaluate.Policies(_statements(documents), _statements((boundary,)) if boundary else None)


@functools.lru_cache(maxsize=1024)
def _same_for_all(documents: tuple[str, ...], action: str) -> bool:
    """Whether nothing that policies say of an action depends on its resource or the request."""
    concerned = [one for one in _statements(documents) if evaluate.acts(one, action)]
    return all(one.resources == (_ANY,) and not one.not_resources and not one.conditions for one in concerned)


@functools.lru_cache(maxsize=1024)
def _allows_all(documents: tuple[str, ...], boundary: str, action: str) -> bool:
    return _decide(_policies(documents, boundary), evaluate.Question(action, _ANY, {}))


def _decide(policies: evaluate.Policies, question: evaluate.Question) -> bool:
    return evaluate.decide(policies, question).decision == evaluate.ALLOWED


@dataclasses.dataclass(frozen=True)
class RoleRights:
    """The rights of an agent: documents are the texts of its role's policies, node_arn the node's own ARN.

    boundary is the text of the role's permissions boundary, "" where it has none.
    """

    documents: tuple[str, ...]
    node_arn: str
    boundary: str = ""

    def allows(self, action: str, resource: str = _ANY, **keys: str) -> bool:
        """Whether the role may do an action to a resource; keys are condition keys of S3, with underscores."""
        # A listing of 10,000 nodes asks this of each.
        every = (*self.documents, self.boundary) if self.boundary else self.documents
        if _same_for_all(every, action):
            return _allows_all(self.documents, self.boundary, action)
        context = {f"s3:{name.replace('_', '-')}": [value] for name, value in keys.items()}
        question = evaluate.Question(action, resource, evaluate.lower_keys(self._context() | context))
        return _decide(_policies(self.documents, self.boundary), question)

    def _context(self) -> dict[str, list[str]]:
        own = [self.node_arn]
        keys = {"aws:SourceInstanceARN": own, "ec2:SourceInstanceARN": own, "ssm:SourceInstanceARN": own}
        return {**keys, "aws:SecureTransport": ["true"], "aws:RequestedRegion": [self._region]}

    @property
    def _region(self) -> str:
        return self.node_arn.split(":")[3]

    @property
    def _account(self) -> str:
        return self.node_arn.split(":")[4]

    @property
    def _partition(self) -> str:
        return partition_of(self._region)

    def is_managed(self) -> bool:
        """Whether the agent may tell of its node; without that it hibernates, and the node is none of SSM's."""
        return self.allows(CONNECT, self.node_arn)

    def takes_commands(self) -> bool:
        """Whether commands reach the agent over either channel."""
        return any(all(self.allows(action) for action in channel) for channel in _CHANNELS)

    def may_read_parameter(self, name: str) -> bool:
        """Whether the agent can read a parameter (NAME, or NAME:VERSION); a document with one it cannot read fails."""
        place = f"arn:{self._partition}:ssm:{self._region}:{self._account}:parameter"
        return self.allows("ssm:GetParameters", f"{place}/{name.partition(':')[0].lstrip('/')}")

    def may_upload(self, bucket: str, key: str, kms_key_arn: str) -> bool:
        """Whether an output can be put into a bucket; kms_key_arn is the customer's key it is encrypted with, or "".

        Refused HeadBucket and GetBucketEncryption do no harm.
        """
        if kms_key_arn and not all(self.allows(action, kms_key_arn) for action in _KMS):
            return False
        return self.allows("s3:PutObject", f"arn:{self._partition}:s3:::{bucket}/{key}", x_amz_acl=_ACL)

    def log_group_call(self, group: str, *, exists: bool) -> str:
        """What the agent comes by its log group with: "create", "find", or "" when it cannot write there at all.

        It tries to make a group that is there as well; where that is refused it looks for it.
        """
        if self.allows("logs:CreateLogGroup", self._log_group(group)):
            return "find" if exists else "create"
        return "find" if exists and self.allows("logs:DescribeLogGroups", self._log_group("")) else ""

    def may_log(self, group: str, stream: str, *, exists: bool) -> bool:
        """Whether the agent can write to a stream of its group, which is there or not."""
        resource = f"{self._log_group(group)}{stream}"
        makes = self.allows("logs:CreateLogStream", resource)
        finds = exists and self.allows("logs:DescribeLogStreams", self._log_group(group))
        return (makes or finds) and self.allows("logs:PutLogEvents", resource)

    def _log_group(self, name: str) -> str:
        # As CloudWatch Logs asks about groups: see iam/resources.py.
        return f"arn:{self._partition}:logs:{self._region}:{self._account}:log-group:{name}:log-stream:"
