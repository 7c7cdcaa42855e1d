# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes an SQS queue that EventBridge rules may send to."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import sqs
from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring import json_texts, notifications, queues
from ansible_collections.ssmops.run_command.plugins.module_utils.task.outcome import Outcome
from ansible_collections.ssmops.run_command.plugins.module_utils.task.tags import tag_change, tags_after

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.monitoring.queues import QueueSpec
    from ansible_collections.ssmops.run_command.plugins.module_utils.task.place import Place
    from mypy_boto3_sqs.client import SQSClient

# What CreateQueue gives a queue that says nothing else (SQS API reference).
DEFAULTS = {"MessageRetentionPeriod": "345600", "VisibilityTimeout": "30"}


def ensure_present(client: SQSClient, spec: QueueSpec, place: Place, check_mode: bool) -> Outcome:
    """Create the queue or change what differs."""
    url = sqs.get_queue_url(client, spec.name)
    if url is None:
        return _create(client, spec, place, check_mode)
    current, current_tags = sqs.get_queue_attributes(client, url), sqs.list_tags(client, url)
    attributes = notifications.attribute_change(current, spec.attributes(place, current))
    tags = tag_change(current_tags, spec.tags, spec.purge_tags)
    if not check_mode:
        if attributes:
            sqs.set_queue_attributes(client, url, attributes)
        if tags.to_unset:
            sqs.untag_queue(client, url, tags.to_unset)
        if tags.to_set:
            sqs.tag_queue(client, url, tags.to_set)
    arn = queues.queue_arn(place, spec.name)
    before = _shown(arn, url, current, current_tags)
    after = _shown(arn, url, current | attributes, tags_after(current_tags, tags))
    return Outcome(before, after, bool(attributes or tags))


def ensure_absent(client: SQSClient, name: str, place: Place, check_mode: bool) -> Outcome:
    """Delete the queue and its messages."""
    url = sqs.get_queue_url(client, name)
    if url is None:
        return Outcome(None, None, changed=False)
    arn = queues.queue_arn(place, name)
    before = _shown(arn, url, sqs.get_queue_attributes(client, url), sqs.list_tags(client, url))
    if not check_mode:
        sqs.delete_queue(client, url)
    return Outcome(before, None, changed=True)


def _create(client: SQSClient, spec: QueueSpec, place: Place, check_mode: bool) -> Outcome:
    attributes = {key: value for key, value in spec.attributes(place, {}).items() if value}
    url = None if check_mode else sqs.create_queue(client, spec.name, attributes, spec.tags or {})
    arn = queues.queue_arn(place, spec.name)
    return Outcome(None, _shown(arn, url, DEFAULTS | attributes, spec.tags or {}), changed=True)


def _shown(arn: str, url: str | None, attributes: Mapping[str, str], tags: Mapping[str, str]) -> dict[str, t.Any]:
    policy = attributes.get("Policy")
    return {
        "name": arn.rsplit(":", 1)[-1],
        "queue_arn": arn,
        "queue_url": url,
        "message_retention_period": int(attributes["MessageRetentionPeriod"]),
        "visibility_timeout": int(attributes["VisibilityTimeout"]),
        "kms_master_key_id": attributes.get("KmsMasterKeyId") or None,
        "policy": json_texts.meaning(policy) if policy else None,
        "tags": dict(tags),
    }
