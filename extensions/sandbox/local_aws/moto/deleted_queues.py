# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The name of a queue is free again only some time after the queue was deleted."""

from __future__ import annotations

import time
import typing as t

from moto.sqs.exceptions import SQSException
from moto.sqs.models import SQSBackend

from .patching import Correction, wrap

CORRECTIONS: t.Final = (
    Correction("The name of a deleted queue", "is free at once", "QueueDeletedRecently for 60 seconds"),
)
# CreateQueue, errors (SQS API reference).
SECONDS: t.Final = 60
_DELETED: t.Final = "deleted_queues_of_the_sandbox"


def apply() -> None:
    """Put the correction in place."""
    wrap(SQSBackend, "delete_queue", _delete_queue)
    wrap(SQSBackend, "create_queue", _create_queue)


def _delete_queue(original: t.Any, backend: t.Any, queue_name: str) -> None:
    original(backend, queue_name)
    backend.__dict__.setdefault(_DELETED, {})[queue_name] = time.monotonic()


def _create_queue(original: t.Any, backend: t.Any, name: str, *args: t.Any, **keywords: t.Any) -> t.Any:
    deleted_at = backend.__dict__.get(_DELETED, {}).get(name)
    if deleted_at is not None and time.monotonic() < deleted_at + SECONDS:
        raise SQSException(
            "AWS.SimpleQueueService.QueueDeletedRecently",
            f"You must wait {SECONDS} seconds after deleting a queue before you can create another with the same name.",
        )
    return original(backend, name, *args, **keywords)
