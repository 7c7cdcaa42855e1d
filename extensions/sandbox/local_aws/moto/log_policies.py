# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CloudWatch Logs refuses resource policies that are none."""

from __future__ import annotations

import json
import typing as t

from ..wire.errors import ApiError
from .patching import Correction, Json, Operations

CORRECTIONS: t.Final = (
    Correction("PutResourcePolicy of CloudWatch Logs", "takes any text", "a policy of at most 5,120 characters"),
)
# CloudWatch Logs quotas.
MAX_POLICY_CHARACTERS = 5_120


def _put_resource_policy(request: Json, _region: str) -> Json | None:
    """Refuse what is no policy; the rest is moto's."""
    text = request.get("policyDocument") or ""
    if len(text) > MAX_POLICY_CHARACTERS:
        raise ApiError(
            "InvalidParameterException", f"A resource policy has at most {MAX_POLICY_CHARACTERS} characters."
        )
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ApiError("InvalidParameterException", f"Invalid resource policy: {error}") from error
    if not isinstance(document, dict) or not document.get("Statement"):
        raise ApiError("InvalidParameterException", "Invalid resource policy: it has no Statement")
    return None


OPERATIONS: t.Final[Operations] = {
    ("logs", "PutResourcePolicy"): _put_resource_policy,
}
