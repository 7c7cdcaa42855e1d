# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log groups get and lose a KMS key."""

from __future__ import annotations

import typing as t

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from ..wire.errors import ApiError
from .logs_data import group_of
from .patching import Correction, Json, Operations

CORRECTIONS: t.Final = (
    Correction("AssociateKmsKey, DisassociateKmsKey", "are missing", "set and remove the key of a log group"),
)


def check_key(key: str, region: str) -> None:
    """InvalidParameterException for a key that is not there."""
    keys = get_backend("kms")[DEFAULT_ACCOUNT_ID][region].keys
    if key.rsplit("/", 1)[-1] not in keys:
        raise ApiError("InvalidParameterException", f"The KMS key {key} does not exist or cannot be used.")


def _associate_kms_key(request: Json, region: str) -> Json:
    check_key(request["kmsKeyId"], region)
    group_of(request, region).kms_key_id = request["kmsKeyId"]
    return {}


def _disassociate_kms_key(request: Json, region: str) -> Json:
    group_of(request, region).kms_key_id = None
    return {}


OPERATIONS: t.Final[Operations] = {
    ("logs", "AssociateKmsKey"): _associate_kms_key,
    ("logs", "DisassociateKmsKey"): _disassociate_kms_key,
}
