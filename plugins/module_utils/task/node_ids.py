# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Node IDs in options. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import (
    INSTANCE_ID_PATTERN,
    MANAGED_INSTANCE_ID_PATTERN,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.aws.arns import NodeType


def node_type_of(node_id: str) -> NodeType:
    """The node type of an ID. Raises RequestError for an ID that is neither."""
    if INSTANCE_ID_PATTERN.fullmatch(node_id):
        return "ec2"
    if MANAGED_INSTANCE_ID_PATTERN.fullmatch(node_id):
        return "managed"
    raise RequestError(
        f"instance_ids: {node_id!r} is not a node ID; allowed are i- with 8 or 17 and mi- with 17 hexadecimal digits."
    )


def parse_node_ids(raw: Sequence[str] | None) -> tuple[str, ...]:
    """Unique node IDs. Raises RequestError for an invalid ID."""
    ids = tuple(dict.fromkeys(raw or ()))
    for node_id in ids:
        node_type_of(node_id)
    return ids
